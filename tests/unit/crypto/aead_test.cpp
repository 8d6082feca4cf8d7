// SPDX-License-Identifier: Apache-2.0
//
// AEADs: one known answer each (NIST GCM examples, RFC 8439 2.8.2, NIST SP 800-38C style computed against another
// implementation is left to Wycheproof), gathering, in place, refusal of every changed byte, new keys.
#include "support.h"

namespace keyway::crypto::test {
namespace {

constexpr AeadAlgorithm all_aeads[] = {
    AeadAlgorithm::aes_128_gcm,   AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_ccm,
    AeadAlgorithm::aes_128_ccm_8, AeadAlgorithm::aes_256_ccm, AeadAlgorithm::aes_256_ccm_8};

const Bytes nonce = hex("000102030405060708090a0b");
const Bytes header = hex("1703030040");

Bytes key_for(AeadAlgorithm algorithm, unsigned char fill = 0x42) {
  return Bytes(key_size(algorithm), static_cast<std::byte>(fill));
}

Bytes message_of(std::size_t size) {
  Bytes message(size);
  for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::byte>(i * 11 + 3);
  return message;
}

Bytes seal_with(AeadSealer& sealer, ByteView message) {
  Bytes out(message.size() + sealer.tag_size());
  const ByteView piece = message;
  EXPECT_TRUE(sealer.seal(nonce, header, {&piece, 1}, out).has_value());
  return out;
}

struct Pair {
  std::unique_ptr<AeadSealer> sealer;
  std::unique_ptr<AeadOpener> opener;
};

Pair pair_of(AeadAlgorithm algorithm, ByteView key) {
  return {provider().sealer(algorithm, key).value(), provider().opener(algorithm, key).value()};
}

TEST(Aead, KnownAnswers) {
  // McGrew and Viega's test case 2 of GCM: zero key, zero nonce, one zero block, no additional data.
  const auto gcm = provider().sealer(AeadAlgorithm::aes_128_gcm, Bytes(16)).value();
  Bytes out(32);
  const Bytes block(16);
  const ByteView piece = block;
  ASSERT_TRUE(gcm->seal(Bytes(12), {}, {&piece, 1}, out));
  EXPECT_EQ(to_hex(out), "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf");

  // RFC 8439 2.8.2
  const std::string_view text =
      "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
  const auto chacha =
      provider()
          .sealer(AeadAlgorithm::chacha20_poly1305, hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f"))
          .value();
  out.resize(text.size() + 16);
  const ByteView words = as_bytes(text);
  ASSERT_TRUE(chacha->seal(hex("070000004041424344454647"), hex("50515253c0c1c2c3c4c5c6c7"), {&words, 1}, out));
  EXPECT_EQ(to_hex(ByteView(out).first(16)), "d31a8d34648e60db7b86afbc53ef7ec2");
  EXPECT_EQ(to_hex(ByteView(out).last(16)), "1ae10b594f09e26a7e902ecbd0600691");
}

TEST(Aead, TagSizes) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    const bool short_tag = algorithm == AeadAlgorithm::aes_128_ccm_8 || algorithm == AeadAlgorithm::aes_256_ccm_8;
    const Pair pair = pair_of(algorithm, key_for(algorithm));
    EXPECT_EQ(pair.sealer->tag_size(), short_tag ? 8u : 16u);
    EXPECT_EQ(pair.opener->tag_size(), pair.sealer->tag_size());
    EXPECT_EQ(pair.sealer->algorithm(), algorithm);
    EXPECT_EQ(pair.opener->algorithm(), algorithm);
  }
}

TEST(Aead, OpensWhatItSealed) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    const Pair pair = pair_of(algorithm, key_for(algorithm));
    for (const std::size_t size : {0u, 1u, 15u, 16u, 17u, 100u, 16385u}) {
      const Bytes message = message_of(size);
      Bytes record = seal_with(*pair.sealer, message);
      const auto opened = pair.opener->open(nonce, header, record);
      ASSERT_TRUE(opened.has_value()) << static_cast<int>(algorithm) << ' ' << size;
      EXPECT_EQ(to_bytes(*opened), message);
      EXPECT_EQ(opened->data(), record.data());
    }
  }
}

