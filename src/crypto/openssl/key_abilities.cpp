// SPDX-License-Identifier: Apache-2.0
//
// Asked of libcrypto once for each key.
#include "crypto/openssl/key_abilities.h"

#include "crypto/openssl/errors.h"
#include "keyway/crypto/provider.h"

namespace keyway::crypto::openssl {
namespace {

std::optional<KeyType> type_of(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "EC") == 1) return KeyType::ec;
  if (EVP_PKEY_is_a(&key, "ED25519") == 1) return KeyType::ed25519;
  if (EVP_PKEY_is_a(&key, "ED448") == 1) return KeyType::ed448;
  if (EVP_PKEY_is_a(&key, "DSA") == 1) return KeyType::dsa;
  if (EVP_PKEY_is_a(&key, "RSA") == 1) return KeyType::rsa;
  if (EVP_PKEY_is_a(&key, "RSA-PSS") == 1) return KeyType::rsa_pss;
  return std::nullopt;
}

std::size_t curve_of(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), nullptr) != 1) {
    return curves.size();
  }
  std::size_t index = 0;
  while (index < curves.size() && std::string_view(curves[index].name) != name.data()) ++index;
  return index;
}

}  // namespace

std::optional<KeyAbilities> KeyAbilities::of(const Library& from, const EVP_PKEY& key) {
  const ErrorMark mark;
  const auto type = type_of(key);
  if (!type) return std::nullopt;
  KeyAbilities found(from, *type);
  if (*type == KeyType::ec) found.curve_ = curve_of(key);
  if (*type == KeyType::rsa || *type == KeyType::rsa_pss) found.size_ = static_cast<std::size_t>(EVP_PKEY_get_size(&key));
  if (*type == KeyType::rsa_pss) found.restriction_ = restriction_of(key);
  if (!found.usable(key)) return std::nullopt;
  return found;
}

KeyAbilities::PssRestriction KeyAbilities::restriction_of(const EVP_PKEY& key) {
  PssRestriction found;
  int salt_size = 0;
  if (EVP_PKEY_get_int_param(&key, OSSL_PKEY_PARAM_RSA_PSS_SALTLEN, &salt_size) != 1) return found;
  found.restricted = true;
  found.min_salt_size = static_cast<std::size_t>(salt_size);
  std::array<char, 32> name{};
  if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_RSA_DIGEST, name.data(), name.size(), nullptr) == 1) {
    found.digest = name.data();
  }
  return found;
}

bool KeyAbilities::usable(const EVP_PKEY& key) const {
  const auto bits = static_cast<std::size_t>(EVP_PKEY_get_bits(&key));
  switch (type_) {
    case KeyType::rsa:
    case KeyType::rsa_pss: return bits >= min_rsa_bits && bits <= max_rsa_bits;
    case KeyType::ec: return curve_ < curves.size();
    case KeyType::dsa: return bits >= min_rsa_bits;
    case KeyType::ed25519:
    case KeyType::ed448: return true;
  }
  return false;
}

bool KeyAbilities::can(SignatureScheme scheme) const {
  const auto algorithm = algorithm_of(scheme);
  if (!algorithm || !signs_with(*algorithm)) return false;
  switch (scheme) {
    case SignatureScheme::rsa_pss_rsae_sha256:
    case SignatureScheme::rsa_pss_rsae_sha384:
    case SignatureScheme::rsa_pss_rsae_sha512: return type_ == KeyType::rsa;
    case SignatureScheme::rsa_pss_pss_sha256:
    case SignatureScheme::rsa_pss_pss_sha384:
    case SignatureScheme::rsa_pss_pss_sha512: return type_ == KeyType::rsa_pss;
    // RFC 8734: of TLS 1.3 alone. The three of RFC 8446 4.2.3 are a hash with any curve before that.
    case SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256: return on(NamedGroup::brainpoolP256r1);
    case SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384: return on(NamedGroup::brainpoolP384r1);
    case SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512: return on(NamedGroup::brainpoolP512r1);
    default: return true;
  }
}

bool KeyAbilities::signs_with(const SignatureAlgorithm& algorithm) const {
  switch (algorithm.kind) {
    case SignatureKind::ecdsa: return type_ == KeyType::ec;
    case SignatureKind::ed25519: return type_ == KeyType::ed25519;
    case SignatureKind::ed448: return type_ == KeyType::ed448;
    case SignatureKind::dsa: return type_ == KeyType::dsa;
    case SignatureKind::rsa_pkcs1: return type_ == KeyType::rsa;
    case SignatureKind::rsa_pss: return fits_pss(algorithm);
  }
  return false;
}

bool KeyAbilities::fits_pss(const SignatureAlgorithm& algorithm) const {
  if (type_ != KeyType::rsa && type_ != KeyType::rsa_pss) return false;
  const EVP_MD* md = from_->digest(algorithm.hash);
  if (md == nullptr) return false;
  // RFC 8017 9.1.1 step 3: the encoded message holds digest, salt and two bytes.
  const auto digest_size = static_cast<std::size_t>(EVP_MD_get_size(md));
  if (size_ < digest_size + algorithm.salt_size + 2) return false;
  return !restriction_.restricted ||
         (EVP_MD_is_a(md, restriction_.digest.c_str()) == 1 && algorithm.salt_size >= restriction_.min_salt_size);
}

Bytes public_key_info_of(const EVP_PKEY& key) {
  const ErrorMark mark;
  const int size = i2d_PUBKEY(&key, nullptr);
  if (size <= 0) return {};
  Bytes info(static_cast<std::size_t>(size));
  unsigned char* end = octets(info.data());
  if (i2d_PUBKEY(&key, &end) != size) return {};
  return info;
}

}  // namespace keyway::crypto::openssl
