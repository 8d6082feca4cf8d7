// SPDX-License-Identifier: Apache-2.0
//
// TLS over any stream of standalone Asio. Header-only; the program brings Asio (Debian: libasio-dev).
//
//   auto stream = keyway::AsioStream<asio::ip::tcp::socket>::client(std::move(socket), config, *PeerName::of(host));
//   if (!stream) return report(stream.error().message());
//   stream->async_handshake([&](std::error_code problem) {
//     asio::async_write(*stream, asio::buffer(request), ...);
//     stream->async_read_some(asio::buffer(into), ...);           // asio::error::eof after the peer's close_notify
//   });
//
// Every operation takes any completion token: callbacks, asio::use_future, asio::use_awaitable (no coroutine is in here).
// The stream is an AsyncReadStream and an AsyncWriteStream: one read and one write may be under way at the same time.
// Callbacks that answer late are waited for without a thread; the answer is posted to the executor.
// What is told besides data waits in take_events(); async_wait() ends when there is something.
//
// Threads: as with every stream of Asio, operations and their handlers run one at a time: a context that one thread
// runs, or a strand as the executor of the next layer.
#pragma once

#include <array>
#include <asio/bind_executor.hpp>
#include <asio/buffer.hpp>
#include <asio/compose.hpp>
#include <asio/error.hpp>
#include <asio/post.hpp>
#include <asio/socket_base.hpp>
#include <asio/steady_timer.hpp>
#include <asio/write.hpp>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "keyway/socket.h"

namespace keyway {

/// Errc as std::error_code: the category's message is the table's sentence. AsioStream::failure() has the whole error.
inline const std::error_category& error_category() noexcept {
  class Category final : public std::error_category {
    const char* name() const noexcept override { return "keyway"; }
    std::string message(int code) const override { return std::string(description(static_cast<Errc>(code))); }
  };
  static const Category category;
  return category;
}
/// For std::error_code and comparisons with Errc.
inline std::error_code make_error_code(Errc code) noexcept { return {static_cast<int>(code), error_category()}; }

namespace asio_detail {

inline Now now() { return {.monotonic = std::chrono::steady_clock::now(), .wall = std::chrono::system_clock::now()}; }

inline constexpr std::size_t max_events = 64;
inline constexpr std::size_t max_dropped = std::size_t{1} << 17;

enum class Turn : std::uint8_t { need_bytes, plaintext, handshake_done, hello, peer_closed, blocked, other };

// What operations share; it outlives the stream while one of them is under way.
template <class NextLayer>
struct Core : std::enable_shared_from_this<Core<NextLayer>> {
  Core(NextLayer layer, Connection from)
      : next(std::move(layer)),
        connection(std::move(from)),
        flushed(next.get_executor(), asio::steady_timer::time_point::max()),
        answered(next.get_executor(), asio::steady_timer::time_point::max()),
        sendable(next.get_executor(), asio::steady_timer::time_point::max()) {}

  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
  ~Core() { wipe(inbox); }

  // Late answers may come on any thread; they only post.
  void arm_waker() {
    connection.set_waker([weak = this->weak_from_this(), executor = next.get_executor()] {
      asio::post(executor, [weak] {
        if (const auto core = weak.lock()) {
          core->answer_is_there = true;
          core->answered.cancel();
          core->sendable.cancel();
        }
      });
    });
  }

  Result<Turn> advance() {
    connection.advance_to(now());
    KW_ASSIGN(const Step step, connection.receive(MutableBytes(inbox).subspan(begin, end - begin)));
    begin += step.consumed;
    if (const auto* data = std::get_if<ApplicationData>(&step.progress)) {
      plaintext = data->plaintext;
      return plaintext.empty() ? Turn::other : Turn::plaintext;
    }
    if (std::holds_alternative<NeedBytes>(step.progress)) return Turn::need_bytes;
    if (std::holds_alternative<HandshakeDone>(step.progress)) return Turn::handshake_done;
    if (std::holds_alternative<PeerClosed>(step.progress)) return Turn::peer_closed;
    if (std::holds_alternative<Blocked>(step.progress)) return Turn::blocked;
    if (std::holds_alternative<HelloReceived>(step.progress)) {
      paused = true;
      return Turn::hello;
    }
    std::visit(
        [this]<class Kind>(const Kind& event) {
          if constexpr (std::is_constructible_v<SocketEvent, const Kind&>) note(event);
        },
        step.progress);
    return Turn::other;
  }