TEST(Aead, PiecesAndInPlaceGiveTheSameRecord) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    const Pair pair = pair_of(algorithm, key_for(algorithm));
    const Bytes message = message_of(300);
    const Bytes whole = seal_with(*pair.sealer, message);

    const ByteView all = message;
    const ByteView pieces[] = {all.first(1), all.subspan(1, 0), all.subspan(1, 130), all.subspan(131)};
    Bytes gathered(whole.size());
    ASSERT_TRUE(pair.sealer->seal(nonce, header, pieces, gathered));
    EXPECT_EQ(gathered, whole);

    Bytes in_place = message;
    in_place.resize(whole.size());
    const ByteView own = ByteView(in_place).first(message.size());
    ASSERT_TRUE(pair.sealer->seal(nonce, header, {&own, 1}, in_place));
    EXPECT_EQ(in_place, whole);
  }
}

TEST(Aead, RefusesAndWipesEveryChange) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    const Pair pair = pair_of(algorithm, key_for(algorithm));
    const Bytes sealed = seal_with(*pair.sealer, message_of(40));
    for (std::size_t at = 0; at < sealed.size(); ++at) {
      Bytes changed = sealed;
      changed[at] ^= std::byte{1};
      EXPECT_EQ(code_of(pair.opener->open(nonce, header, changed)), Errc::bad_record_mac);
      EXPECT_EQ(changed, Bytes(sealed.size()));
    }
    Bytes other = sealed;
    EXPECT_EQ(code_of(pair.opener->open(hex("000102030405060708090a0c"), header, other)), Errc::bad_record_mac);
    other = sealed;
    EXPECT_EQ(code_of(pair.opener->open(nonce, hex("1703030041"), other)), Errc::bad_record_mac);
    other = sealed;
    other.pop_back();
    EXPECT_EQ(code_of(pair.opener->open(nonce, header, other)), Errc::bad_record_mac);
    for (std::size_t size = 0; size < pair.opener->tag_size(); ++size) {
      Bytes shorter(size, std::byte{0xff});
      EXPECT_EQ(code_of(pair.opener->open(nonce, header, shorter)), Errc::bad_record_mac);
      EXPECT_EQ(shorter, Bytes(size));
    }
    Bytes good = sealed;
    EXPECT_TRUE(pair.opener->open(nonce, header, good).has_value());
  }
}

TEST(Aead, RekeyReplacesTheKey) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    const Pair pair = pair_of(algorithm, key_for(algorithm, 1));
    const Pair fresh = pair_of(algorithm, key_for(algorithm, 2));
    const Bytes message = message_of(50);
    const Bytes first = seal_with(*pair.sealer, message);
    ASSERT_TRUE(pair.sealer->rekey(key_for(algorithm, 2)));
    Bytes second = seal_with(*pair.sealer, message);
    EXPECT_NE(second, first);
    EXPECT_EQ(second, seal_with(*fresh.sealer, message));
    ASSERT_TRUE(pair.opener->rekey(key_for(algorithm, 2)));
    EXPECT_TRUE(pair.opener->open(nonce, header, second).has_value());
    Bytes old = first;
    EXPECT_EQ(code_of(pair.opener->open(nonce, header, old)), Errc::bad_record_mac);
  }
}

TEST(Aead, BrokenInvariantsOfTheCallerAreReported) {
  for (const AeadAlgorithm algorithm : all_aeads) {
    Bytes short_key = key_for(algorithm);
    short_key.pop_back();
    EXPECT_EQ(code_of(provider().sealer(algorithm, short_key)), Errc::internal);
    EXPECT_EQ(code_of(provider().opener(algorithm, short_key)), Errc::internal);
    const Pair pair = pair_of(algorithm, key_for(algorithm));
    EXPECT_EQ(code_of(pair.sealer->rekey(short_key)), Errc::internal);
    EXPECT_EQ(code_of(pair.opener->rekey(short_key)), Errc::internal);
    const Bytes message = message_of(10);
    const ByteView piece = message;
    Bytes out(message.size() + pair.sealer->tag_size());
    EXPECT_EQ(code_of(pair.sealer->seal(Bytes(11), header, {&piece, 1}, out)), Errc::internal);
    EXPECT_EQ(code_of(pair.opener->open(Bytes(13), header, out)), Errc::internal);
    out.pop_back();
    EXPECT_EQ(code_of(pair.sealer->seal(nonce, header, {&piece, 1}, out)), Errc::internal);
    out.resize(4);
    EXPECT_EQ(code_of(pair.sealer->seal(nonce, header, {&piece, 1}, out)), Errc::internal);
  }
  EXPECT_EQ(code_of(provider().sealer(static_cast<AeadAlgorithm>(99), Bytes(32))), Errc::unsupported_algorithm);
}

}  // namespace
}  // namespace keyway::crypto::test
