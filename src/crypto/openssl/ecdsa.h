// SPDX-License-Identifier: Apache-2.0
//
// EC keys of signatures as this build holds them: EC_KEY, or EVP_PKEY where only EVP is used. ec.cpp and ecdsa.cpp are the
// first form, ec_evp.cpp and ecdsa_evp.cpp the second; the build takes one pair.
#pragma once

#if !defined(KEYWAY_CRYPTO_EVP_ONLY)
#include "crypto/openssl/ec_key.h"
#endif
#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {

#if defined(KEYWAY_CRYPTO_EVP_ONLY)
using EcPublic = EVP_PKEY;
using EcPublicHandle = KeyHandle;
using EcPrivate = EVP_PKEY;
using EcPrivateHandle = KeyHandle;
#else
using EcPublic = EC_KEY;
using EcPublicHandle = EcKeyHandle;
using EcPrivate = EC_KEY;
using EcPrivateHandle = Handle<EC_KEY, &EC_KEY_free>;
#endif

/// A key on curves[curve] from its uncompressed point. Error: invalid_public_key.
Result<EcPublicHandle> import_ec_public_key(const Library&, std::size_t curve, ByteView point);

/// The private key as ecdsa_sign takes it. Error: invalid_private_key.
Result<EcPrivateHandle> import_ec_private_key(const Library&, std::size_t curve, EVP_PKEY& key);

/// Strict DER of RFC 3279 2.2.3, both numbers in 1..n-1; longer digests are cut to the size of n (FIPS 186-4 6.4). The
/// key is not changed.
bool ecdsa_verify(const Library&, EcPublic& key, ByteView digest, ByteView signature);
Result<Bytes> ecdsa_sign(const Library&, EcPrivate&, ByteView digest);

}  // namespace keyway::crypto::openssl
