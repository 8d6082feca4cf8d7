// SPDX-License-Identifier: Apache-2.0
//
// RSA signing (RFC 8017 8.1.1, 8.2.1), EdDSA (RFC 8032) and DSA (FIPS 186-4) on digests or whole messages.
// RSA is verified in rsa.cpp or rsa_evp.cpp.
#include "crypto/openssl/signature.h"

#include <algorithm>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/rsa_parameters.h"

namespace keyway::crypto::openssl {
namespace {

KeyCtxHandle context_for(const Library& from, EVP_PKEY& key) {
  return required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr)));
}

std::size_t signature_size(const EVP_PKEY& key) noexcept { return static_cast<std::size_t>(EVP_PKEY_get_size(&key)); }

Result<Bytes> sign_digest(EVP_PKEY_CTX& context, std::size_t largest, ByteView digest) {
  Bytes signature(largest);
  std::size_t size = signature.size();
  if (EVP_PKEY_sign(&context, octets(signature.data()), &size, octets(digest), digest.size()) != 1) {
    return fail(Errc::crypto_failure);
  }
  signature.resize(size);
  return signature;
}

}  // namespace

Result<Digest> digest_of(const Library& from, const SignatureAlgorithm& algorithm, ByteView message) {
  const HashMethods* methods = hash_methods(from, algorithm.hash);
  if (methods == nullptr) return fail(Errc::unsupported_algorithm);
  Digest digest;
  digest.size = methods->digest_size;
  if (algorithm.of_digest) {
    if (message.size() != digest.size) return fail(Errc::crypto_failure);
    std::ranges::copy(message, digest.bytes.begin());
    return digest;
  }
  HashState state(methods);
  state.update(message);
  state.finish(digest.bytes.data());
  return digest;
}

Result<KeyCtxHandle> rsa_signing_context(const Library& from, EVP_PKEY& key, const SignatureAlgorithm& algorithm) {
  const ErrorMark mark;
  const EVP_MD* md = from.digest(algorithm.hash);
  if (md == nullptr) return fail(Errc::unsupported_algorithm);
  const RsaParameters parameters(*md, algorithm);
  KeyCtxHandle context = context_for(from, key);
  if (EVP_PKEY_sign_init_ex(context.get(), parameters.list.data()) != 1) return fail(Errc::crypto_failure);
  return context;
}

Result<Bytes> rsa_sign(const EVP_PKEY_CTX& prepared, ByteView digest) {
  const ErrorMark mark;
  const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_dup(&prepared)));
  // libcrypto checks what comes out of the Chinese remainder theorem with the public exponent before it gives it out: a
  // faulty signature would give the key away.
  return sign_digest(*context, signature_size(*EVP_PKEY_CTX_get0_pkey(context.get())), digest);
}

bool eddsa_verify(const Library& from, EVP_PKEY& key, ByteView message, ByteView signature) {
  const ErrorMark mark;
  if (signature.size() != signature_size(key)) return false;
  const DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
  return EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, from.context(), nullptr, &key, nullptr) == 1 &&
         EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message), message.size()) == 1;
}

Result<Bytes> eddsa_sign(const Library& from, EVP_PKEY& key, ByteView message) {
  const ErrorMark mark;
  const DigestCtxHandle context = required(DigestCtxHandle(EVP_MD_CTX_new()));
  Bytes signature(signature_size(key));
  std::size_t size = signature.size();
  if (EVP_DigestSignInit_ex(context.get(), nullptr, nullptr, from.context(), nullptr, &key, nullptr) != 1 ||
      EVP_DigestSign(context.get(), octets(signature.data()), &size, octets(message), message.size()) != 1) {
    return fail(Errc::crypto_failure);
  }
  signature.resize(size);
  return signature;
}

bool dsa_verify(const Library& from, EVP_PKEY& key, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  if (signature.size() > signature_size(key)) return false;
  const KeyCtxHandle context = context_for(from, key);
  return EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), octets(signature), signature.size(), octets(digest), digest.size()) == 1;
}

Result<Bytes> dsa_sign(const Library& from, EVP_PKEY& key, ByteView digest) {
  const ErrorMark mark;
  const KeyCtxHandle context = context_for(from, key);
  if (EVP_PKEY_sign_init(context.get()) != 1) return fail(Errc::crypto_failure);
  return sign_digest(*context, signature_size(key), digest);
}

}  // namespace keyway::crypto::openssl
