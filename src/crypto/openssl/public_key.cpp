// SPDX-License-Identifier: Apache-2.0
//
// Public keys from the numbers that a certificate holds (RFC 5280 4.1.2.7), without libcrypto's decoders, and
// verification with them. The certificate's structure is read in pki.
#include "crypto/openssl/ecdsa.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_from_numbers.h"
#include "crypto/openssl/keys.h"
#include "crypto/openssl/rsa.h"
#include "crypto/openssl/static_keys.h"

namespace keyway::crypto::openssl {
namespace {

class EcPublicKey final : public PublicKey {
 public:
  EcPublicKey(const Library& from, std::size_t curve, EcPublicHandle key) : from_(from), curve_(curve), key_(std::move(key)) {}

  KeyType type() const override { return KeyType::ec; }
  NamedGroup curve() const override { return curves[curve_].group; }
  std::size_t bits() const override { return curve() == NamedGroup::secp521r1 ? 521 : curves[curve_].field_size * 8; }

  Result<void> verify(const SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const override {
    if (algorithm.kind != SignatureKind::ecdsa) return fail(Errc::verification_failed);
    KW_ASSIGN(const Digest digest, digest_of(from_, algorithm, message));
    if (!ecdsa_verify(from_, *key_, digest.view(), signature)) return fail(Errc::verification_failed);
    return {};
  }

 private:
  const Library& from_;
  std::size_t curve_;
  EcPublicHandle key_;
};

class RsaPublicKey final : public PublicKey {
 public:
  RsaPublicKey(const Library& from, const PublicKeyParts& parts, RsaPublicHandle key)
      : from_(from), key_(std::move(key)), type_(parts.type), pss_limits_(parts.pss_limits) {}

  KeyType type() const override { return type_; }
  NamedGroup curve() const override { return NamedGroup{}; }
  std::size_t bits() const override { return rsa_bits(*key_); }

  Result<void> verify(const SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const override {
    // RFC 4055 1.2: a key of type rsa_pss is for PSS alone.
    const bool serves =
        algorithm.kind == SignatureKind::rsa_pss || (algorithm.kind == SignatureKind::rsa_pkcs1 && type_ == KeyType::rsa);
    if (!serves) return fail(Errc::verification_failed);
    // RFC 4055 3.3: a key with parameters is for their hash alone, with salts that are not shorter.
    if (pss_limits_ && (algorithm.hash != pss_limits_->hash || algorithm.salt_size < pss_limits_->salt_size))
      return fail(Errc::verification_failed);
    KW_ASSIGN(const Digest digest, digest_of(from_, algorithm, message));
    if (!rsa_verify(from_, *key_, algorithm, digest.view(), signature)) return fail(Errc::verification_failed);
    return {};
  }

  Result<Bytes> encrypt(ByteView message) const override {
    if (type_ != KeyType::rsa) return fail(Errc::unsupported_algorithm);
    return rsa_encrypt(from_, rsa_numbers(*key_), message);
  }

 private:
  const Library& from_;
  RsaPublicHandle key_;
  KeyType type_;
  std::optional<SignatureAlgorithm> pss_limits_;
};

/// EdDSA and DSA.
class EvpPublicKey final : public PublicKey {
 public:
  EvpPublicKey(const Library& from, const PublicKeyParts& parts, KeyHandle key)
      : from_(from), key_(std::move(key)), type_(parts.type) {}

  KeyType type() const override { return type_; }
  NamedGroup curve() const override { return NamedGroup{}; }
  std::size_t bits() const override { return static_cast<std::size_t>(EVP_PKEY_get_bits(key_.get())); }

