// SPDX-License-Identifier: Apache-2.0
//
// KeyUpdate (RFC 8446 4.6.3). The enumerators are in keyway/connection.h.
#pragma once

#include "wire/message.h"
#include "wire/reader.h"

namespace keyway {
enum class KeyUpdateRequest : std::uint8_t;
}

namespace keyway::wire {

struct KeyUpdate {
  static constexpr HandshakeType type = HandshakeType::key_update;
  static constexpr Hashed hashed = Hashed::never;

  KeyUpdateRequest request_update{};

  /// Error wrong_key_update: neither 0 nor 1.
  static Result<KeyUpdate> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto request, reader.u8());
    KW_TRY(reader.finish());
    // RFC 8446 4.6.3: other values are illegal.
    //= rfc8446#4.6.3-3
    if (request > 1) return fail(Errc::wrong_key_update);
    return KeyUpdate{static_cast<KeyUpdateRequest>(request)};
  }
  void encode(Writer& writer) const { writer.u8(static_cast<std::uint8_t>(request_update)); }
};

}  // namespace keyway::wire
