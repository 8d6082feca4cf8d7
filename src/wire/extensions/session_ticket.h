// SPDX-License-Identifier: Apache-2.0
//
// session_ticket (RFC 5077 3.2): TLS 1.2 and below; the ticket is the whole body and may be empty.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct SessionTicketExtension {
  static constexpr ExtensionType type = ExtensionType::session_ticket;
  ByteView ticket{};

  static Result<SessionTicketExtension> decode(ByteView body) noexcept { return SessionTicketExtension{body}; }
  void encode(Writer& writer) const { writer.bytes(ticket); }
};

}  // namespace keyway::wire
