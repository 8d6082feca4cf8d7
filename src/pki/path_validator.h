// SPDX-License-Identifier: Apache-2.0
//
// RFC 5280 section 6.1 over one complete path: what depends on more than one certificate. Rules of a single certificate
// are certificate_rules.h, finding paths is chain_builder.h. Policies and revocation are not judged here.
#pragma once

#include <span>

#include "pki/certificate_rules.h"

namespace keyway::pki {

/// A certificate of a path and its place in the chain as received; anchors follow the received ones.
struct PathCertificate {
  const ParsedCertificate* certificate = nullptr;
  std::size_t index = 0;
};

/// The first rule that is broken, from the anchor towards the leaf.
struct PathProblem {
  std::size_t index = 0;
  const ParsedCertificate* certificate = nullptr;
  Error error;
};

/// Judges a path whose signatures are checked: leaf first, anchor last; alone where the leaf itself is the anchor.
/// Nothing: the path is valid.
std::optional<PathProblem> validate_path(std::span<const PathCertificate> path, const PathRules&);

}  // namespace keyway::pki
