// SPDX-License-Identifier: Apache-2.0
//
// Names and addresses of certificates against the name that we asked for (RFC 9525 6).
#include "pki/host_name.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/guarded.h"

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

namespace {

PresentedName presented_name(const GeneralName& name) noexcept {
  using Kind = PresentedName::Kind;
  switch (name.kind) {
    case NameKind::dns: return {Kind::dns, name.value};
    case NameKind::ip: return {Kind::ip, name.value};
    case NameKind::email: return {Kind::email, name.value};
    case NameKind::uri: return {Kind::uri, name.value};
    default: return {Kind::other, name.value};
  }
}

/// One alternative name as the program compares it; nothing: it leaves it to us.
Result<bool> matches_by_function(const Extensions& extensions, const PeerName& name, const HostNameCheck& check) {
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName presented, names.next());
    KW_ASSIGN(const std::optional<bool> verdict, guarded([&] { return check.match_fun(name, presented_name(presented)); }));
    if (verdict && *verdict) return true;
    // What the program does not decide is compared one by one, so that a "no" of its stands.
    if (!verdict) {
      Extensions alone;
      alone.alternative_names = names.last();
      if (check_peer_name(alone, name)) return true;
    }
  }
  return false;
}

/// For people: at most 8 of the names of a certificate.
std::string names_text(const ParsedCertificate& certificate) {
  std::string text;
  std::size_t count = 0;
  const auto names = Certificate::from_der(certificate.der);
  if (!names) return text;
  for (const std::string& name : names->subject_alternative_names()) {
    if (++count > 8) return text + ", ...";
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

}  // namespace

Result<void> check_name_of_peer(const ParsedCertificate& certificate, const PeerName& name, const HostNameCheck* check) {
  PeerName reference = name;
  if (check != nullptr && check->fqdn_fun) {
    KW_ASSIGN(std::optional<std::string> other, guarded([&] { return check->fqdn_fun(name); }));
    if (other) reference.identity = DnsName{*std::move(other)};
  }
  Result<void> matched;
  if (check != nullptr && check->match_fun) {
    KW_ASSIGN(const bool yes, matches_by_function(certificate.extensions, reference, *check));
    if (!yes) matched = fail(Errc::certificate_name_mismatch);
  } else {
    matched = check_peer_name(certificate.extensions, reference);
  }
  if (matched) return matched;
  if (check != nullptr && check->fail_callback) {
    KW_ASSIGN(const Certificate whole, Certificate::from_der(certificate.der));
    KW_ASSIGN(const bool accepted, guarded([&] { return check->fail_callback(whole); }));
    if (accepted) return {};
  }
  const std::string names = names_text(certificate);
  return fail(matched.error().code(),
              {.reason = names.empty() ? "it has no alternative names, and " + reference.text() + " was asked for"
                                       : "it is for " + names + ", and " + reference.text() + " was asked for"});
}

}  // namespace keyway::pki
