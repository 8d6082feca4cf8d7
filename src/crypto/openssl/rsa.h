// SPDX-License-Identifier: Apache-2.0
//
// RSA public keys and verification (RFC 8017 8.1.2, 8.2.2) as this build does them: rsa.cpp over RSA objects, rsa_evp.cpp over
// EVP alone. Signing goes through EVP in both (signature.h), because its random numbers must come from our own context.
#pragma once

#include "crypto/openssl/library.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

#if defined(KEYWAY_CRYPTO_EVP_ONLY)
using RsaPublic = EVP_PKEY;
using RsaPublicHandle = KeyHandle;
#else
using RsaPublic = RSA;
using RsaPublicHandle = Handle<RSA, &RSA_free>;
#endif

/// Null where libcrypto refuses the numbers; sizes were checked by the caller.
RsaPublicHandle rsa_public_key(const Library&, BigNumber modulus, BigNumber exponent);
std::size_t rsa_bits(const RsaPublic&) noexcept;
/// What the key was made of.
struct RsaNumbers {
  BigNumber modulus;
  BigNumber exponent;
};
RsaNumbers rsa_numbers(const RsaPublic&);

/// rsa_pkcs1 and rsa_pss over a digest. `key` is not changed.
bool rsa_verify(const Library&, RsaPublic& key, const SignatureAlgorithm&, ByteView digest, ByteView signature);

}  // namespace keyway::crypto::openssl
