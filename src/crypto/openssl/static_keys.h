// SPDX-License-Identifier: Apache-2.0
//
// Key exchange with the key of a certificate: RSA both ways and agreement on a curve. legacy/static_keys.cpp, or
// without_legacy.cpp, which has none of it.
#pragma once

#include "crypto/openssl/rsa.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

bool can_decrypt_with(const EVP_PKEY&);
/// Without padding (RFC 8017 5.1.2). Errors: unsupported_algorithm; crypto_failure for what is no ciphertext of this key.
Result<SecretBytes> rsa_decrypt(const Library&, EVP_PKEY&, ByteView ciphertext);
/// With the padding of PKCS#1 (RFC 8017 7.2.1). Error crypto_failure for a message that is too long.
Result<Bytes> rsa_encrypt(const Library&, const RsaNumbers&, ByteView message);
/// `curve` is the index of the key's. Error invalid_key_share.
Result<SharedSecret> static_agree(const Library&, const EVP_PKEY&, std::size_t curve, ByteView peer_share);

}  // namespace keyway::crypto::openssl
