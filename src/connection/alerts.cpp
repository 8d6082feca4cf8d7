// SPDX-License-Identifier: Apache-2.0
//
// The only place that sends alerts (RFC 8446 6). Which alert belongs to which error is data: base/errc_table.cpp.
#include "connection/impl.h"

namespace keyway {

namespace {

/// What the peer is told. An error without an alert of its own is a local matter; in a handshake that ends for such a
/// reason the peer still must not wait (RFC 8446 6.2, internal_error).
std::optional<AlertDescription> alert_for(const Error& error, bool done) {
  if (const auto alert = error.alert()) return alert;
  const bool local =
      error.decided_by() == DecidedBy::us && error.group() != ErrorGroup::transport && error.group() != ErrorGroup::protocol;
  return local && !done ? std::optional(AlertDescription::internal_error) : std::nullopt;
}

}  // namespace

void ConnectionImpl::end_with(Error error) {
  //= rfc8446#6-4
  handshaker_.refuse(error);
  failure_ = std::make_unique<const Error>(std::move(error));
  if (answers_) answers_->close();
  blocked_on_.reset();
  // A flight that was not sealed yet belongs to a handshake that is over.
  if (scratch_) {
    scratch_->flight.clear();
    scratch_->paused.reset();
  }
  incoming_.reset();
  //= rfc8446#6-3
  write_closed_ = true;
}

std::unexpected<Error> ConnectionImpl::fail_with(Error error) {
  if (failure_) return std::unexpected(*failure_);
  //= rfc8446#6.2-1
  if (const auto alert = alert_for(error, done_); alert && !write_closed_) send_alert(AlertLevel::fatal, *alert);
  end_with(error);
  return std::unexpected(std::move(error));
}

Result<void> ConnectionImpl::or_fail(Result<void> done) {
  if (done) done = flush_flight();
  if (!done) return fail_with(std::move(done).error());
  return done;
}

void ConnectionImpl::send_alert(AlertLevel level, AlertDescription description) {
  const std::byte bytes[] = {static_cast<std::byte>(level), static_cast<std::byte>(description)};
  trace({.kind = TraceKind::alert, .direction = Direction::out, .name = to_string(description), .size = 2, .body = bytes});
  // An alert that cannot be sealed any more (record numbers used up) is not sent; the connection is over either way.
  (void)seal(ContentType::alert, ByteView(bytes));
}

}  // namespace keyway
