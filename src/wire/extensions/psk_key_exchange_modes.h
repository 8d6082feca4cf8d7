// SPDX-License-Identifier: Apache-2.0
//
// psk_key_exchange_modes (RFC 8446 4.2.9). The enumerators are in keyway/psk.h.
#pragma once

#include "wire/extension_set.h"

namespace keyway {
enum class PskKeyExchangeMode : std::uint8_t;
}

namespace keyway::wire {

struct PskKeyExchangeModes {
  static constexpr ExtensionType type = ExtensionType::psk_key_exchange_modes;
  U8List<PskKeyExchangeMode> modes{};

  bool contains(PskKeyExchangeMode mode) const noexcept { return modes.contains(mode); }

  static Result<PskKeyExchangeModes> decode(ByteView body) {
    KW_ASSIGN(const auto modes, whole_vec8<U8List<PskKeyExchangeMode>>(body));
    return PskKeyExchangeModes{modes};
  }
  void encode(Writer& writer) const {
    writer.vec8([&] { modes.encode(writer); });
  }
};

}  // namespace keyway::wire
