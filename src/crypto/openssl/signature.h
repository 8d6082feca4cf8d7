// SPDX-License-Identifier: Apache-2.0
//
// The mathematics of EdDSA and DSA signatures and of RSA signing over EVP_PKEY; ECDSA is ecdsa.h, verification with RSA
// rsa.h. Whether key and algorithm belong together is checked by the callers, public_key.cpp and signer.cpp.
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

/// Errors: unsupported_algorithm; crypto_failure for a message that should be a digest and has another size.
Result<Digest> digest_of(const Library&, const SignatureAlgorithm&, ByteView message);

/// A context with key and algorithm set, to be used by any number of signatures in any thread.
Result<KeyCtxHandle> rsa_signing_context(const Library&, EVP_PKEY&, const SignatureAlgorithm&);
Result<Bytes> rsa_sign(const EVP_PKEY_CTX& prepared, ByteView digest);

bool eddsa_verify(const Library&, EVP_PKEY&, ByteView message, ByteView signature);
Result<Bytes> eddsa_sign(const Library&, EVP_PKEY&, ByteView message);

/// Strict DER, as with ECDSA.
bool dsa_verify(const Library&, EVP_PKEY&, ByteView digest, ByteView signature);
Result<Bytes> dsa_sign(const Library&, EVP_PKEY&, ByteView digest);

}  // namespace keyway::crypto::openssl
