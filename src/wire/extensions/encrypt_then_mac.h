// SPDX-License-Identifier: Apache-2.0
//
// encrypt_then_mac (RFC 7366): TLS 1.2 and below, CBC suites.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

using EncryptThenMac = EmptyExtension<ExtensionType::encrypt_then_mac>;

}  // namespace keyway::wire
