// SPDX-License-Identifier: Apache-2.0
//
// Options of next protocol negotiation. A build without the files of this folder has config/without_legacy.cpp, which refuses all
// of them.
#pragma once

#include "keyway/client_options.h"
#include "keyway/server_options.h"

namespace keyway::config {

/// Errors: invalid_option, conflicting_options.
Result<void> check_next_protocols(const ClientOptions&);
Result<void> check_next_protocols(const ServerOptions&);

}  // namespace keyway::config
