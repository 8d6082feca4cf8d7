// SPDX-License-Identifier: Apache-2.0
//
// Cursor over DER (ITU-T X.690 clause 10). Strict: minimal lengths, no indefinite form, no high tag numbers, so that one
// value has one encoding. Every view points into the input. Certificates: certificate.h.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/result.h"

namespace keyway::pki::der {

/// Identifier octets of the types that X.509 uses.
namespace tag {
inline constexpr std::uint8_t boolean = 0x01;
inline constexpr std::uint8_t integer = 0x02;
inline constexpr std::uint8_t bit_string = 0x03;
inline constexpr std::uint8_t octet_string = 0x04;
inline constexpr std::uint8_t null = 0x05;
inline constexpr std::uint8_t object_identifier = 0x06;
inline constexpr std::uint8_t enumerated = 0x0a;
inline constexpr std::uint8_t utf8_string = 0x0c;
inline constexpr std::uint8_t printable_string = 0x13;
inline constexpr std::uint8_t teletex_string = 0x14;
inline constexpr std::uint8_t ia5_string = 0x16;
inline constexpr std::uint8_t utc_time = 0x17;
inline constexpr std::uint8_t generalized_time = 0x18;
inline constexpr std::uint8_t universal_string = 0x1c;
inline constexpr std::uint8_t bmp_string = 0x1e;
inline constexpr std::uint8_t sequence = 0x30;
inline constexpr std::uint8_t set = 0x31;
constexpr std::uint8_t context(unsigned number) { return static_cast<std::uint8_t>(0x80 | number); }
constexpr std::uint8_t context_constructed(unsigned number) { return static_cast<std::uint8_t>(0xa0 | number); }
}  // namespace tag

struct Element {
  std::uint8_t tag = 0;
  ByteView content;
  ByteView whole;  ///< identifier, length and content
};

/// malformed_der, made out of the way: what is read is well-formed nearly always.
std::unexpected<Error> malformed() noexcept;
/// The element at the front where its length does not fit into one octet.
Result<Element> long_element(ByteView) noexcept;

/// Inline, as all of it: a certificate has a hundred elements, and most of the time went into handing results over.
class Reader {
 public:
  explicit Reader(ByteView bytes) noexcept : rest_(bytes) {}

  bool empty() const noexcept { return rest_.empty(); }
  ByteView rest() const noexcept { return rest_; }
  /// Whether the next element has this identifier octet.
  bool next_is(std::uint8_t tag) const noexcept { return !rest_.empty() && std::to_integer<std::uint8_t>(rest_[0]) == tag; }
  /// All errors: malformed_der.
  Result<Element> next() noexcept {
    auto element = first_element(rest_);
    if (element) rest_ = rest_.subspan(element->whole.size());
    return element;
  }
  Result<Element> expect(std::uint8_t tag) noexcept {
    if (!next_is(tag)) return malformed();
    return next();
  }
  /// The content of an element that may be absent.
  Result<std::optional<ByteView>> optional(std::uint8_t tag) noexcept {
    if (!next_is(tag)) return std::optional<ByteView>();
    KW_ASSIGN(const Element element, next());
    return std::optional<ByteView>(element.content);
  }
  Result<void> finish() const noexcept {
    if (!rest_.empty()) return malformed();
    return {};
  }

 private:
  static Result<Element> first_element(ByteView in) noexcept {
    if (in.size() < 2) return malformed();
    const auto tag = std::to_integer<std::uint8_t>(in[0]);
    const auto length = std::to_integer<std::size_t>(in[1]);
    // X.690 8.1.2.4: tag numbers above 30 do not occur in X.509.
    if ((tag & 0x1f) == 0x1f) return malformed();
    if (length >= 0x80) return long_element(in);
    if (in.size() - 2 < length) return malformed();
    return Element{tag, in.subspan(2, length), in.first(2 + length)};
  }

  ByteView rest_;
};

/// The single element that these bytes are.
inline Result<Element> single(ByteView bytes, std::uint8_t tag) noexcept {
  Reader reader(bytes);
  KW_ASSIGN(const Element element, reader.expect(tag));
  KW_TRY(reader.finish());
  return element;
}

/// 00 or FF.
Result<bool> boolean(ByteView content) noexcept;
/// Octets of a non-negative INTEGER without its leading zero; zero is one octet.
Result<ByteView> unsigned_integer(ByteView content) noexcept;
/// A small non-negative INTEGER; error for anything above 2^31-1.
Result<std::uint32_t> small_integer(ByteView content) noexcept;
/// An INTEGER of either sign in its shortest form.
Result<ByteView> integer(ByteView content) noexcept;

struct BitString {
  std::uint8_t unused = 0;
  ByteView octets;
  /// Bit 0 is the most significant bit of the first octet; bits beyond the end are zero.
  bool bit(std::size_t index) const noexcept {
    return index / 8 < octets.size() && (std::to_integer<unsigned>(octets[index / 8]) >> (7 - index % 8) & 1) != 0;
  }
};
Result<BitString> bit_string(ByteView content) noexcept;
/// A BIT STRING of whole octets.
Result<ByteView> octets_of_bit_string(ByteView content) noexcept;

/// Dotted decimal; "?" for octets that are no OBJECT IDENTIFIER.
std::string oid_text(ByteView content);
Result<void> check_oid(ByteView content) noexcept;

using Seconds = std::chrono::sys_seconds;

/// UTCTime or GeneralizedTime in the one form that RFC 5280 4.1.2.5 allows: seconds, no fraction, Z.
Result<Seconds> time(const Element&) noexcept;
/// The same instant, or the last one that the system clock can hold: year 9999 is beyond its nanoseconds.
WallTime wall_time(Seconds) noexcept;

}  // namespace keyway::pki::der
