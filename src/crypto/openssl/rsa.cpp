// SPDX-License-Identifier: Apache-2.0
//
// RSA verification over RSA objects: nothing is fetched, and an import is two numbers. The form for EVP alone is rsa_evp.cpp.
#include "crypto/openssl/rsa.h"

#include "crypto/openssl/errors.h"
#include "crypto/openssl/signature.h"
#include "keyway/crypto/provider.h"

namespace keyway::crypto::openssl {
namespace {

std::size_t modulus_size(const RSA& key) noexcept { return static_cast<std::size_t>(RSA_size(&key)); }

bool pkcs1_verify(RSA& key, const EVP_MD& md, ByteView digest, ByteView signature) {
  return RSA_verify(EVP_MD_get_type(&md), octets(digest), static_cast<unsigned int>(digest.size()), octets(signature),
                    static_cast<unsigned int>(signature.size()), &key) == 1;
}

bool pss_verify(RSA& key, const EVP_MD& md, std::size_t salt_size, ByteView digest, ByteView signature) {
  std::array<unsigned char, max_rsa_bits / 8> encoded;
  const int size = static_cast<int>(signature.size());
  return RSA_public_decrypt(size, octets(signature), encoded.data(), &key, RSA_NO_PADDING) == size &&
         RSA_verify_PKCS1_PSS_mgf1(&key, octets(digest), &md, &md, encoded.data(), static_cast<int>(salt_size)) == 1;
}

}  // namespace

RsaPublicHandle rsa_public_key(const Library&, BigNumber modulus, BigNumber exponent) {
  RsaPublicHandle key = required(RsaPublicHandle(RSA_new()));
  // The host program may have made an engine the default for RSA; our keys are not its business.
  if (RSA_set_method(key.get(), RSA_PKCS1_OpenSSL()) != 1) return nullptr;
  if (RSA_set0_key(key.get(), modulus.get(), exponent.get(), nullptr) != 1) return nullptr;
  (void)modulus.release();
  (void)exponent.release();
  return key;
}

std::size_t rsa_bits(const RsaPublic& key) noexcept { return static_cast<std::size_t>(RSA_bits(&key)); }

RsaNumbers rsa_numbers(const RsaPublic& key) {
  return {required(BigNumber(BN_dup(RSA_get0_n(&key)))), required(BigNumber(BN_dup(RSA_get0_e(&key))))};
}

bool rsa_verify(const Library& from, RsaPublic& key, const SignatureAlgorithm& algorithm, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  const EVP_MD* md = from.digest(algorithm.hash);
  if (md == nullptr || signature.size() != modulus_size(key)) return false;  // RFC 8017 8.1.2, 8.2.2, step 1
  if (algorithm.kind == SignatureKind::rsa_pkcs1) return pkcs1_verify(key, *md, digest, signature);
  if (algorithm.salt_size > signature.size()) return false;  // and negative numbers mean something else to libcrypto
  return pss_verify(key, *md, algorithm.salt_size, digest, signature);
}

}  // namespace keyway::crypto::openssl
