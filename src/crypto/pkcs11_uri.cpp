// SPDX-License-Identifier: Apache-2.0
//
// The grammar of RFC 7512 2.3, and the rules of 2.4 that need no module.
#include "crypto/pkcs11_uri.h"

#include <algorithm>
#include <array>

#include "base/ascii.h"

namespace keyway::crypto {
namespace {

constexpr std::string_view scheme = "pkcs11:";
constexpr std::size_t longest = 4096;

// RFC 7512 2.3. The first four choose the token.
constexpr std::array<std::string_view, 13> path_names = {"token",
                                                         "manufacturer",
                                                         "serial",
                                                         "model",
                                                         "object",
                                                         "type",
                                                         "id",
                                                         "library-manufacturer",
                                                         "library-description",
                                                         "library-version",
                                                         "slot-manufacturer",
                                                         "slot-description",
                                                         "slot-id"};
constexpr std::size_t token_names = 4;
constexpr std::array<std::string_view, 4> query_names = {"pin-source", "pin-value", "module-name", "module-path"};

bool is_one_of(std::span<const std::string_view> names, std::string_view name) noexcept {
  return std::ranges::find(names, name) != names.end();
}

std::optional<unsigned> hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  const char lower = ascii_lower(c);
  if (lower >= 'a' && lower <= 'f') return static_cast<unsigned>(lower - 'a' + 10);
  return std::nullopt;
}

std::unexpected<Error> refuse(std::string_view uri, std::string reason, std::string mend) {
  return fail(Errc::invalid_option, {.value = without_pin(uri), .mend = std::move(mend), .reason = std::move(reason)});
}

/// An unknown name may be a PIN that stands where it should not.
std::string shown_name(std::string_view name) {
  const bool like_one =
      name.size() < 32 && !name.empty() && std::ranges::all_of(name, [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); });
  return like_one ? " " + std::string(name) : std::string();
}

/// RFC 7512 2.3, pk11-v-attr-nm-char: the letters of names that vendors make up.
bool is_name(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= '0' && c <= '9') || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || c == '-' || c == '_';
  });
}

struct Component {
  char separator;
  std::span<const std::string_view> names;
  bool others_ignored;
};
constexpr Component path_component{';', path_names, false};
constexpr Component query_component{'&', query_names, true};

/// One name=value of `part`; nothing for one that is ignored.
Result<std::optional<Pkcs11Attribute>> attribute(std::string_view uri, std::string_view part, const Component& component,
                                                 const std::vector<Pkcs11Attribute>& before) {
  const std::size_t equals = part.find('=');
  if (equals == part.npos) return refuse(uri, "a part of the URI has no =", "write name=value parts, as in RFC 7512");
  const Pkcs11Attribute found{part.substr(0, equals), part.substr(equals + 1)};
  const auto decoded = percent_decoded(found.value);
  // RFC 7512 2.4: unknown ones choose nothing in the path, and mean nothing in the query, however often they are there. What
  // chooses the key is a mistake behind the question mark: another key would be taken without it.
  if (!is_one_of(component.names, found.name)) {
    if (component.others_ignored && is_name(found.name) && !is_one_of(path_names, found.name) && decoded) return std::nullopt;
    return refuse(uri, "the URI has an unknown attribute" + shown_name(found.name),
                  "use token, serial, object, id; after a question mark pin-source, pin-value, module-path");
  }
  // RFC 7512 2.3: a name stands once.
  if (std::ranges::find(before, found.name, &Pkcs11Attribute::name) != before.end())
    return refuse(uri, "the URI has the attribute " + std::string(found.name) + " twice", "give each attribute once");
  if (!decoded || std::ranges::find(decoded->expose(), std::byte{0}) != decoded->expose().end()) {
    if (!decoded || found.name != "id") {
      return refuse(uri, "the attribute " + std::string(found.name) + " is not encoded as a URI demands",
                    "write bytes that are not letters, digits or -._~ as % and two hexadecimal digits");
    }
  }
  return found;
}

Result<std::vector<Pkcs11Attribute>> attributes(std::string_view uri, std::string_view text, const Component& component) {
  std::vector<Pkcs11Attribute> found;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(component.separator), text.size());
    KW_ASSIGN(const auto next, attribute(uri, text.substr(0, end), component, found));
    if (next) found.push_back(*next);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return found;
}

