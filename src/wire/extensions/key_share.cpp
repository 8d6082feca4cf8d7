// SPDX-License-Identifier: Apache-2.0
//
// key_share (RFC 8446 4.2.8).
#include "wire/extensions/key_share.h"

#include <array>

namespace keyway::wire {

Result<KeyShareEntry> KeyShareEntry::read(Reader& reader) noexcept {
  KW_ASSIGN(const auto group, reader.u16());
  KW_ASSIGN(const ByteView key_exchange, reader.vec16(1));
  return KeyShareEntry{static_cast<NamedGroup>(group), key_exchange};
}

void KeyShareEntry::write(Writer& writer, const KeyShareEntry& entry) {
  writer.u16(static_cast<std::uint16_t>(entry.group));
  writer.vec16(entry.key_exchange);
}

Result<KeyShareClientHello> KeyShareClientHello::decode(ByteView body) {
  KW_ASSIGN(const auto shares, whole_vec16<ItemList<KeyShareEntry>>(body));
  if (shares.size() > max_key_shares) return fail(Errc::wrong_key_share);
  std::array<NamedGroup, max_key_shares> seen{};
  std::size_t count = 0;
  for (const KeyShareEntry share : shares) {
    // RFC 8446 4.2.8: one share a group.
    //= rfc8446#4.2.8-1
    if (std::find(seen.begin(), seen.begin() + count, share.group) != seen.begin() + count)
      return fail(Errc::duplicate_key_share);
    seen[count++] = share.group;
  }
  return KeyShareClientHello{shares};
}

Result<KeyShareServerHello> KeyShareServerHello::decode(ByteView body) noexcept {
  Reader reader(body);
  KW_ASSIGN(const KeyShareEntry share, KeyShareEntry::read(reader));
  KW_TRY(reader.finish());
  return KeyShareServerHello{share};
}

Result<KeyShareHelloRetryRequest> KeyShareHelloRetryRequest::decode(ByteView body) noexcept {
  Reader reader(body);
  KW_ASSIGN(const auto group, reader.u16());
  KW_TRY(reader.finish());
  return KeyShareHelloRetryRequest{static_cast<NamedGroup>(group)};
}

}  // namespace keyway::wire
