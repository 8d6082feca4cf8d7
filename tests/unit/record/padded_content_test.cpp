// SPDX-License-Identifier: Apache-2.0
//
// The constant-time parts against plain ones: every length of content and padding, with and without chaining values. That they
// are constant in time: tests/ct.
#include "record/padded_content.h"

#include <gtest/gtest.h>

#include "base/hex.h"
#include "record/record_mac.h"
#include "unit/record/older_records.h"

namespace keyway::record {
namespace {

const crypto::HashMethods& hash_of(HashAlgorithm algorithm) { return *real_provider()->hash(algorithm); }

/// The same hash from a library that does not tell its chaining values.
crypto::HashMethods without_chaining(HashAlgorithm algorithm) {
  crypto::HashMethods methods = hash_of(algorithm);
  methods.chaining = nullptr;
  return methods;
}

constexpr std::byte header[] = {std::byte{23}, std::byte{3}, std::byte{3}, std::byte{0}, std::byte{0}};

Bytes plain_mac(const RecordMac& mac, ByteView content) {
  Bytes out(mac.size());
  mac.compute(7, header, ByteViews(&content, 1), out.data());
  return out;
}

/// Content, MAC and `padding` + 1 bytes that say `padding`.
Bytes padded(const RecordMac& mac, std::size_t size, std::size_t padding) {
  Bytes text = counting(size, 3);
  const Bytes tag = plain_mac(mac, text);
  text.insert(text.end(), tag.begin(), tag.end());
  text.resize(text.size() + padding + 1, static_cast<std::byte>(padding));
  return text;
}

void expect_right_mac(const RecordMac& mac, std::size_t size, std::size_t padding) {
  SCOPED_TRACE(std::to_string(size) + " and " + std::to_string(padding));
  Bytes text = padded(mac, size, padding);
  const Unpadded unpadded = unpad(text, mac.size(), 16, PaddingRule::every_byte);
  ASSERT_NE(unpadded.good, 0u);
  ASSERT_EQ(unpadded.content.size, size);
  Bytes computed(mac.size());
  mac.compute(7, header, unpadded.content, computed.data());
  ASSERT_EQ(to_hex(computed), to_hex(plain_mac(mac, ByteView(text).first(size))));
  ASSERT_NE(has_mac(text, unpadded.content, computed), 0u);
  for (const std::size_t at : {size, size + mac.size() - 1, size + mac.size() / 2}) {
    text[at] ^= std::byte{0x10};
    ASSERT_EQ(has_mac(text, unpadded.content, computed), 0u) << at;
    text[at] ^= std::byte{0x10};
  }
}

TEST(PaddedContent, HasTheMacOfItsContent) {
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha1, HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const Bytes key = counting(hash_of(algorithm).digest_size);
    const HmacRecordMac mac(hash_of(algorithm), key);
    for (std::size_t size = 0; size < 300; ++size) expect_right_mac(mac, size, size * 7 % 256);
    for (std::size_t padding = 0; padding < 256; ++padding) expect_right_mac(mac, 1000, padding);
    expect_right_mac(mac, 16384, 255);
  }
}

TEST(PaddedContent, HasItWithoutChainingValuesToo) {
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha1, HashAlgorithm::sha384}) {
    const crypto::HashMethods methods = without_chaining(algorithm);
    const HmacRecordMac mac(methods, counting(20));
    for (std::size_t size = 0; size < 300; size += 37) expect_right_mac(mac, size, size % 256);
    expect_right_mac(mac, 1000, 0);
    expect_right_mac(mac, 1000, 255);
  }
}

TEST(Unpad, ChecksEveryByteOfThePadding) {
  const HmacRecordMac mac(hash_of(HashAlgorithm::sha1), counting(20));
  for (const std::size_t padding : {0u, 1u, 15u, 100u, 255u}) {
    const Bytes good = padded(mac, 300, padding);
    for (std::size_t i = 0; i < padding; ++i) {
      Bytes bad = good;
      bad[300 + mac.size() + i] ^= std::byte{1};
      const Unpadded unpadded = unpad(bad, mac.size(), 16, PaddingRule::every_byte);
      ASSERT_EQ(unpadded.good, 0u) << padding << " at " << i;
      ASSERT_EQ(unpadded.content.size, bad.size() - mac.size()) << "none is taken off";
      ASSERT_NE(unpad(bad, mac.size(), 16, PaddingRule::length_only).good, 0u);
    }
  }
}

TEST(Unpad, RefusesMoreThanThereIs) {
  for (const PaddingRule rule : {PaddingRule::every_byte, PaddingRule::length_only, PaddingRule::one_block}) {
    Bytes text(40, std::byte{19});  // 20 for the MAC, 20 of padding
    EXPECT_EQ(unpad(text, 20, 16, rule).good != 0, rule != PaddingRule::one_block);
    text.assign(40, std::byte{20});
    EXPECT_EQ(unpad(text, 20, 16, rule).good, 0u);
    text.assign(40, std::byte{255});
    EXPECT_EQ(unpad(text, 20, 16, rule).good, 0u);
    text.assign(21, std::byte{0});
    const Unpadded least = unpad(text, 20, 16, rule);
    EXPECT_NE(least.good, 0u);
    EXPECT_EQ(least.content.size, 0u);
  }
}

TEST(Unpad, OfSsl3TakesLessThanABlockOfAnything) {
  Bytes text = counting(64);
  for (unsigned padding = 0; padding < 64; ++padding) {
    text.back() = static_cast<std::byte>(padding);
    EXPECT_EQ(unpad(text, 20, 16, PaddingRule::one_block).good != 0, padding < 16) << padding;
    EXPECT_EQ(unpad(text, 20, 8, PaddingRule::one_block).good != 0, padding < 8) << padding;
  }
}

}  // namespace
}  // namespace keyway::record
