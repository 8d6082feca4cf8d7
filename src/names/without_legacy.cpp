// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "names/legacy.h"

namespace keyway {

bool legacy_is_built() noexcept { return false; }

}  // namespace keyway
