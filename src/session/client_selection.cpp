// SPDX-License-Identifier: Apache-2.0
//
// Keys of a client's tickets, and the same as bytes.
#include "session/client_selection.h"

#include <array>

#include "base/ascii.h"
#include "wire/writer.h"

namespace keyway::session {

TicketTarget ticket_target(const PeerName& name, std::uint16_t port, ByteView verification) {
  return {.host = ascii_lower(name.text()),
          .port = port,
          .sni = ascii_lower(name.sni.value_or("")),
          .verification = to_bytes(verification)};
}

Bytes ticket_policy(const TicketTarget& target) {
  // Lengths before the parts: no two targets have the same bytes.
  std::array<std::byte, 512> room;
  ByteBuffer buffer(room);
  wire::Writer writer(buffer);
  writer.vec24(as_bytes(target.host));
  writer.u16(target.port);
  writer.vec24(as_bytes(target.sni));
  writer.vec24(target.verification);
  return to_bytes(buffer.view());
}

}  // namespace keyway::session
