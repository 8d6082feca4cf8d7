// SPDX-License-Identifier: Apache-2.0
//
// Byte containers and views used by every interface of the library.
// Views never own: each function says until when a view it returns is valid.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace keyway {

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;
using MutableBytes = std::span<std::byte>;

/// A gather list: pieces that are read one after the other as if they were contiguous.
using ByteViews = std::span<const ByteView>;

/// The bytes of a text, without its terminator; valid as long as the text is.
inline ByteView as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

/// The same bytes seen as characters; valid as long as the bytes are.
inline std::string_view as_text(ByteView bytes) noexcept { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// An owned copy.
inline Bytes to_bytes(ByteView bytes) { return {bytes.begin(), bytes.end()}; }

/// Sum of the sizes of all pieces.
inline std::size_t total_size(ByteViews pieces) noexcept {
  std::size_t sum = 0;
  for (const ByteView piece : pieces) sum += piece.size();
  return sum;
}

}  // namespace keyway