std::string joined(const std::vector<Pkcs11Attribute>& attributes, std::span<const std::string_view> wanted) {
  std::string uri(scheme);
  for (const auto& [name, value] : attributes) {
    if (!is_one_of(wanted, name)) continue;
    if (uri.size() != scheme.size()) uri += ';';
    uri.append(name).append("=").append(value);
  }
  return uri;
}

}  // namespace

bool Pkcs11Uri::is_meant_by(std::string_view text) noexcept {
  return equal_ignoring_case(text.substr(0, scheme.size()), scheme);  // RFC 3986 3.1
}

Result<Pkcs11Uri> Pkcs11Uri::parse(std::string_view text) {
  if (!is_meant_by(text)) return refuse("", "it does not begin with pkcs11:", "give a PKCS#11 URI (RFC 7512)");
  if (text.size() > longest) return refuse("pkcs11:", "the URI is too long", "give one of at most 4,096 characters");
  const std::string_view rest = text.substr(scheme.size());
  const std::size_t question = std::min(rest.find('?'), rest.size());
  Pkcs11Uri uri;
  KW_ASSIGN(uri.path_, attributes(text, rest.substr(0, question), path_component));
  KW_ASSIGN(uri.query_, attributes(text, rest.substr(std::min(question + 1, rest.size())), query_component));
  if (uri.path_.empty()) return refuse(text, "the URI names neither token nor key", "name both: pkcs11:token=...;object=...");
  // An ampersand is a letter like others in the path, so that a PIN can get into a value there.
  if (const std::string key = uri.key_uri(); without_pin(key) != key)
    return refuse(text, "the URI has its PIN before the question mark", "write ?pin-value= or ?pin-source= behind the key");
  // RFC 7512 2.4
  if (uri.find("pin-value") && uri.find("pin-source"))
    return refuse(text, "the URI has both pin-value and pin-source", "give one of them");
  if (const auto type = uri.find("type"); type && *type != "private")
    return refuse(text, "the URI is of another type of object than private", "leave type out, or write type=private");
  return uri;
}

std::optional<std::string_view> Pkcs11Uri::find(std::string_view name) const noexcept {
  for (const auto* attributes : {&path_, &query_}) {
    const auto found = std::ranges::find(*attributes, name, &Pkcs11Attribute::name);
    if (found != attributes->end()) return found->value;
  }
  return std::nullopt;
}

std::string Pkcs11Uri::key_uri() const { return joined(path_, path_names); }
std::string Pkcs11Uri::token_uri() const { return joined(path_, std::span(path_names).first(token_names)); }

std::string without_pin(std::string_view name) {
  if (!Pkcs11Uri::is_meant_by(name)) return std::string(name);
  std::string_view path = name.substr(scheme.size());
  path = path.substr(0, path.find('?'));
  const std::string lower = ascii_lower(path);
  for (const std::string_view secret : {"pin-value", "pin-source"}) path = path.substr(0, lower.find(secret));
  std::string shown(scheme);
  while (!path.empty()) {
    const std::size_t end = std::min(path.find(';'), path.size());
    const std::string_view part = path.substr(0, end);
    if (is_one_of(path_names, part.substr(0, part.find('='))) && part.find('=') != part.npos) {
      if (shown.size() != scheme.size()) shown += ';';
      shown += part;
    }
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return shown;
}

std::optional<SecretBytes> percent_decoded(std::string_view text) {
  SecretBytes room(text.size());
  std::size_t size = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto c = static_cast<unsigned char>(text[at]);
    if (c <= 0x20 || c >= 0x7f) return std::nullopt;
    unsigned value = c;
    if (c == '%') {
      if (text.size() - at < 3) return std::nullopt;
      const auto high = hex_digit(text[at + 1]);
      const auto low = hex_digit(text[at + 2]);
      if (!high || !low) return std::nullopt;
      value = *high * 16 + *low;
      at += 2;
    }
    room.fill()[size++] = static_cast<std::byte>(value);
  }
  return SecretBytes(room.expose().first(size));
}

std::string percent_encoded(ByteView bytes) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string text;
  text.reserve(3 * bytes.size());
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    text += '%';
    text += digits[value >> 4];
    text += digits[value & 15];
  }
  return text;
}

}  // namespace keyway::crypto
