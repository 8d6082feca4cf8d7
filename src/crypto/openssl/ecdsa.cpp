// SPDX-License-Identifier: Apache-2.0
//
// ECDSA over EC_KEY on the shared group of its curve: ECDSA_verify re-encodes what it parsed and so takes strict DER
// alone. The form for EVP alone is ecdsa_evp.cpp.
#include "crypto/openssl/ecdsa.h"

#include "crypto/openssl/errors.h"
#include "crypto/openssl/spares.h"

namespace keyway::crypto::openssl {

namespace {

/// Of any curve in curves.h: a SEQUENCE of two INTEGERs of at most 66 bytes. ECDSA_size encodes one to tell.
constexpr std::size_t max_signature_size = 139;

/// Where libcrypto computes whether a point is on its curve: made for each point otherwise. It never holds a secret.
using SpareRoom = Spares<BigNumberCtx, 1, 1>;

}  // namespace

Result<EcPublicHandle> import_ec_public_key(const Library& from, std::size_t curve, ByteView point) {
  if (from.group(curve) == nullptr) return fail(Errc::unsupported_algorithm);
  if (!has_point_form(curves[curve], point)) return fail(Errc::invalid_public_key);
  const ErrorMark mark;
  EcKeyHandle key = blank_ec_key(from, curve);
  // Refuses points off the curve; the only point without coordinates, infinity, has another form.
  BigNumberCtx room = SpareRoom::take(0);
  if (room == nullptr) room = required(BigNumberCtx(BN_CTX_new_ex(from.context())));
  const bool on_curve = EC_KEY_oct2key(key.get(), octets(point), point.size(), room.get()) == 1;
  SpareRoom::give(0, std::move(room));
  if (!on_curve) return fail(Errc::invalid_public_key);
  return key;
}

Result<EcPrivateHandle> import_ec_private_key(const Library& from, std::size_t curve, EVP_PKEY& key) {
  const EC_GROUP* group = from.group(curve);
  if (group == nullptr) return fail(Errc::unsupported_algorithm);
  const ErrorMark mark;
  const BigNumber number = number_of(key, OSSL_PKEY_PARAM_PRIV_KEY);
  if (number == nullptr) return fail(Errc::invalid_private_key);
  EcPrivateHandle imported = required(EcPrivateHandle(EC_KEY_new_ex(from.context(), nullptr)));
  if (EC_KEY_set_group(imported.get(), group) != 1) throw std::bad_alloc();
  if (EC_KEY_set_private_key(imported.get(), number.get()) != 1) return fail(Errc::invalid_private_key);
  return imported;
}

bool ecdsa_verify(const Library&, EcPublic& key, ByteView digest, ByteView signature) {
  const ErrorMark mark;
  return signature.size() <= max_signature_size && ECDSA_verify(0, octets(digest), static_cast<int>(digest.size()),
                                                                octets(signature), static_cast<int>(signature.size()), &key) == 1;
}

Result<Bytes> ecdsa_sign(const Library&, EcPrivate& key, ByteView digest) {
  const ErrorMark mark;
  Bytes signature(max_signature_size);
  unsigned int size = 0;
  if (ECDSA_sign(0, octets(digest), static_cast<int>(digest.size()), octets(signature.data()), &size, &key) != 1) {
    return fail(Errc::crypto_failure);
  }
  signature.resize(size);
  return signature;
}

}  // namespace keyway::crypto::openssl
