// SPDX-License-Identifier: Apache-2.0
//
// server_name (RFC 6066 section 3).
#include "wire/extensions/server_name.h"

namespace keyway::wire {

namespace {

constexpr std::uint8_t host_name_type = 0;
constexpr std::size_t max_host_name = 255;

}  // namespace

Result<ServerName> ServerName::decode(ByteView body) {
  Reader outer(body);
  KW_ASSIGN(const ByteView list, outer.vec16(1));
  KW_TRY(outer.finish());
  ServerName name;
  for (Reader reader(list); !reader.empty();) {
    KW_ASSIGN(const auto name_type, reader.u8());
    // RFC 6066 3: names of all future types begin with a length of two bytes.
    KW_ASSIGN(const ByteView value, reader.vec16(1));
    if (name_type != host_name_type) continue;
    // RFC 6066 3: at most one name of a type.
    //= rfc6066#3-1
    if (!name.host_name.empty()) return fail(Errc::decode_error);
    // A zero byte would end the name early for whoever passes it on as a C string.
    if (value.size() > max_host_name || std::ranges::find(value, std::byte{0}) != value.end()) return fail(Errc::decode_error);
    name.host_name = value;
  }
  if (name.host_name.empty()) return fail(Errc::decode_error);
  return name;
}

void ServerName::encode(Writer& writer) const {
  writer.vec16([&] {
    writer.u8(host_name_type);
    writer.vec16(host_name);
  });
}

}  // namespace keyway::wire
