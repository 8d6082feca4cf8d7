// SPDX-License-Identifier: Apache-2.0
//
// What a Socket shares with the threads that use it: one mutex for the connection, never held across a system call, and
// two tokens, reading and writing, so that a thread blocked in recv does not stop a send.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "base/byte_buffer.h"
#include "base/invariant.h"
#include "net/driver.h"
#include "net/system_error.h"

namespace keyway {

/// Signalled by the thread that gives a late answer; outlives the socket.
struct AnswerSignal {
  std::mutex mutex;
  std::condition_variable changed;
  bool raised = false;
  void raise();
  /// True: raised; taken back. False: the deadline passed.
  bool wait(const net::Deadline&);
};

struct Socket::Core {
  Core(std::unique_ptr<Transport>, Connection);
  ~Core();

  /// Locks the connection and marks the thread, so that its callbacks cannot come back in. Time is told on entry.
  class Inside {
   public:
    explicit Inside(Core&);
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside();

   private:
    Core& core_;
    std::unique_lock<std::mutex> lock_;
  };

  /// Error reentrant on a thread that is in a callback of this socket; canceled after close.
  Result<void> may_enter() const;
  Result<void> refuse_reentry() const;

  /// Drives until the handshake is done, or stops at the ClientHello.
  enum class Until : std::uint8_t { done, hello };
  Result<net::Turn> handshake(const net::Deadline&, Until);
  /// Tells the trace, if somebody listens: a time-out was armed (`after`: when it fires), was stopped, or has fired.
  void note_timer(std::string_view name, std::string_view what, Duration after = {});
  /// Connection::continue_with; a refusal reaches the peer.
  Result<void> continue_with(std::shared_ptr<const ServerConfig>);

  /// Waits for a token; false when the time is up.
  bool take(bool& token, const net::Deadline&);

  // ---- the reading token

  /// For a receiver. Error busy when another one has it; a sender that reads is waited for: timeout.
  Result<void> take_reading(const net::Deadline&);
  bool take_reading_within(const net::Deadline&);
  void leave_reading();
  /// With the token: reads and advances until there is something to do for the application. need_bytes and blocked are
  /// never returned. What is there already is read although the time is up, but no more than max_late bytes of it while the token
  /// is held: a peer that never stops does not keep us. Errors: the connection's, the transport's, timeout.
  Result<net::Turn> next(const net::Deadline&);
  /// The same without reading from the transport.
  Result<net::Turn> step();

  // ---- the writing token

  /// Owns the writing token, if it could be had in time. Whoever lets it go unused is being unwound: nobody knows then how
  /// much was written, and nothing more is.
  class Writing {
   public:
    Writing(Core& core, const net::Deadline& deadline) : core_(core), held_(core.take(core.writing, deadline)) {}
    Writing(const Writing&) = delete;
    Writing& operator=(const Writing&) = delete;
    ~Writing() {
      if (held_) core_.abandon_writing();
    }
    explicit operator bool() const noexcept { return held_; }
    void left() noexcept { held_ = false; }

   private:
    Core& core_;
    bool held_;
  };
  /// Writes all that the connection has to send. `release` gives the token back, in the moment in which nothing is left, so
  /// that no output is forgotten; on errors it is given back, too.
  enum class Token : std::uint8_t { keep, release };
  Result<void> write_out(Writing&, const net::Deadline&, Token);
  Result<void> send(ByteViews, const net::Deadline&);
  /// The connection takes no more although nothing is unsent: in the midst of a renegotiation it needs the peer, or new keys
  /// need the answer to an open question. Reads and waits for it for a moment, unless another thread does; data that comes waits
  /// for the next recv. Errors: as next; busy - too much of it waits.
  Result<void> read_for_sending(const net::Deadline&);
  /// With the reading token, once a renegotiation has begun: reads until it is done. Errors: as next; renegotiation_rejected;
  /// busy - too much data waits for the next recv.
  Result<void> await_renegotiation(const net::Deadline&);
  /// Takes the token and writes; returns at once if another thread has it, for that one writes everything then.
  Result<void> flush(const net::Deadline&);
  /// As flush, without waiting: what the kernel does not take leaves with the next call that sends or receives.
  Result<void> flush_now();
  /// Tells the peer that nothing more comes.
  Result<void> end_transport_writing();

  /// After a failure: lets the alert reach the peer, as far as that goes quickly.
  void say_goodbye();
  /// With the reading token, before the transport is closed: reads and drops what has come and comes until then, within bounds.
  void drop_unread(const net::Deadline&);
  /// Passes `error` on; once, when the connection has failed, says goodbye first.
  std::unexpected<Error> last_words(const Error& error);

  std::unique_ptr<Transport> transport;
  mutable std::mutex mutex;
  std::condition_variable changed;  ///< tokens, closing
  net::Driver driver;
  ByteBuffer assembled;  ///< of a recv(length) that is not complete; belongs to the reading token
  ByteBuffer outgoing;  ///< taken from the connection, not yet written; belongs to the writing token
  std::size_t outgoing_sent = 0;
  std::shared_ptr<AnswerSignal> answer;
  std::atomic<std::thread::id> inside{};
  std::optional<Error> read_broken;  ///< the transport's first error that is not a time-out
  std::optional<Error> write_broken;
  bool established = false;  ///< set before the socket is shared
  bool said_goodbye = false;  ///< belongs to the reading token
  std::size_t read_late = 0;  ///< bytes that this call has read since its time was up; belongs to the reading token
  bool reading = false;
  bool reading_to_send = false;  ///< by a sender, which a receiver waits for
  unsigned receivers_waiting = 0;
  bool writing = false;
  bool read_shut = false;
  bool closed = false;

 private:
  Result<net::Turn> drive_handshake(const net::Deadline&, Until);
  Error with_warnings(const Error&);
  Result<void> receive_bytes(const net::Deadline&);
  Result<void> keep_plaintext();
  bool take_reading_to_send(const net::Deadline&);
  /// Until a token is free, perhaps; false when the time is up.
  bool wait_for_change(std::unique_lock<std::mutex>&, const net::Deadline&);
  Result<void> wait_for_answer(const net::Deadline&);
  Error why_it_ended(const Error&);
  bool has_unsent();
  void abandon_writing() noexcept;
  Result<bool> take_output();
  static Error remember(std::optional<Error>& slot, std::mutex&, const Error&);
};

}  // namespace keyway
