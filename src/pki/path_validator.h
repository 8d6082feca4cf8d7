// SPDX-License-Identifier: Apache-2.0
//
// RFC 5280 section 6.1 over one complete path: what depends on more than one certificate. Rules of a single certificate
// are certificate_rules.h, policies policy_tree.h, finding paths is chain_builder.h. Revocation is not judged here.
#pragma once

#include <span>
#include <vector>

#include "pki/certificate_rules.h"

namespace keyway::pki {

/// What the paths of one question have cost.
struct PathBudget {
  std::size_t name_comparisons = 0;
};

/// Judges a path whose signatures are checked: leaf first, anchor last; alone where the leaf itself is the anchor. Every rule
/// that is broken, from the anchor towards the leaf; none: the path is valid. `anchored`: false where the last certificate is
/// no anchor, but only where the search ended: it is judged like those below it.
std::vector<PathProblem> validate_path(std::span<const PathCertificate> path, const PathRules&, PathBudget&,
                                       bool anchored = true);

}  // namespace keyway::pki
