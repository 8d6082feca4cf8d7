// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "crypto/openssl/bulk.h"

namespace keyway::crypto::openssl {

const EVP_CIPHER* legacy_cipher(const Library&, BulkAlgorithm) { return nullptr; }

}  // namespace keyway::crypto::openssl
