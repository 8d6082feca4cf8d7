// SPDX-License-Identifier: Apache-2.0
//
// Options of SRP. A build without the files of this folder has config/without_legacy.cpp, which refuses all of them.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// Errors: invalid_option, conflicting_options, missing_option. The password moves into the settings.
Result<void> set_srp(const ClientOptions&, ClientSettings&);
Result<void> set_srp(const ServerOptions&, const ServerSettings* listener, ServerSettings&);

}  // namespace keyway::config
