// SPDX-License-Identifier: Apache-2.0
//
// Diffie-Hellman over a field that the server gives (RFC 5246 7.4.3, RFC 2631). libcrypto makes and uses the keys; a private
// key is new for each handshake, which is what Raccoon wants of us.
#include "crypto/openssl/finite_field.h"

#include "crypto/openssl/errors.h"
#include "crypto/prime.h"

namespace keyway::crypto::openssl {
bool in_range(const BIGNUM& value, const BIGNUM& p) {
  const BigNumber bound = required(BigNumber(BN_dup(&p)));
  return BN_sub_word(bound.get(), 1) == 1 && BN_cmp(&value, BN_value_one()) > 0 && BN_cmp(&value, bound.get()) < 0;
}

namespace {

/// The parameters, and the public number of a peer where there is one.
KeyHandle import_key(const Library& from, const Field& field, const BIGNUM* value) {
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_P, field.p.get()) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_FFC_G, field.g.get()) != 1 ||
      (value != nullptr && OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, value) != 1)) {
    return nullptr;
  }
  const Params params = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "DH", nullptr));
  const int selection = value != nullptr ? EVP_PKEY_PUBLIC_KEY : EVP_PKEY_KEY_PARAMETERS;
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, selection, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

KeyHandle generate(const Library& from, const Field& field) {
  const KeyHandle parameters = import_key(from, field, nullptr);
  if (parameters == nullptr) return nullptr;
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_pkey(from.context(), parameters.get(), nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_generate(context.get(), &key) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

class FieldAgreement final : public KeyAgreement {
 public:
  FieldAgreement(const Library& from, Field field, KeyHandle key)
      : from_(from), field_(std::move(field)), key_(std::move(key)), share_(field_.size) {}

  bool take_share() {
    const BigNumber value = number_of(*key_, OSSL_PKEY_PARAM_PUB_KEY);
    const int size = static_cast<int>(share_.size());
    return value != nullptr && BN_bn2binpad(value.get(), octets(share_.data()), size) == size;
  }

  NamedGroup group() const override { return {}; }
  ByteView share() const override { return share_; }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    if (peer_share.empty() || peer_share.size() > field_.size) return fail(Errc::invalid_key_share);
    const ErrorMark mark;
    const KeyHandle own = std::move(key_);
    if (own == nullptr) return fail(Errc::internal);
    const BigNumber value = number_from(peer_share);
    //= rfc7919#5.1-1
    if (!in_range(*value, *field_.p)) return fail(Errc::invalid_key_share);
    const KeyHandle peer = import_key(from_, field_, value.get());
    if (peer == nullptr) return fail(Errc::invalid_key_share);
    return derive(*own, *peer);
  }

 private:
  Result<SharedSecret> derive(EVP_PKEY& own, EVP_PKEY& peer) const {
    const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from_.context(), &own, nullptr)));
    unsigned int pad = 1;  // in the size of p, so that its length does not depend on it here
    const std::array params = {OSSL_PARAM_construct_uint(OSSL_EXCHANGE_PARAM_PAD, &pad), OSSL_PARAM_construct_end()};
    SharedSecret secret;
    const MutableBytes out = secret.fill(field_.size);
    std::size_t size = out.size();
    if (EVP_PKEY_derive_init_ex(context.get(), params.data()) != 1 || EVP_PKEY_derive_set_peer_ex(context.get(), &peer, 0) != 1 ||
        EVP_PKEY_derive(context.get(), octets(out), &size) != 1 || size != field_.size) {
      return fail(Errc::invalid_key_share);
    }
    return secret;
  }

  const Library& from_;
  Field field_;
  KeyHandle key_;
  Bytes share_;
};

}  // namespace

Result<Field> Field::import(const FiniteField& given) {
  // Checked before there are numbers: what a peer gives may be long.
  if (given.p.size() > max_field_bits / 8 + 1 || given.g.size() > given.p.size()) return fail(Errc::invalid_key_share);
  Field field{number_from(given.p), number_from(given.g)};
  const auto bits = static_cast<std::size_t>(BN_num_bits(field.p.get()));
  field.size = (bits + 7) / 8;
  if (bits < min_field_bits || bits > max_field_bits || BN_is_odd(field.p.get()) == 0 || !in_range(*field.g, *field.p)) {
    return fail(Errc::invalid_key_share);
  }
  return field;
}

NewAgreement make_field_agreement(const Library& from, const FiniteField& given) {
  const ErrorMark mark;
  KW_ASSIGN(Field field, Field::import(given));
  KeyHandle key = generate(from, field);
  // libcrypto has its own idea of fields: smaller ones than it likes are no peer's fault, but nothing can be done with them.
  if (key == nullptr) return fail(Errc::invalid_key_share);
  auto agreement = std::make_unique<FieldAgreement>(from, std::move(field), std::move(key));
  if (!agreement->take_share()) return fail(Errc::crypto_failure);
  return agreement;
}

}  // namespace keyway::crypto::openssl

namespace keyway::crypto {

bool looks_prime(ByteView number) {
  using namespace openssl;
  const ErrorMark mark;
  const BigNumber p = number_from(number);
  if (BN_is_odd(p.get()) == 0 || BN_cmp(p.get(), BN_value_one()) <= 0) return false;
  const BigNumberCtx context = required(BigNumberCtx(BN_CTX_new()));
  const BigNumber half = required(BigNumber(BN_new()));
  const BigNumber base = required(BigNumber(BN_new()));
  const BigNumber power = required(BigNumber(BN_new()));
  if (BN_rshift1(half.get(), p.get()) != 1) throw std::bad_alloc();  // (p - 1) / 2
  for (const BN_ULONG small : {2UL, 3UL}) {
    if (BN_set_word(base.get(), small) != 1 || BN_mod_exp(power.get(), base.get(), half.get(), p.get(), context.get()) != 1)
      throw std::bad_alloc();
    if (BN_is_one(power.get()) != 0) continue;
    if (BN_add_word(power.get(), 1) != 1) throw std::bad_alloc();
    if (BN_cmp(power.get(), p.get()) != 0) return false;
  }
  return true;
}

}  // namespace keyway::crypto
