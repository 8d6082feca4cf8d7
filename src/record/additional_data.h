// SPDX-License-Identifier: Apache-2.0
//
// What stands before the content when it is authenticated in TLS 1.0 to 1.2 (RFC 5246 6.2.3.1, 6.2.3.3): number, type,
// version and length of the content.
#pragma once

#include <array>
#include <cstring>

#include "keyway/bytes.h"

namespace keyway::record {

inline constexpr std::size_t additional_data_size = 13;
using AdditionalData = std::array<std::byte, additional_data_size>;

/// Type and version as the header of the record says them.
inline AdditionalData additional_data(std::uint64_t number, ByteView header, std::size_t content) noexcept {
  AdditionalData data;
  for (std::size_t i = 0; i < 8; ++i) data[i] = static_cast<std::byte>(number >> (56 - 8 * i));
  std::memcpy(data.data() + 8, header.data(), 3);
  data[11] = static_cast<std::byte>(content >> 8);
  data[12] = static_cast<std::byte>(content);
  return data;
}

}  // namespace keyway::record
