// SPDX-License-Identifier: Apache-2.0
//
// Encoding of DER elements.
#include "pki/der_writer.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "pki/der.h"

namespace keyway::pki::der {

namespace {

void append_length(Bytes& out, std::size_t length) {
  if (length < 0x80) {
    out.push_back(static_cast<std::byte>(length));
    return;
  }
  std::size_t count = 1;
  while (length >> (8 * count) != 0) ++count;
  out.push_back(static_cast<std::byte>(0x80 | count));
  for (std::size_t i = count; i-- > 0;) out.push_back(static_cast<std::byte>(length >> (8 * i) & 0xff));
}

void append_arc(Bytes& out, std::uint64_t arc) {
  std::size_t count = 1;
  while (count < 10 && arc >> (7 * count) != 0) ++count;
  for (std::size_t i = count; i-- > 0;) out.push_back(static_cast<std::byte>((arc >> (7 * i) & 0x7f) | (i != 0 ? 0x80U : 0U)));
}

void append_digits(std::string& out, unsigned value, std::size_t width) {
  const std::string digits = std::to_string(value);
  out.append(width - std::min(width, digits.size()), '0').append(digits);
}

}  // namespace

Bytes write(std::uint8_t tag, ByteView content) {
  Bytes out{std::byte{tag}};
  append_length(out, content.size());
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Bytes write(std::uint8_t tag, const std::vector<Bytes>& parts) {
  Bytes content;
  for (const Bytes& part : parts) content.insert(content.end(), part.begin(), part.end());
  return write(tag, ByteView(content));
}

Bytes write_sequence(std::initializer_list<Bytes> parts) { return write(tag::sequence, std::vector<Bytes>(parts)); }

Bytes write_boolean(bool value) {
  const std::byte content{value ? std::uint8_t{0xff} : std::uint8_t{0}};
  return write(tag::boolean, ByteView(&content, 1));
}

Bytes write_integer(std::uint64_t value) {
  std::array<std::byte, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::byte>(value >> (56 - 8 * i) & 0xff);
  return write_positive_integer(bytes);
}

Bytes write_positive_integer(ByteView big_endian) {
  while (big_endian.size() > 1 && big_endian[0] == std::byte{0}) big_endian = big_endian.subspan(1);
  Bytes content;
  if (big_endian.empty() || (big_endian[0] & std::byte{0x80}) != std::byte{0}) content.push_back(std::byte{0});
  content.insert(content.end(), big_endian.begin(), big_endian.end());
  return write(tag::integer, ByteView(content));
}

Bytes write_bit_string(ByteView bytes) {
  Bytes content{std::byte{0}};
  content.insert(content.end(), bytes.begin(), bytes.end());
  return write(tag::bit_string, ByteView(content));
}

Bytes write_named_bits(std::uint16_t bits) {
  Bytes content{std::byte{0}};
  unsigned used = 16;
  while (used > 0 && (bits >> (used - 1) & 1) == 0) --used;
  for (unsigned bit = 0; bit < used; ++bit) {
    if (bit % 8 == 0) content.push_back(std::byte{0});
    if ((bits >> bit & 1) != 0) content.back() |= static_cast<std::byte>(0x80U >> (bit % 8));
  }
  content[0] = static_cast<std::byte>((8 - used % 8) % 8);
  return write(tag::bit_string, ByteView(content));
}

Result<Bytes> write_oid(std::string_view dotted) {
  std::vector<std::uint64_t> arcs;
  while (true) {
    const std::size_t end = std::min(dotted.find('.'), dotted.size());
    std::uint64_t arc = 0;
    const auto [stop, error] = std::from_chars(dotted.data(), dotted.data() + end, arc);
    if (error != std::errc() || stop != dotted.data() + end || arc >> 60 != 0) return fail(Errc::invalid_value);
    arcs.push_back(arc);
    if (end == dotted.size()) break;
    dotted.remove_prefix(end + 1);
  }
  if (arcs.size() < 2 || arcs[0] > 2 || (arcs[0] < 2 && arcs[1] > 39)) return fail(Errc::invalid_value);
  Bytes content;
  append_arc(content, arcs[0] * 40 + arcs[1]);
  for (std::size_t i = 2; i < arcs.size(); ++i) append_arc(content, arcs[i]);
  return write(tag::object_identifier, ByteView(content));
}

Bytes write_text(std::uint8_t tag, std::string_view text) { return write(tag, as_bytes(text)); }

Bytes write_time(WallTime time) {
  using namespace std::chrono;
  const auto seconds_since = floor<seconds>(time);
  const auto day = floor<days>(seconds_since);
  const year_month_day date(day);
  const hh_mm_ss clock(seconds_since - day);
  const int year = static_cast<int>(date.year());
  // RFC 5280 4.1.2.5: two digits reach from 1950 to 2049.
  const bool two_digits = year >= 1950 && year <= 2049;
  std::string text;
  append_digits(text, static_cast<unsigned>(two_digits ? year % 100 : year), two_digits ? 2 : 4);
  append_digits(text, static_cast<unsigned>(date.month()), 2);
  append_digits(text, static_cast<unsigned>(date.day()), 2);
  append_digits(text, static_cast<unsigned>(clock.hours().count()), 2);
  append_digits(text, static_cast<unsigned>(clock.minutes().count()), 2);
  append_digits(text, static_cast<unsigned>(clock.seconds().count()), 2);
  text += 'Z';
  return write_text(two_digits ? tag::utc_time : tag::generalized_time, text);
}

}  // namespace keyway::pki::der
