// SPDX-License-Identifier: Apache-2.0
//
// Driving one connection from several threads: tokens, flushing, waiting for answers, and the last words after an error.
#include "net/socket_core.h"

#include <array>

#include "base/guarded.h"

namespace keyway {
namespace {

using net::Deadline;
using net::Turn;

constexpr std::size_t inbox_capacity = 65536;
constexpr std::size_t max_late = inbox_capacity;           // read after the time is up: who polls gets what is there
constexpr std::chrono::milliseconds unsent_retry{20};      // a reader's own output, while the kernel takes none
constexpr std::chrono::milliseconds goodbye_time{200};
constexpr std::string_view handshake_timer = "handshake_timeout";
constexpr std::size_t max_kept = std::size_t{1} << 20;     // data that came while a send waited for the peer
constexpr std::size_t goodbye_bytes = std::size_t{1} << 18;

}  // namespace

void AnswerSignal::raise() {
  const std::lock_guard lock(mutex);
  raised = true;
  changed.notify_all();
}

bool AnswerSignal::wait(const Deadline& deadline) {
  std::unique_lock lock(mutex);
  const auto is_raised = [&] { return raised; };
  const Duration left = deadline.remaining();
  if (left == no_timeout) {
    changed.wait(lock, is_raised);
  } else if (!changed.wait_for(lock, left, is_raised)) {
    return false;
  }
  raised = false;
  return true;
}

Socket::Core::Core(std::unique_ptr<Transport> from, Connection connection)
    : transport(std::move(from)), driver(std::move(connection), inbox_capacity), answer(std::make_shared<AnswerSignal>()) {
  driver.connection.set_waker([signal = answer] { signal->raise(); });
}

Socket::Core::~Core() { transport->close(); }

Socket::Core::Inside::Inside(Core& core) : core_(core), lock_(core.mutex) {
  core_.inside.store(std::this_thread::get_id(), std::memory_order_relaxed);
  core_.driver.connection.advance_to(net::now());
}

Socket::Core::Inside::~Inside() { core_.inside.store(std::thread::id{}, std::memory_order_relaxed); }

Result<void> Socket::Core::refuse_reentry() const {
  if (inside.load(std::memory_order_relaxed) == std::this_thread::get_id()) return fail(Errc::reentrant);
  return {};
}

Result<void> Socket::Core::may_enter() const {
  KW_TRY(refuse_reentry());
  const std::lock_guard lock(mutex);
  if (closed) return fail(Errc::canceled);
  return {};
}

Error Socket::Core::remember(std::optional<Error>& slot, std::mutex& guard, const Error& error) {
  const std::lock_guard lock(guard);
  if (error.code() != Errc::timeout && !slot) slot = error;
  return error;
}

// ---- reading

Result<void> Socket::Core::take_reading(const Deadline& wanted) {
  KW_TRY(refuse_reentry());
  std::optional<Deadline> deadline;  // made where somebody is waited for
  std::unique_lock lock(mutex);
  for (;;) {
    if (closed) return fail(Errc::canceled);
    if (reading && !reading_to_send) return fail(Errc::busy);
    if (read_shut) return fail(Errc::canceled);
    if (!reading) break;
    // Who only looks whether something is there waits for a sender all the same, which goes on after a moment.
    if (!deadline) deadline.emplace(std::max<Duration>(wanted.remaining(), 2 * unsent_retry));
    ++receivers_waiting;
    const bool has_changed = wait_for_change(lock, *deadline);
    --receivers_waiting;
    if (!has_changed) return net::timed_out({}, "another thread reads what its sending needs");
  }
  reading = true;
  read_late = 0;
  return {};
}

// A receiver goes before it: that one reads for both.
bool Socket::Core::take_reading_to_send(const Deadline& deadline) {
  std::unique_lock lock(mutex);
  while (reading || receivers_waiting != 0) {
    if (!wait_for_change(lock, deadline)) return false;
  }
  reading = reading_to_send = true;
  read_late = 0;
  return true;
}

bool Socket::Core::wait_for_change(std::unique_lock<std::mutex>& lock, const Deadline& deadline) {
  const Duration left = deadline.remaining();
  if (left == Duration::zero()) return false;
  if (left == no_timeout) {
    changed.wait(lock);
  } else {
    changed.wait_for(lock, left);
  }
  return true;
}

bool Socket::Core::take(bool& token, const Deadline& deadline) {
  std::unique_lock lock(mutex);
  while (token) {
    if (!wait_for_change(lock, deadline)) return false;
  }
  token = true;
  return true;
}

bool Socket::Core::take_reading_within(const Deadline& deadline) {
  if (!take(reading, deadline)) return false;
  read_late = 0;
  return true;
}

void Socket::Core::leave_reading() {
  if (driver.inbox.empty()) driver.inbox.release();
  const std::lock_guard lock(mutex);
  KW_INVARIANT(reading);
  reading = reading_to_send = false;
  changed.notify_all();
}

Result<Turn> Socket::Core::step() {
  const Inside in(*this);
  auto turn = driver.advance();
  if (turn && *turn == Turn::blocked) {
    KW_TRY(driver.connection.resume());  // the answer may be there already
    turn = driver.advance();
  }
  return turn;
}

Result<Turn> Socket::Core::next(const Deadline& deadline) {
  for (;;) {
    const auto turn = step();
    if (!turn) return last_words(why_it_ended(turn.error()));
    // Answers to the peer (KeyUpdate, the next flight) leave before anything is awaited. A peer that does not read must
    // not stop us from reading: after the handshake, what cannot be written now is tried again while we read. Other
    // failures to write are no reason to stop either, for the peer's last words may say why.
    const auto flushed = flush(established ? Deadline(Duration::zero()) : deadline);
    if (!flushed && !established && flushed.error().code() == Errc::timeout) return std::unexpected(flushed.error());
    switch (*turn) {
      case Turn::need_bytes: KW_TRY(receive_bytes(deadline)); break;
      case Turn::blocked:
        if (const auto answered = wait_for_answer(deadline); !answered) return last_words(answered.error());
        break;
      default: return turn;
    }
  }
}

/// What ended the stream in a handshake says more than that it ended.
Error Socket::Core::why_it_ended(const Error& error) {
  const std::lock_guard lock(mutex);
  return error.code() == Errc::truncated && read_broken ? *read_broken : error;
}

bool Socket::Core::has_unsent() {
  const std::lock_guard lock(mutex);
  return !writing && !write_broken && (outgoing_sent != outgoing.size() || !driver.connection.output().empty());
}

Result<void> Socket::Core::receive_bytes(const Deadline& deadline) {
  {
    const std::lock_guard lock(mutex);
    if (read_broken) return std::unexpected(*read_broken);
  }
  for (;;) {
    const Duration left = deadline.remaining();
    if (left == Duration::zero() && read_late >= max_late) return net::timed_out({}, "the peer sends all the time, but no data");
    const Duration slice = has_unsent() ? std::min<Duration>(left, unsent_retry) : left;
    const MutableBytes space = driver.inbox.space();
    const auto count = guarded([&] { return transport->read(space, slice); });
    if (count && *count != 0) {
      driver.inbox.received(*count);
      if (left == Duration::zero()) read_late += *count;
      return {};
    }
    if (count) {
      const Inside in(*this);
      KW_TRY(driver.end_of_input());
      return {};  // close_notify came before; the next step says so
    }
    const bool broken = count.error().code() != Errc::timeout;
    if (broken) {
      const Inside in(*this);
      // What was offered is not offered again.
      if (!driver.connection.handshake_done()) static_cast<void>(driver.end_of_input());
    }
    if (broken || slice == left) return std::unexpected(remember(read_broken, mutex, count.error()));
    static_cast<void>(flush(Deadline(Duration::zero())));
  }
}

Result<void> Socket::Core::wait_for_answer(const Deadline& deadline) {
  if (!answer->wait(deadline)) return net::timed_out({}, "a callback did not answer in time");
  const Inside in(*this);
  if (closed) return fail(Errc::canceled);
  return driver.connection.resume();
}

// ---- writing

void Socket::Core::abandon_writing() noexcept {
  const std::lock_guard lock(mutex);
  if (!write_broken) write_broken = Error(Errc::internal);
  outgoing.release();
  outgoing_sent = 0;
  writing = false;
  changed.notify_all();
}

Result<void> Socket::Core::end_transport_writing() {
  return guarded([&] { return transport->shutdown_write(); });
}

// The connection's views end with its next call, which a reader may make at any time: so the bytes are copied out.
Result<bool> Socket::Core::take_output() {
  if (write_broken) return std::unexpected(*write_broken);
  outgoing.clear();
  outgoing_sent = 0;
  for (const ByteView piece : driver.connection.output()) outgoing.append(piece);
  driver.connection.output_sent(outgoing.size());
  return !outgoing.empty();
}

Result<void> Socket::Core::write_out(Writing& token, const Deadline& deadline, Token afterwards) {
  KW_INVARIANT(token && writing);
  for (;;) {
    if (outgoing_sent == outgoing.size()) {
      const std::lock_guard lock(mutex);
      const auto more = take_output();
      if (!more || (!*more && afterwards == Token::release)) {
        token.left();
        writing = false;  // with the lock held: whoever queues more from now on finds the token free
        if (outgoing.empty()) outgoing.release();
        changed.notify_all();
      }
      if (!more) return std::unexpected(more.error());
      if (!*more) return {};
    }
    const ByteView rest = outgoing.view().subspan(outgoing_sent);
    const auto count = guarded([&] { return transport->write(ByteViews(&rest, 1), deadline.remaining()); });
    if (!count) {
      const Error error = remember(write_broken, mutex, count.error());
      const std::lock_guard lock(mutex);
      token.left();
      writing = false;
      changed.notify_all();
      return std::unexpected(error);
    }
    outgoing_sent += *count;
  }
}

Result<void> Socket::Core::flush(const Deadline& deadline) {
  Writing token(*this, Deadline(Duration::zero()));
  if (!token) return {};
  return write_out(token, deadline, Token::release);
}

Result<void> Socket::Core::flush_now() {
  const auto flushed = flush(Deadline(Duration::zero()));
  if (!flushed && flushed.error().code() == Errc::timeout) return {};
  return flushed;
}

Result<void> Socket::Core::send(ByteViews pieces, const Deadline& deadline) {
  KW_TRY(may_enter());
  std::vector<ByteView> rest(pieces.begin(), pieces.end());
  std::size_t first = 0;
  Writing token(*this, deadline);
  if (!token) return net::timed_out({}, "another thread is still sending");
  for (;;) {
    while (first < rest.size() && rest[first].empty()) ++first;
    if (first == rest.size()) return write_out(token, deadline, Token::release);
    Result<std::size_t> taken;
    {
      const Inside in(*this);
      taken = driver.connection.send(ByteViews(rest).subspan(first));
    }
    if (!taken && taken.error().code() == Errc::busy) taken = 0;  // the key is used up until an open question is answered
    if (!taken) {
      static_cast<void>(write_out(token, Deadline(Duration::zero()), Token::release));
      return std::unexpected(taken.error());
    }
    for (std::size_t count = *taken; count != 0;) {
      const std::size_t part = std::min(count, rest[first].size());
      rest[first] = rest[first].subspan(part);
      count -= part;
      if (rest[first].empty()) ++first;
    }
    if (first < rest.size()) KW_TRY(write_out(token, deadline, Token::keep));
    if (*taken != 0) continue;
    if (const auto read = read_for_sending(deadline); !read) {
      if (token) static_cast<void>(write_out(token, Deadline(Duration::zero()), Token::release));
      return read;
    }
  }
}

Result<void> Socket::Core::keep_plaintext() {
  MutableBytes& plaintext = driver.inbox.plaintext;
  if (plaintext.empty()) return {};
  if (assembled.size() + plaintext.size() > max_kept) return fail(Errc::busy);
  assembled.append(plaintext);
  plaintext = {};
  return {};
}

Result<void> Socket::Core::await_renegotiation(const Deadline& deadline) {
  for (;;) {
    KW_TRY(keep_plaintext());
    KW_ASSIGN(const Turn turn, next(deadline));
    if (turn == Turn::peer_closed) return fail(Errc::closed, {.decided_by = DecidedBy::peer});
    if (turn != Turn::event) continue;
    const std::lock_guard lock(mutex);
    if (driver.renegotiation() == net::Driver::Renegotiation::made) return {};
    if (driver.renegotiation() == net::Driver::Renegotiation::declined)
      return fail(Errc::renegotiation_rejected, {.decided_by = DecidedBy::peer});
  }
}

// The token is held for a moment at a time, and nothing is written meanwhile: a peer that does not read may await our receiver.
Result<void> Socket::Core::read_for_sending(const Deadline& deadline) {
  const auto goes_on = [this] {
    const std::lock_guard lock(mutex);
    return driver.connection.send_capacity() != 0 || !driver.connection.output().empty();
  };
  if (goes_on()) return {};
  if (deadline.remaining() == Duration::zero()) return net::timed_out({}, "no answer came that new keys wait for");
  const auto moment = [&] { return Deadline(std::min<Duration>(deadline.remaining(), unsent_retry)); };
  if (!take_reading_to_send(moment())) return {};
  struct Leave {
    Core& core;
    ~Leave() { core.leave_reading(); }
  } const leave{*this};
  KW_TRY(keep_plaintext());  // a receiver may have left the rest of a record where the next one is read to
  KW_ASSIGN(const Turn turn, step());
  if (turn == Turn::peer_closed) return fail(Errc::closed);
  if (turn == Turn::plaintext) return keep_plaintext();
  // An answer that had come already was taken by that step: the peer may have nothing to say.
  if ((turn != Turn::need_bytes && turn != Turn::blocked) || goes_on()) return {};
  const auto waited = turn == Turn::blocked ? wait_for_answer(moment()) : receive_bytes(moment());
  if (!waited && waited.error().code() == Errc::timeout) return {};
  return waited;
}

// ---- the handshake and the end

void Socket::Core::note_timer(std::string_view name, std::string_view what, Duration after) {
  if (!driver.connection.is_traced()) return;
  const Inside in(*this);
  driver.connection.trace({.kind = TraceKind::timer, .name = name, .text = what, .after = after});
}

Result<Turn> Socket::Core::handshake(const Deadline& deadline, Until until) {
  const Duration left = deadline.remaining();
  if (left != no_timeout) note_timer(handshake_timer, "armed", left);
  auto turn = drive_handshake(deadline, until);
  const bool fired = !turn && turn.error().code() == Errc::timeout;
  if (left != no_timeout && !fired) note_timer(handshake_timer, "stopped");
  if (!turn) return std::unexpected(with_warnings(turn.error()));
  return turn;
}

// There will be no socket to take them from.
Error Socket::Core::with_warnings(const Error& error) {
  std::vector<AlertReceived> warnings;
  for (const SocketEvent& event : driver.take_events()) {
    if (const auto* alert = std::get_if<AlertReceived>(&event)) warnings.push_back(*alert);
  }
  if (warnings.empty()) return error;
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  detail.warnings = std::move(warnings);
  return Error(error.code(), error.file(), error.line()).with(std::move(detail));
}

Result<Turn> Socket::Core::drive_handshake(const Deadline& deadline, Until until) {
  read_late = 0;
  for (;;) {
    const auto turn = next(deadline);
    if (!turn) {
      if (turn.error().code() != Errc::timeout) return turn;
      note_timer(handshake_timer, "fired");
      {
        const Inside in(*this);
        static_cast<void>(driver.connection.abort(AlertDescription::user_canceled));
      }
      static_cast<void>(flush(Deadline(Duration::zero())));
      const auto peer = guarded([&] { return transport->peer_name(); });
      return net::timed_out(peer ? to_string(*peer) : std::string(), "the handshake was not complete in time");
    }
    if (*turn == Turn::handshake_done || *turn == Turn::false_started) break;
    if (*turn == Turn::hello) {
      if (until == Until::hello) return turn;
      KW_TRY(continue_with(nullptr));
    }
  }
  if (const auto flushed = flush(deadline); !flushed) {
    if (flushed.error().code() == Errc::timeout) note_timer(handshake_timer, "fired");
    return std::unexpected(flushed.error());
  }
  established = true;
  if (driver.inbox.empty()) driver.inbox.release();
  return Turn::handshake_done;
}

Result<void> Socket::Core::continue_with(std::shared_ptr<const ServerConfig> config) {
  const auto done = [&] {
    const Inside in(*this);
    return driver.connection.continue_with(std::move(config));
  }();
  if (!done) return last_words(done.error());
  return {};
}

std::unexpected<Error> Socket::Core::last_words(const Error& error) {
  const bool failed = [&] {
    const std::lock_guard lock(mutex);
    return driver.connection.failure() != nullptr;
  }();
  if (failed && !std::exchange(said_goodbye, true)) say_goodbye();
  return std::unexpected(error);
}

void Socket::Core::say_goodbye() {
  const Deadline deadline(goodbye_time);
  static_cast<void>(flush(deadline));
  static_cast<void>(end_transport_writing());
  drop_unread(deadline);
}

// Closing with unread bytes in the kernel makes it send a reset, which destroys what the peer has not read yet
// (RFC 1122 4.2.2.13): the alert, or our last data. So they are read away.
void Socket::Core::drop_unread(const Deadline& deadline) {
  {
    const std::lock_guard lock(mutex);
    if (read_broken) return;
  }
  std::array<std::byte, 4096> unread;
  for (std::size_t total = 0; total < goodbye_bytes;) {
    const Duration slice = std::min<Duration>(deadline.remaining(), std::chrono::milliseconds(50));
    const auto count = guarded([&] { return transport->read(unread, slice); });
    if (!count || *count == 0) return;
    total += *count;
  }
}

}  // namespace keyway
