// SPDX-License-Identifier: Apache-2.0
//
// This build has it.
#include "names/legacy.h"

namespace keyway {

bool legacy_is_built() noexcept { return true; }

}  // namespace keyway
