// SPDX-License-Identifier: Apache-2.0
//
// Alerts (RFC 8446 6) of errors, and of ends that the application wants. Which alert belongs to which error is data:
// base/errc_table.cpp; and so is what a version knows: names/alert_of_version.cpp. Two warnings of TLS 1.2 and below are
// steps of its handshakes: flow_impl.cpp.
#include "connection/impl.h"
#include "names/alert_of_version.h"

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

const Error FailureDeleter::out_of_memory{Errc::internal};

void ConnectionImpl::end_with(Error error) {
  //= rfc8446#6-4
  handshaker_.refuse(error);
  failure_ = std::make_unique<const Error>(std::move(error));
  drop_unfinished();
}

void ConnectionImpl::drop_unfinished() noexcept {
  if (answers_) answers_->close();
  blocked_on_.reset();
  // A flight that was not sealed yet belongs to a handshake that is over.
  if (scratch_) {
    scratch_->flight.clear();
    scratch_->paused.reset();
    scratch_->ahead.reset();
  }
  incoming_.reset();
  //= rfc8446#6-3
  write_closed_ = true;
}

void ConnectionImpl::break_off() noexcept {
  if (failure_) return;
  try {
    (void)fail_with(Error(Errc::internal));
  } catch (...) {  // no memory for the alert or for the error: there is one that needs none
    if (!failure_) failure_.reset(&FailureDeleter::out_of_memory);
    drop_unfinished();
  }
}

std::unexpected<Error> ConnectionImpl::fail_with(Error error) {
  if (failure_) return std::unexpected(*failure_);
  const auto alert = alert_for(error, done_);
  //= rfc8446#6.2-1
  //= rfc5246#7.2.2-2
  if (alert && !write_closed_) send_alert(AlertLevel::fatal, *alert);
  // A server that hangs up on what we offer would do so each time.
  const bool dropped = in_.role == Role::client && !done_ && error.code() == Errc::truncated;
  //= rfc5246#7.2.2-1
  if (alert || error.code() == Errc::alert_received || dropped) forget_session();
  end_with(error);
  return std::unexpected(std::move(error));
}

// RFC 5246 7.2.2: what ended with a fatal alert is not resumed. A store that fails here changes nothing: it is over already.
void ConnectionImpl::forget_session() {
  if (in_.role == Role::client) {
    (void)drop_session();
  } else if (facts_.info.session_id && in_.server().sessions) {
    (void)guarded([&] { in_.server().sessions->remove(*facts_.info.session_id); });
  }
}

Result<void> ConnectionImpl::or_fail(Result<void> done) {
  if (done) done = flush_flight();
  if (!done) return fail_with(std::move(done).error());
  return done;
}

void ConnectionImpl::send_alert(AlertLevel level, AlertDescription description) {
  const auto known = alert_of(older() ? facts_.info.version : in_.common().versions.front(), description);
  if (!known) return;
  const std::byte bytes[] = {static_cast<std::byte>(level), static_cast<std::byte>(*known)};
  trace({.kind = TraceKind::alert, .direction = Direction::out, .name = to_string(*known), .size = 2, .body = bytes});
  // An alert that cannot be sealed any more (record numbers used up) is not sent; the connection is over either way.
  (void)seal(ContentType::alert, ByteView(bytes));
}

// ---- ends of our own

Result<void> ConnectionImpl::close_write() {
  if (failure_ || write_closed_) return {};
  // A handshake that cannot go on without us is given up. A server whose flight is out may end its data before the client
  // has finished.
  const bool gives_up = !done_ && !write_keys_ready_;
  if (renegotiating()) {
    // Our new keys carry no data before the peer has shown that it has them; under the old ones all can still leave.
    scratch_->within->close_owed = scratch_->within->write_keys_changed;
    if (scratch_->within->close_owed) return {};
    KW_TRY(send_postponed(scratch_->within->postponed.view()));
    scratch_->within->postponed.clear();
  }
  if (!gives_up) KW_TRY(flush_flight());
  // RFC 8446 6.1: a handshake that is given up says so first.
  if (gives_up) send_alert(AlertLevel::warning, AlertDescription::user_canceled);
  //= rfc8446#6.1-1
  send_alert(AlertLevel::warning, AlertDescription::close_notify);
  write_closed_ = true;
  if (gives_up) end_with(Error(Errc::user_canceled));
  return {};
}

Result<void> ConnectionImpl::close() {
  KW_TRY(close_write());
  if (!done_ && !failure_) end_with(Error(Errc::user_canceled));
  // An open question is dropped, so that the peer's data and its end can be read; a message has nobody to go to.
  question_dropped_ = blocked_on_.has_value() || asking();
  if (answers_) answers_->close();
  blocked_on_.reset();
  return {};
}

Result<void> ConnectionImpl::abort(AlertDescription description) {
  if (failure_) return {};
  if (description == AlertDescription::user_canceled || description == AlertDescription::close_notify) {
    KW_TRY(close_write());
    end_with(Error(Errc::user_canceled));
    return {};
  }
  if (!write_closed_) send_alert(AlertLevel::fatal, description);
  forget_session();
  end_with(Error(Errc::canceled));
  return {};
}

}  // namespace keyway
