// SPDX-License-Identifier: Apache-2.0
//
// Certificates for people and for scripts.
#pragma once

#include <nlohmann/json.hpp>

#include "keyway/connection_info.h"
#include "output.h"

namespace keyway::tool {

/// {subject issuer san not_after sha256 key} of the leaf.
Json certificate_json(const CertificateChain&);
/// "CN=localhost  (P-256, 29 days left)  issued by CN=..."
std::string certificate_text(const CertificateChain&);
/// "ok", "none", or why not.
std::string verify_text(const ConnectionInfo&);

}  // namespace keyway::tool
