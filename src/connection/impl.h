// SPDX-License-Identifier: Apache-2.0
//
// The inside of a Connection, shared by the files of this folder. What lives as long as the connection is small; what only
// a handshake needs is in Scratch, which goes when the handshake is done.
#pragma once

#include <array>
#include <optional>

#include "base/arena.h"
#include "base/byte_buffer.h"
#include "base/guarded.h"
#include "base/invariant.h"
#include "base/output_queue.h"
#include "base/recycled.h"
#include "connection/handshaker.h"
#include "handshake/flow.h"
#include "keyway/answer.h"
#include "keyway/connection.h"
#include "record/tls_reader.h"
#include "record/tls_writer.h"

namespace keyway {

/// Warnings in a row, without data between: of the peer, and of ours that it asked for.
inline constexpr std::uint8_t max_warning_alerts = 4;

/// What goes on besides a handshake within a connection of TLS 1.2 or below.
struct Renegotiating : Recycled<Renegotiating> {
  std::unique_ptr<handshake::Established> enclosing;
  handshake::Facts facts;           ///< what it settles; those of the connection are the last handshake's until it is done
  ByteBuffer postponed;             ///< plaintext that was given meanwhile, for the new keys
  bool by_peer = false;
  bool read_keys_changed = false;   ///< the peer's Finished is next
  bool write_keys_changed = false;
  bool close_owed = false;          ///< close_notify, behind our data
};

/// Memory of one handshake, in one piece as long as messages are of usual size; wiped when released.
struct Scratch : Recycled<Scratch, Remains::harmless> {  // its buffers and its arena wipe what they used of the rooms
  std::array<std::byte, 2048> flight_room;
  std::array<std::byte, 512> waiting_room;
  std::array<std::byte, 4096> arena_room;
  Arena arena{arena_room};
  ByteBuffer flight{flight_room};          ///< encoded messages that were not sealed yet
  std::optional<wire::Writer> writer;      ///< of the message in progress
  std::size_t message_start = 0;           ///< of the message in progress, in `flight`
  schedule::Transcript transcript{waiting_room};
  std::optional<Answer<std::shared_ptr<const ServerConfig>>> paused;  ///< of pause_after_hello
  bool asking = false;                     ///< a port is being called
  std::unique_ptr<Renegotiating> within;   ///< a connection
  std::unique_ptr<const handshake::Established> ahead;  ///< False Start: our keys are in use, the peer's Finished is not here yet
};

/// What receive() has to tell, in order. A message makes at most two, and the next is looked at when they were told.
class Events {
 public:
  void push(Progress event) {
    if (!waiting_) waiting_ = std::make_unique<Waiting>();
    KW_INVARIANT(waiting_->count != capacity);
    waiting_->items[(waiting_->first + waiting_->count++) % capacity] = std::move(event);
  }
  bool empty() const noexcept { return waiting_ == nullptr; }
  Progress pop() {
    KW_INVARIANT(waiting_ != nullptr);
    Progress event = std::move(waiting_->items[waiting_->first]);
    waiting_->first = (waiting_->first + 1) % capacity;
    if (--waiting_->count == 0) waiting_.reset();
    return event;
  }

