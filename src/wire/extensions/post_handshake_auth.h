// SPDX-License-Identifier: Apache-2.0
//
// post_handshake_auth (RFC 8446 4.2.6): the client can be asked later.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

using PostHandshakeAuth = EmptyExtension<ExtensionType::post_handshake_auth>;

}  // namespace keyway::wire
