// SPDX-License-Identifier: Apache-2.0
//
// Lists of algorithms. A default is what the provider can serve of a fixed list; a named value that cannot be served is
// an error, because a configuration that silently does less than was asked is a trap.
#include "config/suite_selection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "config/problem.h"
#include "names/cipher_properties.h"
#include "names/legacy.h"
#include "names/named_group.h"
#include "names/signature_scheme.h"

namespace keyway::config {
namespace {

// 256-bit AEADs before 128-bit ones, ECDSA before RSA, elliptic curves before finite fields; CCM after GCM.
constexpr std::array<std::uint16_t, 3> default_suites13{0x1302, 0x1301, 0x1303};
//= rfc5246#A.5-2
constexpr std::array<std::uint16_t, 11> default_suites12{0xc02c, 0xc030, 0xc0ad, 0xcca9, 0xcca8, 0xc02b,
                                                         0xc02f, 0xc0ac, 0x009f, 0x009e, 0xccaa};
// What there is before TLS 1.2, where AEADs are not: AES with SHA-1.
constexpr std::array<std::uint16_t, 6> default_suites_before12{0xc00a, 0xc014, 0xc009, 0xc013, 0x0039, 0x0033};

constexpr std::size_t default_group_count = 5;
constexpr std::array groups_in_order{
    NamedGroup::x25519,
    NamedGroup::secp256r1,
    NamedGroup::x448,
    NamedGroup::secp521r1,
    NamedGroup::secp384r1,
    NamedGroup::ffdhe2048,
    NamedGroup::ffdhe3072,
    NamedGroup::ffdhe4096,
    NamedGroup::ffdhe6144,
    NamedGroup::ffdhe8192,
    NamedGroup::brainpoolP256r1tls13,
    NamedGroup::brainpoolP384r1tls13,
    NamedGroup::brainpoolP512r1tls13,
};

/// With the numbers that versions before TLS 1.3 use; RFC 8734 3 has others for TLS 1.3.
constexpr std::array older_groups{NamedGroup::brainpoolP256r1, NamedGroup::brainpoolP384r1, NamedGroup::brainpoolP512r1};

constexpr std::size_t default_scheme_count = 11;

// RFC 8446 4.2.3: these say something about certificates and nothing about CertificateVerify. The first three are
// defaults; SHA-1 and DSA are taken when named.
constexpr std::size_t default_certificate_only = 3;
constexpr std::array certificate_only{
    SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384, SignatureScheme::rsa_pkcs1_sha512,
    SignatureScheme::rsa_pkcs1_sha1,   SignatureScheme::ecdsa_sha1,       SignatureScheme::dsa_sha256,
    SignatureScheme::dsa_sha1,
};

template <class Range, class T>
bool contains(const Range& range, const T& value) {
  return std::ranges::find(range, value) != range.end();
}

template <class T>
std::string text_of(T value) {
  if (const std::string_view name = to_string(value); !name.empty()) return std::string(name);
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<unsigned>(value), 16);
  return "0x" + std::string(digits.data(), end.ptr);
}

template <class T>
std::string names_of(const std::vector<T>& values) {
  std::string text;
  for (const T value : values) text.append(text.empty() ? "" : ", ").append(text_of(value));
  return text;
}

bool serves_cipher(const CipherSuiteInfo& row, const crypto::Provider& provider) {
  if (const auto aead = aead_of(row.cipher)) return contains(provider.aeads(), *aead);
  const auto bulk = bulk_of(row.cipher);
  const auto mac = mac_hash(row.mac);
  return bulk && mac && contains(provider.bulk_ciphers(), *bulk) && provider.hash(*mac) != nullptr;
}

bool served(const CipherSuiteInfo& row, const crypto::Provider& provider) {
  return (!is_legacy(row) || legacy_is_built()) && provider.hash(row.hash) != nullptr && serves_cipher(row, provider);
}

bool served(NamedGroup group, const crypto::Provider& provider) { return contains(provider.groups(), group); }

bool served(SignatureScheme scheme, const crypto::Provider& provider) {
  switch (scheme) {
    case SignatureScheme::ed25519:
    case SignatureScheme::ed448: return true;
    default: break;
  }
  if (is_dsa(scheme) && !legacy_is_built()) return false;
  const auto algorithm = crypto::algorithm_of(scheme);
  return algorithm && provider.hash(algorithm->hash) != nullptr;
}

bool has13(const Versions& versions) { return contains(versions, ProtocolVersion::tls1_3); }
bool has_older(const Versions& versions) { return versions.back() < ProtocolVersion::tls1_3; }

bool is_for_one_of(const CipherSuiteInfo& row, const Versions& versions) {
  return std::ranges::any_of(versions, [&](ProtocolVersion version) { return is_for(row, version); });
}

template <class T>
std::vector<T> filtered(std::span<const T> candidates, const crypto::Provider& provider) {
  std::vector<T> list;
  std::ranges::copy_if(candidates, std::back_inserter(list), [&](T value) { return served(value, provider); });
  return list;
}

/// The rules that all lists of algorithms share.
template <class T>
Result<void> check_list(const std::string& option, const std::vector<T>& named, const std::vector<T>& possible) {
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (!contains(possible, named[i])) { return invalid(option, text_of(named[i]), "choose among " + names_of(possible)); }
    if (std::find(named.begin(), named.begin() + static_cast<std::ptrdiff_t>(i), named[i]) !=
        named.begin() + static_cast<std::ptrdiff_t>(i)) {
      return invalid(option, text_of(named[i]), "name each value once");
    }
  }
  return {};
}