  void note(SocketEvent event) {
    if (events.size() == max_events) events.erase(events.begin());
    events.push_back(std::move(event));
  }

  Result<void> continue_with(std::shared_ptr<const ServerConfig> config) {
    auto done = connection.continue_with(std::move(config));
    paused = false;
    start_flush();
    return done;
  }

  asio::mutable_buffer space() {
    if (inbox.empty()) inbox.resize(5 + 16384 + 256 + 4096);
    std::copy(inbox.begin() + static_cast<std::ptrdiff_t>(begin), inbox.begin() + static_cast<std::ptrdiff_t>(end),
              inbox.begin());
    end -= begin;
    begin = 0;
    if (end == inbox.size()) grow();
    return {inbox.data() + end, inbox.size() - end};
  }

  void grow() {
    Bytes larger(inbox.size() * 2);
    std::copy(inbox.begin(), inbox.end(), larger.begin());
    wipe(inbox);  // decrypted data lies in it
    inbox = std::move(larger);
  }

  bool has_output() const { return writing || !connection.output().empty(); }

  // Writes what the connection has, one write at a time, beside whatever operation is under way.
  void start_flush() {
    if (writing || write_problem || connection.output().empty()) return;
    outbox.clear();
    for (const ByteView piece : connection.output()) outbox.insert(outbox.end(), piece.begin(), piece.end());
    connection.output_sent(outbox.size());
    writing = true;
    asio::async_write(
        next, asio::buffer(outbox),
        asio::bind_executor(next.get_executor(), [core = this->shared_from_this()](const std::error_code& problem, std::size_t) {
          core->writing = false;
          if (problem) core->write_problem = problem;
          core->start_flush();
          if (core->writing) return;
          core->flushed.cancel();
          core->sendable.cancel();
        }));
  }

  // Closing with unread bytes in the kernel makes it send a reset, which destroys what the peer has not read yet
  // (RFC 1122 4.2.2.13). Nothing is waited for.
  void drop_unread() noexcept {
    if constexpr (requires(NextLayer& layer, asio::mutable_buffer into, std::error_code& problem) {
                    layer.shutdown(asio::socket_base::shutdown_send, problem);
                    layer.non_blocking(true, problem);
                    layer.receive(into, asio::socket_base::message_flags(), problem);
                  }) {
      std::error_code problem;
      next.shutdown(asio::socket_base::shutdown_send, problem);
      next.non_blocking(true, problem);
      std::array<std::byte, 4096> unread;
      for (std::size_t total = 0; !problem && total < max_dropped;)
        total += next.receive(asio::buffer(unread), asio::socket_base::message_flags(), problem);
    }
  }

  NextLayer next;
  Connection connection;
  asio::steady_timer flushed;   // canceled when nothing is left to write
  asio::steady_timer answered;  // canceled when a late answer came
  asio::steady_timer sendable;  // canceled when something has changed for who waits for more than the end of a write
  Bytes inbox;
  std::size_t begin = 0;
  std::size_t end = 0;
  MutableBytes plaintext;
  std::vector<SocketEvent> events;
  Bytes outbox;
  std::error_code write_problem;
  std::error_code read_problem;
  bool writing = false;
  bool reading = false;
  bool answer_is_there = false;
  bool may_pause = false;  // a server with the option pause_after_hello
  bool paused = false;     // it has the hello, and waits for continue_with
  bool abandoned = false;  // the stream is gone
};

enum class Goal : std::uint8_t { hello, handshake, data, something, peer_closed };

// Reads and advances until the goal is reached: the body of everything that is not writing.
template <class NextLayer, class Buffers, Goal goal>
class Reading {
 public:
  Reading(std::shared_ptr<Core<NextLayer>> core, Buffers into) : core_(std::move(core)), into_(std::move(into)) {}

