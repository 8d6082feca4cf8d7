// SPDX-License-Identifier: Apache-2.0
//
// NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1). What a client makes of the lifetime is its handler's.
#pragma once

#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

struct NewSessionTicket13 {
  static constexpr HandshakeType type = HandshakeType::new_session_ticket;
  static constexpr Hashed hashed = Hashed::never;

  std::uint32_t ticket_lifetime = 0;  ///< seconds
  std::uint32_t ticket_age_add = 0;
  ByteView ticket_nonce{};
  ByteView ticket{};  ///< not empty
  NewSessionTicketExtensions extensions{};

  /// Views into `body`.
  static Result<NewSessionTicket13> decode(ByteView body);
  void encode(Writer& writer) const;
};

}  // namespace keyway::wire
