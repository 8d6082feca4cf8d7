// SPDX-License-Identifier: Apache-2.0
//
// A provider without cryptography, so that mutated bytes reach what comes after it: every hash is the same, keys agree on a
// constant, records are in the clear and signatures hold. What begins with ff is refused, so that refusals are reached too.
#pragma once

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "keyway/crypto/provider.h"

namespace keyway::fuzz {

inline constexpr std::byte constant{0x42};

inline void require(bool holds) {
  if (!holds) std::abort();
}

template <std::size_t DigestSize, std::size_t BlockSize>
constexpr crypto::HashMethods hollow_hash(HashAlgorithm algorithm) {
  return {algorithm,
          DigestSize,
          BlockSize,
          [](void*) {},
          [](void*, const void*) {},
          [](void*, ByteView) {},
          [](void*, std::byte* out) { std::fill_n(out, DigestSize, constant); },
          [](void*) {}};
}

class HollowSealer final : public crypto::AeadSealer {
 public:
  explicit HollowSealer(AeadAlgorithm algorithm) : algorithm_(algorithm) {}
  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return 16; }
  Result<void> rekey(ByteView) override { return {}; }
  Result<void> seal(ByteView, ByteView, ByteViews plaintext, MutableBytes out) override {
    require(out.size() == total_size(plaintext) + tag_size());
    std::byte* to = out.data();
    for (const ByteView piece : plaintext) {
      if (piece.data() != to) std::ranges::copy(piece, to);
      to += piece.size();
    }
    std::fill_n(to, tag_size(), std::byte{0});
    return {};
  }

 private:
  AeadAlgorithm algorithm_;
};

class HollowOpener final : public crypto::AeadOpener {
 public:
  explicit HollowOpener(AeadAlgorithm algorithm) : algorithm_(algorithm) {}
  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return 16; }
  Result<void> rekey(ByteView) override { return {}; }
  Result<MutableBytes> open(ByteView, ByteView, MutableBytes in_place) override {
    if (in_place.size() < tag_size() || in_place.back() == std::byte{0xff}) return fail(Errc::bad_record_mac);
    return in_place.first(in_place.size() - tag_size());
  }

 private:
  AeadAlgorithm algorithm_;
};

class HollowAgreement final : public crypto::KeyAgreement {
 public:
  HollowAgreement(NamedGroup group, std::size_t size) : group_(group), share_(size, constant) {}
  NamedGroup group() const override { return group_; }
  ByteView share() const override { return share_; }
  Result<SharedSecret> agree(ByteView peer_share) && override {
    if (peer_share.size() != share_.size() || peer_share[0] == std::byte{0xff}) return fail(Errc::invalid_key_share);
    return SharedSecret(ByteView(share_).first(32));
  }

 private:
  NamedGroup group_;
  Bytes share_;
};

class HollowPublicKey final : public crypto::PublicKey {
 public:
  HollowPublicKey(const crypto::PublicKeyParts& parts, std::size_t* checks)
      : type_(parts.type), curve_(parts.curve), bits_(8 * parts.key.size()), checks_(checks) {}
  crypto::KeyType type() const override { return type_; }
  NamedGroup curve() const override { return curve_; }
  std::size_t bits() const override { return bits_; }
  Result<void> verify(const crypto::SignatureAlgorithm&, ByteView, ByteView signature) const override {
    ++*checks_;
    if (!signature.empty() && signature[0] == std::byte{0xff}) return fail(Errc::verification_failed);
    return {};
  }

 private:
  crypto::KeyType type_;
  NamedGroup curve_;
  std::size_t bits_;
  std::size_t* checks_;
};

class HollowSigner final : public crypto::Signer {
 public:
  explicit HollowSigner(Bytes info) : info_(std::move(info)) {}
  crypto::KeyType type() const override { return crypto::KeyType::ec; }
  bool can(SignatureScheme scheme) const override { return scheme == SignatureScheme::ecdsa_secp256r1_sha256; }
  ByteView subject_public_key_info() const override { return info_; }
  void sign(SignatureScheme, ByteView, Answer<Bytes> answer) const override { std::move(answer).give(Bytes(64, constant)); }

 private:
  Bytes info_;
};

class HollowProvider final : public crypto::Provider {
 public:
  HollowProvider() = default;
  /// With the hashes of another provider, for what tells things apart by them.
  explicit HollowProvider(std::shared_ptr<const crypto::Provider> hashes) : hashes_(std::move(hashes)) {}

  /// From here on everything comes as it came from the start.
  void restart() const noexcept { drawn_ = signature_checks_ = 0; }
  std::size_t signature_checks() const noexcept { return signature_checks_; }

  std::span<const NamedGroup> groups() const override {
    static constexpr NamedGroup all[] = {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448, NamedGroup::secp384r1,
                                         NamedGroup::ffdhe2048};
    return all;
  }
  std::span<const AeadAlgorithm> aeads() const override {
    static constexpr AeadAlgorithm all[] = {AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_256_gcm,
                                            AeadAlgorithm::chacha20_poly1305};
    return all;
  }
  std::string_view name() const override { return "hollow"; }

  const crypto::HashMethods* hash(HashAlgorithm algorithm) const override {
    if (hashes_) return hashes_->hash(algorithm);
    static constexpr std::array all = {hollow_hash<20, 64>(HashAlgorithm::sha1), hollow_hash<32, 64>(HashAlgorithm::sha256),
                                       hollow_hash<48, 128>(HashAlgorithm::sha384), hollow_hash<64, 128>(HashAlgorithm::sha512)};
    const auto found = std::ranges::find(all, algorithm, &crypto::HashMethods::algorithm);
    return found != all.end() ? &*found : nullptr;
  }
  Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm algorithm, ByteView) const override {
    return std::make_unique<HollowSealer>(algorithm);
  }
  Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm algorithm, ByteView) const override {
    return std::make_unique<HollowOpener>(algorithm);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup group) const override {
    switch (group) {
      case NamedGroup::x25519: return std::make_unique<HollowAgreement>(group, 32);
      case NamedGroup::x448: return std::make_unique<HollowAgreement>(group, 56);
      case NamedGroup::secp256r1: return std::make_unique<HollowAgreement>(group, 65);
      case NamedGroup::secp384r1: return std::make_unique<HollowAgreement>(group, 97);
      case NamedGroup::ffdhe2048: return std::make_unique<HollowAgreement>(group, 256);
      default: return fail(Errc::unsupported_algorithm);
    }
  }
  Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts& parts) const override {
    if (parts.key.empty()) return fail(Errc::invalid_public_key);
    return std::make_unique<HollowPublicKey>(parts, &signature_checks_);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<SecretBytes> generate_private_key(NewKey) const override { return fail(Errc::not_available); }
  Result<void> random(MutableBytes out) const override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(++drawn_);
    return {};
  }

 private:
  std::shared_ptr<const crypto::Provider> hashes_;
  mutable std::size_t drawn_ = 0;
  mutable std::size_t signature_checks_ = 0;
};

}  // namespace keyway::fuzz
