// SPDX-License-Identifier: Apache-2.0
//
// HKDF against the test cases of RFC 5869, HMAC against RFC 4231.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "keyway/crypto/provider.h"
#include "schedule/hkdf.h"

namespace keyway::schedule {
namespace {

const crypto::HashMethods& sha256() { return *crypto::default_provider()->hash(HashAlgorithm::sha256); }
const crypto::HashMethods& sha384() { return *crypto::default_provider()->hash(HashAlgorithm::sha384); }

Bytes counting(unsigned from, unsigned to) {
  Bytes bytes;
  for (unsigned i = from; i < to; ++i) bytes.push_back(static_cast<std::byte>(i));
  return bytes;
}

void expect_hkdf(ByteView ikm, ByteView salt, ByteView info, std::string_view prk, std::string_view okm) {
  const Secret48 key = hkdf_extract(sha256(), salt, ikm);
  EXPECT_EQ(to_hex(key.expose()), prk);
  Bytes out(okm.size() / 2);
  hkdf_expand(HmacKey(sha256(), key.expose()), info, out);
  EXPECT_EQ(to_hex(out), okm);
}

TEST(Hkdf, Rfc5869Case1) {
  expect_hkdf(Bytes(22, std::byte{0x0b}), counting(0, 13), counting(0xf0, 0xfa),
              "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5",
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

TEST(Hkdf, Rfc5869Case2) {
  expect_hkdf(counting(0, 0x50), counting(0x60, 0xb0), counting(0xb0, 0x100),
              "06a6b88c5853361a06104c9ceb35b45cef760014904671014a193f40c15fc244",
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
              "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
}

TEST(Hkdf, Rfc5869Case3WithoutSaltAndInfo) {
  expect_hkdf(Bytes(22, std::byte{0x0b}), {}, {}, "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04",
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

TEST(Hkdf, ShorterOutputIsABeginningOfLonger) {
  const HmacKey key(sha256(), as_bytes("key"));
  Bytes longest(255 * 32);
  hkdf_expand(key, as_bytes("info"), longest);
  for (const std::size_t size : {0u, 1u, 31u, 32u, 33u, 64u, 1000u}) {
    Bytes out(size);
    hkdf_expand(key, as_bytes("info"), out);
    EXPECT_EQ(out, to_bytes(ByteView(longest).first(size)));
  }
}

TEST(Hmac, Rfc4231) {
  EXPECT_EQ(to_hex(hmac(sha256(), Bytes(20, std::byte{0x0b}), as_bytes("Hi There")).expose()),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  EXPECT_EQ(to_hex(hmac(sha256(), as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).expose()),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  // A key longer than a block is hashed first.
  EXPECT_EQ(to_hex(hmac(sha256(), Bytes(131, std::byte{0xaa}), as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                       .expose()),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  EXPECT_EQ(to_hex(hmac(sha384(), as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).expose()),
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649");
}

TEST(Hmac, OneKeyMakesManyMacs) {
  const HmacKey key(sha256(), as_bytes("Jefe"));
  for (int i = 0; i < 3; ++i) {
    crypto::HashState state = key.begin();
    state.update(as_bytes("what do ya want "));
    state.update(as_bytes("for nothing?"));
    Bytes mac(key.size());
    key.finish(state, mac.data());
    EXPECT_EQ(to_hex(mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }
}

TEST(ExpandLabel, LabelsAndContextsSeparate) {
  const HmacKey secret(sha256(), as_bytes("secret"));
  const auto out = [&](std::string_view label, ByteView context, std::size_t size) {
    Bytes bytes(size);
    expand_label(secret, label, context, bytes);
    return bytes;
  };
  EXPECT_EQ(out("key", {}, 16), out("key", {}, 16));
  EXPECT_NE(out("key", {}, 16), out("kez", {}, 16));
  EXPECT_NE(out("key", {}, 16), out("key", as_bytes("c"), 16));
  EXPECT_NE(out("ab", as_bytes("c"), 16), out("a", as_bytes("bc"), 16));
  // The length is part of what is derived (RFC 8446 7.1).
  EXPECT_NE(out("key", {}, 16), to_bytes(ByteView(out("key", {}, 32)).first(16)));
  // The longest label and context.
  EXPECT_EQ(out(std::string(249, 'l'), Bytes(255), 32).size(), 32u);
}

}  // namespace
}  // namespace keyway::schedule
