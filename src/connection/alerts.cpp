// SPDX-License-Identifier: Apache-2.0
//
// The only place that sends alerts (RFC 8446 6). Which alert belongs to which error is data: base/errc_table.cpp.
#include "connection/impl.h"

namespace keyway {

std::unexpected<Error> ConnectionImpl::fail_with(Error error) {
  if (failure_) return std::unexpected(*failure_);
  failure_ = error;
  //= rfc8446#6-4
  handshaker_.refuse(error);
  if (answers_) answers_->close();
  blocked_on_.reset();
  // A flight that was not sealed yet belongs to a handshake that is over.
  if (scratch_) scratch_->flight.clear();
  incoming_.release();
  //= rfc8446#6.2-1
  if (const auto alert = error.alert(); alert && !write_closed_) send_alert(AlertLevel::fatal, *alert);
  //= rfc8446#6-3
  write_closed_ = true;
  return std::unexpected(std::move(error));
}

void ConnectionImpl::send_alert(AlertLevel level, AlertDescription description) {
  const std::byte bytes[] = {static_cast<std::byte>(level), static_cast<std::byte>(description)};
  trace({.kind = TraceKind::alert, .direction = Direction::out, .name = to_string(description), .size = 2, .body = bytes});
  // An alert that cannot be sealed any more (record numbers used up) is not sent; the connection is over either way.
  (void)writer_.seal(ContentType::alert, ByteView(bytes), output_);
}

}  // namespace keyway
