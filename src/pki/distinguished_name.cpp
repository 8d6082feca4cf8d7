// SPDX-License-Identifier: Apache-2.0
//
// Walking, comparing and printing distinguished names (RFC 5280 4.1.2.4 and 7.1, RFC 4514).
#include "pki/distinguished_name.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"
#include "base/hex.h"
#include "pki/der.h"
#include "pki/directory_text.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

// Sets are compared attribute by attribute: their size bounds the work before a peer is authenticated.
constexpr std::size_t max_attributes = 32;
constexpr std::size_t max_attributes_of_set = 8;
constexpr std::size_t max_text = 1024;

struct Attribute {
  ByteView type;
  der::Element value;
};

bool is_directory_string(std::uint8_t tag) noexcept {
  return tag == der::tag::printable_string || tag == der::tag::utf8_string || tag == der::tag::ia5_string;
}

/// What most names have, as it stands there: in the form of Utf8Octets, at a fraction of its cost.
class Octets {
 public:
  explicit Octets(ByteView text) noexcept : rest_(as_text(text)) {}
  bool empty() const noexcept { return rest_.empty(); }
  char next() noexcept {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }
  void drop_spaces_in_front() noexcept {
    while (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
  }
  void drop_spaces_at_end() noexcept {
    while (!rest_.empty() && rest_.back() == ' ') rest_.remove_suffix(1);
  }

 private:
  std::string_view rest_;
};

/// Characters of a string as RFC 5280 7.1 compares them: lower case, runs of spaces as one, none at the ends.
template <class Text>
class Folded {
 public:
  explicit Folded(Text text) noexcept : text_(text) {
    text_.drop_spaces_in_front();
    text_.drop_spaces_at_end();
  }
  bool empty() const noexcept { return text_.empty(); }
  char next() noexcept {
    const char c = text_.next();
    if (c == ' ') text_.drop_spaces_in_front();
    return ascii_lower(c);
  }

 private:
  Text text_;
};

template <class Text>
bool same_text(Folded<Text> left, Folded<Text> right) noexcept {
  while (!left.empty() && !right.empty()) {
    if (left.next() != right.next()) return false;
  }
  return left.empty() && right.empty();
}

bool same_value(const der::Element& a, const der::Element& b, StringTypes types) noexcept {
  if (as_text(a.whole) == as_text(b.whole)) return true;
  const bool usual = is_directory_string(a.tag) && is_directory_string(b.tag);
  if (usual) return same_text(Folded(Octets(a.content)), Folded(Octets(b.content)));
  const auto width = width_of_text(a.tag), other = width_of_text(b.tag);
  // Beside text, what is none is read so, too.
  if (types == StringTypes::usual || (!width && !other)) return false;
  return same_text(Folded(Utf8Octets(a.content, width.value_or(1))), Folded(Utf8Octets(b.content, other.value_or(1))));
}

Result<Attribute> attribute(der::Reader& set) noexcept {
  KW_ASSIGN(const der::Element pair, set.expect(der::tag::sequence));
  der::Reader fields(pair.content);
  KW_ASSIGN(const der::Element type, fields.expect(der::tag::object_identifier));
  KW_ASSIGN(const der::Element value, fields.next());
  KW_TRY(fields.finish());
  return Attribute{type.content, value};
}

/// Parts of a name whose structure was checked: nothing below can fail.
class Parts {
 public:
  explicit Parts(ByteView name) noexcept : rest_(der::single(name, der::tag::sequence)->content) {}
  bool empty() const noexcept { return rest_.empty(); }
  /// Content of the next set.
  ByteView next() noexcept { return rest_.next()->content; }

