// SPDX-License-Identifier: Apache-2.0
//
// The table of signature schemes.
#include "names/signature_scheme.h"

namespace keyway {

namespace {

using S = SignatureScheme;
using Key = SignatureKey;
using Curve = NamedGroup;
using Hash = HashAlgorithm;
constexpr auto none = std::nullopt;

// clang-format off
constexpr SignatureSchemeInfo table[] = {
    {S::rsa_pkcs1_sha1,                    "rsa_pkcs1_sha1",                    Key::rsa,     none,                   Hash::sha1,   false, true},
    {S::rsa_pkcs1_md5_sha1,                "rsa_pkcs1_md5_sha1",                Key::rsa,     none,                   Hash::md5_sha1, false, true},
    {S::ecdsa_sha1,                        "ecdsa_sha1",                        Key::ec,      none,                   Hash::sha1,   false, true},
    {S::rsa_pkcs1_sha256,                  "rsa_pkcs1_sha256",                  Key::rsa,     none,                   Hash::sha256, false, false},
    {S::rsa_pkcs1_sha384,                  "rsa_pkcs1_sha384",                  Key::rsa,     none,                   Hash::sha384, false, false},
    {S::rsa_pkcs1_sha512,                  "rsa_pkcs1_sha512",                  Key::rsa,     none,                   Hash::sha512, false, false},
    {S::ecdsa_secp256r1_sha256,            "ecdsa_secp256r1_sha256",            Key::ec,      Curve::secp256r1,       Hash::sha256, true,  false},
    {S::ecdsa_secp384r1_sha384,            "ecdsa_secp384r1_sha384",            Key::ec,      Curve::secp384r1,       Hash::sha384, true,  false},
    {S::ecdsa_secp521r1_sha512,            "ecdsa_secp521r1_sha512",            Key::ec,      Curve::secp521r1,       Hash::sha512, true,  false},
    {S::rsa_pss_rsae_sha256,               "rsa_pss_rsae_sha256",               Key::rsa,     none,                   Hash::sha256, true,  false},
    {S::rsa_pss_rsae_sha384,               "rsa_pss_rsae_sha384",               Key::rsa,     none,                   Hash::sha384, true,  false},
    {S::rsa_pss_rsae_sha512,               "rsa_pss_rsae_sha512",               Key::rsa,     none,                   Hash::sha512, true,  false},
    {S::ed25519,                           "ed25519",                           Key::ed25519, none,                   Hash::sha512, true,  false},
    {S::ed448,                             "ed448",                             Key::ed448,   none,                   Hash::sha512, true,  false},
    {S::rsa_pss_pss_sha256,                "rsa_pss_pss_sha256",                Key::rsa_pss, none,                   Hash::sha256, true,  false},
    {S::rsa_pss_pss_sha384,                "rsa_pss_pss_sha384",                Key::rsa_pss, none,                   Hash::sha384, true,  false},
    {S::rsa_pss_pss_sha512,                "rsa_pss_pss_sha512",                Key::rsa_pss, none,                   Hash::sha512, true,  false},
    {S::ecdsa_brainpoolP256r1tls13_sha256, "ecdsa_brainpoolP256r1tls13_sha256", Key::ec,      Curve::brainpoolP256r1, Hash::sha256, true,  false},
    {S::ecdsa_brainpoolP384r1tls13_sha384, "ecdsa_brainpoolP384r1tls13_sha384", Key::ec,      Curve::brainpoolP384r1, Hash::sha384, true,  false},
    {S::ecdsa_brainpoolP512r1tls13_sha512, "ecdsa_brainpoolP512r1tls13_sha512", Key::ec,      Curve::brainpoolP512r1, Hash::sha512, true,  false},
    {S::dsa_sha1,                          "dsa_sha1",                          Key::dsa,     none,                   Hash::sha1,   false, true},
    {S::dsa_sha256,                        "dsa_sha256",                        Key::dsa,     none,                   Hash::sha256, false, false},
};
// clang-format on

}  // namespace

std::span<const SignatureSchemeInfo> all_signature_schemes() noexcept { return table; }

const SignatureSchemeInfo* find_signature_scheme(SignatureScheme scheme) noexcept {
  for (const SignatureSchemeInfo& row : table) {
    if (row.scheme == scheme) return &row;
  }
  return nullptr;
}

bool is_dsa(SignatureScheme scheme) noexcept {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  return row != nullptr && row->key == SignatureKey::dsa;
}

bool is_for_tls13_alone(SignatureScheme scheme) noexcept {
  return scheme == S::ecdsa_brainpoolP256r1tls13_sha256 || scheme == S::ecdsa_brainpoolP384r1tls13_sha384 ||
         scheme == S::ecdsa_brainpoolP512r1tls13_sha512;
}

bool is_off_for_safety(const SignatureSchemeInfo& row) noexcept { return row.broken || row.key == SignatureKey::dsa; }

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