std::vector<SignatureScheme> with_certificate_only(std::vector<SignatureScheme> schemes, std::size_t count,
                                                   const crypto::Provider& provider) {
  for (const SignatureScheme scheme : std::span(certificate_only).first(count)) {
    if (!contains(schemes, scheme) && served(scheme, provider)) schemes.push_back(scheme);
  }
  return schemes;
}

}  // namespace

Versions sorted(Versions versions) {
  std::ranges::sort(versions, std::ranges::greater());
  return versions;
}

Versions versions_of(const std::vector<CipherSuite>& named, const Versions& versions) {
  if (named.empty() || versions != sorted(ProtocolOptions().versions)) return versions;
  Versions meant;
  std::ranges::copy_if(versions, std::back_inserter(meant), [&](ProtocolVersion version) {
    return std::ranges::any_of(named, [&](CipherSuite suite) {
      const CipherSuiteInfo* row = find_cipher_suite(suite);
      return row != nullptr && is_for(*row, version);
    });
  });
  return meant.empty() ? versions : meant;
}

std::vector<CipherSuite> default_cipher_suites(const crypto::Provider& provider, const Versions& versions) {
  std::vector<CipherSuite> list;
  const auto add = [&](std::span<const std::uint16_t> codes) {
    for (const std::uint16_t code : codes) {
      const CipherSuiteInfo& row = *find_cipher_suite(static_cast<CipherSuite>(code));
      if (is_for_one_of(row, versions) && served(row, provider)) list.push_back(static_cast<CipherSuite>(code));
    }
  };
  add(default_suites13);
  add(default_suites12);
  if (versions.back() < ProtocolVersion::tls1_2) add(default_suites_before12);
  return list;
}

bool is_available(CipherSuite suite, const crypto::Provider& provider) {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  return row != nullptr && is_negotiable(*row) && served(*row, provider);
}

std::vector<NamedGroup> default_groups(const crypto::Provider& provider) {
  return filtered(std::span(groups_in_order).first(default_group_count), provider);
}

std::vector<NamedGroup> all_groups(const crypto::Provider& provider) {
  return filtered(std::span(groups_in_order).first(groups_in_order.size()), provider);
}

std::vector<SignatureScheme> default_signature_schemes(const crypto::Provider& provider, const Versions& versions) {
  auto schemes = filtered(std::span(handshake_schemes).first(default_scheme_count), provider);
  return has_older(versions) ? with_certificate_only(std::move(schemes), default_certificate_only, provider) : schemes;
}

std::vector<SignatureScheme> all_signature_schemes(const crypto::Provider& provider, const Versions& versions) {
  auto schemes = filtered(std::span<const SignatureScheme>(handshake_schemes), provider);
  return has_older(versions) ? with_certificate_only(std::move(schemes), default_certificate_only, provider) : schemes;
}

