// SPDX-License-Identifier: Apache-2.0
//
// The lists of algorithms of one configuration, chosen by suite_selection.h and put into its settings.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// Fills versions, cipher_suites, groups and the signature schemes. Errors: those of suite_selection.h; unsupported_algorithm
/// where the provider serves none of the defaults.
Result<void> set_algorithms(const ProtocolOptions&, Role, CommonSettings&);

}  // namespace keyway::config
