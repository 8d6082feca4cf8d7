// SPDX-License-Identifier: Apache-2.0
//
// renegotiation_info (RFC 5746 3.2): TLS 1.2 and below; empty in a first hello.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct RenegotiationInfo {
  static constexpr ExtensionType type = ExtensionType::renegotiation_info;
  ByteView renegotiated_connection{};

  static Result<RenegotiationInfo> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const ByteView verify_data, reader.vec8());
    KW_TRY(reader.finish());
    return RenegotiationInfo{verify_data};
  }
  void encode(Writer& writer) const { writer.vec8(renegotiated_connection); }
};

}  // namespace keyway::wire
