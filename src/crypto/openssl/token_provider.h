// SPDX-License-Identifier: Apache-2.0
//
// PKCS#11 through a provider of libcrypto (pkcs11-provider), in a library context of its own for each module.
#pragma once

#include <memory>
#include <string_view>

#include "crypto/openssl/key_store.h"

namespace keyway::crypto::openssl {

/// With the module of this path or, where it is empty, the provider's own default. Null where there is no such provider. Error
/// key_store_failed.
Result<std::shared_ptr<KeyStore>> token_provider(std::string_view module_path);

}  // namespace keyway::crypto::openssl
