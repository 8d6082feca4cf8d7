// SPDX-License-Identifier: Apache-2.0
//
// Makers of AEAD objects; the objects are in aead.cpp.
#pragma once

#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {

/// Errors: unsupported_algorithm; internal for a key of another size than key_size(algorithm).
Result<std::unique_ptr<AeadSealer>> make_sealer(const Library&, AeadAlgorithm, ByteView key);
Result<std::unique_ptr<AeadOpener>> make_opener(const Library&, AeadAlgorithm, ByteView key);

}  // namespace keyway::crypto::openssl