std::vector<SignatureScheme> default_certificate_schemes(const crypto::Provider& provider) {
  return with_certificate_only(default_signature_schemes(provider, {ProtocolVersion::tls1_3}), default_certificate_only,
                               provider);
}

namespace {

/// Why a suite that was named cannot be used; nothing if it can.
std::string_view trouble_with(CipherSuite suite, const crypto::Provider& provider, const Versions& versions) {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  if (row == nullptr) return "name suites that `keyway ciphers --set all` lists";
  //= rfc5246#A.5-1
  if (!is_negotiable(*row)) return "suites without encryption and export suites are never negotiated: name another";
  if (is_legacy(*row) && !legacy_is_built()) return "this build leaves out what is off for safety (KEYWAY_LEGACY): name another";
  if (!served(*row, provider)) return "this provider does not serve it: name another";
  if (!is_for_one_of(*row, versions)) return "it belongs to none of the versions: name another, or its version in versions";
  return {};
}

Result<void> check_named(const std::vector<CipherSuite>& named, const crypto::Provider& provider, const Versions& versions) {
  for (auto at = named.begin(); at != named.end(); ++at) {
    if (const std::string_view mend = trouble_with(*at, provider, versions); !mend.empty())
      return invalid("ciphers", text_of(*at), std::string(mend));
    if (std::find(named.begin(), at, *at) != at) return invalid("ciphers", text_of(*at), "name each value once");
  }
  return {};
}

}  // namespace

Result<std::vector<CipherSuite>> select_cipher_suites(const std::vector<CipherSuite>& named, const crypto::Provider& provider,
                                                      const Versions& versions) {
  KW_TRY(check_named(named, provider, versions));
  auto chosen = named.empty() ? default_cipher_suites(provider, versions) : named;
  if (chosen.empty()) return fail(Errc::unsupported_algorithm);
  for (const ProtocolVersion version : versions) {
    const bool has_one =
        std::ranges::any_of(chosen, [&](CipherSuite suite) { return is_for(*find_cipher_suite(suite), version); });
    if (has_one) continue;
    return refuse(Errc::conflicting_options, "ciphers", names_of(named),
                  "add a suite of " + std::string(to_string(version)) + ", or take the version out of versions");
  }
  return chosen;
}

Result<std::vector<NamedGroup>> select_groups(const std::vector<NamedGroup>& named, const crypto::Provider& provider,
                                              const Versions& versions) {
  if (named.empty()) return default_groups(provider);
  for (const NamedGroup group : named) {
    // RFC 8734: the plain brainpool numbers are for TLS 1.2.
    if (!has_older(versions) && group >= NamedGroup::brainpoolP256r1 && group <= NamedGroup::brainpoolP512r1) {
      return invalid("supported_groups", text_of(group), "TLS 1.3 has its own number: " + text_of(group) + "tls13");
    }
  }
  auto possible = all_groups(provider);
  if (has_older(versions)) {
    for (const NamedGroup group : older_groups) {
      if (served(group, provider)) possible.push_back(group);
    }
  }
  KW_TRY(check_list("supported_groups", named, possible));
  if (has13(versions) && groups_of_tls13(named).empty()) {
    return refuse(Errc::conflicting_options, "supported_groups", names_of(named),
                  "TLS 1.3 uses none of them: add x25519, or take the version out of versions");
  }
  return named;
}

std::vector<NamedGroup> groups_of_tls13(const std::vector<NamedGroup>& groups) {
  std::vector<NamedGroup> fitting;
  std::ranges::copy_if(groups, std::back_inserter(fitting), [](NamedGroup group) { return find_named_group(group)->tls13; });
  return fitting;
}

namespace {

bool is_curve_before13(NamedGroup group) {
  const NamedGroupInfo* row = find_named_group(group);
  const bool only13 = group >= NamedGroup::brainpoolP256r1tls13 && group <= NamedGroup::brainpoolP512r1tls13;
  return row != nullptr && row->kind != GroupKind::ffdh && !only13;
}

std::vector<NamedGroup> curves_of(const std::vector<NamedGroup>& groups) {
  std::vector<NamedGroup> curves;
  std::ranges::copy_if(groups, std::back_inserter(curves), is_curve_before13);
  return curves;
}

}  // namespace

