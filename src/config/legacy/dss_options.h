// SPDX-License-Identifier: Apache-2.0
//
// Options of suites with DSS. A build without the files of this folder has config/without_legacy.cpp: it has no such suite.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// Behind set_algorithms, before identities are loaded. Who names such a suite names DSA's signatures, too, where versions have
/// names for them, and means them where they have none. Error conflicting_options.
Result<void> set_dss(const ProtocolOptions&, CommonSettings&);

}  // namespace keyway::config
