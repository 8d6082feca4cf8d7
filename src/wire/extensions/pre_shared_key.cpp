// SPDX-License-Identifier: Apache-2.0
//
// pre_shared_key (RFC 8446 4.2.11).
#include "wire/extensions/pre_shared_key.h"

namespace keyway::wire {

Result<PskIdentity> PskIdentity::read(Reader& reader) noexcept {
  KW_ASSIGN(const ByteView identity, reader.vec16(1));
  KW_ASSIGN(const auto age, reader.u32());
  return PskIdentity{identity, age};
}

void PskIdentity::write(Writer& writer, const PskIdentity& item) {
  writer.vec16(item.identity);
  writer.u32(item.obfuscated_ticket_age);
}

Result<PreSharedKeyClientHello> PreSharedKeyClientHello::decode(ByteView body) {
  Reader reader(body);
  KW_ASSIGN(const ByteView identities, reader.vec16());
  KW_ASSIGN(const ByteView binders, reader.vec16());
  KW_TRY(reader.finish());
  PreSharedKeyClientHello offered;
  KW_ASSIGN(offered.identities, ItemList<PskIdentity>::parse(identities));
  KW_ASSIGN(offered.binders, ItemList<Vec8Codec<0>>::parse(binders));
  if (offered.identities.empty() || offered.binders.empty()) return fail(Errc::empty_list);
  // RFC 8446 4.2.11: one binder an identity, in the same order.
  //= rfc8446#4.2.11-7
  if (offered.identities.size() != offered.binders.size()) return fail(Errc::psk_binder_count);
  return offered;
}

void PreSharedKeyClientHello::encode(Writer& writer) const {
  writer.vec16([&] { identities.encode(writer); });
  writer.vec16([&] { binders.encode(writer); });
}

std::size_t PreSharedKeyClientHello::binders_size() const {
  std::size_t size = 2;
  for (const ByteView binder : binders) size += 1 + binder.size();
  return size;
}

Result<PreSharedKeyServerHello> PreSharedKeyServerHello::decode(ByteView body) noexcept {
  Reader reader(body);
  KW_ASSIGN(const auto selected, reader.u16());
  KW_TRY(reader.finish());
  return PreSharedKeyServerHello{selected};
}

}  // namespace keyway::wire