Result<std::vector<NamedGroup>> select_curves(const std::vector<NamedGroup>& named, const std::vector<NamedGroup>& groups,
                                              const crypto::Provider& provider, const Versions& versions, Role role) {
  if (named.empty()) return curves_of(groups);
  if (!has_older(versions)) {
    return refuse(Errc::conflicting_options, "eccs", names_of(named),
                  "they are for TLS 1.2 and below: use supported_groups, or add a version");
  }
  auto possible = default_groups(provider);
  for (const NamedGroup group : older_groups) {
    if (served(group, provider)) possible.push_back(group);
  }
  KW_TRY(check_list("eccs", named, possible));
  if (role == Role::server || !has13(versions)) return named;
  for (const NamedGroup curve : named) {
    if (!find_named_group(curve)->tls13 || contains(groups, curve)) continue;
    return refuse(Errc::conflicting_options, "eccs", text_of(curve), "name it in supported_groups, too, or leave TLS 1.3 out");
  }
  return named;
}

std::vector<NamedGroup> groups_to_offer(const std::vector<NamedGroup>& groups, const std::vector<NamedGroup>& curves,
                                        const Versions& versions) {
  std::vector<NamedGroup> offered = has13(versions) ? groups : curves;
  if (has13(versions)) {
    std::ranges::copy_if(curves, std::back_inserter(offered), [&](NamedGroup curve) { return !contains(groups, curve); });
    return offered;
  }
  std::ranges::copy_if(groups, std::back_inserter(offered),
                       [](NamedGroup group) { return find_named_group(group)->kind == GroupKind::ffdh; });
  return offered;
}

Result<SignatureSelection> select_signatures(const ProtocolOptions& options, const crypto::Provider& provider) {
  const Versions versions = versions_of(options.ciphers, sorted(options.versions));
  if (!options.signature_algs.empty() && versions.front() < ProtocolVersion::tls1_2) {
    return refuse(Errc::conflicting_options, "signature_algs", names_of(options.signature_algs),
                  "before TLS 1.2 the kind of key decides: leave it out, or add a version");
  }
  auto everything = with_certificate_only(all_signature_schemes(provider, versions), certificate_only.size(), provider);
  // RFC 8446 B.3.1.3: who speaks TLS 1.3 alone has no DSA, not even in certificates.
  if (!has_older(versions)) std::erase_if(everything, is_dsa);
  KW_TRY(check_list("signature_algs", options.signature_algs, everything));
  KW_TRY(check_list("signature_algs_cert", options.signature_algs_cert, everything));
  SignatureSelection selection;
  if (options.signature_algs.empty()) {
    selection.handshake = default_signature_schemes(provider, versions);
  } else {
    std::ranges::copy_if(options.signature_algs, std::back_inserter(selection.handshake),
                         //= rfc8446#4.2.3-7
                         [&](SignatureScheme scheme) { return has_older(versions) || !contains(certificate_only, scheme); });
  }
  if (selection.handshake.empty()) {
    return invalid("signature_algs", names_of(options.signature_algs),
                   "add a scheme that TLS 1.3 signs with, for instance rsa_pss_rsae_sha256");
  }
  if (!options.signature_algs_cert.empty()) {
    selection.certificate = options.signature_algs_cert;
  } else if (options.signature_algs.empty()) {
    selection.certificate = default_certificate_schemes(provider);
  } else {
    selection.certificate = with_certificate_only(options.signature_algs, default_certificate_only, provider);
  }
  return selection;
}

bool sign_in_tls13(const std::vector<SignatureScheme>& schemes) {
  return std::ranges::any_of(schemes, [](SignatureScheme scheme) { return !contains(certificate_only, scheme); });
}

Result<void> check_signature_scheme(const std::string& option, SignatureScheme scheme, const crypto::Provider& provider) {
  const auto everything = all_signature_schemes(provider, {ProtocolVersion::tls1_2});
  return check_list(option, std::vector{scheme}, with_certificate_only(everything, certificate_only.size(), provider));
}

}  // namespace keyway::config
