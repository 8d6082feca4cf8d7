// SPDX-License-Identifier: Apache-2.0
//
// Making certificates (RFC 5280 4.1, 4.2) and revocation lists (5.1): for `keyway certs demo` and for tests.
// Only what is named in the description is written, so that tests can leave out or break any part.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "keyway/clock.h"
#include "keyway/crypto/provider.h"
#include "pki/extensions.h"

namespace keyway::pki {

/// KeyUsage bits for CertificateDescription::key_usage.
namespace key_usage {
inline constexpr auto digital_signature = static_cast<std::uint16_t>(KeyUsage::digital_signature);
inline constexpr auto key_encipherment = static_cast<std::uint16_t>(KeyUsage::key_encipherment);
inline constexpr auto key_agreement = static_cast<std::uint16_t>(KeyUsage::key_agreement);
inline constexpr auto key_cert_sign = static_cast<std::uint16_t>(KeyUsage::key_cert_sign);
inline constexpr auto crl_sign = static_cast<std::uint16_t>(KeyUsage::crl_sign);
}  // namespace key_usage

/// Subtrees by kind; addresses as "10.0.0.0/8" or "2001:db8::/32".
struct Subtrees {
  std::vector<std::string> dns{};
  std::vector<std::string> ip{};
  std::vector<std::string> email{};
  std::vector<std::string> uri{};
  std::vector<Bytes> directory{};  ///< whole names
};

/// Any other extension, or a replacement of one.
struct RawExtension {
  std::string oid;  ///< dotted
  bool critical = false;
  Bytes value{};
};

struct CertificateDescription {
  std::vector<std::pair<std::string, std::string>> subject{};  ///< {"CN", "example"}, most general part first
  Bytes serial{};                        ///< big-endian, positive; empty: 1
  WallTime not_before{};
  WallTime not_after{};
  std::vector<std::string> dns_names{};  ///< wildcards allowed
  std::vector<std::string> addresses{};
  std::vector<std::string> emails{};
  std::vector<std::string> uris{};
  std::optional<bool> ca{};              ///< unset: no basicConstraints; critical where true
  std::optional<unsigned> path_length{};
  std::uint16_t key_usage = 0;           ///< KeyUsage bits; 0: none; critical
  std::vector<std::string> extended_key_usage{};  ///< "serverAuth", "clientAuth", "any" or a dotted number
  std::optional<Subtrees> permitted{};   ///< nameConstraints; critical
  std::optional<Subtrees> excluded{};
  bool key_identifiers = true;           ///< subjectKeyIdentifier, and authorityKeyIdentifier of the issuer
  std::vector<RawExtension> others{};
  std::optional<int> version{};          ///< unset: 3
};

/// Who signs: a certificate's subject and key identifier with its key. For self-signed ones leave `certificate` empty.
struct CertificateIssuer {
  ByteView certificate{};
  const crypto::Signer& signer;
  SignatureScheme scheme = SignatureScheme::ecdsa_secp256r1_sha256;  ///< one that the signer can
};

/// The DER of a new certificate over `subject_public_key_info`. The signer must answer at once. Errors: invalid_value for
/// a description that cannot be written, unsupported_algorithm, crypto_failure, answer_dropped.
Result<Bytes> write_certificate(const CertificateDescription&, ByteView subject_public_key_info, const CertificateIssuer&,
                                const crypto::Provider&);

struct RevocationDescription {
  std::uint64_t number = 1;         ///< cRLNumber
  WallTime this_update{};
  WallTime next_update{};
  std::vector<Bytes> serials{};     ///< of what is revoked, since this_update; big-endian, positive
};

/// The DER of a complete list of revoked certificates (RFC 5280 5.1) of the issuer, which is named by its certificate.
/// Errors as write_certificate().
Result<Bytes> write_revocation_list(const RevocationDescription&, const CertificateIssuer&);

/// The first scheme that a signer can, of those that certificates are signed with. Error unsupported_algorithm.
Result<SignatureScheme> certificate_scheme(const crypto::Signer&);

/// A whole Name from short names or dotted numbers and texts, in the given order. Error invalid_value.
Result<Bytes> write_name(const std::vector<std::pair<std::string, std::string>>& parts);

/// A positive serial number of 16 random bytes. Error random_failure.
Result<Bytes> random_serial(const crypto::Provider&);

}  // namespace keyway::pki
