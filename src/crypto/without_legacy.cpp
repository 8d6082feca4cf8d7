// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "crypto/legacy/implied_scheme.h"

namespace keyway::crypto {

std::optional<SignatureScheme> implied_scheme(KeyType) noexcept { return std::nullopt; }

}  // namespace keyway::crypto
