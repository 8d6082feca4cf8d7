// SPDX-License-Identifier: Apache-2.0
//
// Decoding of DER elements and of the primitive types that X.509 needs.
#include "pki/der.h"

#include <charconv>

namespace keyway::pki::der {

namespace {

/// `count` decimal digits, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::unexpected<Error> malformed() noexcept { return fail(Errc::malformed_der); }

Result<Element> long_element(ByteView in) noexcept {
  const auto octet = [&](std::size_t i) { return std::to_integer<std::uint32_t>(in[i]); };
  // X.690 10.1: definite, in the fewest octets. Four octets are more than any certificate needs.
  const std::size_t count = octet(1) & 0x7f;
  if (count == 0 || count > 4 || in.size() < 2 + count) return malformed();
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8 | octet(2 + i);
  if (length < 0x80 || (length >> (8 * (count - 1))) == 0) return malformed();
  const std::size_t header = 2 + count;
  if (in.size() - header < length) return malformed();
  return Element{static_cast<std::uint8_t>(octet(0)), in.subspan(header, length), in.first(header + length)};
}

Result<bool> boolean(ByteView content) noexcept {
  if (content.size() != 1) return malformed();
  if (content[0] == std::byte{0xff}) return true;
  if (content[0] == std::byte{0}) return false;
  return malformed();
}

Result<ByteView> integer(ByteView content) noexcept {
  if (content.empty()) return malformed();
  if (content.size() > 1) {
    // X.690 8.3.2: the first nine bits are not all alike.
    const bool sign = (content[1] & std::byte{0x80}) != std::byte{0};
    if (content[0] == std::byte{0} && !sign) return malformed();
    if (content[0] == std::byte{0xff} && sign) return malformed();
  }
  return content;
}

Result<ByteView> unsigned_integer(ByteView content) noexcept {
  KW_ASSIGN(const ByteView octets, integer(content));
  if ((octets[0] & std::byte{0x80}) != std::byte{0}) return malformed();
  if (octets.size() > 1 && octets[0] == std::byte{0}) return octets.subspan(1);
  return octets;
}

Result<std::uint32_t> small_integer(ByteView content) noexcept {
  KW_ASSIGN(const ByteView octets, unsigned_integer(content));
  if (octets.size() > 4) return malformed();
  std::uint32_t value = 0;
  for (const std::byte octet : octets) value = value << 8 | std::to_integer<std::uint32_t>(octet);
  if (value > 0x7fffffff) return malformed();
  return value;
}

Result<BitString> bit_string(ByteView content) noexcept {
  if (content.empty()) return malformed();
  const auto unused = std::to_integer<std::uint8_t>(content[0]);
  const ByteView octets = content.subspan(1);
  if (unused > 7 || (octets.empty() && unused != 0)) return malformed();
  // X.690 11.2.1: unused bits are zero.
  if (!octets.empty() && (std::to_integer<unsigned>(octets.back()) & ((1u << unused) - 1)) != 0) return malformed();
  return BitString{unused, octets};
}

Result<ByteView> octets_of_bit_string(ByteView content) noexcept {
  KW_ASSIGN(const BitString bits, bit_string(content));
  if (bits.unused != 0) return malformed();
  return bits.octets;
}

Result<void> check_oid(ByteView content) noexcept {
  if (content.empty() || (content.back() & std::byte{0x80}) != std::byte{0}) return malformed();
  bool start = true;
  for (const std::byte octet : content) {
    // X.690 8.19.2: an arc has no leading 80.
    if (start && octet == std::byte{0x80}) return malformed();
    start = (octet & std::byte{0x80}) == std::byte{0};
  }
  return {};
}

std::string oid_text(ByteView content) {
  if (!check_oid(content)) return "?";
  std::string text;
  std::uint64_t arc = 0;
  bool first = true;
  for (const std::byte octet : content) {
    if (arc >> 56 != 0) return "?";
    arc = arc << 7 | std::to_integer<std::uint64_t>(octet & std::byte{0x7f});
    if ((octet & std::byte{0x80}) != std::byte{0}) continue;
    if (first) {
      const std::uint64_t root = arc < 80 ? arc / 40 : 2;
      text = std::to_string(root);
      arc -= root * 40;
      first = false;
    }
    text.append(".").append(std::to_string(arc));
    arc = 0;
  }
  return text;
}

Result<Seconds> time(const Element& element) noexcept {
  std::string_view text = as_text(element.content);
  int year = 0;
  if (element.tag == tag::utc_time) {
    if (text.size() != 13) return malformed();
    year = digits(text, 0, 2);
    // RFC 5280 4.1.2.5.1: two digits mean 1950 to 2049.
    if (year >= 0) year += year < 50 ? 2000 : 1900;
    text.remove_prefix(2);
  } else if (element.tag == tag::generalized_time) {
    if (text.size() != 15) return malformed();
    year = digits(text, 0, 4);
    text.remove_prefix(4);
  } else {
    return malformed();
  }
  const int month = digits(text, 0, 2), day = digits(text, 2, 2);
  const int hour = digits(text, 4, 2), minute = digits(text, 6, 2), second = digits(text, 8, 2);
  if (year < 0 || month < 0 || day < 0 || text[10] != 'Z') return malformed();
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return malformed();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return malformed();
  return Seconds(std::chrono::sys_days(date)) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

WallTime wall_time(Seconds at) noexcept {
  constexpr auto last = std::chrono::floor<std::chrono::seconds>(WallTime::max());
  constexpr auto first = std::chrono::ceil<std::chrono::seconds>(WallTime::min());
  if (at > last) return last;
  if (at < first) return first;
  return at;
}

}  // namespace keyway::pki::der