 private:
  static constexpr std::size_t capacity = 4;
  struct Waiting : Recycled<Waiting> {
    std::array<Progress, capacity> items;
    std::size_t first = 0;
    std::size_t count = 0;
  };
  std::unique_ptr<Waiting> waiting_;  ///< null: empty, so that an idle connection is small
};

/// Handshake bytes that wait for more, or for an answer; never empty.
struct Incoming : Recycled<Incoming> {
  ByteBuffer bytes;
};

/// The session that a client offered, or that its connection left.
struct KnownSession {
  std::shared_ptr<const SessionTicket> ticket;
  bool to_be_told = false;
};

/// What few connections have; apart, so that an idle one is small.
struct Rare {
  std::optional<KnownSession> session{};  ///< clients, TLS 1.2 and below
  std::unique_ptr<const schedule::Transcript> handshake{};  ///< with post_handshake_auth: of all of the handshake
  std::unique_ptr<const Error> watcher_threw{};  ///< trace or key_log did
  std::vector<SecretBytes> key_log{};  ///< with keep_secrets: lines
};

/// The message being handled, header included, and how many bytes of further messages are behind it.
struct Received {
  ByteView message;
  std::size_t behind;
};

/// Deletes an error, but for the one that is there when there is no memory for another.
struct FailureDeleter {
  FailureDeleter() noexcept = default;
  explicit(false) FailureDeleter(std::default_delete<const Error>) noexcept {}
  void operator()(const Error* error) const noexcept {
    if (error != &out_of_memory) std::default_delete<const Error>()(error);
  }
  static const Error out_of_memory;
};

struct ConnectionImpl final : handshake::Flow {
  ConnectionImpl(Role role, Now now);
  ~ConnectionImpl();

  // ---- receive.cpp
  Result<Step> receive(MutableBytes wire);
  /// Whether it may come between the records of the message that is being received.
  bool may_interrupt(ContentType) const noexcept;
  Result<std::optional<Progress>> take_record(ContentType, MutableBytes fragment);
  Result<void> take_handshake(MutableBytes fragment);
  /// Handles whole messages from the front of `bytes` until something is to be told; returns how many bytes it used.
  Result<std::size_t> handle_messages(ByteView bytes);
  Result<void> handle_message(HandshakeType, ByteView message, std::size_t behind);
  Result<void> take_application_data(ByteView fragment);
  Result<void> take_change_cipher_spec();
  Result<std::optional<Progress>> take_alert(ByteView fragment);
  Result<std::optional<Progress>> take_warning(AlertReceived);
  bool negotiating() const noexcept;  ///< clients: TLS 1.2 or below, or what may become that
  bool undecided() const noexcept;
  bool may_warn(AlertDescription) const noexcept;

  // ---- send.cpp
  Result<std::size_t> send(ByteViews plaintext);
  Result<void> flush_flight();
  bool holds_flight() const noexcept;
  Result<void> answer_key_update();
  Result<std::size_t> postpone(ByteViews plaintext);
  /// Sends what waited for the end of a renegotiation.
  Result<void> send_postponed(ByteView plaintext);
  std::size_t room() const noexcept;
  bool wants_key_update() const noexcept;
  /// Before TLS 1.3, where a key has protected all it may: asks for another by a renegotiation, once.
  Result<void> renew_spent_key();
  bool wants_renegotiation() const noexcept;  ///< before TLS 1.3: the key has served as long as renegotiate_at says
  /// A server asked for that, and the client has not answered; in TLS 1.3: an open question keeps the key from being changed.
  bool waits_for_key() const noexcept;
  bool may_send() const noexcept;

  // ---- alerts.cpp
  std::unexpected<Error> fail_with(Error);  ///< sends the alert for it; later errors change nothing
  void end_with(Error);  ///< the same without an alert
  void drop_unfinished() noexcept;
  Result<void> close_write();
  Result<void> close();
  Result<void> abort(AlertDescription);
  Result<void> or_fail(Result<void>);  ///< of a command: its flight leaves, or the connection fails
  void send_alert(AlertLevel, AlertDescription);
  void forget_session();  ///< TLS 1.2 and below, after a fatal alert
  void break_off() noexcept;  ///< after an exception: ends with internal, without memory if there is none
  /// Every entry from outside that changes something. Whatever is thrown in it, for want of memory, may have left work half
  /// done: the connection is over then, so that no byte is sent twice or lost.
  template <class Call>
  std::invoke_result_t<Call> entered(Call&& call) {
    try {
      return std::forward<Call>(call)();
    } catch (...) {
      break_off();
      throw;
    }
  }

