// SPDX-License-Identifier: Apache-2.0
//
// Rules beyond path validation: what RFC 5280 section 4 demands of those who issue (strict), and what browsers demand
// (CA/Browser Forum baseline requirements, web_pki). Off unless asked for: private authorities break them every day.
#pragma once

#include "pki/certificate_rules.h"

namespace keyway::pki {

/// Problems: certificate_web_policy with the rule as reason; malformed_certificate.
void check_strict_anchor(const ParsedCertificate&, const PathRules&, Problems&);
void check_strict_authority(const ParsedCertificate&, const PathRules&, Problems&);
void check_strict_leaf(const ParsedCertificate&, const PathRules&, Problems&);

}  // namespace keyway::pki
