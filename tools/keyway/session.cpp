// SPDX-License-Identifier: Apache-2.0
//
// Driving one non-blocking socket from an Asio loop.
#include "session.h"

#include <fmt/core.h>
#include <sys/socket.h>

#include <asio/post.hpp>
#include <nlohmann/json.hpp>

#include "report.h"
#include "values.h"

namespace keyway::tool {
namespace {

constexpr std::chrono::seconds linger{2};             // for the peer's close_notify after ours
constexpr std::chrono::milliseconds stop_linger{500};  // the same, while the whole server stops
constexpr std::string_view close_timer = "close_timeout";
constexpr std::string_view write_timer = "write_timeout";

}  // namespace

Session::Session(asio::io_context& context, NonBlockingSocket socket, std::shared_ptr<const WireCount> wire,
                 const ServerPlan& plan, Output& output, int number, std::function<void()> ended)
    : context_(context),
      socket_(std::move(socket)),
      wire_(std::move(wire)),
      descriptor_(context, socket_.descriptor()),
      timer_(context),
      plan_(plan),
      output_(output),
      ended_(std::move(ended)),
      started_(std::chrono::steady_clock::now()),
      number_(number) {}

Session::~Session() { static_cast<void>(descriptor_.release()); }

void Session::start() {
  // A late answer comes on another thread; it only posts.
  socket_.set_waker([weak = weak_from_this(), &context = context_] {
    asio::post(context, [weak] {
      const auto self = weak.lock();
      if (!self || self->state_ == State::ended) return;
      if (const auto woken = self->socket_.on_woken(); !woken) return self->finish(&woken.error());
      self->on_event(false, false);
    });
  });
  if (output_.json()) {
    const auto peer = socket_.peer_name();
    const auto local = socket_.socket_name();
    output_.event({{"event", "connected"},
                   {"conn", number_},
                   {"peer", peer ? to_string(*peer) : ""},
                   {"local", local ? to_string(*local) : ""}});
  }
  arm("handshake_timeout", plan_.handshake_timeout);
  on_event(true, false);
}

void Session::arm(std::string_view name, Duration duration) {
  if (!armed_.empty() && armed_ != name) note_timer("stopped");
  armed_ = name;
  note_timer("armed", duration);
  timer_.expires_after(duration);
  timer_.async_wait([self = shared_from_this()](std::error_code problem) {
    if (!problem && self->state_ != State::ended && self->timer_.expiry() <= std::chrono::steady_clock::now()) self->on_timer();
  });
}

void Session::disarm() {
  timer_.cancel();
  if (!armed_.empty()) note_timer("stopped");
  armed_ = {};
}

void Session::note_timer(std::string_view what, Duration after) const {
  socket_.connection().trace({.kind = TraceKind::timer, .name = armed_, .text = what, .after = after});
}

void Session::on_timer() {
  note_timer("fired");
  armed_ = {};
  if (state_ == State::closing && (stopped_ || socket_.flushed())) return finish(nullptr);
  const Error late = Error(Errc::timeout)
                         .with({.decided_by = DecidedBy::us,
                                .reason = state_ == State::handshake ? "the handshake was not complete in time"
                                          : state_ == State::closing ? "the peer does not read"
                                                                     : "the connection was idle"});
  static_cast<void>(socket_.close_write());  // RFC 8446 6.1: the peer is told, in a handshake that it is given up
  finish(&late);
}

void Session::stop() {
  if (state_ == State::ended) return;
  stopped_ = true;
  const State before = std::exchange(state_, State::closing);
  arm(close_timer, stop_linger);
  if (before == State::closing) return;
  const auto closed = socket_.close_write();
  if (!closed) return finish(&closed.error());
  if (before == State::handshake) return finish(nullptr);
  on_event(false, false);
}

void Session::on_event(bool readable, bool writable) {
  if (state_ == State::ended) return;
  const auto done = step(readable, writable);
  if (!done) return finish(&done.error());
  if (state_ == State::closing && !stopped_) await_end();
  if (state_ == State::closing && socket_.peer_closed() && socket_.flushed()) return finish(nullptr);
  watch();
  if (reading_ || writing_ || !armed_.empty() || socket_.waits_for_answer()) return;
  const Error stuck =
      Error(Errc::closed)
          .with({.decided_by = DecidedBy::peer,
                 .reason = socket_.peer_closed() ? "what is left to send needs new keys, and nothing comes any more"
                                                 : "it sends more than can wait while new keys are needed"});
  static_cast<void>(socket_.close_write());
  finish(&stuck);
}

// A peer that reads slowly gets all that is queued, as long as some of it goes; only then its close_notify is awaited.
void Session::await_end() {
  const std::uint64_t written = wire_->out.load(std::memory_order_relaxed);
  if (socket_.flushed()) {
    if (armed_ != close_timer) arm(close_timer, linger);
  } else if (armed_ != write_timer || written != written_) {
    written_ = written;
    arm(write_timer, plan_.write_timeout);
  }
}

void Session::watch() {
  if (!reading_ && socket_.want_read()) {
    reading_ = true;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_read, [self = shared_from_this()](std::error_code problem) {
      self->reading_ = false;
      if (!problem) self->on_event(true, false);
    });
  }
  if (!writing_ && socket_.want_write()) {
    writing_ = true;
    descriptor_.async_wait(asio::posix::stream_descriptor::wait_write, [self = shared_from_this()](std::error_code problem) {
      self->writing_ = false;
      if (!problem) self->on_event(false, true);
    });
  }
}

