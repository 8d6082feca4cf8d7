// SPDX-License-Identifier: Apache-2.0
//
// The versions of this family that are off unless they are named (RFC 2246, RFC 4346).
#pragma once

#include <span>

#include "handshake/tls12/terms.h"

namespace keyway::handshake::tls12 {

/// Newest first; none in a build without them.
std::span<const Profile> legacy_profiles() noexcept;

}  // namespace keyway::handshake::tls12
