// SPDX-License-Identifier: Apache-2.0
//
// What one certificate must be by itself to stand in a path (RFC 5280 4 and 6.1.3 a): dates, algorithms, keys, extensions,
// usages. Every rule is applied, whatever the others found. What depends on its neighbours: path_validator.h.
#pragma once

#include <span>

#include "keyway/clock.h"
#include "keyway/peer_name.h"
#include "keyway/verify.h"
#include "keyway/verify_fun.h"
#include "pki/certificate.h"
#include "pki/problems.h"
#include "pki/public_suffixes.h"

namespace keyway::pki {

/// Inputs of RFC 5280 6.1.1 c, e, f, g.
struct PolicyInputs {
  std::vector<Bytes> policy_set{};  ///< content octets of identifiers; empty: any policy
  bool explicit_policy = false;
  bool inhibit_policy_mapping = false;
  bool inhibit_any_policy = false;
};

/// The demands of one validation.
struct PathRules {
  Purpose purpose = Purpose::server_authentication;
  const PeerName* name = nullptr;  ///< null: no name check
  const HostNameCheck* name_check = nullptr;  ///< null: as RFC 9525 says
  WallTime now{};
  std::span<const SignatureScheme> schemes{};  ///< accepted in signatures; empty: all safe ones
  std::size_t depth = 10;
  std::size_t min_rsa_bits = 2048;
  const PolicyInputs* policies = nullptr;  ///< null: the defaults
  bool any_ca_purpose = false;  ///< authorities for any purpose are ones for this purpose
  bool leaf_signs = true;  ///< its key usage must allow what handshakes need (RFC 5246 7.4.2)
  std::size_t max_rsa_bits = crypto::max_rsa_bits_default;
  bool strict = false;   ///< also what RFC 5280 4 demands of authorities and section 6 does not check
  bool web_pki = false;  ///< also the CA/Browser Forum's baseline requirements; implies strict
  const PublicSuffixes* suffixes = nullptr;  ///< with web_pki: no wildcard may be for one of them; null: not known
};

/// RFC 5280 4.1.2.5: both ends are inclusive, at the precision of a second. Errors: certificate_expired,
/// certificate_not_yet_valid.
Result<void> check_validity(const ParsedCertificate&, WallTime now);

/// The algorithm of its signature is one that we accept. Errors: certificate_unsupported_algorithm,
/// certificate_weak_signature.
Result<crypto::SignatureAlgorithm> check_signature_algorithm(const ParsedCertificate&, const PathRules&);

/// The curve of a key that signed a certificate. Error certificate_unsupported_algorithm: a brainpool curve that no accepted
/// scheme names.
Result<void> check_issuer_curve(crypto::KeyType, NamedGroup, const PathRules&);

/// Errors: certificate_weak_key, certificate_key_too_large, certificate_key_type, invalid_public_key.
Result<void> check_key(const ParsedCertificate&, const PathRules&);

/// A certificate that issues another one. Problems: certificate_version, certificate_not_a_ca, certificate_wrong_usage,
/// certificate_wrong_extended_usage, certificate_critical_extension, malformed_certificate, certificate_web_policy, those of
/// check_validity(), check_signature_algorithm() and check_key().
Problems check_intermediate(const ParsedCertificate&, const PathRules&);

/// A trust anchor: less is asked, the user vouches for it.
Problems check_anchor(const ParsedCertificate&, const PathRules&);

/// The end of the path: also its usages for the purpose and the names that it speaks for. `is_anchor`: nobody signed it.
/// Problem callback_threw: a function of the program did.
Problems check_leaf(const ParsedCertificate&, const PathRules&, bool is_anchor = false);

}  // namespace keyway::pki
