// SPDX-License-Identifier: Apache-2.0
//
// Signer over a private key in memory; answers before sign() returns. Which scheme fits which key: RFC 8446 4.2.3,
// RFC 8734 3 and, for the restrictions inside an RSASSA-PSS key, RFC 4055 3.1.
#include "crypto/openssl/ecdsa.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/keys.h"
#include "crypto/openssl/static_keys.h"

namespace keyway::crypto::openssl {
namespace {

struct Identity {
  KeyType type;
  std::size_t curve = curves.size();  ///< index, ec only
  std::size_t size = 0;               ///< of the modulus in bytes, RSA only
};

/// What an RSASSA-PSS key allows; libcrypto shows a salt size exactly when the key is restricted.
struct PssRestriction {
  bool restricted = false;
  std::string digest = "SHA1";  // RFC 4055 3.1: the default of an absent field
  std::size_t min_salt_size = 0;
};

std::size_t curve_of(const EVP_PKEY& key) {
  std::array<char, 64> name{};
  if (EVP_PKEY_get_utf8_string_param(&key, OSSL_PKEY_PARAM_GROUP_NAME, name.data(), name.size(), nullptr) != 1) {
    return curves.size();
  }
  std::size_t index = 0;
  while (index < curves.size() && std::string_view(curves[index].name) != name.data()) ++index;
  return index;
}

std::optional<Identity> identify(const EVP_PKEY& key) {
  if (EVP_PKEY_is_a(&key, "EC") == 1) return Identity{KeyType::ec, curve_of(key)};
  if (EVP_PKEY_is_a(&key, "ED25519") == 1) return Identity{KeyType::ed25519};
  if (EVP_PKEY_is_a(&key, "ED448") == 1) return Identity{KeyType::ed448};
  if (EVP_PKEY_is_a(&key, "DSA") == 1) return Identity{KeyType::dsa};
  const auto size = static_cast<std::size_t>(EVP_PKEY_get_size(&key));
  if (EVP_PKEY_is_a(&key, "RSA") == 1) return Identity{KeyType::rsa, curves.size(), size};
  if (EVP_PKEY_is_a(&key, "RSA-PSS") == 1) return Identity{KeyType::rsa_pss, curves.size(), size};
  return std::nullopt;
}

PssRestriction restriction_of(const EVP_PKEY& key) {
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

class KeySigner final : public Signer {
 public:
  KeySigner(const Library& from, Identity identity, KeyHandle key, EcPrivateHandle ec_key, Bytes info)
      : from_(from), identity_(identity), key_(std::move(key)), ec_key_(std::move(ec_key)), info_(std::move(info)) {
    if (identity_.type == KeyType::rsa_pss) restriction_ = restriction_of(*key_);
    prepare_pss();
  }

  KeyType type() const override { return identity_.type; }
  ByteView subject_public_key_info() const override { return info_; }

  bool can(SignatureScheme scheme) const override {
    const auto algorithm = algorithm_of(scheme);
    if (!algorithm || !signs_with(*algorithm)) return false;
    switch (scheme) {
      case SignatureScheme::rsa_pss_rsae_sha256:
      case SignatureScheme::rsa_pss_rsae_sha384:
      case SignatureScheme::rsa_pss_rsae_sha512: return identity_.type == KeyType::rsa;
      case SignatureScheme::rsa_pss_pss_sha256:
      case SignatureScheme::rsa_pss_pss_sha384:
      case SignatureScheme::rsa_pss_pss_sha512: return identity_.type == KeyType::rsa_pss;
      case SignatureScheme::ecdsa_secp256r1_sha256: return on(NamedGroup::secp256r1);
      case SignatureScheme::ecdsa_secp384r1_sha384: return on(NamedGroup::secp384r1);
      case SignatureScheme::ecdsa_secp521r1_sha512: return on(NamedGroup::secp521r1);
      case SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256: return on(NamedGroup::brainpoolP256r1);
      case SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384: return on(NamedGroup::brainpoolP384r1);
      case SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512: return on(NamedGroup::brainpoolP512r1);
      default: return true;
    }
  }

  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    std::move(answer).give(signature_of(scheme, message));
  }

  bool can_decrypt() const override { return can_decrypt_with(*key_); }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override {
    std::move(answer).give(rsa_decrypt(from_, *key_, ciphertext));
  }
  void agree(ByteView peer_share, Answer<SharedSecret> answer) const override {
    if (identity_.type != KeyType::ec) return std::move(answer).give(fail(Errc::unsupported_algorithm));
    std::move(answer).give(static_agree(from_, *key_, identity_.curve, peer_share));
  }

 private:
  bool on(NamedGroup curve) const noexcept { return curves[identity_.curve].group == curve; }

  /// Type and size; the curve is not asked for, because the pairs of TLS 1.2 name none (RFC 5246 7.4.1.4.1).
  bool signs_with(const SignatureAlgorithm& algorithm) const {
    switch (algorithm.kind) {
      case SignatureKind::ecdsa: return identity_.type == KeyType::ec;
      case SignatureKind::ed25519: return identity_.type == KeyType::ed25519;
      case SignatureKind::ed448: return identity_.type == KeyType::ed448;
      case SignatureKind::dsa: return identity_.type == KeyType::dsa;
      case SignatureKind::rsa_pkcs1: return identity_.type == KeyType::rsa;
      case SignatureKind::rsa_pss: return fits_pss(algorithm);
    }
    return false;
  }

  bool fits_pss(const SignatureAlgorithm& algorithm) const {
    if (identity_.type != KeyType::rsa && identity_.type != KeyType::rsa_pss) return false;
    const EVP_MD* md = from_.digest(algorithm.hash);
    if (md == nullptr) return false;
    // RFC 8017 9.1.1 step 3: the encoded message holds digest, salt and two bytes.
    const auto digest_size = static_cast<std::size_t>(EVP_MD_get_size(md));
    if (identity_.size < digest_size + algorithm.salt_size + 2) return false;
    return !restriction_.restricted ||
           (EVP_MD_is_a(md, restriction_.digest.c_str()) == 1 && algorithm.salt_size >= restriction_.min_salt_size);
  }

  Result<Bytes> signature_of(SignatureScheme scheme, ByteView message) const {
    const auto algorithm = algorithm_of(scheme);
    if (!algorithm || !signs_with(*algorithm)) return fail(Errc::unsupported_algorithm);
    if (algorithm->kind == SignatureKind::ed25519 || algorithm->kind == SignatureKind::ed448) {
      return eddsa_sign(from_, *key_, message);
    }
    KW_ASSIGN(const Digest digest, digest_of(from_, *algorithm, message));
    switch (algorithm->kind) {
      case SignatureKind::ecdsa: return ecdsa_sign(from_, *ec_key_, digest.view());
      case SignatureKind::dsa: return dsa_sign(from_, *key_, digest.view());
      default: return sign_rsa(*algorithm, digest.view());
    }
  }

  Result<Bytes> sign_rsa(const SignatureAlgorithm& algorithm, ByteView digest) const {
    for (const auto& [prepared, context] : pss_contexts_) {
      if (prepared == algorithm) return rsa_sign(*context, digest);
    }
    KW_ASSIGN(const KeyCtxHandle context, rsa_signing_context(from_, *key_, algorithm));
    return rsa_sign(*context, digest);
  }

  /// The algorithms of TLS 1.3, of which each handshake needs one.
  void prepare_pss() {
    for (const SignatureScheme scheme :
         {SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pss_rsae_sha384, SignatureScheme::rsa_pss_rsae_sha512}) {
      const SignatureAlgorithm algorithm = *algorithm_of(scheme);
      if (!fits_pss(algorithm)) continue;
      auto context = rsa_signing_context(from_, *key_, algorithm);
      if (context) pss_contexts_.emplace_back(algorithm, *std::move(context));
    }
  }

  const Library& from_;
  Identity identity_;
  KeyHandle key_;
  EcPrivateHandle ec_key_;  ///< ec only
  PssRestriction restriction_;
  std::vector<std::pair<SignatureAlgorithm, KeyCtxHandle>> pss_contexts_;
  Bytes info_;
};

Bytes public_key_info_of(const EVP_PKEY& key) {
  const int size = i2d_PUBKEY(&key, nullptr);
  if (size <= 0) return {};
  Bytes info(static_cast<std::size_t>(size));
  unsigned char* end = octets(info.data());
  if (i2d_PUBKEY(&key, &end) != size) return {};
  return info;
}

bool usable(const Identity& identity, const EVP_PKEY& key) {
  const auto bits = static_cast<std::size_t>(EVP_PKEY_get_bits(&key));
  switch (identity.type) {
    case KeyType::rsa:
    case KeyType::rsa_pss: return bits >= min_rsa_bits && bits <= max_rsa_bits;
    case KeyType::ec: return identity.curve < curves.size();
    case KeyType::dsa: return bits >= min_rsa_bits;
    case KeyType::ed25519:
    case KeyType::ed448: return true;
  }
  return false;
}

}  // namespace

Result<std::shared_ptr<const Signer>> make_signer(const Library& from, KeyHandle key) {
  const ErrorMark mark;
  const auto identity = identify(*key);
  if (!identity || !usable(*identity, *key)) return fail(Errc::invalid_private_key);
  EcPrivateHandle ec_key;
  if (identity->type == KeyType::ec) { KW_ASSIGN(ec_key, import_ec_private_key(from, identity->curve, *key)); }
  Bytes info = public_key_info_of(*key);
  if (info.empty()) return fail(Errc::invalid_private_key);
  return std::make_shared<KeySigner>(from, *identity, std::move(key), std::move(ec_key), std::move(info));
}

}  // namespace keyway::crypto::openssl
