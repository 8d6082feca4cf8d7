// SPDX-License-Identifier: Apache-2.0
//
// Which extensions a message had, as a bit set: what a client sent decides what a server may answer (RFC 8446 4.2).
#pragma once

#include <cstdint>

#include "names/extension_type.h"

namespace keyway::wire {

class SentExtensions {
 public:
  /// A type that this library does not know is not held.
  void set(ExtensionType type) noexcept { bits_ |= bit(type); }
  bool contains(ExtensionType type) const noexcept { return (bits_ & bit(type)) != 0; }
  bool empty() const noexcept { return bits_ == 0; }
  friend bool operator==(SentExtensions, SentExtensions) = default;

 private:
  static constexpr std::uint64_t bit(ExtensionType type) noexcept {
    const auto number = static_cast<std::uint16_t>(type);
    if (number < 62) return std::uint64_t{1} << number;
    if (type == ExtensionType::next_protocol_negotiation) return std::uint64_t{1} << 62;
    if (type == ExtensionType::renegotiation_info) return std::uint64_t{1} << 63;
    return 0;
  }

  std::uint64_t bits_ = 0;
};

}  // namespace keyway::wire
