// SPDX-License-Identifier: Apache-2.0
//
// cookie (RFC 8446 4.2.2): goes back as it came.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct Cookie {
  static constexpr ExtensionType type = ExtensionType::cookie;
  ByteView cookie{};  ///< not empty

  static Result<Cookie> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const ByteView cookie, reader.vec16(1));
    KW_TRY(reader.finish());
    return Cookie{cookie};
  }
  void encode(Writer& writer) const { writer.vec16(cookie); }
};

}  // namespace keyway::wire
