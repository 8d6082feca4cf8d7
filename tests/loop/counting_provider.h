// SPDX-License-Identifier: Apache-2.0
//
// A provider that tells how often it was asked for what takes long or must not be done too early.
#pragma once

#include <atomic>

#include "keyway/crypto/provider.h"

namespace keyway::test {

/// A key of a peer or of an authority, which counts its verifications.
class CountingKey final : public crypto::PublicKey {
 public:
  CountingKey(std::unique_ptr<crypto::PublicKey> real, std::shared_ptr<std::atomic<int>> verified)
      : real_(std::move(real)), verified_(std::move(verified)) {}
  crypto::KeyType type() const override { return real_->type(); }
  NamedGroup curve() const override { return real_->curve(); }
  std::size_t bits() const override { return real_->bits(); }
  Result<void> verify(const crypto::SignatureAlgorithm& algorithm, ByteView message, ByteView signature) const override {
    ++*verified_;
    return real_->verify(algorithm, message, signature);
  }
  Result<Bytes> encrypt(ByteView message) const override { return real_->encrypt(message); }

 private:
  std::unique_ptr<crypto::PublicKey> real_;
  std::shared_ptr<std::atomic<int>> verified_;
};

/// The real provider, which counts verifications, and what it is asked to compute for SRP and in fields.
class Counting final : public crypto::Provider {
 public:
  struct Counts {
    int fields = 0, clients = 0, servers = 0, verifiers = 0;
    friend bool operator==(const Counts&, const Counts&) = default;
  };
  Counts counts() const { return counts_; }
  /// Verifications since this was asked last.
  int verified() const { return verified_->exchange(0); }

  std::span<const NamedGroup> groups() const override { return real_->groups(); }
  std::span<const AeadAlgorithm> aeads() const override { return real_->aeads(); }
  std::string_view name() const override { return "counting, for tests"; }
  const crypto::HashMethods* hash(HashAlgorithm algorithm) const override { return real_->hash(algorithm); }
  Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm algorithm, ByteView key) const override {
    return real_->sealer(algorithm, key);
  }
  Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm algorithm, ByteView key) const override {
    return real_->opener(algorithm, key);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup group) const override {
    return real_->key_agreement(group);
  }
  std::span<const BulkAlgorithm> bulk_ciphers() const override { return real_->bulk_ciphers(); }
  Result<std::unique_ptr<crypto::BulkCipher>> encrypter(BulkAlgorithm algorithm, ByteView key) const override {
    return real_->encrypter(algorithm, key);
  }
  Result<std::unique_ptr<crypto::BulkCipher>> decrypter(BulkAlgorithm algorithm, ByteView key) const override {
    return real_->decrypter(algorithm, key);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> field_agreement(const crypto::FiniteField& field) const override {
    ++counts_.fields;
    return real_->field_agreement(field);
  }
  std::optional<crypto::FiniteField> field_of(NamedGroup group) const override { return real_->field_of(group); }
  Result<std::unique_ptr<crypto::KeyAgreement>> srp_client(const crypto::FiniteField& field, ByteView x) const override {
    ++counts_.clients;
    return real_->srp_client(field, x);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> srp_server(const crypto::FiniteField& field, ByteView verifier) const override {
    ++counts_.servers;
    return real_->srp_server(field, verifier);
  }
  Result<SecretBytes> srp_verifier(const crypto::FiniteField& field, ByteView x) const override {
    ++counts_.verifiers;
    return real_->srp_verifier(field, x);
  }
  Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts& parts) const override {
    KW_ASSIGN(auto key, real_->public_key(parts));
    return std::make_unique<CountingKey>(std::move(key), verified_);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView der, ByteView password) const override {
    return real_->private_key(der, password);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view pem, ByteView password) const override {
    return real_->private_key_pem(pem, password);
  }
  Result<SecretBytes> generate_private_key(NewKey key) const override { return real_->generate_private_key(key); }
  Result<void> random(MutableBytes out) const override { return real_->random(out); }

 private:
  std::shared_ptr<const crypto::Provider> real_ = crypto::default_provider();
  mutable Counts counts_;
  std::shared_ptr<std::atomic<int>> verified_ = std::make_shared<std::atomic<int>>(0);
};

}  // namespace keyway::test
