// SPDX-License-Identifier: Apache-2.0
//
// Which alerts a version knows: what is sent in the place of one that it does not. Who sends them: connection/alerts.cpp.
#pragma once

#include <optional>

#include "keyway/alert.h"
#include "keyway/protocol.h"

namespace keyway {

/// The alert itself, or the nearest that the version has; nothing where it has none that comes near.
std::optional<AlertDescription> alert_of(ProtocolVersion, AlertDescription) noexcept;

}  // namespace keyway
