// SPDX-License-Identifier: Apache-2.0
//
// Makers of ciphers without a MAC and with one; the objects are in bulk.cpp and cbc_hmac.cpp. What is off for
// safety is in legacy/, or nowhere.
#pragma once

#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {

enum class Direction : std::uint8_t { decrypt, encrypt };

/// Errors: unsupported_algorithm; internal for a key of another size than key_size(algorithm).
Result<std::unique_ptr<BulkCipher>> make_bulk_cipher(const Library&, BulkAlgorithm, ByteView key, Direction);

/// Null where libcrypto has no interleaved code for the two on this processor. Error internal for keys of other sizes.
Result<std::unique_ptr<CbcHmacSealer>> make_cbc_hmac_sealer(const Library&, BulkAlgorithm, HashAlgorithm, ByteView key,
                                                            ByteView mac_key);

/// All that there are. The first call loads libcrypto's module for what is off for safety, where this build has it.
std::span<const BulkAlgorithm> bulk_algorithms(const Library&);

/// From legacy/bulk.cpp, or null always where it is not compiled.
const EVP_CIPHER* legacy_cipher(const Library&, BulkAlgorithm);

}  // namespace keyway::crypto::openssl
