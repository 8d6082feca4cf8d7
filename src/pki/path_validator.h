// SPDX-License-Identifier: Apache-2.0
//
// The rules of one path (RFC 5280 6.1), from the anchor down to the leaf, as a stream of events: every finding goes to a
// PathEvents, which says whether the walk goes on. Signatures were checked when the path was built (chain_builder.h);
// names of hosts are host_name.h.
#pragma once

#include <span>

#include "keyway/verify.h"
#include "pki/certificate.h"

namespace keyway::pki {

/// Receives what the walk finds. An error returned here ends the walk and is its result.
class PathEvents {
 public:
  virtual ~PathEvents() = default;
  /// A rule is broken. `at` counts as the path does: 0 is the leaf, the last is the anchor.
  virtual Result<void> problem(std::size_t at, Errc reason) = 0;
  /// The certificate has passed every rule, or its problems were ignored.
  virtual Result<void> passed(std::size_t at) = 0;
};

/// What holds for every path of one question.
struct PathRules {
  Purpose purpose = Purpose::server_authentication;
  std::int64_t now = 0;            ///< seconds since 1970
  std::size_t depth = 10;          ///< intermediates that are not self-issued
  std::size_t min_rsa_bits = 2048;
  std::size_t max_rsa_bits = crypto::max_rsa_bits_default;
  std::span<const SignatureScheme> schemes{};  ///< allowed in signatures below the anchor; empty: all but weak
  bool web_pki = false;
};

/// Walks a path, leaf first in `path`, anchor last; a single certificate is an anchor that is the leaf itself.
Result<void> validate_path(std::span<const ParsedCertificate* const> path, const PathRules&, PathEvents&);

/// Rules of one certificate's key, below and at the anchor: size, curve, kind. Errors: certificate_weak_key,
/// certificate_key_type, invalid_public_key.
Result<void> check_key(const ParsedCertificate&, const PathRules&) noexcept;
/// Rules of its signature algorithm, below the anchor. Errors: certificate_unsupported_algorithm,
/// certificate_weak_signature.
Result<void> check_signature_algorithm(const ParsedCertificate&, const PathRules&) noexcept;

}  // namespace keyway::pki
