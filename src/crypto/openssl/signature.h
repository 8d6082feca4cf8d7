// SPDX-License-Identifier: Apache-2.0
//
// The mathematics of RSA, EdDSA and DSA signatures over EVP_PKEY; ECDSA is ecdsa.h. Whether key and algorithm belong
// together is checked by the callers, public_key.cpp and signer.cpp.
#pragma once

#include "crypto/openssl/library.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

/// The smallest that is imported; the largest is max_rsa_bits, and less for peers (VerifyQuestion::max_rsa_bits).
inline constexpr std::size_t min_rsa_bits = 1024;

struct Digest {
  std::array<std::byte, max_digest_size> bytes;
  std::size_t size = 0;
  ByteView view() const noexcept { return {bytes.data(), size}; }
};

/// Error: unsupported_algorithm.
Result<Digest> digest_of(const Library&, HashAlgorithm, ByteView message);

/// rsa_pkcs1 and rsa_pss over a digest.
bool rsa_verify(const Library&, EVP_PKEY&, const SignatureAlgorithm&, ByteView digest, ByteView signature);
/// Verifies its own result before it returns it: a faulty signature would give the key away.
Result<Bytes> rsa_sign(const Library&, EVP_PKEY&, const SignatureAlgorithm&, ByteView digest);

bool eddsa_verify(const Library&, EVP_PKEY&, ByteView message, ByteView signature);
Result<Bytes> eddsa_sign(const Library&, EVP_PKEY&, ByteView message);

/// Strict DER, as with ECDSA.
bool dsa_verify(const Library&, EVP_PKEY&, ByteView digest, ByteView signature);
Result<Bytes> dsa_sign(const Library&, EVP_PKEY&, ByteView digest);

}  // namespace keyway::crypto::openssl
