// SPDX-License-Identifier: Apache-2.0
//
// A certificate as views over its DER (RFC 5280 4.1). Parsing checks the structure and nothing else: what a path may
// contain is path_validator.h's, what an extension says is extensions.h's. No allocation.
#pragma once

#include <array>

#include "keyway/bytes.h"
#include "keyway/result.h"
#include "pki/der.h"

namespace keyway::pki {

struct AlgorithmIdentifier {
  ByteView whole;       ///< the SEQUENCE
  ByteView oid;         ///< content octets
  ByteView parameters;  ///< whole element, empty where absent
};

/// RFC 5280 4.1.1.2, at the cursor.
Result<AlgorithmIdentifier> read_algorithm(der::Reader&) noexcept;

/// The extensions that this module gives a meaning.
enum class Extension : std::uint8_t {
  subject_key_identifier,
  authority_key_identifier,
  key_usage,
  extended_key_usage,
  basic_constraints,
  subject_alternative_name,
  issuer_alternative_name,
  name_constraints,
  certificate_policies,
  policy_mappings,
  policy_constraints,
  inhibit_any_policy,
  crl_distribution_points,
  authority_information_access,
};
inline constexpr std::size_t extension_count = 14;

struct ExtensionView {
  ByteView value;  ///< inside the OCTET STRING
  bool present = false;
  bool critical = false;
};

struct ParsedCertificate {
  ByteView der;
  ByteView to_be_signed;  ///< whole element: what the signature covers
  AlgorithmIdentifier signature_algorithm;
  ByteView inner_signature_algorithm;  ///< whole element inside to_be_signed
  ByteView signature;
  ByteView serial;                     ///< content octets
  ByteView issuer;                     ///< whole Name
  ByteView subject;                    ///< whole Name
  ByteView public_key_info;            ///< whole SubjectPublicKeyInfo
  der::Seconds not_before{};
  der::Seconds not_after{};
  std::uint8_t version = 1;            ///< 1, 2 or 3
  bool unique_identifiers = false;
  bool duplicate_extension = false;    ///< RFC 5280 4.2
  bool empty_extensions = false;       ///< an extensions field without any
  ByteView unknown_critical;           ///< OID of the first critical extension without meaning here; empty: none
  ByteView extensions;                 ///< content of the SEQUENCE OF Extension
  std::array<ExtensionView, extension_count> known{};

  const ExtensionView& operator[](Extension id) const noexcept { return known[static_cast<std::size_t>(id)]; }
  /// An empty Name.
  bool has_subject() const noexcept { return subject.size() > 2; }
};

/// Error malformed_certificate; the bytes must be exactly one certificate. Views are valid as long as `der` is.
Result<ParsedCertificate> parse_certificate(ByteView der) noexcept;

}  // namespace keyway::pki
