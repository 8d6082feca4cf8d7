// SPDX-License-Identifier: Apache-2.0
//
// Hexadecimal text of bytes.
#include "base/hex.h"

namespace keyway {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::optional<unsigned> digit_value(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
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

}  // namespace keyway