  // ---- handshaker.cpp
  Result<void> start_client();
  Result<void> renegotiate();
  /// `made`: with new keys; otherwise the peer declined.
  Result<void> end_renegotiation(bool made);
  Result<void> step();  ///< after anything that moved a machine: questions, hand-over, what is new
  void note_progress();
  void release_scratch();
  Scratch& scratch();
  const std::shared_ptr<AnswerSlot>& answers();
  bool paused() const noexcept { return scratch_ && scratch_->paused; }
  bool asking() const noexcept { return scratch_ && scratch_->asking; }

  Result<void> resume();

  // ---- questions.cpp
  Result<HelloInfo> hello_info() const;

  // ---- flow_impl.cpp: handshake::Flow
  const handshake::Inputs& in() const override { return in_; }
  handshake::Facts& facts() override { return renegotiating() ? scratch_->within->facts : facts_; }
  schedule::Transcript& transcript() override;
  ByteView received() const override { return received_ != nullptr ? received_->message : ByteView(); }
  void hash_received() override;
  ByteView keep(ByteView) override;
  std::span<const ByteView> keep(std::span<const ByteView>) override;
  wire::Writer& begin_message(HandshakeType) override;
  Result<void> end_message() override;
  MutableBytes message_in_progress() override;
  Result<void> send_change_cipher_spec() override;
  Result<void> check_flight_ended() override;
  Result<void> install_read(const schedule::TrafficSecret&) override;
  Result<void> install_write(const schedule::TrafficSecret&) override;
  void follow_older_version() override;
  const handshake::Established* enclosing() const override {
    return renegotiating() ? scratch_->within->enclosing.get() : nullptr;
  }
  void begin_false_start(std::unique_ptr<const handshake::Established>) override;
  void begin_renegotiation(std::unique_ptr<handshake::Established>, bool by_peer) override;
  std::unique_ptr<handshake::Established> give_up_renegotiation() override;
  Result<void> change_write_keys(const schedule::DirectionKeys12&, const RecordRules&) override;
  Result<void> change_read_keys(const schedule::DirectionKeys12&, const RecordRules&) override;
  Result<void> decline_renegotiation() override;
  Result<void> send_no_certificate() override;
  void apply_record_sizes() override;
  void apply_send_size();
  void apply_receive_size();
  void skip_early_data(bool after_retry) override;
  void change_config(std::shared_ptr<const ServerConfig>) override;
  void begin_late_authentication() override;
  void end_late_authentication(bool with_certificate) override;
  void owe_key_update() override { key_update_owed_ = true; }
  bool key_update_owed() const override { return key_update_owed_; }
  void log_secret(std::string_view label, ByteView secret) override;
  void decided(std::string_view what, std::string_view text) override;
  Result<void> ticket_received(std::shared_ptr<const SessionTicket>) override;
  Result<void> session_received(std::shared_ptr<const SessionTicket>) override;
  Result<void> session_refused() override;
  Result<void> session_made(ByteView id, std::shared_ptr<const Session>) override;
  Result<void> drop_session();
  TicketTarget target() const;

  // ---- trace.cpp
  const ObserveOptions& observe() const;
  /// To be called when the configuration is new: what nobody listens to costs one branch.
  void find_observers() noexcept { traced_ = bool(observe().trace); }
  void trace(const TraceEvent& event) const {
    if (traced_) watched([&] { observe().trace(event); });
  }
  /// All that is sealed passes here; the trace hears of each record.
  Result<void> seal(ContentType type, ByteViews content) {
    return traced_ ? seal_traced(type, content) : writer_.seal(type, content, output_);
  }
  Result<void> seal(ContentType type, ByteView content) { return seal(type, ByteViews(&content, 1)); }
  Result<void> seal_traced(ContentType, ByteViews content);
  void trace_sealed(ContentType, std::size_t queued_before) const;
  /// Of a record that was opened, or dropped: null.
  void trace_opened(ByteView record, const record::Opened*) const;

