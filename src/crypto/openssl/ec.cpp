// SPDX-License-Identifier: Apache-2.0
//
// ECDH on the NIST and brainpool curves (RFC 8446 4.2.8.2 and 7.4.2) over EC_KEY: all keys share one EC_GROUP a curve,
// which is what makes an EC_KEY dear. The form for EVP alone is ec_evp.cpp.
#include "crypto/openssl/ec_key.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_agreement.h"

namespace keyway::crypto::openssl {
namespace {

class EcAgreement final : public KeyAgreement {
 public:
  EcAgreement(NamedGroup group, const Curve& curve, const EC_GROUP& curve_group, EcKeyHandle key)
      : curve_(curve), curve_group_(curve_group), key_(std::move(key)), group_(group) {}

  bool take_share() {
    const std::size_t size = EC_POINT_point2oct(&curve_group_, EC_KEY_get0_public_key(key_.get()), POINT_CONVERSION_UNCOMPRESSED,
                                                octets(share_.data()), share_.size(), nullptr);
    return size == curve_.point_size();
  }

  NamedGroup group() const override { return group_; }
  ByteView share() const override { return ByteView(share_).first(curve_.point_size()); }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    //= rfc8446#4.2.8.2-1
    if (!has_point_form(curve_, peer_share)) return fail(Errc::invalid_key_share);
    const ErrorMark mark;
    const EcKeyHandle own = std::move(key_);
    if (own == nullptr) return fail(Errc::internal);
    const PointHandle point = required(PointHandle(EC_POINT_new(&curve_group_)));
    // Refuses coordinates outside the field and points off the curve; the curves have prime order, so no more is needed.
    //= rfc8446#4.2.8.2-2
    if (EC_POINT_oct2point(&curve_group_, point.get(), octets(peer_share), peer_share.size(), nullptr) != 1) {
      return fail(Errc::invalid_key_share);
    }
    SharedSecret secret;
    const MutableBytes out = secret.fill(curve_.field_size);
    //= rfc8446#7.4.2-1
    const int size = ECDH_compute_key(out.data(), out.size(), point.get(), own.get(), nullptr);
    if (size != static_cast<int>(out.size())) return fail(Errc::crypto_failure);
    return secret;
  }

 private:
  const Curve& curve_;
  const EC_GROUP& curve_group_;
  EcKeyHandle key_;
  NamedGroup group_;
  std::array<std::byte, max_point_size> share_;
};

NewAgreement agreement_with(NamedGroup group, const Curve& curve, const EC_GROUP& curve_group, EcKeyHandle key) {
  auto agreement = std::make_unique<EcAgreement>(group, curve, curve_group, std::move(key));
  if (!agreement->take_share()) return fail(Errc::crypto_failure);
  return agreement;
}

}  // namespace

NewAgreement make_ec_agreement(const Library& from, NamedGroup group) {
  const ErrorMark mark;
  const std::size_t index = curve_index(group);
  const EC_GROUP* curve_group = from.group(index);
  if (curve_group == nullptr) return fail(Errc::unsupported_algorithm);
  EcKeyHandle key = blank_ec_key(from, index);
  if (EC_KEY_generate_key(key.get()) != 1) return fail(Errc::crypto_failure);
  return agreement_with(group, curves[index], *curve_group, std::move(key));
}

NewAgreement ec_agreement_from_private(const Library& from, NamedGroup group, ByteView scalar) {
  const ErrorMark mark;
  const std::size_t index = curve_index(group);
  const EC_GROUP* curve_group = from.group(index);
  if (curve_group == nullptr) return fail(Errc::unsupported_algorithm);
  const BigNumber number = number_from(scalar);
  if (BN_is_zero(number.get()) || BN_cmp(number.get(), EC_GROUP_get0_order(curve_group)) >= 0) {
    return fail(Errc::invalid_private_key);
  }
  EcKeyHandle key = blank_ec_key(from, index);
  const PointHandle point = required(PointHandle(EC_POINT_new(curve_group)));
  if (EC_POINT_mul(curve_group, point.get(), number.get(), nullptr, nullptr, nullptr) != 1 ||
      EC_KEY_set_private_key(key.get(), number.get()) != 1 || EC_KEY_set_public_key(key.get(), point.get()) != 1) {
    return fail(Errc::invalid_private_key);
  }
  return agreement_with(group, curves[index], *curve_group, std::move(key));
}

}  // namespace keyway::crypto::openssl