  template <class Self>
  void operator()(Self& self, std::error_code problem = {}, std::size_t bytes = 0) {
    const Wait ended = std::exchange(wait_, Wait::nothing);
    inside_initiation_ = ended == Wait::start;
    if (core_->abandoned && ended != Wait::end) return finish(self, asio::error::operation_aborted);
    switch (ended) {
      case Wait::start:
        if (core_->reading) {
          if constexpr (goal != Goal::peer_closed) return finish(self, make_error_code(Errc::busy));
          // Our end is told all the same; the read that is under way will meet the peer's.
          static_cast<void>(core_->connection.close_write());
          return fail_with(self, Error(Errc::busy));
        }
        core_->reading = owns_reading_ = true;
        if constexpr (goal == Goal::hello) {
          if (!core_->may_pause) return finish(self, make_error_code(Errc::missing_option));
          reached_ = core_->paused;
        } else if constexpr (goal == Goal::peer_closed) {
          static_cast<void>(core_->connection.close_write());
        } else if (core_->paused) {
          if (const auto done = core_->continue_with(nullptr); !done) return fail_with(self, done.error());
        }
        break;
      case Wait::end: return complete(self);
      case Wait::bytes:
        if (problem && problem != asio::error::eof) {
          const bool broken = problem != asio::error::operation_aborted && !core_->connection.handshake_done();
          if (broken) static_cast<void>(core_->connection.end_of_input());  // what was offered is not offered again
          if (problem != asio::error::operation_aborted) core_->read_problem = problem;
          return finish(self, problem);
        }
        if (const auto taken = take(bytes); !taken) return finish(self, make_error_code(taken.error().code()));
        break;
      case Wait::answer:
        core_->answer_is_there = false;
        if (const auto resumed = core_->connection.resume(); !resumed) return fail_with(self, resumed.error());
        break;
      case Wait::nothing:
      case Wait::flush: break;
    }
    run(self);
  }

 private:
  enum class Wait : std::uint8_t { start, nothing, bytes, answer, flush, end };
  static constexpr bool past_handshake = goal == Goal::data || goal == Goal::something;

  template <class Self>
  void run(Self& self) {
    for (;;) {
      if (reached_) {  // a handshake is complete when its last flight is written
        if (core_->write_problem) return finish(self, core_->write_problem);
        if (core_->has_output()) return wait_for_flush(self);
        return finish(self, {});
      }
      if (goal == Goal::data && (!core_->plaintext.empty() || asio::buffer_size(into_) == 0)) {
        copy_out();
        return finish(self, {});
      }
      if (goal == Goal::something && (!core_->plaintext.empty() || !core_->events.empty())) return finish(self, {});
      core_->plaintext = {};
      const auto turn = core_->advance();
      core_->start_flush();
      core_->sendable.cancel();
      if (!turn) return fail_with(self, turn.error());
      switch (*turn) {
        case Turn::need_bytes:
          wait_ = Wait::bytes;
          core_->next.async_read_some(asio::buffer(core_->space()), std::move(self));
          return;
        case Turn::blocked:
          wait_ = Wait::answer;
          if (core_->answer_is_there) {
            asio::post(core_->next.get_executor(), std::move(self));
          } else {
            core_->answered.async_wait(std::move(self));
          }
          return;
        case Turn::peer_closed:
          if (goal == Goal::peer_closed) {
            reached_ = true;
            break;
          }
          return finish(self, past_handshake ? std::error_code(asio::error::eof) : make_error_code(Errc::closed));
        case Turn::hello:
          if (goal == Goal::hello) return finish(self, {});
          if (const auto done = core_->continue_with(nullptr); !done) return fail_with(self, done.error());
          break;
        case Turn::handshake_done: reached_ = goal == Goal::handshake; break;
        case Turn::plaintext:
        case Turn::other: break;
      }
    }
  }

  Result<void> take(std::size_t bytes) {
    if (bytes == 0) {
      KW_TRY(core_->connection.end_of_input());
      return {};
    }
    core_->end += bytes;
    return {};
  }

