// SPDX-License-Identifier: Apache-2.0
//
// ECDH on the NIST and brainpool curves (RFC 8446 4.2.8.2 and 7.4.2) for builds that use EVP alone. The generation
// contexts are kept per thread. ec.cpp is the form that costs less.
#include "crypto/openssl/ecdsa.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_agreement.h"

namespace keyway::crypto::openssl {
namespace {

class EcAgreement final : public KeyAgreement {
 public:
  EcAgreement(const Library& from, NamedGroup group, std::size_t curve, KeyHandle key)
      : from_(from), curve_(curve), key_(std::move(key)), group_(group) {}

  bool take_share() {
    std::size_t size = 0;
    return EVP_PKEY_get_octet_string_param(key_.get(), OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, octets(share_.data()), share_.size(),
                                           &size) == 1 &&
           has_point_form(curves[curve_], ByteView(share_).first(size));
  }

  NamedGroup group() const override { return group_; }
  ByteView share() const override { return ByteView(share_).first(curves[curve_].point_size()); }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    const ErrorMark mark;
    const KeyHandle own = std::move(key_);
    if (own == nullptr) return fail(Errc::internal);
    const auto peer = import_ec_public_key(from_, curve_, peer_share);
    if (!peer) return fail(Errc::invalid_key_share);
    const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from_.context(), own.get(), nullptr)));
    // The import made sure that the point is on the curve; the curves have prime order, so no more is needed.
    if (EVP_PKEY_derive_init(context.get()) != 1 || EVP_PKEY_derive_set_peer_ex(context.get(), peer->get(), 0) != 1) {
      return fail(Errc::crypto_failure);
    }
    SharedSecret secret;
    const MutableBytes out = secret.fill(curves[curve_].field_size);
    std::size_t size = out.size();
    if (EVP_PKEY_derive(context.get(), octets(out), &size) != 1 || size != out.size()) return fail(Errc::crypto_failure);
    return secret;
  }

 private:
  const Library& from_;
  std::size_t curve_;
  KeyHandle key_;
  NamedGroup group_;
  std::array<std::byte, max_point_size> share_;
};

EVP_PKEY_CTX* kept_generation_context(const Library& from, std::size_t curve) {
  static thread_local std::array<KeyCtxHandle, curves.size()> kept;
  if (kept[curve] != nullptr) return kept[curve].get();
  KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "EC", nullptr));
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_group_name(context.get(), curves[curve].name) != 1) {
    return nullptr;
  }
  kept[curve] = std::move(context);
  return kept[curve].get();
}

NewAgreement agreement_with(const Library& from, NamedGroup group, std::size_t curve, KeyHandle key) {
  auto agreement = std::make_unique<EcAgreement>(from, group, curve, std::move(key));
  if (!agreement->take_share()) return fail(Errc::crypto_failure);
  return agreement;
}

KeyHandle key_pair_from(const Library& from, const Curve& curve, const BIGNUM& scalar, ByteView point) {
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve.name, 0) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, &scalar) != 1 ||
      OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1) {
    return nullptr;
  }
  const Params params = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "EC", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

}  // namespace

NewAgreement make_ec_agreement(const Library& from, NamedGroup group) {
  const ErrorMark mark;
  const std::size_t curve = curve_index(group);
  if (from.group(curve) == nullptr) return fail(Errc::unsupported_algorithm);
  EVP_PKEY_CTX* context = kept_generation_context(from, curve);
  if (context == nullptr) return fail(Errc::unsupported_algorithm);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_generate(context, &key) != 1) return fail(Errc::crypto_failure);
  return agreement_with(from, group, curve, KeyHandle(key));
}

NewAgreement ec_agreement_from_private(const Library& from, NamedGroup group, ByteView scalar) {
  const ErrorMark mark;
  const std::size_t curve = curve_index(group);
  const EC_GROUP* curve_group = from.group(curve);
  if (curve_group == nullptr) return fail(Errc::unsupported_algorithm);
  const BigNumber number = number_from(scalar);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(curve_group)) >= 0) {
    return fail(Errc::invalid_private_key);
  }
  const PointHandle point = required(PointHandle(EC_POINT_new(curve_group)));
  std::array<std::byte, max_point_size> encoded;
  std::size_t size = 0;
  if (EC_POINT_mul(curve_group, point.get(), number.get(), nullptr, nullptr, nullptr) == 1) {
    size = EC_POINT_point2oct(curve_group, point.get(), POINT_CONVERSION_UNCOMPRESSED, octets(encoded.data()), encoded.size(),
                              nullptr);
  }
  KeyHandle key = key_pair_from(from, curves[curve], *number, ByteView(encoded).first(size));
  if (key == nullptr) return fail(Errc::invalid_private_key);
  return agreement_with(from, group, curve, std::move(key));
}

}  // namespace keyway::crypto::openssl
