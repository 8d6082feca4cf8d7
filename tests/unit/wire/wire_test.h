// SPDX-License-Identifier: Apache-2.0
//
// What the tests of wire/ share: bytes from hex, encoding into bytes, the code of a result.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/byte_buffer.h"
#include "keyway/result.h"
#include "wire/writer.h"

namespace keyway::wire {

/// Blanks are for the reader.
inline Bytes hex(std::string_view text) {
  Bytes bytes;
  int high = -1;
  for (const char c : text) {
    if (c == ' ') continue;
    const int digit = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    if (high < 0) {
      high = digit;
      continue;
    }
    bytes.push_back(static_cast<std::byte>(high << 4 | digit));
    high = -1;
  }
  return bytes;
}

inline std::string to_hex(ByteView bytes) {
  std::string text;
  for (const std::byte b : bytes) {
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) >> 4];
    text += "0123456789abcdef"[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

inline std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') out += c;
  }
  return out;
}

inline std::string number(std::size_t value, int bytes) {
  std::string text;
  for (int shift = 8 * bytes - 4; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
  return text;
}

/// `text` behind its length in `bytes` bytes, all in hex.
inline std::string vec(int bytes, const std::string& text) { return number(without_blanks(text).size() / 2, bytes) + text; }

inline std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

template <class T>
Bytes encoded(const T& value) {
  ByteBuffer buffer;
  Writer writer(buffer);
  value.encode(writer);
  EXPECT_TRUE(writer.ok());
  return to_bytes(buffer.view());
}

template <class T>
std::optional<Errc> code_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code());
}

/// Decodes a copy of exactly the right size on the heap, so that reading beyond it is seen by the sanitizer.
template <class T>
std::optional<Errc> refusal(std::string_view text) {
  const Bytes bytes = hex(text);
  return code_of(T::decode(bytes));
}

/// Decodes and comes back to the same bytes.
template <class T>
void expect_round_trip(std::string_view text) {
  const Bytes bytes = hex(text);
  const auto value = T::decode(bytes);
  ASSERT_TRUE(value.has_value()) << text << ": code " << static_cast<int>(value.error().code());
  EXPECT_EQ(to_hex(encoded(*value)), without_blanks(text));
}

/// No proper beginning of it is accepted, and no byte more.
template <class T>
void expect_exact_length(std::string_view text) {
  const Bytes bytes = hex(text);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Bytes part(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    EXPECT_FALSE(T::decode(part).has_value()) << text << " cut at " << size;
  }
  Bytes more = bytes;
  more.push_back(std::byte{0});
  EXPECT_FALSE(T::decode(more).has_value()) << text << " and a byte";
}

}  // namespace keyway::wire
