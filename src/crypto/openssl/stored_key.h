// SPDX-License-Identifier: Apache-2.0
//
// Signers over keys that stay in their store, and the way from a PKCS#11 URI to one.
#pragma once

#include <memory>
#include <string_view>

#include "crypto/openssl/key_store.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

/// Errors of load_private_key() in keyway/private_key.h, and invalid_option where the key is not of the type that was asked for.
Result<std::shared_ptr<const Signer>> signer_in_store(const Library&, std::shared_ptr<KeyStore>, std::string_view name,
                                                      ByteView pin, std::optional<KeyType> wanted = std::nullopt);

/// Through the provider where there is one, through the engine otherwise.
Result<std::shared_ptr<const Signer>> signer_of_uri(const Library&, std::string_view uri, ByteView pin);

}  // namespace keyway::crypto::openssl
