// SPDX-License-Identifier: Apache-2.0
//
// Names and addresses of certificates against the name that we asked for (RFC 9525 6).
#include "pki/host_name.h"

#include <algorithm>

#include "base/ascii.h"

namespace keyway::pki {

namespace {

constexpr std::size_t max_name_size = 253;
constexpr std::size_t max_label_size = 63;

bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_letter(char c) noexcept { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

bool valid_label(std::string_view label, bool underscore) noexcept {
  if (label.empty() || label.size() > max_label_size) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::ranges::all_of(label, [&](char c) { return is_letter(c) || is_digit(c) || c == '-' || (underscore && c == '_'); });
}

bool valid_labels(std::string_view name, bool underscore) noexcept {
  if (name.empty() || name.size() > max_name_size) return false;
  std::string_view last;
  while (true) {
    const std::size_t end = name.find('.');
    last = name.substr(0, end);
    if (!valid_label(last, underscore)) return false;
    if (end == std::string_view::npos) break;
    name.remove_prefix(end + 1);
  }
  // A last label of digits only would be read as an address by others (RFC 1123 2.1).
  return !std::ranges::all_of(last, is_digit);
}

}  // namespace

bool valid_reference_name(std::string_view name) noexcept { return valid_labels(name, true); }

bool valid_presented_name(std::string_view name, Wildcard wildcard, bool underscore) noexcept {
  if (wildcard == Wildcard::allowed && name.starts_with("*.")) {
    name.remove_prefix(2);
    // One label below "*" would cover a whole top-level domain.
    if (name.find('.') == std::string_view::npos) return false;
  }
  return valid_labels(name, underscore);
}

bool dns_name_matches(std::string_view presented, std::string_view reference) noexcept {
  //= rfc9525#6.3-1
  if (!presented.starts_with("*.")) return equal_ignoring_case(presented, reference);
  // RFC 9525 6.3: the wildcard stands for exactly one label.
  const std::size_t dot = reference.find('.');
  if (dot == std::string_view::npos || dot == 0) return false;
  //= rfc9525#6.3-2
  return equal_ignoring_case(presented.substr(1), reference.substr(dot));
}

Result<void> check_peer_name(const Extensions& extensions, const PeerName& name) noexcept {
  const auto* dns = std::get_if<DnsName>(&name.identity);
  const auto* address = std::get_if<IpAddress>(&name.identity);
  bool any = false;
  //= rfc9525#2-1
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName presented, names.next());
    if (dns != nullptr && presented.kind == NameKind::dns) {
      any = true;
      const std::string_view text = as_text(presented.value);
      if (valid_presented_name(text, Wildcard::allowed, true) && dns_name_matches(text, dns->value)) return {};
    }
    //= rfc9525#6.4-1
    if (address != nullptr && presented.kind == NameKind::ip) {
      any = true;
      if (std::ranges::equal(presented.value, std::span(address->bytes).first(address->size))) return {};
    }
  }
  //= rfc9525#6.6-1
  return fail(any ? Errc::certificate_name_mismatch : Errc::certificate_no_name);
}

}  // namespace keyway::pki
