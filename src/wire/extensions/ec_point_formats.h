// SPDX-License-Identifier: Apache-2.0
//
// ec_point_formats (RFC 8422 5.1.2): TLS 1.2 and below; a client of both may send it.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

enum class EcPointFormat : std::uint8_t { uncompressed = 0 };

struct EcPointFormats {
  static constexpr ExtensionType type = ExtensionType::ec_point_formats;
  U8List<EcPointFormat> formats{};

  static Result<EcPointFormats> decode(ByteView body) {
    KW_ASSIGN(const auto formats, whole_vec8<U8List<EcPointFormat>>(body));
    return EcPointFormats{formats};
  }
  void encode(Writer& writer) const {
    writer.vec8([&] { formats.encode(writer); });
  }
};

}  // namespace keyway::wire
