// SPDX-License-Identifier: Apache-2.0
//
// max_fragment_length (RFC 6066 section 4). record_size_limit (RFC 8449) has taken its place.
// Whether an unknown code ends the handshake is decided by who uses it: it does not matter beside record_size_limit.
#pragma once

#include <optional>

#include "wire/extension_set.h"

namespace keyway::wire {

struct MaxFragmentLength {
  static constexpr ExtensionType type = ExtensionType::max_fragment_length;
  std::uint8_t code = 0;

  /// Bytes of content in a record; nothing for a code without meaning.
  std::optional<std::uint16_t> length() const noexcept {
    if (code < 1 || code > 4) return std::nullopt;
    return static_cast<std::uint16_t>(256 << code);
  }

  static Result<MaxFragmentLength> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto code, reader.u8());
    KW_TRY(reader.finish());
    return MaxFragmentLength{code};
  }
  void encode(Writer& writer) const { writer.u8(code); }
};

/// 512, 1024, 2048 or 4096 as a code; 0 for another length.
constexpr std::uint8_t max_fragment_code(std::size_t length) noexcept {
  for (std::uint8_t code = 1; code <= 4; ++code) {
    if (length == std::size_t{256} << code) return code;
  }
  return 0;
}

}  // namespace keyway::wire
