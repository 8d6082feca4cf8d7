// SPDX-License-Identifier: Apache-2.0
//
// What the shim does on a connection once it stands: exports, first writes, the echo, the shutdown.
#pragma once

#include <expected>
#include <string>

#include "driver.h"

namespace keyway::bogo_shim {

/// Handshake, checks, exchange, shutdown of one connection.
std::expected<void, std::string> run_exchange(Driver&, const Flags&, Observed&, bool is_resume);

}  // namespace keyway::bogo_shim
