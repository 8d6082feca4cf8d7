// SPDX-License-Identifier: Apache-2.0
//
// RSA (RFC 8017 8.1.2, 8.2.2), EdDSA (RFC 8032) and DSA (FIPS 186-4) on digests or whole messages.
// Padding and digest are handed over in one list of parameters, which costs less than a call for each.
#include "crypto/openssl/signature.h"

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

KeyCtxHandle context_for(const Library& from, EVP_PKEY& key) {
  return required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr)));
}

/// The parameters that both directions of RSA share; refers to storage inside itself.
struct RsaParameters {
  RsaParameters(const EVP_MD& digest, const SignatureAlgorithm& algorithm)
      : padding(algorithm.kind == SignatureKind::rsa_pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING),
        salt_size(static_cast<int>(algorithm.salt_size)) {
    char* name = const_cast<char*>(EVP_MD_get0_name(&digest));  // read only; the parameter's type lacks the const
    list[0] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_DIGEST, name, 0);
    list[1] = OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_PAD_MODE, &padding);
    list[2] = OSSL_PARAM_construct_end();
    if (algorithm.kind != SignatureKind::rsa_pss) return;
    list[2] = OSSL_PARAM_construct_utf8_string(OSSL_SIGNATURE_PARAM_MGF1_DIGEST, name, 0);
    //= rfc8446#4.2.3-4
    list[3] = OSSL_PARAM_construct_int(OSSL_SIGNATURE_PARAM_PSS_SALTLEN, &salt_size);
    list[4] = OSSL_PARAM_construct_end();
  }
  RsaParameters(const RsaParameters&) = delete;
  RsaParameters& operator=(const RsaParameters&) = delete;

  int padding;
  int salt_size;
  std::array<OSSL_PARAM, 5> list{};
};

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

Result<Digest> digest_of(const Library& from, HashAlgorithm algorithm, ByteView message) {
  const HashMethods* methods = hash_methods(from, algorithm);
  if (methods == nullptr) return fail(Errc::unsupported_algorithm);
  Digest digest;
  digest.size = methods->digest_size;
  HashState state(methods);
  state.update(message);
  state.finish(digest.bytes.data());
  return digest;
}

bool rsa_verify(const Library& from, EVP_PKEY& key, const SignatureAlgorithm& algorithm, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  const EVP_MD* md = from.digest(algorithm.hash);
  if (md == nullptr || signature.size() != signature_size(key)) return false;  // RFC 8017 8.1.2, 8.2.2, step 1
  if (algorithm.salt_size > signature.size()) return false;  // and negative numbers mean something else to libcrypto
  const RsaParameters parameters(*md, algorithm);
  const KeyCtxHandle context = context_for(from, key);
  return EVP_PKEY_verify_init_ex(context.get(), parameters.list.data()) == 1 &&
         EVP_PKEY_verify(context.get(), octets(signature), signature.size(), octets(digest), digest.size()) == 1;
}

Result<Bytes> rsa_sign(const Library& from, EVP_PKEY& key, const SignatureAlgorithm& algorithm, ByteView digest) {
  const ErrorMark mark;
  const EVP_MD* md = from.digest(algorithm.hash);
  if (md == nullptr) return fail(Errc::unsupported_algorithm);
  const RsaParameters parameters(*md, algorithm);
  const KeyCtxHandle context = context_for(from, key);
  if (EVP_PKEY_sign_init_ex(context.get(), parameters.list.data()) != 1) return fail(Errc::crypto_failure);
  KW_ASSIGN(Bytes signature, sign_digest(*context, signature_size(key), digest));
  if (!rsa_verify(from, key, algorithm, digest, signature)) return fail(Errc::crypto_failure);
  return signature;
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
