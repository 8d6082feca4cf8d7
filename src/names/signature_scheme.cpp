// SPDX-License-Identifier: Apache-2.0
//
// The table of signature schemes.
#include "names/signature_scheme.h"

namespace keyway {

namespace {

constexpr SignatureSchemeInfo table[] = {
    {SignatureScheme::rsa_pkcs1_sha1, "rsa_pkcs1_sha1", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha1, false, true},
    {SignatureScheme::ecdsa_sha1, "ecdsa_sha1", SignatureKey::ec, std::nullopt, HashAlgorithm::sha1, false, true},
    {SignatureScheme::rsa_pkcs1_sha256, "rsa_pkcs1_sha256", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha256, false, false},
    {SignatureScheme::rsa_pkcs1_sha384, "rsa_pkcs1_sha384", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha384, false, false},
    {SignatureScheme::rsa_pkcs1_sha512, "rsa_pkcs1_sha512", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha512, false, false},
    {SignatureScheme::ecdsa_secp256r1_sha256, "ecdsa_secp256r1_sha256", SignatureKey::ec, NamedGroup::secp256r1, HashAlgorithm::sha256, true, false},
    {SignatureScheme::ecdsa_secp384r1_sha384, "ecdsa_secp384r1_sha384", SignatureKey::ec, NamedGroup::secp384r1, HashAlgorithm::sha384, true, false},
    {SignatureScheme::ecdsa_secp521r1_sha512, "ecdsa_secp521r1_sha512", SignatureKey::ec, NamedGroup::secp521r1, HashAlgorithm::sha512, true, false},
    {SignatureScheme::rsa_pss_rsae_sha256, "rsa_pss_rsae_sha256", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha256, true, false},
    {SignatureScheme::rsa_pss_rsae_sha384, "rsa_pss_rsae_sha384", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha384, true, false},
    {SignatureScheme::rsa_pss_rsae_sha512, "rsa_pss_rsae_sha512", SignatureKey::rsa, std::nullopt, HashAlgorithm::sha512, true, false},
    {SignatureScheme::ed25519, "ed25519", SignatureKey::ed25519, std::nullopt, HashAlgorithm::sha512, true, false},
    {SignatureScheme::ed448, "ed448", SignatureKey::ed448, std::nullopt, HashAlgorithm::sha512, true, false},
    {SignatureScheme::rsa_pss_pss_sha256, "rsa_pss_pss_sha256", SignatureKey::rsa_pss, std::nullopt, HashAlgorithm::sha256, true, false},
    {SignatureScheme::rsa_pss_pss_sha384, "rsa_pss_pss_sha384", SignatureKey::rsa_pss, std::nullopt, HashAlgorithm::sha384, true, false},
    {SignatureScheme::rsa_pss_pss_sha512, "rsa_pss_pss_sha512", SignatureKey::rsa_pss, std::nullopt, HashAlgorithm::sha512, true, false},
    {SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256, "ecdsa_brainpoolP256r1tls13_sha256", SignatureKey::ec, NamedGroup::brainpoolP256r1, HashAlgorithm::sha256, true, false},
    {SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384, "ecdsa_brainpoolP384r1tls13_sha384", SignatureKey::ec, NamedGroup::brainpoolP384r1, HashAlgorithm::sha384, true, false},
    {SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512, "ecdsa_brainpoolP512r1tls13_sha512", SignatureKey::ec, NamedGroup::brainpoolP512r1, HashAlgorithm::sha512, true, false},
};

}  // namespace

std::span<const SignatureSchemeInfo> all_signature_schemes() noexcept { return table; }

const SignatureSchemeInfo* find_signature_scheme(SignatureScheme scheme) noexcept {
  for (const SignatureSchemeInfo& row : table) {
    if (row.scheme == scheme) return &row;
  }
  return nullptr;
}

std::string_view to_string(SignatureScheme scheme) noexcept {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  return row == nullptr ? std::string_view() : row->name;
}

std::optional<SignatureScheme> signature_scheme_from(std::string_view name) noexcept {
  for (const SignatureSchemeInfo& row : table) {
    if (row.name == name) return row.scheme;
  }
  return std::nullopt;
}

}  // namespace keyway
