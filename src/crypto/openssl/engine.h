// SPDX-License-Identifier: Apache-2.0
//
// Engines of libcrypto, as deprecated by 3.0: loading, commands, and the registry by which each is there once. The one use of the
// default library context (docs/adr/0006).
#pragma once

#include <memory>
#include <string_view>

#include "crypto/openssl/key_store.h"
#include "keyway/private_key.h"

namespace keyway::crypto::openssl {

/// The store behind an engine of Engine::load. Error invalid_option for others.
Result<std::shared_ptr<KeyStore>> store_of(const Engine&);

/// The engine for PKCS#11, with the module of this path or, where it is empty, p11-kit's: the one that is loaded already, with
/// whatever other commands, or a new one. Errors of Engine::load; conflicting_options where it has another module.
Result<std::shared_ptr<KeyStore>> pkcs11_engine(std::string_view module_path);

}  // namespace keyway::crypto::openssl