  Result<void> verify(const SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const override {
    if (!serves(algorithm)) return fail(Errc::verification_failed);
    if (type_ == KeyType::ed25519 || type_ == KeyType::ed448) {
      if (!eddsa_verify(from_, *key_, message, signature)) return fail(Errc::verification_failed);
      return {};
    }
    KW_ASSIGN(const Digest digest, digest_of(from_, algorithm, message));
    if (!dsa_verify(from_, *key_, digest.view(), signature)) return fail(Errc::verification_failed);
    return {};
  }

 private:
  bool serves(const SignatureAlgorithm& algorithm) const noexcept {
    const SignatureKind kind = algorithm.kind;
    switch (type_) {
      case KeyType::ed25519: return kind == SignatureKind::ed25519;
      case KeyType::ed448: return kind == SignatureKind::ed448;
      case KeyType::dsa: return kind == SignatureKind::dsa;
      default: return false;
    }
  }

  const Library& from_;
  KeyHandle key_;
  KeyType type_;
};

Result<RsaPublicHandle> import_rsa(const Library& from, const PublicKeyParts& parts) {
  if (parts.key.size() > max_rsa_bits / 8 + 1 || parts.exponent.size() > 9) return fail(Errc::invalid_public_key);
  BigNumber modulus = number_from(parts.key);
  BigNumber exponent = number_from(parts.exponent);
  const auto bits = static_cast<std::size_t>(BN_num_bits(modulus.get()));
  // RFC 8017 3.1: both are odd and e is at least 3. Exponents above 64 bits only make verification dear.
  if (bits < min_rsa_bits || bits > max_rsa_bits || BN_is_odd(modulus.get()) == 0 || BN_is_odd(exponent.get()) == 0 ||
      BN_is_one(exponent.get()) == 1 || BN_num_bits(exponent.get()) > 64) {
    return fail(Errc::invalid_public_key);
  }
  RsaPublicHandle key = rsa_public_key(from, std::move(modulus), std::move(exponent));
  if (key == nullptr) return fail(Errc::invalid_public_key);
  return key;
}

Result<KeyHandle> import_eddsa(const Library& from, const char* type, std::size_t size, ByteView raw) {
  if (raw.size() != size) return fail(Errc::invalid_public_key);
  KeyHandle key(EVP_PKEY_new_raw_public_key_ex(from.context(), type, nullptr, octets(raw), raw.size()));
  if (key == nullptr) return fail(Errc::invalid_public_key);
  return key;
}

Result<KeyHandle> import_dsa(const Library& from, const PublicKeyParts& parts) {
  constexpr std::size_t largest = max_rsa_bits_default / 8 + 1;
  if (parts.dsa_p.size() > largest || parts.dsa_q.size() > largest || parts.dsa_g.size() > largest ||
      parts.key.size() > largest) {
    return fail(Errc::invalid_public_key);
  }
  const BigNumber p = number_from(parts.dsa_p);
  const BigNumber q = number_from(parts.dsa_q);
  const BigNumber g = number_from(parts.dsa_g);
  const BigNumber y = number_from(parts.key);
  const int q_bits = BN_num_bits(q.get());
  const bool known_size = q_bits == 160 || q_bits == 224 || q_bits == 256;  // FIPS 186-4 4.2
  const bool in_field = BN_cmp(g.get(), p.get()) < 0 && BN_cmp(y.get(), p.get()) < 0 && BN_cmp(g.get(), BN_value_one()) > 0 &&
                        BN_cmp(y.get(), BN_value_one()) > 0;
  if (!known_size || BN_num_bits(p.get()) < 1024 || BN_is_odd(p.get()) == 0 || !in_field) {
    return fail(Errc::invalid_public_key);
  }
  KeyHandle key = key_from_numbers(from, "DSA",
                                   {{OSSL_PKEY_PARAM_FFC_P, p.get()},
                                    {OSSL_PKEY_PARAM_FFC_Q, q.get()},
                                    {OSSL_PKEY_PARAM_FFC_G, g.get()},
                                    {OSSL_PKEY_PARAM_PUB_KEY, y.get()}});
  if (key == nullptr) return fail(Errc::invalid_public_key);
  return key;
}

Result<KeyHandle> import_evp(const Library& from, const PublicKeyParts& parts) {
  switch (parts.type) {
    case KeyType::ed25519: return import_eddsa(from, "ED25519", 32, parts.key);
    case KeyType::ed448: return import_eddsa(from, "ED448", 57, parts.key);
    case KeyType::dsa: return import_dsa(from, parts);
    default: return fail(Errc::invalid_public_key);
  }
}

}  // namespace

Result<std::unique_ptr<PublicKey>> import_public_key(const Library& from, const PublicKeyParts& parts) {
  const ErrorMark mark;
  if (parts.type == KeyType::ec) {
    const std::size_t curve = curve_index(parts.curve);
    KW_ASSIGN(EcPublicHandle key, import_ec_public_key(from, curve, parts.key));
    return std::make_unique<EcPublicKey>(from, curve, std::move(key));
  }
  if (parts.type == KeyType::rsa || parts.type == KeyType::rsa_pss) {
    KW_ASSIGN(RsaPublicHandle key, import_rsa(from, parts));
    return std::make_unique<RsaPublicKey>(from, parts, std::move(key));
  }
  KW_ASSIGN(KeyHandle key, import_evp(from, parts));
  return std::make_unique<EvpPublicKey>(from, parts, std::move(key));
}

}  // namespace keyway::crypto::openssl
