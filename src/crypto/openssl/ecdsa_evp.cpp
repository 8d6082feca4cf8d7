// SPDX-License-Identifier: Apache-2.0
//
// EC keys and ECDSA for builds that use EVP alone. ecdsa.cpp is the form that costs less.
#include "crypto/openssl/ecdsa.h"

#include "crypto/openssl/errors.h"

namespace keyway::crypto::openssl {
namespace {

KeyCtxHandle context_for(const Library& from, EVP_PKEY& key) {
  return required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from.context(), &key, nullptr)));
}

std::size_t signature_size(const EVP_PKEY& key) noexcept { return static_cast<std::size_t>(EVP_PKEY_get_size(&key)); }

}  // namespace

Result<EcPublicHandle> import_ec_public_key(const Library& from, std::size_t curve, ByteView point) {
  if (from.group(curve) == nullptr) return fail(Errc::unsupported_algorithm);
  if (!has_point_form(curves[curve], point)) return fail(Errc::invalid_public_key);
  const ErrorMark mark;
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curves[curve].name, 0) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return fail(Errc::crypto_failure);
  }
  const Params params = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "EC", nullptr));
  EVP_PKEY* key = nullptr;
  // Reading the point checks that it is on the curve.
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return fail(Errc::invalid_public_key);
  }
  return EcPublicHandle(key);
}

Result<EcPrivateHandle> import_ec_private_key(const Library& from, std::size_t curve, EVP_PKEY& key) {
  if (from.group(curve) == nullptr) return fail(Errc::unsupported_algorithm);
  if (EVP_PKEY_up_ref(&key) != 1) return fail(Errc::invalid_private_key);
  return EcPrivateHandle(&key);
}

bool ecdsa_verify(const Library& from, EcPublic& key, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  if (signature.size() > signature_size(key)) return false;
  const KeyCtxHandle context = context_for(from, key);
  return EVP_PKEY_verify_init(context.get()) == 1 &&
         EVP_PKEY_verify(context.get(), octets(signature), signature.size(), octets(digest), digest.size()) == 1;
}

Result<Bytes> ecdsa_sign(const Library& from, EcPrivate& key, ByteView digest) {
  const ErrorMark mark;
  const KeyCtxHandle context = context_for(from, key);
  Bytes signature(signature_size(key));
  std::size_t size = signature.size();
  if (EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_sign(context.get(), octets(signature.data()), &size, octets(digest), digest.size()) != 1) {
    return fail(Errc::crypto_failure);
  }
  signature.resize(size);
  return signature;
}

}  // namespace keyway::crypto::openssl
