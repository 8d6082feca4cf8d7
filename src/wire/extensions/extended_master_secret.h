// SPDX-License-Identifier: Apache-2.0
//
// extended_master_secret (RFC 7627): TLS 1.2 and below.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

using ExtendedMasterSecret = EmptyExtension<ExtensionType::extended_master_secret>;

}  // namespace keyway::wire