 private:
  der::Reader rest_;
};

bool holds(ByteView set, const Attribute& wanted, StringTypes types) noexcept {
  for (der::Reader reader(set); !reader.empty();) {
    const Attribute candidate = *attribute(reader);
    if (as_text(candidate.type) == as_text(wanted.type) && same_value(candidate.value, wanted.value, types)) return true;
  }
  return false;
}

std::size_t count(ByteView set) noexcept {
  std::size_t number = 0;
  for (der::Reader reader(set); !reader.empty(); ++number) static_cast<void>(reader.next());
  return number;
}

bool holds_all(ByteView set, ByteView wanted, StringTypes types) noexcept {
  for (der::Reader reader(wanted); !reader.empty();) {
    if (!holds(set, *attribute(reader), types)) return false;
  }
  return true;
}

bool same_part(ByteView a, ByteView b, StringTypes types = StringTypes::usual) noexcept {
  if (as_text(a) == as_text(b)) return true;
  // Nearly always there is one attribute in each.
  der::Reader left(a), right(b);
  const Attribute first = *attribute(left), other = *attribute(right);
  if (left.empty() && right.empty())
    return as_text(first.type) == as_text(other.type) && same_value(first.value, other.value, types);
  // The order within a set depends on the encoding, which may differ where the text does not. Both ways: an attribute that
  // is there twice must not hide that another is missing.
  return count(a) == count(b) && holds_all(b, a, types) && holds_all(a, b, types);
}

struct ShortName {
  std::string_view oid;
  std::string_view text;
};
using namespace std::string_view_literals;
constexpr std::array short_names = {
    ShortName{"\x55\x04\x03"sv, "CN"},
    ShortName{"\x55\x04\x04"sv, "SN"},
    ShortName{"\x55\x04\x05"sv, "serialNumber"},
    ShortName{"\x55\x04\x06"sv, "C"},
    ShortName{"\x55\x04\x07"sv, "L"},
    ShortName{"\x55\x04\x08"sv, "ST"},
    ShortName{"\x55\x04\x09"sv, "STREET"},
    ShortName{"\x55\x04\x0a"sv, "O"},
    ShortName{"\x55\x04\x0b"sv, "OU"},
    ShortName{"\x55\x04\x0c"sv, "title"},
    ShortName{"\x55\x04\x2a"sv, "GN"},
    ShortName{"\x55\x04\x61"sv, "organizationIdentifier"},
    ShortName{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19"sv, "DC"},
    ShortName{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01"sv, "UID"},
    ShortName{oid::email_address, "emailAddress"},
};

std::string type_text(ByteView type) {
  const auto known = std::ranges::find(short_names, as_text(type), &ShortName::oid);
  return known != short_names.end() ? std::string(known->text) : der::oid_text(type);
}

/// BMPString and UniversalString characters outside of ASCII become "?": they are for people only.
std::string plain_text(const der::Element& value) {
  const std::size_t width = value.tag == der::tag::bmp_string ? 2 : value.tag == der::tag::universal_string ? 4 : 1;
  if (width == 1) return std::string(as_text(value.content));
  std::string text;
  for (std::size_t at = 0; at + width <= value.content.size(); at += width) {
    const ByteView unit = value.content.subspan(at, width);
    const bool ascii = std::ranges::all_of(unit.first(width - 1), [](std::byte b) { return b == std::byte{0}; }) &&
                       unit.back() < std::byte{0x80};
    text += ascii ? static_cast<char>(unit.back()) : '?';
  }
  return text;
}

/// RFC 3629 4: the bytes of the character of more than one byte that `text` begins with; 0: it begins with none, or with a
/// control (U+0080 to U+009F), which a terminal would act on.
std::size_t shown_character(std::string_view text) noexcept {
  const auto byte = [&](std::size_t at) { return at < text.size() ? static_cast<unsigned char>(text[at]) : 0u; };
  const unsigned first = byte(0);
  const std::size_t size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (std::size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool control = first == 0xc2 && byte(1) < 0xa0;
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool outside = (first == 0xed && byte(1) >= 0xa0) || (first == 0xf4 && byte(1) >= 0x90);
  return control || overlong || outside ? 0 : size;
}

/// RFC 4514 2.4. Characters above 7f are left alone where the string says that they are UTF-8, and they are.
std::string escaped(const der::Element& value) {
  const std::string text = plain_text(value);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80 && value.tag == der::tag::utf8_string) {
      if (const std::size_t size = shown_character(std::string_view(text).substr(i)); size != 0) {
        result.append(text, i, size);
        i += size - 1;
        continue;
      }
    }
    const bool special = std::string_view("\"+,;<>\\").find(c) != std::string_view::npos || (i == 0 && (c == '#' || c == ' ')) ||
                         (i + 1 == text.size() && c == ' ');
    if (special) {
      result.append({'\\', c});
    } else if (byte < 0x20 || byte >= 0x7f) {
      const std::byte raw{byte};
      result.append("\\").append(to_hex({&raw, 1}));
    } else {
      result += c;
    }
  }
  return result;
}

bool is_text(std::uint8_t tag) noexcept {
  return tag == der::tag::utf8_string || tag == der::tag::printable_string || tag == der::tag::teletex_string ||
         tag == der::tag::ia5_string || tag == der::tag::bmp_string || tag == der::tag::universal_string;
}

}  // namespace

Result<void> check_name(ByteView name) noexcept {
  KW_ASSIGN(const der::Element sequence, der::single(name, der::tag::sequence));
  std::size_t attributes = 0;
  for (der::Reader sets(sequence.content); !sets.empty();) {
    KW_ASSIGN(const der::Element set, sets.expect(der::tag::set));
    // RelativeDistinguishedName is SET SIZE (1..MAX).
    if (set.content.empty()) return fail(Errc::malformed_der);
    std::size_t of_set = 0;
    for (der::Reader reader(set.content); !reader.empty();) {
      if (++attributes > max_attributes || ++of_set > max_attributes_of_set) return fail(Errc::malformed_der);
      KW_ASSIGN(const Attribute each, attribute(reader));
      KW_TRY(der::check_oid(each.type));
    }
  }
  return {};
}

bool name_is_empty(ByteView name) noexcept { return name.size() <= 2; }

bool same_name(ByteView a, ByteView b) noexcept {
  if (as_text(a) == as_text(b)) return true;
  Parts left(a);
  Parts right(b);
  while (!left.empty() && !right.empty()) {
    if (!same_part(left.next(), right.next())) return false;
  }
  return left.empty() && right.empty();
}

std::uint64_t name_hash(ByteView name) noexcept {
  constexpr std::uint64_t prime = 0x100000001b3;
  std::uint64_t hash = 0xcbf29ce484222325;
  for (Parts parts(name); !parts.empty();) {
    // Attributes of one set count whatever their order.
    std::uint64_t sum = 0;
    for (der::Reader set(parts.next()); !set.empty();) {
      const Attribute each = *attribute(set);
      std::uint64_t one = 0xcbf29ce484222325;
      for (const std::byte b : each.type) one = (one ^ std::to_integer<std::uint64_t>(b)) * prime;
      if (is_directory_string(each.value.tag)) {
        for (Folded text{Octets(each.value.content)}; !text.empty();)
          one = (one ^ static_cast<unsigned char>(text.next())) * prime;
      } else {
        for (const std::byte b : each.value.whole) one = (one ^ std::to_integer<std::uint64_t>(b)) * prime;
      }
      sum += one;
    }
    hash = (hash ^ sum) * prime;
  }
  return hash;
}

bool name_within(ByteView name, ByteView base, StringTypes types) noexcept {
  Parts inner(name);
  for (Parts outer(base); !outer.empty();) {
    if (inner.empty() || !same_part(inner.next(), outer.next(), types)) return false;
  }
  return true;
}

std::string name_text(ByteView name) {
  std::string text;
  for (Parts parts(name); !parts.empty();) {
    std::string part;
    for (der::Reader set(parts.next()); !set.empty();) {
      const Attribute each = *attribute(set);
      if (!part.empty()) part += '+';
      part += type_text(each.type) + '=';
      part += is_text(each.value.tag) ? escaped(each.value) : '#' + to_hex(each.value.whole);
    }
    // RFC 4514 2.1: the last part comes first.
    text = text.empty() ? std::move(part) : part + ',' + text;
    if (text.size() > max_text) return text.substr(0, max_text) + "...";
  }
  return text;
}

std::optional<ByteView> name_email(ByteView name, std::size_t index) noexcept {
  for (Parts parts(name); !parts.empty();) {
    for (der::Reader set(parts.next()); !set.empty();) {
      const Attribute each = *attribute(set);
      if (as_text(each.type) == oid::email_address && index-- == 0) return each.value.content;
    }
  }
  return std::nullopt;
}

std::string common_name(ByteView name) {
  for (Parts parts(name); !parts.empty();) {
    for (der::Reader set(parts.next()); !set.empty();) {
      const Attribute each = *attribute(set);
      if (as_text(each.type) == oid::common_name) return plain_text(each.value);
    }
  }
  return {};
}

}  // namespace keyway::pki
