// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS SignatureScheme": the key each scheme needs and where it is legal (RFC 8446 4.2.3; RFC 8734).
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "keyway/protocol.h"

namespace keyway {

enum class SignatureKey : std::uint8_t { rsa, rsa_pss, ec, ed25519, ed448, dsa };

struct SignatureSchemeInfo {
  SignatureScheme scheme;
  std::string_view name;
  SignatureKey key;
  std::optional<NamedGroup> curve;  ///< ec only; the plain (not tls13) number
  HashAlgorithm hash;
  bool in_handshake;                ///< legal in a CertificateVerify of TLS 1.3
  bool broken;                      ///< SHA-1: never by default
};

/// What TLS 1.3 signs handshakes with, in order of preference: no PKCS#1, no SHA-1 (RFC 8446 4.2.3). The brainpool schemes
/// are the last three.
inline constexpr std::array handshake_schemes{
    SignatureScheme::ecdsa_secp256r1_sha256,
    SignatureScheme::ecdsa_secp384r1_sha384,
    SignatureScheme::ecdsa_secp521r1_sha512,
    SignatureScheme::ed25519,
    SignatureScheme::ed448,
    SignatureScheme::rsa_pss_rsae_sha256,
    SignatureScheme::rsa_pss_rsae_sha384,
    SignatureScheme::rsa_pss_rsae_sha512,
    SignatureScheme::rsa_pss_pss_sha256,
    SignatureScheme::rsa_pss_pss_sha384,
    SignatureScheme::rsa_pss_pss_sha512,
    SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256,
    SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384,
    SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512,
};

/// What only TLS 1.2 signs handshakes with, behind those: RFC 8446 4.2.3 leaves PKCS#1 to certificates.
inline constexpr std::array older_handshake_schemes{
    SignatureScheme::rsa_pkcs1_sha256,
    SignatureScheme::rsa_pkcs1_sha384,
    SignatureScheme::rsa_pkcs1_sha512,
};

std::span<const SignatureSchemeInfo> all_signature_schemes() noexcept;
const SignatureSchemeInfo* find_signature_scheme(SignatureScheme) noexcept;
/// Whether the scheme is for DSA keys, which only suites with DSS use: TLS 1.3 has none (RFC 8446 B.3.1.3).
bool is_dsa(SignatureScheme) noexcept;
/// Whether the scheme is for brainpool curves: before TLS 1.3 their keys sign with the pairs of RFC 5246 (RFC 8734 4).
bool is_for_tls13_alone(SignatureScheme) noexcept;
/// Whether somebody must name the scheme before it is used: SHA-1, DSA.
bool is_off_for_safety(const SignatureSchemeInfo&) noexcept;

}  // namespace keyway
