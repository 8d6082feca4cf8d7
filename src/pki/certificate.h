// SPDX-License-Identifier: Apache-2.0
//
// A certificate as views over its DER (RFC 5280 4.1), parsed in one pass without copies or allocation. What users see
// is include/keyway/certificate.h; what the extensions mean for a path is path_validator.h.
#pragma once

#include <cstdint>
#include <optional>

#include "keyway/bytes.h"
#include "keyway/crypto/provider.h"
#include "keyway/result.h"
#include "pki/distinguished_name.h"
#include "pki/extensions.h"

namespace keyway::pki {

struct AlgorithmIdentifier {
  ByteView whole{};
  ByteView oid{};
  ByteView parameters{};  ///< the whole element; empty where absent
};

struct ParsedCertificate {
  ByteView der{};
  ByteView signed_part{};  ///< tbsCertificate, what the signature covers
  int version = 1;
  ByteView serial{};       ///< content of the INTEGER, minimal
  ByteView issuer{};       ///< whole names
  ByteView subject{};
  std::int64_t not_before = 0;  ///< seconds since 1970
  std::int64_t not_after = 0;
  bool early_generalized_time = false;  ///< a date before 2050 is not a UTCTime
  ByteView subject_public_key_info{};   ///< whole
  AlgorithmIdentifier key_algorithm{};
  ByteView key_bits{};     ///< subjectPublicKey
  AlgorithmIdentifier signature_algorithm{};
  ByteView signature{};
  ByteView extension_list{};  ///< content of Extensions
  Extensions extensions{};
  bool self_issued = false;  ///< subject and issuer are the same name
};

/// Parses exactly one certificate. Errors: malformed_certificate (the detail's reason says which part),
/// certificate_version, certificate_duplicate_extension. `der` must outlive the result.
Result<ParsedCertificate> parse_certificate(ByteView der);

/// The signature algorithm that an identifier names. Error certificate_unsupported_algorithm.
Result<crypto::SignatureAlgorithm> signature_algorithm(const AlgorithmIdentifier&) noexcept;
/// The schemes of TLS that a signature of this algorithm can be called (RFC 8446 4.2.3).
bool scheme_matches(SignatureScheme, const crypto::SignatureAlgorithm&) noexcept;

/// The public key's numbers as views. Errors: certificate_key_type (algorithm or curve we do not have, explicit
/// curves), invalid_public_key (malformed).
Result<crypto::PublicKeyParts> public_key_parts(const AlgorithmIdentifier&, ByteView key_bits) noexcept;
/// The same from a whole SubjectPublicKeyInfo.
Result<crypto::PublicKeyParts> public_key_parts(ByteView subject_public_key_info) noexcept;
/// Bits of a big-endian number without a zero in front.
std::size_t bits_of(ByteView number) noexcept;
/// Bits of an RSA key's modulus; 0 for keys of other types.
std::size_t rsa_bits(const crypto::PublicKeyParts&) noexcept;
/// "RSA 2048", "EC secp256r1"...; for people.
std::string key_text(const AlgorithmIdentifier&, ByteView key_bits);

Result<AlgorithmIdentifier> parse_algorithm(ByteView whole) noexcept;

}  // namespace keyway::pki
