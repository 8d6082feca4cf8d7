// SPDX-License-Identifier: Apache-2.0
//
// Letters of ASCII, whatever the locale says: host names are compared without regard to case (RFC 9525 6.3, RFC 6066 3).
// Not for secrets: time depends on the text.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace keyway {

constexpr char ascii_lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) c = ascii_lower(c);
  return lower;
}

constexpr bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return std::ranges::equal(a, b, [](char x, char y) { return ascii_lower(x) == ascii_lower(y); });
}

}  // namespace keyway
