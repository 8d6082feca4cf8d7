// SPDX-License-Identifier: Apache-2.0
//
// libcrypto's objects as unique_ptr, and byte views as the pointers its calls take.
// Objects with private parts are freed with the clearing function where libcrypto has one.
#pragma once

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/dsa.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <new>

#include "keyway/bytes.h"

namespace keyway::crypto::openssl {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
template <class T, auto Free>
using Handle = std::unique_ptr<T, Freer<Free>>;

using LibCtxHandle = Handle<OSSL_LIB_CTX, &OSSL_LIB_CTX_free>;
using DigestHandle = Handle<EVP_MD, &EVP_MD_free>;
using DigestCtxHandle = Handle<EVP_MD_CTX, &EVP_MD_CTX_free>;
using CipherHandle = Handle<EVP_CIPHER, &EVP_CIPHER_free>;
using CipherCtxHandle = Handle<EVP_CIPHER_CTX, &EVP_CIPHER_CTX_free>;
using KeyHandle = Handle<EVP_PKEY, &EVP_PKEY_free>;
using KeyCtxHandle = Handle<EVP_PKEY_CTX, &EVP_PKEY_CTX_free>;
using BigNumber = Handle<BIGNUM, &BN_clear_free>;
using BigNumberCtx = Handle<BN_CTX, &BN_CTX_free>;
using GroupHandle = Handle<EC_GROUP, &EC_GROUP_free>;
using PointHandle = Handle<EC_POINT, &EC_POINT_free>;
using ParamBuilder = Handle<OSSL_PARAM_BLD, &OSSL_PARAM_BLD_free>;
using Params = Handle<OSSL_PARAM, &OSSL_PARAM_free>;

/// A null pointer where libcrypto only runs out of memory.
template <class H>
H required(H handle) {
  if (handle == nullptr) throw std::bad_alloc();
  return handle;
}

inline const unsigned char* octets(ByteView bytes) noexcept { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* octets(MutableBytes bytes) noexcept { return reinterpret_cast<unsigned char*>(bytes.data()); }
inline unsigned char* octets(std::byte* bytes) noexcept { return reinterpret_cast<unsigned char*>(bytes); }

/// Big-endian bytes as a number.
inline BigNumber number_from(ByteView bytes) {
  return required(BigNumber(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr)));
}

/// A number of a key, or null where the key has none of this name.
inline BigNumber number_of(const EVP_PKEY& key, const char* parameter) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(&key, parameter, &number) != 1) return nullptr;
  return BigNumber(number);
}

}  // namespace keyway::crypto::openssl
