// SPDX-License-Identifier: Apache-2.0
//
// A toy AEAD behind the seam: content in the clear, and a tag over nonce, header and content. It shows which nonce and
// header were used, and refuses like a real one; what ciphers do is tested with the real ones (vectors_test.cpp).
#pragma once

#include <algorithm>
#include <memory>

#include "keyway/crypto/provider.h"

namespace keyway::test {

inline constexpr std::size_t toy_tag_size = 16;

class ToyKey {
 public:
  explicit ToyKey(ByteView key) : key_(key.begin(), key.end()) {}

  std::array<std::byte, toy_tag_size> tag(ByteView nonce, ByteView header, ByteView content) const {
    std::uint64_t sum = 1469598103934665603u;
    for (const ByteView part : {ByteView(key_), nonce, header, content}) {
      for (const std::byte b : part) sum = (sum ^ std::to_integer<std::uint64_t>(b)) * 1099511628211u;
      sum = (sum ^ part.size()) * 1099511628211u;
    }
    std::array<std::byte, toy_tag_size> tag{};
    for (std::size_t i = 0; i < tag.size(); ++i) tag[i] = static_cast<std::byte>(sum >> (8 * (i % 8)));
    return tag;
  }

 private:
  Bytes key_;
};

class ToySealer final : public crypto::AeadSealer {
 public:
  ToySealer(AeadAlgorithm algorithm, ByteView key) : algorithm_(algorithm), key_(key) {}
  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return toy_tag_size; }
  Result<void> rekey(ByteView key) override {
    key_ = ToyKey(key);
    return {};
  }
  Result<void> seal(ByteView nonce, ByteView header, ByteViews plaintext, MutableBytes out) override {
    if (out.size() != total_size(plaintext) + toy_tag_size) return fail(Errc::internal);
    auto to = out.begin();
    for (const ByteView piece : plaintext) {
      if (piece.data() == out.data()) {
        to += static_cast<std::ptrdiff_t>(piece.size());
      } else {
        to = std::copy(piece.begin(), piece.end(), to);
      }
    }
    std::ranges::copy(key_.tag(nonce, header, out.first(out.size() - toy_tag_size)), to);
    return {};
  }

 private:
  AeadAlgorithm algorithm_;
  ToyKey key_;
};

class ToyOpener final : public crypto::AeadOpener {
 public:
  ToyOpener(AeadAlgorithm algorithm, ByteView key) : algorithm_(algorithm), key_(key) {}
  AeadAlgorithm algorithm() const override { return algorithm_; }
  std::size_t tag_size() const override { return toy_tag_size; }
  Result<void> rekey(ByteView key) override {
    key_ = ToyKey(key);
    return {};
  }
  Result<MutableBytes> open(ByteView nonce, ByteView header, MutableBytes in_place) override {
    if (in_place.size() < toy_tag_size) return fail(Errc::bad_record_mac);
    const MutableBytes content = in_place.first(in_place.size() - toy_tag_size);
    if (!std::ranges::equal(key_.tag(nonce, header, content), in_place.subspan(content.size()))) {
      wipe(in_place);
      return fail(Errc::bad_record_mac);
    }
    return content;
  }

 private:
  AeadAlgorithm algorithm_;
  ToyKey key_;
};

class ToyProvider final : public crypto::Provider {
 public:
  mutable int contexts = 0;  ///< how many sealers and openers were made

  std::span<const NamedGroup> groups() const override { return {}; }
  std::span<const AeadAlgorithm> aeads() const override { return {}; }
  std::string_view name() const override { return "toy"; }
  const crypto::HashMethods* hash(HashAlgorithm) const override { return nullptr; }
  Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm algorithm, ByteView key) const override {
    ++contexts;
    return std::make_unique<ToySealer>(algorithm, key);
  }
  Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm algorithm, ByteView key) const override {
    ++contexts;
    return std::make_unique<ToyOpener>(algorithm, key);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup) const override { return fail(Errc::not_available); }
  Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts&) const override {
    return fail(Errc::not_available);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view, ByteView) const override {
    return fail(Errc::not_available);
  }
  Result<SecretBytes> generate_private_key(NewKey) const override { return fail(Errc::not_available); }
  Result<void> random(MutableBytes) const override { return fail(Errc::random_failure); }
};

}  // namespace keyway::test
