// SPDX-License-Identifier: Apache-2.0
//
// The strings of distinguished names (RFC 5280 4.1.2.4) in one encoding, whichever of the types of ASN.1 they have. Read octet by
// octet, without memory: who compares stops at the first that differs.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "keyway/bytes.h"
#include "pki/der.h"

namespace keyway::pki {

/// How many octets each character of a string type has; 0: it is in UTF-8, or in ASCII. Nothing: the type is no text.
/// TeletexString counts as Latin-1, which is what writers of certificates put into it.
constexpr std::optional<std::size_t> width_of_text(std::uint8_t tag) noexcept {
  constexpr std::uint8_t visible_string = 0x1a;
  switch (tag) {
    case der::tag::utf8_string:
    case der::tag::printable_string:
    case der::tag::ia5_string:
    case visible_string: return 0;
    case der::tag::teletex_string: return 1;
    case der::tag::bmp_string: return 2;
    case der::tag::universal_string: return 4;
    default: return std::nullopt;
  }
}

/// The octets in UTF-8 of a string with so many octets for each character. What is left of a character at the end is left out.
class Utf8Octets {
 public:
  constexpr Utf8Octets(ByteView text, std::size_t width) noexcept
      : rest_(width == 0 ? text : text.first(text.size() - text.size() % width)), width_(width) {}

  constexpr bool empty() const noexcept { return left_ == 0 && rest_.empty(); }
  constexpr char next() noexcept {
    if (left_ == 0) fill();
    return octets_[--left_];
  }

  /// Drop the spaces that begin what is not read yet, between two characters, and those that end it.
  constexpr void drop_spaces_in_front() noexcept {
    while (left_ == 0 && !rest_.empty() && is_space(rest_.first(unit()))) rest_ = rest_.subspan(unit());
  }
  constexpr void drop_spaces_at_end() noexcept {
    while (!rest_.empty() && is_space(rest_.last(unit()))) rest_ = rest_.first(rest_.size() - unit());
  }

 private:
  constexpr std::size_t unit() const noexcept { return width_ == 0 ? 1 : width_; }
  static constexpr std::uint32_t point_of(ByteView character) noexcept {
    std::uint32_t point = 0;
    for (const std::byte octet : character) point = point << 8 | std::to_integer<std::uint32_t>(octet);
    return point;
  }
  static constexpr bool is_space(ByteView character) noexcept { return point_of(character) == ' '; }

  /// RFC 3629 3, the last octet first.
  constexpr void fill() noexcept {
    std::uint32_t point = point_of(rest_.first(unit()));
    rest_ = rest_.subspan(unit());
    if (width_ == 0 || point < 0x80) return put(point);
    const unsigned behind = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    for (unsigned i = 0; i < behind; ++i, point >>= 6) put(0x80 | (point & 0x3f));
    put(behind == 1 ? 0xc0 | point : behind == 2 ? 0xe0 | point : 0xf0 | (point & 7));
  }
  constexpr void put(std::uint32_t octet) noexcept { octets_[left_++] = static_cast<char>(octet); }

  ByteView rest_;
  std::size_t width_;
  std::array<char, 4> octets_{};
  std::size_t left_ = 0;
};

}  // namespace keyway::pki