  template <class Self>
  void fail_with(Self& self, const Error& error) {
    core_->start_flush();
    problem_ = make_error_code(error.code());
    failing_ = true;
    if (core_->writing) return wait_for_flush(self);  // the alert goes out first
    finish(self, problem_);
  }

  template <class Self>
  void wait_for_flush(Self& self) {
    core_->start_flush();
    wait_ = failing_ ? Wait::end : Wait::flush;
    core_->flushed.async_wait(std::move(self));
  }

  void copy_out() {
    bytes_ = asio::buffer_copy(into_, asio::buffer(core_->plaintext.data(), core_->plaintext.size()));
    core_->plaintext = core_->plaintext.subspan(bytes_);
    if (core_->plaintext.empty() && core_->begin == core_->end) {
      wipe(core_->inbox);
      core_->inbox = {};
      core_->begin = core_->end = 0;
    }
  }

  // A handler never runs inside the call that started the operation.
  template <class Self>
  void finish(Self& self, std::error_code problem) {
    problem_ = problem;
    if (!inside_initiation_) return complete(self);
    wait_ = Wait::end;
    asio::post(core_->next.get_executor(), std::move(self));
  }

  template <class Self>
  void complete(Self& self) {
    if (owns_reading_) core_->reading = false;
    core_->sendable.cancel();
    core_.reset();
    if constexpr (goal == Goal::data) {
      self.complete(problem_, bytes_);
    } else {
      self.complete(problem_);
    }
  }

  std::shared_ptr<Core<NextLayer>> core_;
  Buffers into_;
  std::error_code problem_;
  std::size_t bytes_ = 0;
  Wait wait_ = Wait::start;
  bool inside_initiation_ = true;
  bool owns_reading_ = false;
  bool reached_ = false;
  bool failing_ = false;
};

// Seals what fits into the output queue and waits until it is written: that is the back-pressure.
template <class NextLayer, class Buffers>
class Writing {
 public:
  Writing(std::shared_ptr<Core<NextLayer>> core, Buffers from) : core_(std::move(core)), from_(std::move(from)) {}

  template <class Self>
  void operator()(Self& self, const std::error_code& = {}, std::size_t = 0) {
    const bool inside_initiation = std::exchange(first_, false);
    if (step_ == Step::start && !core_->abandoned) seal();
    core_->start_flush();
    if (core_->abandoned) problem_ = asio::error::operation_aborted;
    if (!problem_ && core_->write_problem) problem_ = core_->write_problem;
    if (problem_ || (step_ != Step::start && !core_->has_output())) step_ = Step::end;
    if (step_ != Step::end) {
      asio::steady_timer& changed = core_->has_output() ? core_->flushed : core_->sendable;
      return changed.async_wait(std::move(self));
    }
    // A handler never runs inside the call that started the operation.
    if (inside_initiation) return asio::post(core_->next.get_executor(), std::move(self));
    core_.reset();
    self.complete(problem_, problem_ ? 0 : bytes_);
  }

 private:
  enum class Step : std::uint8_t { start, sealed, end };

  void seal() {
    std::array<ByteView, 16> pieces;
    std::size_t count = 0;
    for (auto at = asio::buffer_sequence_begin(from_); at != asio::buffer_sequence_end(from_) && count < pieces.size(); ++at) {
      const asio::const_buffer piece(*at);
      if (piece.size() != 0) pieces[count++] = {static_cast<const std::byte*>(piece.data()), piece.size()};
    }
    if (count == 0) {
      step_ = Step::sealed;
      return;
    }
    core_->connection.advance_to(now());
    const auto taken = send(ByteViews(pieces).first(count));
    if (!taken) {
      problem_ = make_error_code(taken.error().code());
      return;
    }
    bytes_ = *taken;
    if (bytes_ == 0 && !core_->has_output()) problem_ = core_->read_problem;  // what it waits for will not come
    if (bytes_ != 0) step_ = Step::sealed;  // else the queue is full, or the peer or an answer is needed: again after that
  }

