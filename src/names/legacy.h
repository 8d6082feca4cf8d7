// SPDX-License-Identifier: Apache-2.0
//
// Whether this build has what is off for safety (the CMake option KEYWAY_LEGACY). Code asks here and not the preprocessor, so
// that what there is not is refused with a word and not unknown.
#pragma once

namespace keyway {

bool legacy_is_built() noexcept;

}  // namespace keyway