  /// Those who watch are called in the midst of things: what they throw is kept until check_watchers() tells it.
  template <class Call>
  void watched(Call&& call) const {
    auto done = guarded(std::forward<Call>(call));
    if (!done && !rare().watcher_threw) rare().watcher_threw = std::make_unique<const Error>(std::move(done).error());
  }
  Result<void> check_watchers() const;
  /// Keeps a line of the key log in the place of the one that it makes out of date.
  void keep_secret(std::string_view label, std::string_view line);
  Rare& rare() const {
    if (!rare_) rare_ = std::make_unique<Rare>();
    return *rare_;
  }
  KnownSession* known_session() const { return rare_ && rare_->session ? &*rare_->session : nullptr; }
  void tell_session();
  /// A flight of the handshake begins where messages change their direction.
  void count_flight(HandshakeType, Direction);
  bool done() const noexcept { return done_; }
  /// TLS 1.2 or below was negotiated.
  bool older() const noexcept { return older_; }
  bool renegotiating() const noexcept { return renegotiating_; }
  /// TLS 1.2 and below, once a handshake is done: what the present keys come from. Clients that started falsely: what they will
  /// come from.
  const handshake::Established* established() const {
    if (renegotiating()) return scratch_->within->enclosing.get();
    return started_falsely() ? scratch_->ahead.get() : handshaker_.established();
  }
  /// Data may leave, none may come yet (RFC 7918).
  bool started_falsely() const noexcept { return !done_ && scratch_ && scratch_->ahead; }

  // An idle connection has 3.2 KiB and blocks of the heap grow by 16 bytes: what is small lies in the padding of what is large.
  [[no_unique_address]] handshake::Inputs in_;
  std::optional<Blocked::On> blocked_on_;
  std::uint8_t warning_alerts_ = 0;
  std::uint8_t key_updates_ = 0;  ///< in a row, without data between
  std::uint8_t unsent_declines_ = 0;  ///< no_renegotiation that the transport did not take yet
  std::uint8_t unsent_authentications_ = 0;  ///< answers to CertificateRequests that the transport did not take yet
  [[no_unique_address]] handshake::Facts facts_;
  bool traced_ : 1 = false;  ///< somebody listens
  bool done_ : 1 = false;
  bool older_ : 1 = false;  ///< TLS 1.2 or below was negotiated
  bool write_closed_ : 1 = false;
  bool peer_closed_ : 1 = false;
  bool question_dropped_ : 1 = false;  ///< by close(): the machine waits for an answer that does not come
  bool change_cipher_spec_sent_ : 1 = false;
  bool key_update_owed_ : 1 = false;  ///< the answer to KeyUpdates that asked for one
  bool write_keys_ready_ : 1 = false;  ///< application data may be sent
  bool hello_reported_ : 1 = false;
  bool handling_late_ : 1 = false;  ///< an authentication after the handshake is open
  bool renegotiating_ : 1 = false;  ///< there is Scratch::within; a bit, because handlers ask at every step
  bool asked_for_new_key_ : 1 = false;  ///< because the present one is spent
  bool updated_keys_ : 1 = false;  ///< by ourselves, and not told yet
  Direction flight_ : 2 = Direction::local;  ///< whose flight it is; local: none yet
  Handshaker handshaker_;
  std::unique_ptr<Scratch> scratch_;
  std::shared_ptr<AnswerSlot> answers_;
  record::TlsReader reader_;
  record::TlsWriter writer_;
  OutputQueue output_;
  mutable std::unique_ptr<Rare> rare_;
  std::unique_ptr<Incoming> incoming_;  ///< null: nothing waits
  Events events_;
  std::unique_ptr<const Error, FailureDeleter> failure_;
  const Received* received_ = nullptr;  ///< on the stack of handle_message()
};

}  // namespace keyway
