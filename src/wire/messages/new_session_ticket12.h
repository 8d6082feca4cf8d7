// SPDX-License-Identifier: Apache-2.0
//
// NewSessionTicket of TLS 1.2 and below (RFC 5077 3.3). An empty ticket means that the server has none to give after all.
#pragma once

#include "wire/message.h"
#include "wire/reader.h"

namespace keyway::wire {

struct NewSessionTicket12 {
  static constexpr HandshakeType type = HandshakeType::new_session_ticket;
  static constexpr Hashed hashed = Hashed::after;

  std::uint32_t ticket_lifetime_hint = 0;  ///< seconds; 0: not said
  ByteView ticket{};

  /// Views into `body`.
  static Result<NewSessionTicket12> decode(ByteView body) noexcept {
    Reader reader(body);
    NewSessionTicket12 message;
    KW_ASSIGN(message.ticket_lifetime_hint, reader.u32());
    KW_ASSIGN(message.ticket, reader.vec16());
    KW_TRY(reader.finish());
    return message;
  }
  void encode(Writer& writer) const {
    writer.u32(ticket_lifetime_hint);
    writer.vec16(ticket);
  }
};

}  // namespace keyway::wire