Result<void> Session::step(bool readable, bool writable) {
  if (writable) KW_TRY(socket_.on_writable());
  if (readable) KW_TRY(socket_.on_readable());
  if (state_ == State::handshake) KW_TRY(handshake());
  if (state_ == State::serving) KW_TRY(serve());
  if (state_ == State::closing && !socket_.plaintext().empty()) KW_TRY(socket_.plaintext_used(socket_.plaintext().size()));
  return {};
}

Result<void> Session::handshake() {
  while (socket_.paused_after_hello()) {
    if (const auto hello = socket_.connection().hello()) {
      output_.event(hello_event(number_, *hello));
      output_.line("hello", fmt::format("#{}  {}", number_, hello_line(*hello)));
    }
    KW_TRY(socket_.continue_with(nullptr));
  }
  if (!socket_.handshake_done()) return {};
  say_done();
  duty_ = plan_.make_duty();
  state_ = State::serving;
  disarm();
  return {};
}

void Session::say_done() {
  if (!output_.json() && output_.quiet()) return;
  const Duration took = std::chrono::steady_clock::now() - started_;
  const ConnectionInfo& info = socket_.connection().info();
  if (output_.json()) return output_.event(handshake_event(number_, info, took));
  const auto peer = socket_.peer_name();
  output_.line("accepted", fmt::format("#{}  {}  {}   {}", number_, peer ? to_string(*peer) : "?", parameters_line(info),
                                       duration_text(took)));
  output_.line("session", fmt::format("#{}  {}", number_, session_line(info)));
  if (const std::string client = certificate_line(info); !client.empty()) {
    output_.line("client", fmt::format("#{}  {}", number_, client));
  }
}

Result<void> Session::serve() {
  if (plan_.idle_timeout) arm("idle_timeout", *plan_.idle_timeout);
  take_events();
  KW_TRY(duty_->output(socket_));
  while (!socket_.plaintext().empty()) {
    KW_ASSIGN(const std::size_t used, duty_->input(socket_, socket_.plaintext()));
    if (used == 0) break;
    // Sending may have moved it.
    const MutableBytes plaintext = socket_.plaintext().first(used);
    if (output_.json()) output_.event({{"event", "data"}, {"conn", number_}, {"bytes", used}, {"data", base64(plaintext)}});
    KW_TRY(socket_.plaintext_used(used));
  }
  take_events();
  const bool nothing_more = socket_.peer_closed() && socket_.plaintext().empty() && !duty_->has_output();
  if (!duty_->finished() && !nothing_more) return {};
  state_ = State::closing;
  return socket_.close_write();
}

void Session::take_events() {
  const auto events = socket_.take_events();
  const std::uint32_t own = socket_.connection().info().key_updates_sent;
  if (!events.empty() || own != told_.own_key_updates) show_events(output_, number_, events, own, told_);
}

void Session::finish(const Error* error) {
  if (std::exchange(state_, State::ended) == State::ended) return;
  disarm();
  descriptor_.cancel();
  take_events();
  tell_end(error);
  // The alert is in the kernel; half closing lets it arrive before the reset that unread bytes would cause.
  ::shutdown(socket_.descriptor(), SHUT_WR);
  ended_();
}

// Each failure is an event, also those of peers that only vanish.
void Session::tell_end(const Error* error) {
  const auto sent = SentAlert::of_thread().take();
  if (error != nullptr) {
    const auto peer = socket_.peer_name();
    tell_failure(output_, number_, *error, sent, socket_.handshake_done() ? "failed" : "refused", peer ? to_string(*peer) : "");
  }
  const bool in_order = socket_.flushed() && (socket_.peer_closed() || stopped_);
  const std::string_view how = error != nullptr ? how_it_ended(*error, sent) : in_order ? "close_notify" : "timeout";
  output_.event(
      closed_event(number_, how, wire_->in.load(std::memory_order_relaxed), wire_->out.load(std::memory_order_relaxed)));
}

}  // namespace keyway::tool
