// SPDX-License-Identifier: Apache-2.0
//
// Builder for the presentation language of RFC 8446 section 3, with nested length prefixes.
// It appends to a ByteBuffer that the caller owns; a vector that outgrows its prefix is remembered and reported by ok().
#pragma once

#include <concepts>

#include "base/byte_buffer.h"
#include "keyway/bytes.h"

namespace keyway::wire {

class Writer {
 public:
  explicit Writer(ByteBuffer& out) noexcept : out_(out) {}

  void u8(std::uint8_t value) { number(value, 1); }
  void u16(std::uint16_t value) { number(value, 2); }
  void u24(std::uint32_t value) { number(value, 3); }
  void u32(std::uint32_t value) { number(value, 4); }
  void bytes(ByteView value) { out_.append(value); }

  // clang-format off
  template <std::invocable Body>
  void vec8(Body&& body) { prefixed(1, body); }
  template <std::invocable Body>
  void vec16(Body&& body) { prefixed(2, body); }
  template <std::invocable Body>
  void vec24(Body&& body) { prefixed(3, body); }
  void vec8(ByteView value) { prefixed(1, [&] { bytes(value); }); }
  void vec16(ByteView value) { prefixed(2, [&] { bytes(value); }); }
  void vec24(ByteView value) { prefixed(3, [&] { bytes(value); }); }
  // clang-format on

  /// False once a vector did not fit its length prefix.
  bool ok() const noexcept { return ok_; }
  std::size_t size() const noexcept { return out_.size(); }
  ByteBuffer& buffer() noexcept { return out_; }

  /// Where a field will be, so that it can be overwritten later (binders, lengths).
  void overwrite(std::size_t position, ByteView value) { out_.overwrite(position, value); }

 private:
  void number(std::uint32_t value, int size) {
    std::byte encoded[4];
    for (int i = 0; i < size; ++i) encoded[i] = static_cast<std::byte>(value >> (8 * (size - 1 - i)));
    out_.append({encoded, static_cast<std::size_t>(size)});
  }
  template <class Body>
  void prefixed(int size, Body&& body) {
    const std::size_t start = out_.size();
    number(0, size);
    body();
    const std::size_t length = out_.size() - start - static_cast<std::size_t>(size);
    if (length >> (8 * size) != 0) ok_ = false;
    for (int i = 0; i < size; ++i)
      out_.at(start + static_cast<std::size_t>(i)) = static_cast<std::byte>(length >> (8 * (size - 1 - i)));
  }

  ByteBuffer& out_;
  bool ok_ = true;
};

}  // namespace keyway::wire
