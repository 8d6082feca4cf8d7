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
#include "names/signature_scheme.h"

namespace keyway::config {
namespace {

struct SuiteRow {
  CipherSuite suite;
  AeadAlgorithm aead;
  HashAlgorithm hash;
};

// The first three are the defaults, in this order.
constexpr std::size_t default_suites = 3;
constexpr std::array suite_rows{
    SuiteRow{CipherSuite::TLS_AES_256_GCM_SHA384, AeadAlgorithm::aes_256_gcm, HashAlgorithm::sha384},
    SuiteRow{CipherSuite::TLS_AES_128_GCM_SHA256, AeadAlgorithm::aes_128_gcm, HashAlgorithm::sha256},
    SuiteRow{CipherSuite::TLS_CHACHA20_POLY1305_SHA256, AeadAlgorithm::chacha20_poly1305, HashAlgorithm::sha256},
    SuiteRow{CipherSuite::TLS_AES_128_CCM_SHA256, AeadAlgorithm::aes_128_ccm, HashAlgorithm::sha256},
    SuiteRow{CipherSuite::TLS_AES_128_CCM_8_SHA256, AeadAlgorithm::aes_128_ccm_8, HashAlgorithm::sha256},
};

// TLS 1.2, likewise: the first eight are defaults (256-bit AEADs before 128-bit ones), the last two are used when named.
constexpr std::size_t default_older_suites = 8;
constexpr auto older_suites = std::to_array<std::uint16_t>(
    {0xc02c, 0xc030, 0xc0ad, 0xcca9, 0xcca8, 0xc02b, 0xc02f, 0xc0ac, 0xc0af, 0xc0ae, 0x009f, 0x009e, 0xccaa, 0xc09f, 0xc09e,
     0x009d, 0x009c, 0x00a9, 0x00a8, 0xccab, 0x00ab, 0x00aa, 0xccad, 0xd002, 0xd001, 0xccac, 0x00ad, 0x00ac, 0xccae, 0xc02e,
     0xc02d, 0xc032, 0xc031, 0x00a7, 0x00a6, 0xc019, 0xc018, 0xc020, 0xc01d, 0xc021, 0xc01e, 0xc0a9, 0xc0a8});

#if defined(KEYWAY_LEGACY)
constexpr bool legacy_is_built = true;
#else
constexpr bool legacy_is_built = false;
#endif

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

constexpr std::array older_groups{NamedGroup::brainpoolP256r1, NamedGroup::brainpoolP384r1, NamedGroup::brainpoolP512r1};

constexpr std::size_t default_scheme_count = 11;

// RFC 8446 4.2.3: these say something about certificates and nothing about CertificateVerify. The first three are
// defaults; SHA-1 is taken when named.
constexpr std::size_t default_certificate_only = 3;
constexpr std::array certificate_only{
    SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384, SignatureScheme::rsa_pkcs1_sha512,
    SignatureScheme::rsa_pkcs1_sha1,   SignatureScheme::ecdsa_sha1,
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

bool served(const SuiteRow& row, const crypto::Provider& provider) {
  return contains(provider.aeads(), row.aead) && provider.hash(row.hash) != nullptr;
}

bool served(const CipherSuiteInfo& row, const crypto::Provider& provider) {
  if ((!legacy_is_built && is_legacy(row)) || provider.hash(row.hash) == nullptr) return false;
  if (const auto aead = aead_of(row.cipher)) return contains(provider.aeads(), *aead);
  const auto bulk = bulk_of(row.cipher);
  const auto mac = mac_hash(row.mac);
  return bulk && mac && contains(provider.bulk_ciphers(), *bulk) && provider.hash(*mac) != nullptr;
}

bool served(NamedGroup group, const crypto::Provider& provider) { return contains(provider.groups(), group); }

bool served(SignatureScheme scheme, const crypto::Provider& provider) {
  switch (scheme) {
    case SignatureScheme::ed25519:
    case SignatureScheme::ed448: return true;
    default: break;
  }
  const auto algorithm = crypto::algorithm_of(scheme);
  return algorithm && provider.hash(algorithm->hash) != nullptr;
}

bool has13(const Versions& versions) { return contains(versions, ProtocolVersion::tls1_3); }
bool has12(const Versions& versions) { return contains(versions, ProtocolVersion::tls1_2); }

std::vector<CipherSuite> suites(std::span<const SuiteRow> rows, std::span<const std::uint16_t> older,
                                const crypto::Provider& provider, const Versions& versions) {
  std::vector<CipherSuite> list;
  for (const SuiteRow& row : rows) {
    if (has13(versions) && served(row, provider)) list.push_back(row.suite);
  }
  for (const std::uint16_t code : older) {
    const auto suite = static_cast<CipherSuite>(code);
    if (has12(versions) && served(*find_cipher_suite(suite), provider)) list.push_back(suite);
  }
  return list;
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

std::vector<CipherSuite> default_cipher_suites(const crypto::Provider& provider, const Versions& versions) {
  return suites(std::span(suite_rows).first(default_suites), std::span(older_suites).first(default_older_suites), provider,
                versions);
}

std::vector<CipherSuite> all_cipher_suites(const crypto::Provider& provider, const Versions& versions) {
  return suites(suite_rows, older_suites, provider, versions);
}

std::vector<NamedGroup> default_groups(const crypto::Provider& provider) {
  return filtered(std::span(groups_in_order).first(default_group_count), provider);
}

std::vector<NamedGroup> all_groups(const crypto::Provider& provider) {
  return filtered(std::span(groups_in_order).first(groups_in_order.size()), provider);
}

std::vector<SignatureScheme> default_signature_schemes(const crypto::Provider& provider, const Versions& versions) {
  auto schemes = filtered(std::span(handshake_schemes).first(default_scheme_count), provider);
  return has12(versions) ? with_certificate_only(std::move(schemes), default_certificate_only, provider) : schemes;
}

std::vector<SignatureScheme> all_signature_schemes(const crypto::Provider& provider, const Versions& versions) {
  auto schemes = filtered(std::span<const SignatureScheme>(handshake_schemes), provider);
  return has12(versions) ? with_certificate_only(std::move(schemes), default_certificate_only, provider) : schemes;
}

std::vector<SignatureScheme> default_certificate_schemes(const crypto::Provider& provider) {
  return with_certificate_only(default_signature_schemes(provider, {ProtocolVersion::tls1_3}), default_certificate_only,
                               provider);
}

Result<std::vector<CipherSuite>> select_cipher_suites(const std::vector<CipherSuite>& named, const crypto::Provider& provider,
                                                      const Versions& versions) {
  if (named.empty()) return default_cipher_suites(provider, versions);
  KW_TRY(check_list("ciphers", named, all_cipher_suites(provider, versions)));
  for (const ProtocolVersion version : versions) {
    const bool has_one =
        std::ranges::any_of(named, [&](CipherSuite suite) { return is_for(*find_cipher_suite(suite), version); });
    if (has_one) continue;
    return refuse(Errc::conflicting_options, "ciphers", names_of(named),
                  "add a suite of " + std::string(to_string(version)) + ", or take the version out of versions");
  }
  return named;
}

Result<std::vector<NamedGroup>> select_groups(const std::vector<NamedGroup>& named, const crypto::Provider& provider,
                                              const Versions& versions) {
  if (named.empty()) return default_groups(provider);
  for (const NamedGroup group : named) {
    // RFC 8734: the plain brainpool numbers are for TLS 1.2.
    if (!has12(versions) && group >= NamedGroup::brainpoolP256r1 && group <= NamedGroup::brainpoolP512r1) {
      return invalid("supported_groups", text_of(group), "TLS 1.3 has its own number: " + text_of(group) + "tls13");
    }
  }
  auto possible = all_groups(provider);
  if (has12(versions)) {
    for (const NamedGroup group : older_groups) {
      if (served(group, provider)) possible.push_back(group);
    }
  }
  KW_TRY(check_list("supported_groups", named, possible));
  return named;
}

Result<SignatureSelection> select_signatures(const ProtocolOptions& options, const crypto::Provider& provider) {
  const Versions versions = sorted(options.versions);
  const auto everything = with_certificate_only(all_signature_schemes(provider, versions), certificate_only.size(), provider);
  KW_TRY(check_list("signature_algs", options.signature_algs, everything));
  KW_TRY(check_list("signature_algs_cert", options.signature_algs_cert, everything));
  SignatureSelection selection;
  if (options.signature_algs.empty()) {
    selection.handshake = default_signature_schemes(provider, versions);
  } else {
    std::ranges::copy_if(options.signature_algs, std::back_inserter(selection.handshake),
                         //= rfc8446#4.2.3-7
                         [&](SignatureScheme scheme) { return has12(versions) || !contains(certificate_only, scheme); });
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

Result<void> check_signature_scheme(const std::string& option, SignatureScheme scheme, const crypto::Provider& provider) {
  return check_list(option, std::vector{scheme}, all_signature_schemes(provider, {ProtocolVersion::tls1_2}));
}

}  // namespace keyway::config
