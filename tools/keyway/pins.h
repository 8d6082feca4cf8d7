// SPDX-License-Identifier: Apache-2.0
//
// `--pin sha256/HEX`: keys of servers that are known by their hashes.
#pragma once

#include <string>
#include <vector>

#include "keyway/option_groups.h"

namespace keyway::tool {

/// Restricts the peer to keys with one of these pins: a raw public key (RFC 7250) is taken by its pin alone, a certificate must
/// pass as without pins and be for such a key. Errors under --pin.
Result<void> add_pins(const std::vector<std::string>& pins, VerifyOptions&);

}  // namespace keyway::tool
