// SPDX-License-Identifier: Apache-2.0
//
// The finite-field groups of RFC 7919 (RFC 8446 4.2.8.1 and 7.4.1). libcrypto knows the primes and uses short private
// exponents with them, as RFC 7919 5.2 allows.
#include "crypto/openssl/errors.h"
#include "crypto/openssl/finite_field.h"
#include "crypto/openssl/key_agreement.h"

namespace keyway::crypto::openssl {
namespace {

struct Prime {
  NamedGroup group;
  const char* name;
  std::size_t size;  ///< bytes
};
constexpr std::array<Prime, 5> primes = {{
    {NamedGroup::ffdhe2048, "ffdhe2048", 256},
    {NamedGroup::ffdhe3072, "ffdhe3072", 384},
    {NamedGroup::ffdhe4096, "ffdhe4096", 512},
    {NamedGroup::ffdhe6144, "ffdhe6144", 768},
    {NamedGroup::ffdhe8192, "ffdhe8192", 1024},
}};

const Prime* prime_of(NamedGroup group) noexcept {
  for (const Prime& prime : primes) {
    if (prime.group == group) return &prime;
  }
  return nullptr;
}

KeyHandle import_peer(const Library& from, const Prime& prime, const BIGNUM& value) {
  const ParamBuilder builder = required(ParamBuilder(OSSL_PARAM_BLD_new()));
  if (OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, prime.name, 0) != 1 ||
      OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, &value) != 1) {
    return nullptr;
  }
  const Params params = required(Params(OSSL_PARAM_BLD_to_param(builder.get())));
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "DH", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    return nullptr;
  }
  return KeyHandle(key);
}

class FfdhAgreement final : public KeyAgreement {
 public:
  FfdhAgreement(const Library& from, const Prime& prime, KeyHandle key)
      : from_(from), prime_(prime), key_(std::move(key)), share_(prime.size) {}

  bool take_share() {
    const BigNumber value = number_of(*key_, OSSL_PKEY_PARAM_PUB_KEY);
    const int size = static_cast<int>(share_.size());
    return value != nullptr && BN_bn2binpad(value.get(), octets(share_.data()), size) == size;
  }

  NamedGroup group() const override { return prime_.group; }
  ByteView share() const override { return share_; }

  Result<SharedSecret> agree(ByteView peer_share) && override {
    //= rfc8446#4.2.8.1-1
    if (peer_share.size() != prime_.size) return fail(Errc::invalid_key_share);  // RFC 8446 4.2.8.1: padded with zeros
    const ErrorMark mark;
    const KeyHandle own = std::move(key_);
    if (own == nullptr) return fail(Errc::internal);
    const BigNumber p = number_of(*own, OSSL_PKEY_PARAM_FFC_P);
    if (p == nullptr) return fail(Errc::crypto_failure);
    const BigNumber value = number_from(peer_share);
    //= rfc8446#4.2.8.1-2
    if (!in_range(*value, *p)) return fail(Errc::invalid_key_share);
    const KeyHandle peer = import_peer(from_, prime_, *value);
    if (peer == nullptr) return fail(Errc::invalid_key_share);
    return derive(*own, *peer);
  }

 private:
  Result<SharedSecret> derive(EVP_PKEY& own, EVP_PKEY& peer) const {
    const KeyCtxHandle context = required(KeyCtxHandle(EVP_PKEY_CTX_new_from_pkey(from_.context(), &own, nullptr)));
    //= rfc8446#7.4.1-1
    unsigned int pad = 1;  // RFC 8446 7.4.1: the secret is as long as the prime
    const std::array params = {OSSL_PARAM_construct_uint(OSSL_EXCHANGE_PARAM_PAD, &pad), OSSL_PARAM_construct_end()};
    SharedSecret secret;
    const MutableBytes out = secret.fill(prime_.size);
    std::size_t size = out.size();
    if (EVP_PKEY_derive_init_ex(context.get(), params.data()) != 1 || EVP_PKEY_derive_set_peer_ex(context.get(), &peer, 0) != 1) {
      return fail(Errc::crypto_failure);
    }
    if (EVP_PKEY_derive(context.get(), octets(out), &size) != 1 || size != prime_.size) { return fail(Errc::invalid_key_share); }
    return secret;
  }

  const Library& from_;
  const Prime& prime_;
  KeyHandle key_;
  Bytes share_;
};

/// The prime as libcrypto has it; empty where it lacks the group.
Bytes prime_number(const Library& from, const Prime& prime) {
  const ErrorMark mark;
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "DH", nullptr));
  EVP_PKEY* key = nullptr;
  if (context == nullptr || EVP_PKEY_paramgen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_group_name(context.get(), prime.name) != 1 || EVP_PKEY_paramgen(context.get(), &key) != 1) {
    return {};
  }
  const KeyHandle parameters(key);
  const BigNumber p = number_of(*parameters, OSSL_PKEY_PARAM_FFC_P);
  Bytes number(prime.size);
  const int size = static_cast<int>(number.size());
  if (p == nullptr || BN_bn2binpad(p.get(), octets(number.data()), size) != size) return {};
  return number;
}

}  // namespace

std::optional<FiniteField> named_field(const Library& from, NamedGroup group) {
  // Asked of libcrypto once, and never destroyed, as the library.
  static const auto& numbers = *new std::array<Bytes, primes.size()>([&from] {
    std::array<Bytes, primes.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = prime_number(from, primes[i]);
    return all;
  }());
  static constexpr std::array generator{std::byte{2}};  // RFC 7919 appendix A
  const Prime* prime = prime_of(group);
  if (prime == nullptr) return std::nullopt;
  const Bytes& p = numbers[static_cast<std::size_t>(prime - primes.data())];
  if (p.empty()) return std::nullopt;
  return FiniteField{p, generator};
}

NewAgreement make_ffdh_agreement(const Library& from, NamedGroup group) {
  const ErrorMark mark;
  const Prime* prime = prime_of(group);
  if (prime == nullptr) return fail(Errc::unsupported_algorithm);
  const KeyCtxHandle context(EVP_PKEY_CTX_new_from_name(from.context(), "DH", nullptr));
  if (context == nullptr) return fail(Errc::unsupported_algorithm);
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(context.get()) != 1 || EVP_PKEY_CTX_set_group_name(context.get(), prime->name) != 1 ||
      EVP_PKEY_generate(context.get(), &key) != 1) {
    return fail(Errc::crypto_failure);
  }
  auto agreement = std::make_unique<FfdhAgreement>(from, *prime, KeyHandle(key));
  if (!agreement->take_share()) return fail(Errc::crypto_failure);
  return agreement;
}

}  // namespace keyway::crypto::openssl
