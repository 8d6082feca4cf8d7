// SPDX-License-Identifier: Apache-2.0
//
// Strict rules (RFC 5280 4.2) and rules of the web.
#include "pki/web_rules.h"

#include <algorithm>

#include "pki/der.h"
#include "pki/host_name.h"
#include "pki/oid.h"

namespace keyway::pki {

namespace {

std::unexpected<Error> broken(std::string reason) { return fail(Errc::certificate_web_policy, {.reason = std::move(reason)}); }

/// RFC 5280 4.2.1.1: every certificate that is not self-signed says which key signed it.
Result<void> check_authority_key(const ParsedCertificate& certificate) {
  if (certificate.extensions.authority_key_id.empty()) return broken("it does not say by which key it is signed");
  return {};
}

/// Extensions that only have a meaning when nobody may pass over them.
void check_criticality(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  const Extensions& extensions = certificate.extensions;
  // RFC 5280 4.2.1.9, 4.2.1.10, 4.2.1.11.
  if (extensions.ca && !extensions.is_critical(ExtensionId::basic_constraints))
    problems.add(broken("it is an authority and its basic constraints are not critical"));
  if (!rules.web_pki && extensions.has(ExtensionId::name_constraints) && !extensions.is_critical(ExtensionId::name_constraints))
    problems.add(broken("its name constraints are not critical"));
  if (extensions.has(ExtensionId::policy_constraints) && !extensions.is_critical(ExtensionId::policy_constraints))
    problems.add(broken("its policy constraints are not critical"));
}

/// RFC 5280 4.2.1.6 and RFC 1034 3.5: preferred name syntax, and an address is not a name.
Result<void> check_dns_names(const Extensions& extensions) {
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    if (name.kind != NameKind::dns) continue;
    if (!valid_presented_name(as_text(name.value), Wildcard::allowed, false))
      return broken("one of its DNS names is not a host name");
  }
  return {};
}

/// Baseline requirements 3.2.2.6: a wildcard is not for what strangers register names under.
Result<void> check_wildcards(const Extensions& extensions, const PublicSuffixes* suffixes) {
  if (suffixes == nullptr) return {};
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    const std::string_view text = as_text(name.value);
    if (name.kind == NameKind::dns && text.starts_with("*.") && suffixes->contains(text.substr(2)))
      return broken("one of its wildcards is for a whole public suffix");
  }
  return {};
}

/// An address in any spelling that a program might read as one: something with colons, or a last label that is a number.
bool looks_like_address(std::string_view common) noexcept {
  if (common.find(':') != std::string_view::npos) return true;
  const std::string_view last = common.substr(common.rfind('.') + 1);
  const bool hexadecimal = last.starts_with("0x") || last.starts_with("0X");
  return hexadecimal || (!last.empty() && std::ranges::all_of(last, [](char c) { return c >= '0' && c <= '9'; }));
}

/// The name itself, or a domain that it is in.
bool is_or_contains(std::string_view domain, std::string_view name) noexcept {
  if (!name.ends_with(domain)) return false;
  return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

/// Baseline requirements 7.1.4.3: a common name says nothing that the alternative names do not say, letter by letter. An
/// address is one of theirs in its usual spelling; anything else is one of their DNS names or a domain above one, where
/// there are such names at all.
Result<void> check_common_name(const ParsedCertificate& certificate) {
  const std::string common = common_name(certificate.subject);
  if (common.empty()) return {};
  const bool is_address = looks_like_address(common);
  const auto address = IpAddress::parse(common);
  bool comparable = is_address;
  for (GeneralNames names(certificate.extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    if (is_address && name.kind == NameKind::ip && address && address->text() == common &&
        as_text(address->view()) == as_text(name.value))
      return {};
    if (is_address || name.kind != NameKind::dns) continue;
    if (is_or_contains(common, as_text(name.value))) return {};
    comparable = true;
  }
  if (!comparable) return {};
  return broken("its common name is not among its alternative names");
}

/// Baseline requirements 7.1.2.7.6 and 7.1.2.7.10: "anything" is no purpose, and the extension may be passed over. That a
/// leaf must have it is not asked for: RFC 5280 4.2.1.12 leaves it open, and there are such leaves.
Result<void> check_purposes(const Extensions& extensions) {
  if (extensions.is_critical(ExtensionId::extended_key_usage)) return broken("its extended key usage is critical");
  for (der::Reader reader(extensions.extended_usages); !reader.empty();) {
    KW_ASSIGN(const der::Element id, reader.next());
    if (as_text(id.content) == oid::any_extended_key_usage) return broken("its extended key usage allows anything");
  }
  return {};
}

}  // namespace

void check_strict_anchor(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  const Extensions& extensions = certificate.extensions;
  check_criticality(certificate, rules, problems);
  // RFC 5280 4.2.1.2: subject key identifiers are in all certificates of authorities.
  if (certificate.version == 3 && extensions.subject_key_id.empty())
    problems.add(broken("it is an authority without a key identifier"));
  if (!rules.web_pki) return;
  if (certificate.version != 3) problems.add(broken("it is of version 1 or 2"));
  if (extensions.has(ExtensionId::extended_key_usage)) problems.add(broken("it is a root with an extended key usage"));
  if (!extensions.has(ExtensionId::authority_key_identifier)) return;
  // Baseline requirements 7.1.2.1.3: a root names its own key or nothing.
  if (extensions.authority_issuer) problems.add(broken("it is a root whose authority key identifier names an issuer"));
  if (as_text(extensions.authority_key_id) != as_text(extensions.subject_key_id) && certificate.self_issued)
    problems.add(broken("it is a root and names another key as its issuer's"));
}

void check_strict_authority(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  check_criticality(certificate, rules, problems);
  problems.add(check_authority_key(certificate));
  if (certificate.extensions.subject_key_id.empty()) problems.add(broken("it is an authority without a key identifier"));
  problems.add(check_dns_names(certificate.extensions));
}

void check_strict_leaf(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  const Extensions& extensions = certificate.extensions;
  check_criticality(certificate, rules, problems);
  problems.add(check_authority_key(certificate));
  // RFC 5280 4.2.1.9: who may not issue may not sign certificates either.
  if (!extensions.ca && extensions.has(ExtensionId::key_usage) && extensions.allows(KeyUsage::key_cert_sign))
    problems.add(broken("its key usage allows signing certificates, but it is no authority"));
  problems.add(check_dns_names(extensions));
  if (!rules.web_pki) return;
  if (!extensions.has(ExtensionId::subject_alternative_name)) problems.add(broken("it has no alternative names"));
  if (extensions.is_critical(ExtensionId::subject_alternative_name) && !name_is_empty(certificate.subject))
    problems.add(broken("its alternative names are critical, but it has a subject"));
  problems.add(check_purposes(extensions));
  problems.add(check_wildcards(extensions, rules.suffixes));
  // Baseline requirements 7.1.4.3 is about subscribers; authorities are called as they like.
  if (!extensions.ca) problems.add(check_common_name(certificate));
}

}  // namespace keyway::pki
