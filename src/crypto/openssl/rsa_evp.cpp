// SPDX-License-Identifier: Apache-2.0
//
// RSA public keys and verification for builds that use EVP alone. rsa.cpp is the form that costs less.
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_from_numbers.h"
#include "crypto/openssl/rsa.h"
#include "crypto/openssl/rsa_parameters.h"

namespace keyway::crypto::openssl {

RsaPublicHandle rsa_public_key(const Library& from, BigNumber modulus, BigNumber exponent) {
  return key_from_numbers(from, "RSA", {{OSSL_PKEY_PARAM_RSA_N, modulus.get()}, {OSSL_PKEY_PARAM_RSA_E, exponent.get()}});
}

std::size_t rsa_bits(const RsaPublic& key) noexcept { return static_cast<std::size_t>(EVP_PKEY_get_bits(&key)); }

RsaNumbers rsa_numbers(const RsaPublic& key) {
  return {required(number_of(key, OSSL_PKEY_PARAM_RSA_N)), required(number_of(key, OSSL_PKEY_PARAM_RSA_E))};
}

bool rsa_verify(const Library& from, RsaPublic& key, const SignatureAlgorithm& algorithm, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  const EVP_MD* md = from.digest(algorithm.hash);
  if (md == nullptr || signature.size() != static_cast<std::size_t>(EVP_PKEY_get_size(&key)))
    return false;  // RFC 8017 8.1.2, 8.2.2, step 1
  if (algorithm.salt_size > signature.size()) return false;  // and negative numbers mean something else to libcrypto
  const RsaParameters parameters(*md, algorithm);
  const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr)));
  return EVP_PKEY_verify_init_ex(context.get(), parameters.list.data()) == 1 &&
         EVP_PKEY_verify(context.get(), octets(signature), signature.size(), octets(digest), digest.size()) == 1;
}

}  // namespace keyway::crypto::openssl
