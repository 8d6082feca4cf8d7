// SPDX-License-Identifier: Apache-2.0
//
// Hexadecimal text of bytes.
#include "base/hex.h"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>

namespace keyway {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::optional<unsigned> digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

char printable(std::byte value) noexcept {
  const auto c = std::to_integer<unsigned char>(value);
  return c >= 0x20 && c < 0x7f ? static_cast<char>(c) : '.';
}

}  // namespace

void append_hex(std::string& text, ByteView bytes) {
  for (const std::byte value : bytes) {
    text.push_back(digits[std::to_integer<unsigned>(value >> 4)]);
    text.push_back(digits[std::to_integer<unsigned>(value & std::byte{0x0f})]);
  }
}

std::string to_hex(ByteView bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  append_hex(out, bytes);
  return out;
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digit_value(text[i]);
    const auto low = digit_value(text[i + 1]);
    if (!high || !low) return std::nullopt;
    out.push_back(static_cast<std::byte>(*high << 4 | *low));
  }
  return out;
}

std::string hex_dump(ByteView bytes) {
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += 16) {
    const ByteView line = bytes.subspan(at, std::min<std::size_t>(16, bytes.size() - at));
    fmt::format_to(std::back_inserter(out), "{:06x} ", at);
    for (std::size_t i = 0; i < 16; ++i) {
      if (i < line.size()) {
        fmt::format_to(std::back_inserter(out), " {:02x}", std::to_integer<unsigned>(line[i]));
      } else {
        out.append(3, ' ');
      }
    }
    out.append("  ");
    for (const std::byte value : line) out.push_back(printable(value));
    out.push_back('\n');
  }
  return out;
}

}  // namespace keyway
