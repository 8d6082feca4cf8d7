// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "handshake/tls12/legacy/profiles.h"

namespace keyway::handshake::tls12 {

std::span<const Profile> legacy_profiles() noexcept { return {}; }

}  // namespace keyway::handshake::tls12
