// SPDX-License-Identifier: Apache-2.0
//
// Signer over a private key in memory; answers before sign() returns. Keys that are elsewhere: stored_key.cpp.
#include "crypto/openssl/ecdsa.h"
#include "crypto/openssl/errors.h"
#include "crypto/openssl/key_abilities.h"
#include "crypto/openssl/keys.h"
#include "crypto/openssl/static_keys.h"

namespace keyway::crypto::openssl {
namespace {

class KeySigner final : public Signer {
 public:
  KeySigner(const Library& from, KeyAbilities abilities, KeyHandle key, EcPrivateHandle ec_key, Bytes info)
      : from_(from), abilities_(std::move(abilities)), key_(std::move(key)), ec_key_(std::move(ec_key)), info_(std::move(info)) {
    prepare_pss();
  }

  KeyType type() const override { return abilities_.type(); }
  ByteView subject_public_key_info() const override { return info_; }
  bool can(SignatureScheme scheme) const override { return abilities_.can(scheme); }

  void sign(SignatureScheme scheme, ByteView message, Answer<Bytes> answer) const override {
    std::move(answer).give(signature_of(scheme, message));
  }

  bool can_decrypt() const override { return can_decrypt_with(*key_); }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override {
    std::move(answer).give(rsa_decrypt(from_, *key_, ciphertext));
  }
  void agree(ByteView peer_share, Answer<SharedSecret> answer) const override {
    if (abilities_.type() != KeyType::ec) return std::move(answer).give(fail(Errc::unsupported_algorithm));
    std::move(answer).give(static_agree(from_, *key_, abilities_.curve(), peer_share));
  }

 private:
  Result<Bytes> signature_of(SignatureScheme scheme, ByteView message) const {
    const auto algorithm = algorithm_of(scheme);
    if (!algorithm || !abilities_.signs_with(*algorithm)) return fail(Errc::unsupported_algorithm);
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
      if (!abilities_.fits_pss(algorithm)) continue;
      auto context = rsa_signing_context(from_, *key_, algorithm);
      if (context) pss_contexts_.emplace_back(algorithm, *std::move(context));
    }
  }

  const Library& from_;
  KeyAbilities abilities_;
  KeyHandle key_;
  EcPrivateHandle ec_key_;  ///< ec only
  std::vector<std::pair<SignatureAlgorithm, KeyCtxHandle>> pss_contexts_;
  Bytes info_;
};

}  // namespace

Result<std::shared_ptr<const Signer>> make_signer(const Library& from, KeyHandle key) {
  const ErrorMark mark;
  auto abilities = KeyAbilities::of(from, *key);
  if (!abilities) return fail(Errc::invalid_private_key);
  EcPrivateHandle ec_key;
  if (abilities->type() == KeyType::ec) { KW_ASSIGN(ec_key, import_ec_private_key(from, abilities->curve(), *key)); }
  Bytes info = public_key_info_of(*key);
  if (info.empty()) return fail(Errc::invalid_private_key);
  return std::make_shared<KeySigner>(from, *std::move(abilities), std::move(key), std::move(ec_key), std::move(info));
}

}  // namespace keyway::crypto::openssl
