// SPDX-License-Identifier: Apache-2.0
//
// The members of Socket: receiving in the lengths that callers want, closing, and the small questions.
#include "keyway/socket.h"

#include "base/guarded.h"
#include "net/socket_core.h"

namespace keyway {
namespace {

using net::Deadline;
using net::Turn;

constexpr std::size_t max_recv_length = std::size_t{64} << 20;
constexpr std::string_view linger_timer = "close_timeout";

// Owns the reading token for one call.
class Reading {
 public:
  static Result<Reading> take(Socket::Core& core, const Deadline& deadline) {
    KW_TRY(core.take_reading(deadline));
    return Reading(core);
  }
  explicit Reading(Socket::Core& core) : core_(&core) {}
  Reading(Reading&& from) noexcept : core_(std::exchange(from.core_, nullptr)) {}
  Reading& operator=(Reading&&) = delete;
  ~Reading() {
    if (core_ != nullptr) core_->leave_reading();
  }

 private:
  Socket::Core* core_;
};

Error closed_by_peer() { return Error(Errc::closed).with({.decided_by = DecidedBy::peer}); }

// Until plaintext is there.
Result<void> read_plaintext(Socket::Core& core, const Deadline& deadline) {
  while (core.driver.inbox.plaintext.empty()) {
    KW_ASSIGN(const Turn turn, core.next(deadline));
    if (turn == Turn::peer_closed) return std::unexpected(closed_by_peer());
  }
  core.read_late -= std::min(core.read_late, core.driver.inbox.plaintext.size());  // that is what the caller waits for
  return {};
}

// Moves plaintext to the assembled bytes, no more than `limit` of them.
void assemble(Socket::Core& core, std::size_t limit) {
  MutableBytes& plaintext = core.driver.inbox.plaintext;
  const std::size_t count = std::min(plaintext.size(), limit - core.assembled.size());
  core.assembled.append(plaintext.first(count));
  plaintext = plaintext.subspan(count);
}

Bytes take_assembled(Socket::Core& core, std::size_t count) {
  Bytes taken = to_bytes(core.assembled.view().first(count));
  core.assembled.consume(count);
  if (core.assembled.empty()) core.assembled.release();
  return taken;
}

Result<Bytes> receive_exactly(Socket::Core& core, std::size_t length, const Deadline& deadline) {
  if (length > max_recv_length) return fail(Errc::too_long);
  while (core.assembled.size() < length) {
    if (const auto ready = read_plaintext(core, deadline); !ready) {
      const bool goes_on = ready.error().code() == Errc::timeout;
      if (goes_on || core.assembled.empty()) return std::unexpected(ready.error());
      return take_assembled(core, core.assembled.size());
    }
    assemble(core, length);
  }
  return take_assembled(core, length);
}

// Whatever is there: one record at least, and those behind it that have already been read.
Result<Bytes> receive_available(Socket::Core& core, const Deadline& deadline) {
  if (core.assembled.empty()) KW_TRY(read_plaintext(core, deadline));
  assemble(core, max_recv_length);
  for (;;) {
    const bool more =
        core.driver.inbox.plaintext.empty() && !core.driver.inbox.wire().empty() && core.assembled.size() < max_recv_length;
    if (!more) break;
    const auto turn = core.step();
    if (!turn || *turn != Turn::plaintext) break;  // errors and ends are told by the next call
    assemble(core, max_recv_length);
  }
  return take_assembled(core, core.assembled.size());
}

// Everything that is queued, close_notify behind it; whoever is sending ends first.
Result<void> write_the_last(Socket::Core& core, const Deadline& deadline) {
  Socket::Core::Writing token(core, deadline);
  if (!token) return net::timed_out({}, "another thread is still sending");
  return core.write_out(token, deadline, Socket::Core::Token::release);
}

// Until the peer has said close_notify; what comes before it is dropped.
Result<void> await_the_end(Socket::Core& core, const Deadline& deadline) {
  if (!core.take_reading_within(deadline)) return net::timed_out({}, "another thread is still receiving");
  const Reading reading(core);
  for (;;) {
    core.driver.inbox.plaintext = {};
    KW_ASSIGN(const Turn turn, core.next(deadline));
    if (turn == Turn::peer_closed) return {};
  }
}

// Whoever is receiving at this moment takes it anyway.
void drop_what_came(Socket::Core& core) {
  const Deadline at_once(Duration::zero());
  if (!core.take_reading_within(at_once)) return;
  const Reading reading(core);
  core.drop_unread(at_once);
}

}  // namespace

Socket::Socket(std::shared_ptr<Core> core) noexcept : core_(std::move(core)) {}
Socket::Socket(Socket&&) noexcept = default;
Socket& Socket::operator=(Socket&&) noexcept = default;
Socket::~Socket() {
  if (core_) core_->transport->close();
}

Result<void> Socket::send(ByteView bytes, Duration timeout) { return send(ByteViews(&bytes, 1), timeout); }
Result<void> Socket::send(ByteViews pieces, Duration timeout) { return core_->send(pieces, Deadline(timeout)); }

Result<Bytes> Socket::recv(std::size_t length, Duration timeout) {
  const Deadline deadline(timeout);
  KW_ASSIGN(const Reading reading, Reading::take(*core_, deadline));
  return length == 0 ? receive_available(*core_, deadline) : receive_exactly(*core_, length, deadline);
}

Result<std::size_t> Socket::recv_some(MutableBytes into, Duration timeout) {
  const Deadline deadline(timeout);
  KW_ASSIGN(const Reading reading, Reading::take(*core_, deadline));
  if (into.empty()) return std::size_t{0};
  if (!core_->assembled.empty()) {
    const std::size_t count = std::min(into.size(), core_->assembled.size());
    std::ranges::copy(core_->assembled.view().first(count), into.begin());
    core_->assembled.consume(count);
    if (core_->assembled.empty()) core_->assembled.release();
    return count;
  }
  KW_TRY(read_plaintext(*core_, deadline));
  MutableBytes& plaintext = core_->driver.inbox.plaintext;
  const std::size_t count = std::min(into.size(), plaintext.size());
  std::ranges::copy(plaintext.first(count), into.begin());
  plaintext = plaintext.subspan(count);
  return count;
}

Result<void> Socket::wait(Duration timeout) {
  const Deadline deadline(timeout);
  KW_ASSIGN(const Reading reading, Reading::take(*core_, deadline));
  const auto something = [&] {
    const std::lock_guard lock(core_->mutex);
    return !core_->assembled.empty() || !core_->driver.inbox.plaintext.empty() || core_->driver.has_events();
  };
  while (!something()) {
    KW_ASSIGN(const Turn turn, core_->next(deadline));
    if (turn == Turn::peer_closed) return std::unexpected(closed_by_peer());
  }
  return {};
}

Result<void> Socket::close(Duration linger) {
  KW_TRY(core_->refuse_reentry());
  const Deadline deadline(linger);
  {
    const Core::Inside in(*core_);
    if (std::exchange(core_->closed, true)) return {};
    static_cast<void>(core_->driver.connection.close());
  }
  const bool limited = linger > Duration::zero() && linger != no_timeout;
  if (limited) core_->note_timer(linger_timer, "armed", linger);
  core_->answer->raise();  // a reader that waits for a late answer waits in vain, and has the reading token
  Result<void> result = write_the_last(*core_, deadline);
  static_cast<void>(core_->end_transport_writing());
  if (linger > Duration::zero() && result) result = await_the_end(*core_, deadline);
  const bool fired = !result && result.error().code() == Errc::timeout;
  if (limited) core_->note_timer(linger_timer, fired ? "fired" : "stopped");
  drop_what_came(*core_);
  core_->transport->close();
  return linger > Duration::zero() ? result : Result<void>();
}

Result<void> Socket::shutdown(Ways ways, Duration timeout) {
  KW_TRY(core_->may_enter());
  if (ways != Ways::write) {
    const std::lock_guard lock(core_->mutex);
    core_->read_shut = true;
  }
  if (ways == Ways::read) return {};
  {
    const Core::Inside in(*core_);
    KW_TRY(core_->driver.connection.close_write());
  }
  if (ways == Ways::write) return core_->flush(Deadline(timeout));
  KW_TRY(write_the_last(*core_, Deadline(timeout)));
  return core_->end_transport_writing();
}

Result<void> Socket::update_keys(KeyUpdateRequest request) {
  KW_TRY(core_->may_enter());
  {
    const Core::Inside in(*core_);
    KW_TRY(core_->driver.connection.update_keys(request));
  }
  return core_->flush_now();
}

Result<void> Socket::renegotiate() {
  KW_TRY(core_->may_enter());
  {
    const Core::Inside in(*core_);
    KW_TRY(core_->driver.connection.renegotiate());
    core_->driver.expect_renegotiation();
  }
  return core_->flush_now();
}

Result<void> Socket::renegotiate(Duration timeout) {
  const Deadline deadline(timeout);
  KW_ASSIGN(const Reading reading, Reading::take(*core_, deadline));
  KW_TRY(renegotiate());
  return core_->await_renegotiation(deadline);
}

Result<void> Socket::request_certificate() {
  KW_TRY(core_->may_enter());
  {
    const Core::Inside in(*core_);
    KW_TRY(core_->driver.connection.request_certificate());
  }
  return core_->flush_now();
}

Result<std::vector<SocketEvent>> Socket::take_events() {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.take_events();
}

Result<ConnectionInfo> Socket::info() const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.info();
}

Result<std::string> Socket::negotiated_protocol() const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.info().alpn;
}

Result<Endpoint> Socket::peer_name() const {
  KW_TRY(core_->refuse_reentry());
  return guarded([&] { return core_->transport->peer_name(); });
}

Result<Endpoint> Socket::socket_name() const {
  KW_TRY(core_->refuse_reentry());
  return guarded([&] { return core_->transport->socket_name(); });
}

Result<void> Socket::export_key(std::string_view label, std::optional<ByteView> context, MutableBytes out) const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.export_key(label, context, out);
}

Result<void> Socket::prf(PrfSecret secret, std::string_view label, std::span<const PrfSeed> seed, MutableBytes out) const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.prf(secret, label, seed, out);
}

Result<SecretBytes> Socket::master_secret() const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.master_secret();
}

Result<std::vector<SecretBytes>> Socket::key_log() const {
  KW_TRY(core_->refuse_reentry());
  const std::lock_guard lock(core_->mutex);
  return core_->driver.connection.key_log();
}

}  // namespace keyway
