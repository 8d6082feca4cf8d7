// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS SignatureScheme": the key each scheme needs and where it is legal (RFC 8446 4.2.3; RFC 8734).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "keyway/protocol.h"

namespace keyway {

enum class SignatureKey : std::uint8_t { rsa, rsa_pss, ec, ed25519, ed448 };

struct SignatureSchemeInfo {
  SignatureScheme scheme;
  std::string_view name;
  SignatureKey key;
  std::optional<NamedGroup> curve;  ///< ec only; the plain (not tls13) number
  HashAlgorithm hash;
  bool in_handshake;                ///< legal in a CertificateVerify of TLS 1.3
  bool broken;                      ///< SHA-1: never by default
};

std::span<const SignatureSchemeInfo> all_signature_schemes() noexcept;
const SignatureSchemeInfo* find_signature_scheme(SignatureScheme) noexcept;

}  // namespace keyway
