// SPDX-License-Identifier: Apache-2.0
//
// Which next protocol a client takes (draft-agl-tls-nextprotoneg-04 4), as a pure function.
#pragma once

#include <string>

#include "keyway/option_groups.h"
#include "wire/legacy/next_protocol.h"

namespace keyway::handshake::negotiation {

/// `options` has protocols. Of those that both have, the first by the precedence; otherwise the default, which the server need
/// not have shown.
std::string choose_next_protocol(const wire::NextProtocolList& shown, const NextProtocolOptions& options);

}  // namespace keyway::handshake::negotiation
