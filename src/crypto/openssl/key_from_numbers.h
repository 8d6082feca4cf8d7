// SPDX-License-Identifier: Apache-2.0
//
// Keys made of named numbers through EVP_PKEY_fromdata.
#pragma once

#include <initializer_list>

#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {

/// A public key of a type; null on failure.
KeyHandle key_from_numbers(const Library&, const char* type,
                           std::initializer_list<std::pair<const char*, const BIGNUM*>> numbers);

}  // namespace keyway::crypto::openssl
