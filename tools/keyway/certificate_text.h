// SPDX-License-Identifier: Apache-2.0
//
// Certificates for people and for scripts.
#pragma once

#include <nlohmann/json.hpp>

#include "keyway/connection_info.h"
#include "output.h"

namespace keyway::tool {

/// {subject issuer san not_after sha256 key} of the leaf, {type sha256} of a raw public key; null when it cannot be parsed.
Json certificate_json(const CertificateChain&);
Json certificate_json(const Certificate&);
/// "CN=localhost  (P-256, 29 days left)  issued by "keyway demo CA""
std::string certificate_text(const CertificateChain&);
std::string certificate_text(const Certificate&);
/// The verdict for people: "name ok, chain ok", ...
std::string verdict_text(const ConnectionInfo&);
/// "ok", "none", or how it came to be trusted otherwise.
std::string verify_text(const ConnectionInfo&);
/// 2026-11-24T04:00:00Z
std::string time_text(WallTime);

}  // namespace keyway::tool
