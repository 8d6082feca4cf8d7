// SPDX-License-Identifier: Apache-2.0
//
// Public and private keys of signatures: makers of PublicKey and Signer, and reading and making private keys.
#pragma once

#include "crypto/openssl/signature.h"
#include "keyway/crypto/provider.h"

namespace keyway::crypto::openssl {

/// public_key.cpp. Error: invalid_public_key; unsupported_algorithm for a curve that libcrypto lacks.
Result<std::unique_ptr<PublicKey>> import_public_key(const Library&, const PublicKeyParts&);

/// signer.cpp. Error: invalid_private_key for types, curves and sizes that are not served.
Result<std::shared_ptr<const Signer>> make_signer(const Library&, KeyHandle);

/// private_key.cpp and private_key_pem.cpp. Errors: invalid_private_key, wrong_password.
Result<KeyHandle> read_private_key(const Library&, ByteView der, ByteView password);
Result<KeyHandle> read_private_key_pem(const Library&, std::string_view pem, ByteView password);

/// private_key.cpp: PKCS#8 DER of a new key.
Result<SecretBytes> make_private_key(const Library&, Provider::NewKey);

}  // namespace keyway::crypto::openssl
