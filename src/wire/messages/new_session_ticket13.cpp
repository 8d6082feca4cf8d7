// SPDX-License-Identifier: Apache-2.0
//
// NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1).
#include "wire/messages/new_session_ticket13.h"

namespace keyway::wire {

Result<NewSessionTicket13> NewSessionTicket13::decode(ByteView body) {
  Reader reader(body);
  NewSessionTicket13 message;
  KW_ASSIGN(message.ticket_lifetime, reader.u32());
  KW_ASSIGN(message.ticket_age_add, reader.u32());
  KW_ASSIGN(message.ticket_nonce, reader.vec8());
  KW_ASSIGN(message.ticket, reader.vec16(1));
  KW_ASSIGN(const ByteView block, reader.vec16());
  KW_TRY(reader.finish());
  KW_ASSIGN(message.extensions, NewSessionTicketExtensions::decode(block));
  return message;
}

void NewSessionTicket13::encode(Writer& writer) const {
  writer.u32(ticket_lifetime);
  writer.u32(ticket_age_add);
  writer.vec8(ticket_nonce);
  writer.vec16(ticket);
  writer.vec16([&] { extensions.encode(writer); });
}

}  // namespace keyway::wire