  // A key that is used up until an open question is answered takes nothing; the answer may be there already.
  Result<std::size_t> send(ByteViews pieces) {
    Connection& connection = core_->connection;
    auto taken = connection.send(pieces);
    if (!taken && taken.error().code() == Errc::busy) {
      KW_TRY(connection.resume());
      taken = connection.send(pieces);
      if (!taken && taken.error().code() == Errc::busy) taken = 0;
    }
    // What the peer owes us will not come.
    if (taken && *taken == 0 && !core_->has_output() && connection.peer_closed() && !connection.blocked())
      return std::unexpected(Error(Errc::closed));
    return taken;
  }

  std::shared_ptr<Core<NextLayer>> core_;
  Buffers from_;
  std::error_code problem_;
  std::size_t bytes_ = 0;
  Step step_ = Step::start;
  bool first_ = true;
};

}  // namespace asio_detail

/// One TLS connection over a stream of Asio. A movable handle; operations under way keep what they need alive. Errors are
/// std::error_code of error_category(), asio::error::eof after close_notify, or what the next layer reports.
/// \threads one at a time, or a strand.   \since 0.1
template <class NextLayer>
class AsioStream {
  using Core = asio_detail::Core<NextLayer>;

 public:
  using next_layer_type = NextLayer;
  using executor_type = typename NextLayer::executor_type;

  /// The next layer is connected already. Errors: as Connection::client.
  static Result<AsioStream> client(NextLayer next, std::shared_ptr<const ClientConfig> config, PeerName name,
                                   std::uint16_t port = 0) {
    KW_ASSIGN(Connection connection, Connection::client(std::move(config), std::move(name), asio_detail::now(), port));
    return AsioStream(std::move(next), std::move(connection));
  }
  static Result<AsioStream> server(NextLayer next, std::shared_ptr<const ServerConfig> config) {
    const bool may_pause = config && config->options().pause_after_hello;
    KW_ASSIGN(Connection connection, Connection::server(std::move(config), asio_detail::now()));
    AsioStream stream(std::move(next), std::move(connection));
    stream.core_->may_pause = may_pause;
    return stream;
  }
  AsioStream(AsioStream&&) noexcept = default;
  AsioStream& operator=(AsioStream&& from) noexcept {
    if (this == &from) return *this;
    abandon();
    core_ = std::move(from.core_);
    return *this;
  }
  /// Operations under way end with operation_aborted where the next layer can be canceled. What has come to a socket is dropped:
  /// unread, it would make TCP destroy what was sent. A duplicate of the descriptor finds it half-closed and non-blocking.
  ~AsioStream() { abandon(); }

  executor_type get_executor() noexcept { return core_->next.get_executor(); }
  next_layer_type& next_layer() noexcept { return core_->next; }
  const Connection& connection() const noexcept { return core_->connection; }
  /// The whole error behind an error_code of error_category(), or null.
  const Error* failure() const noexcept { return core_->connection.failure(); }
  /// As Connection::update_keys; what it makes is written beside the operations under way.   \otp update_keys/2
  Result<void> update_keys(KeyUpdateRequest request) {
    KW_TRY(core_->connection.update_keys(request));
    core_->start_flush();
    return {};
  }
  /// As Connection::renegotiate; the end is an event, met while something is read.   \otp renegotiate/1
  Result<void> renegotiate() {
    KW_TRY(core_->connection.renegotiate());
    core_->start_flush();
    return {};
  }
  /// Server: asks for the client's certificate now (RFC 8446 4.6.2). The answer is the event PeerAuthenticated, met while
  /// something is read: async_read_some or async_wait. Errors: not_available - one side did not offer it; busy - one
  /// request is open; handshake_incomplete; write_closed.
  Result<void> request_certificate() {
    KW_TRY(core_->connection.request_certificate());
    core_->start_flush();
    return {};
  }
  /// Sends close_notify and keeps reading (RFC 8446 6.1); async_shutdown waits for the peer's as well.   \otp shutdown/2
  Result<void> close_write() {
    KW_TRY(core_->connection.close_write());
    core_->start_flush();
    return {};
  }
  /// What has happened since the last call, oldest first; at most the 64 newest are kept.
  std::vector<SocketEvent> take_events() { return std::exchange(core_->events, {}); }

