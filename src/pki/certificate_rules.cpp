// SPDX-License-Identifier: Apache-2.0
//
// Rules of single certificates, from those that hold everywhere to those of the web.
#include "pki/certificate_rules.h"

#include <algorithm>

#include "names/named_group.h"
#include "names/signature_scheme.h"
#include "pki/der.h"
#include "pki/host_name.h"
#include "pki/key_usage.h"
#include "pki/time_text.h"
#include "pki/web_rules.h"

namespace keyway::pki {

namespace {

using crypto::SignatureKind;

std::unexpected<Error> broken(Errc code, std::string reason) { return fail(code, {.reason = std::move(reason)}); }

/// What holds for every certificate that is not an anchor.
void check_form(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  if (certificate.version != 3)
    problems.add(Errc::certificate_version, "it is of version 1 or 2, which cannot say what it is for");
  // RFC 5280 4.1.2.4.
  if (name_is_empty(certificate.issuer)) problems.add(Errc::malformed_certificate, "it does not name its issuer");
  // RFC 5280 4.1.2.2: positive and at most 20 octets.
  const ByteView serial = certificate.serial;
  const bool negative = (serial[0] & std::byte{0x80}) != std::byte{0};
  const bool zero = serial.size() == 1 && serial[0] == std::byte{0};
  const bool padded = serial.size() == 21 && serial[0] == std::byte{0};
  if (negative || zero || (serial.size() > 20 && !padded) || (rules.web_pki && padded))
    problems.add(Errc::malformed_certificate, "its serial number is not a positive number of at most 20 octets");
  //= rfc5280#6.1.4-12, 6.1.5-3
  if (!certificate.extensions.unknown_critical.empty()) {
    problems.add(
        Errc::certificate_critical_extension,
        "it has the critical extension " + oid_text(certificate.extensions.unknown_critical) + ", which is not supported");
  }
  problems.add(check_validity(certificate, rules.now));
}

/// A certificate that somebody signed.
void check_signed(const ParsedCertificate& certificate, const PathRules& rules, Problems& problems) {
  check_form(certificate, rules, problems);
  if (auto algorithm = check_signature_algorithm(certificate, rules); !algorithm)
    problems.add(std::unexpected(std::move(algorithm).error()));
}

/// RFC 5280 4.2.1.6: names of the right form; a certificate without a subject must have its names critical.
Result<void> check_alternative_names(const ParsedCertificate& certificate) {
  const Extensions& extensions = certificate.extensions;
  const bool empty_subject = name_is_empty(certificate.subject);
  if (empty_subject && !extensions.is_critical(ExtensionId::subject_alternative_name))
    return broken(Errc::malformed_certificate, "it has neither a subject nor critical alternative names");
  for (GeneralNames names(extensions.alternative_names); !names.empty();) {
    KW_ASSIGN(const GeneralName name, names.next());
    const bool valid_address = name.kind != NameKind::ip || name.value.size() == 4 || name.value.size() == 16;
    if (!valid_address) return broken(Errc::malformed_certificate, "it has an address of the wrong size");
    if (name.kind == NameKind::directory && !check_name(name.value))
      return broken(Errc::malformed_certificate, "it has a malformed alternative name");
  }
  return {};
}

}  // namespace

Result<void> check_validity(const ParsedCertificate& certificate, WallTime now) {
  const WallTime first = der::wall_time(der::Seconds(std::chrono::seconds(certificate.not_before)));
  const WallTime last = der::wall_time(der::Seconds(std::chrono::seconds(certificate.not_after)));
  //= rfc5280#6.1.3-2
  if (now < first) return broken(Errc::certificate_not_yet_valid, "it is valid from " + time_text(certificate.not_before));
  if (std::chrono::floor<std::chrono::seconds>(now) > last)
    return broken(Errc::certificate_expired, "it expired on " + time_text(certificate.not_after));
  return {};
}

Result<crypto::SignatureAlgorithm> check_signature_algorithm(const ParsedCertificate& certificate, const PathRules& rules) {
  const auto algorithm = signature_algorithm(certificate.signature_algorithm);
  const auto is_named = [&] {
    return std::ranges::any_of(rules.schemes, [&](SignatureScheme scheme) { return scheme_matches(scheme, *algorithm); });
  };
  // DSA has schemes of its own, which nobody accepts without naming them.
  if (!algorithm || (algorithm->kind == SignatureKind::dsa && !is_named())) {
    return broken(Errc::certificate_unsupported_algorithm,
                  "its signature algorithm " + oid_text(certificate.signature_algorithm.oid) + " is not supported");
  }
  const bool edwards = algorithm->kind == SignatureKind::ed25519 || algorithm->kind == SignatureKind::ed448;
  const bool weak = !edwards && (algorithm->hash == HashAlgorithm::md5 || algorithm->hash == HashAlgorithm::sha1 ||
                                 algorithm->hash == HashAlgorithm::md5_sha1);
  const bool named = is_named();
  // RFC 8446 4.4.2.4: MD5 must be refused, SHA-1 should. No default names SHA-1, but a user may; MD5 has no scheme.
  //= rfc8446#4.4.2.4-3
  if (weak && (!named || rules.web_pki || algorithm->hash != HashAlgorithm::sha1))
    return broken(Errc::certificate_weak_signature, "its signature is made with MD5 or SHA-1");
  if (!named && !rules.schemes.empty())
    return broken(Errc::certificate_unsupported_algorithm, "its signature algorithm is not among those accepted");
  return *algorithm;
}

Result<void> check_issuer_curve(crypto::KeyType type, NamedGroup group, const PathRules& rules) {
  const NamedGroupInfo* curve = type == crypto::KeyType::ec ? find_named_group(group) : nullptr;
  if (curve == nullptr || curve->kind != GroupKind::brainpool || rules.schemes.empty()) return {};
  const auto names_curve = [&](SignatureScheme scheme) {
    const SignatureSchemeInfo* row = find_signature_scheme(scheme);
    return row != nullptr && row->curve == group;
  };
  // RFC 8446 4.2.3: in certificates the schemes of the NIST curves say nothing about the curve; authorities on P-384 sign
  // with SHA-256. Brainpool curves have schemes of their own (RFC 8734 4), which nobody accepts without naming them.
  if (std::ranges::any_of(rules.schemes, names_curve)) return {};
  return broken(Errc::certificate_unsupported_algorithm,
                "it is signed with a key on " + std::string(curve->name) + ", which is not among the accepted schemes");
}

namespace {

/// Suites with DSS have them, where the user names a scheme for them.
Result<void> check_dsa_key(const crypto::PublicKeyParts& parts, const PathRules& rules) {
  if (std::ranges::none_of(rules.schemes, is_dsa)) return broken(Errc::certificate_key_type, "it has a DSA key");
  // As with RSA, and what goes with such a prime (FIPS 186-4 4.2).
  constexpr std::size_t smallest_p = 2048, smallest_q = 224;
  if (bits_of(parts.dsa_p) < smallest_p || bits_of(parts.dsa_q) < smallest_q)
    return broken(Errc::certificate_weak_key, "its DSA key has fewer than 2048 bits, or a subgroup of fewer than 224");
  return {};
}

}  // namespace

Result<void> check_key(const ParsedCertificate& certificate, const PathRules& rules) {
  const auto parts = public_key_parts(certificate.key_algorithm, certificate.key_bits);
  if (!parts)
    return broken(parts.error().code(),
                  "its key (" + oid_text(certificate.key_algorithm.oid) + ") is malformed or of a kind that is not supported");
  if (parts->type == crypto::KeyType::dsa) return check_dsa_key(*parts, rules);
  if (parts->type != crypto::KeyType::rsa && parts->type != crypto::KeyType::rsa_pss) return {};
  const std::size_t bits = rsa_bits(*parts);
  if (bits < rules.min_rsa_bits) {
    return broken(Errc::certificate_weak_key,
                  "its RSA key has " + std::to_string(bits) + " bits, fewer than " + std::to_string(rules.min_rsa_bits));
  }
  if (bits > rules.max_rsa_bits) {
    return broken(Errc::certificate_key_too_large,
                  "its RSA key has " + std::to_string(bits) + " bits, more than " + std::to_string(rules.max_rsa_bits));
  }
  if (rules.web_pki && bits % 8 != 0) return broken(Errc::certificate_weak_key, "the size of its RSA key is not a multiple of 8");
  return {};
}

Problems check_intermediate(const ParsedCertificate& certificate, const PathRules& rules) {
  Problems problems;
  check_signed(certificate, rules, problems);
  //= rfc5280#6.1.4-9
  if (!certificate.extensions.ca) problems.add(Errc::certificate_not_a_ca, "it may not issue certificates");
  check_issuer_usage(certificate.extensions, rules.purpose, rules.any_ca_purpose, problems);
  if (name_is_empty(certificate.subject)) problems.add(Errc::malformed_certificate, "it issues certificates and has no name");
  problems.add(check_key(certificate, rules));
  if (rules.strict || rules.web_pki) check_strict_authority(certificate, rules, problems);
  return problems;
}

Problems check_anchor(const ParsedCertificate& certificate, const PathRules& rules) {
  Problems problems;
  if (const auto valid = check_validity(certificate, rules.now); !valid)
    problems.add(valid.error().code(), "it is the trust anchor of this chain, and " + valid.error().detail()->reason);
  // Anchors of version 1 cannot say that they are authorities; the user did.
  if (certificate.version == 3 && !certificate.extensions.ca)
    problems.add(Errc::certificate_not_a_ca, "it may not issue certificates");
  if (!certificate.extensions.allows(KeyUsage::key_cert_sign))
    problems.add(Errc::certificate_wrong_usage, "its key usage does not allow signing certificates");
  if (!certificate.extensions.unknown_critical.empty())
    problems.add(Errc::certificate_critical_extension, "it has a critical extension that is not supported");
  problems.add(check_key(certificate, rules));
  if (rules.strict || rules.web_pki) check_strict_anchor(certificate, rules, problems);
  return problems;
}

Problems check_leaf(const ParsedCertificate& certificate, const PathRules& rules, bool is_anchor) {
  Problems problems;
  if (is_anchor) {
    check_form(certificate, rules, problems);
  } else {
    check_signed(certificate, rules, problems);
  }
  problems.add(check_key(certificate, rules));
  if (rules.leaf_signs) problems.add(check_handshake_usage(certificate.extensions, rules.purpose));
  problems.add(check_leaf_purpose(certificate.extensions, rules.purpose));
  // RFC 5280 4.2.1.10: name constraints are for authorities.
  if (certificate.extensions.has(ExtensionId::name_constraints) && !certificate.extensions.ca)
    problems.add(Errc::malformed_certificate, "it has name constraints and is no authority");
  problems.add(check_alternative_names(certificate));
  if (rules.strict || rules.web_pki) check_strict_leaf(certificate, rules, problems);
  if (rules.name != nullptr) problems.add(check_name_of_peer(certificate, *rules.name, rules.name_check));
  return problems;
}

}  // namespace keyway::pki
