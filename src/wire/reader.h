// SPDX-License-Identifier: Apache-2.0
//
// Bounds-checked cursor over the presentation language of RFC 8446 section 3. Every view points into the input.
#pragma once

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::wire {

class Reader {
 public:
  explicit Reader(ByteView bytes) noexcept : rest_(bytes) {}

  Result<std::uint8_t> u8() noexcept {
    KW_ASSIGN(const ByteView b, take(1));
    return std::to_integer<std::uint8_t>(b[0]);
  }
  Result<std::uint16_t> u16() noexcept {
    KW_ASSIGN(const ByteView b, take(2));
    return static_cast<std::uint16_t>(at(b, 0) << 8 | at(b, 1));
  }
  Result<std::uint32_t> u24() noexcept {
    KW_ASSIGN(const ByteView b, take(3));
    return at(b, 0) << 16 | at(b, 1) << 8 | at(b, 2);
  }
  Result<std::uint32_t> u32() noexcept {
    KW_ASSIGN(const ByteView b, take(4));
    return at(b, 0) << 24 | at(b, 1) << 16 | at(b, 2) << 8 | at(b, 3);
  }
  Result<ByteView> take(std::size_t size) noexcept {
    if (rest_.size() < size) return fail(Errc::decode_error);
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  /// opaque field<min..2^8-1>
  Result<ByteView> vec8(std::size_t min = 0) noexcept {
    KW_ASSIGN(const auto size, u8());
    return at_least(take(size), min);
  }
  /// opaque field<min..2^16-1>
  Result<ByteView> vec16(std::size_t min = 0) noexcept {
    KW_ASSIGN(const auto size, u16());
    return at_least(take(size), min);
  }
  /// opaque field<min..2^24-1>
  Result<ByteView> vec24(std::size_t min = 0) noexcept {
    KW_ASSIGN(const auto size, u24());
    return at_least(take(size), min);
  }

  bool empty() const noexcept { return rest_.empty(); }
  ByteView rest() const noexcept { return rest_; }
  /// A structure must be consumed completely.
  Result<void> finish() const noexcept {
    if (!rest_.empty()) return fail(Errc::trailing_data);
    return {};
  }

 private:
  static std::uint32_t at(ByteView bytes, std::size_t index) noexcept { return std::to_integer<std::uint32_t>(bytes[index]); }
  static Result<ByteView> at_least(Result<ByteView> bytes, std::size_t min) noexcept {
    if (bytes && bytes->size() < min) return fail(Errc::decode_error);
    return bytes;
  }

  ByteView rest_;
};

}  // namespace keyway::wire
