// SPDX-License-Identifier: Apache-2.0
//
// The runner's -expect-... flags, and what BoGo's contract has a shim check without being told.
#pragma once

#include <expected>
#include <string>

#include "driver.h"
#include "flags.h"

namespace keyway::bogo_shim {

/// Right after the handshake. Errors: what differs from what was wanted.
std::expected<void, std::string> check_handshake(const Flags&, Connection&, const Observed&, bool is_resume);

/// When the connection is over.
std::expected<void, std::string> check_end(const Flags&, const ConnectionInfo&, const Observed&);

}  // namespace keyway::bogo_shim
