// SPDX-License-Identifier: Apache-2.0
//
// What a key signs with where no message says it: before TLS 1.2 the kind of key tells the hash, and it is a broken one
// (RFC 4346 7.4.3, RFC 8422 5.4).
#pragma once

#include <optional>

#include "keyway/crypto/public_key.h"

namespace keyway::crypto {

/// Nothing for keys that such versions do not know, and in a build without them.
std::optional<SignatureScheme> implied_scheme(KeyType) noexcept;

}  // namespace keyway::crypto