  /// After async_receive_hello: the configuration to go on with, null for the present one; async_handshake is next. What the
  /// hello and this configuration do not agree on is refused here, and the client is told.
  /// \otp handshake_continue/2,3
  Result<void> continue_with(std::shared_ptr<const ServerConfig> config) { return core_->continue_with(std::move(config)); }

  /// void(std::error_code): done when the ClientHello is here and nothing was answered; connection().hello() shows it. Then
  /// continue_with and async_handshake, or async_shutdown, which refuses it with user_canceled. Error missing_option without
  /// the option pause_after_hello.   \otp handshake/2 with {handshake, hello}
  template <class Token>
  auto async_receive_hello(Token&& token) {
    return start_reading<asio_detail::Goal::hello, void(std::error_code)>(asio::mutable_buffer(), token);
  }

  /// void(std::error_code): done when the handshake is complete and our last flight is written. A hello that waits for
  /// continue_with is gone on with under the present configuration.   \otp handshake/1,2
  template <class Token>
  auto async_handshake(Token&& token) {
    return start_reading<asio_detail::Goal::handshake, void(std::error_code)>(asio::mutable_buffer(), token);
  }

  /// void(std::error_code): done when data or an event is there; nothing of it is taken. As a reading operation it is alone:
  /// busy while another one is under way.
  template <class Token>
  auto async_wait(Token&& token) {
    return start_reading<asio_detail::Goal::something, void(std::error_code)>(asio::mutable_buffer(), token);
  }

  /// void(std::error_code, std::size_t): at least one byte, unless the buffers are empty. Events that come meanwhile are
  /// kept. Errors: asio::error::eof after close_notify, truncated, busy.   \otp recv/2,3
  template <class Buffers, class Token>
  auto async_read_some(const Buffers& into, Token&& token) {
    return start_reading<asio_detail::Goal::data, void(std::error_code, std::size_t)>(into, token);
  }

  /// void(std::error_code, std::size_t): some of the buffers, sealed and written. Where a renegotiation needs the peer, or new
  /// keys need the answer to an open question, it waits; what the peer says is met while something is read. Error closed: the
  /// peer has ended, and what it owes us will not come.
  template <class Buffers, class Token>
  auto async_write_some(const Buffers& from, Token&& token) {
    return asio::async_compose<Token, void(std::error_code, std::size_t)>(asio_detail::Writing<NextLayer, Buffers>(core_, from),
                                                                          token, core_->next);
  }

  /// void(std::error_code): sends close_notify and waits for the peer's; data that comes meanwhile is dropped. During a
  /// handshake it gives up: error user_canceled, and the peer is told. While a read is under way it ends with busy once
  /// close_notify is written: go on reading, until asio::error::eof is the peer's end.   \otp close/2
  template <class Token>
  auto async_shutdown(Token&& token) {
    return start_reading<asio_detail::Goal::peer_closed, void(std::error_code)>(asio::mutable_buffer(), token);
  }

 private:
  AsioStream(NextLayer next, Connection connection) : core_(std::make_shared<Core>(std::move(next), std::move(connection))) {
    core_->arm_waker();
  }

  void abandon() noexcept {
    if (!core_) return;
    core_->abandoned = true;
    core_->flushed.cancel();
    core_->answered.cancel();
    core_->sendable.cancel();
    if constexpr (requires(NextLayer& layer, std::error_code& problem) { layer.lowest_layer().close(problem); }) {
      core_->drop_unread();
      std::error_code ignored;
      core_->next.lowest_layer().close(ignored);
    }
  }

  template <asio_detail::Goal goal, class Signature, class Buffers, class Token>
  auto start_reading(const Buffers& into, Token& token) {
    return asio::async_compose<Token, Signature>(asio_detail::Reading<NextLayer, Buffers, goal>(core_, into), token, core_->next);
  }

  std::shared_ptr<Core> core_;
};

}  // namespace keyway
