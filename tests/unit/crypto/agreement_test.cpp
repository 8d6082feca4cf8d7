// SPDX-License-Identifier: Apache-2.0
//
// Key agreement: published answers (RFC 7748 6, RFC 5903 8.1), all groups with themselves, and every form of share
// that RFC 8446 4.2.8 forbids.
#include <algorithm>
#include <set>
#include <thread>

#include "crypto/openssl/import.h"
#include "support.h"

namespace keyway::crypto::test {
namespace {

using openssl::import_key_agreement;

Errc agree_code(NamedGroup group, ByteView share) {
  auto own = provider().key_agreement(group).value();
  return code_of(std::move(*own).agree(share));
}

std::string known_secret(NamedGroup group, std::string_view private_key, std::string_view expected_share,
                         std::string_view peer_share) {
  auto own = import_key_agreement(provider(), group, hex(private_key)).value();
  EXPECT_EQ(to_hex(own->share()), expected_share);
  const auto secret = std::move(*own).agree(hex(peer_share));
  return secret ? to_hex(secret->expose()) : std::string(to_string(secret.error().code()));
}

TEST(KeyAgreement, X25519OfRfc7748) {
  EXPECT_EQ(known_secret(NamedGroup::x25519, "77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a",
                         "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
                         "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
            "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
}

TEST(KeyAgreement, P256OfRfc5903) {
  EXPECT_EQ(known_secret(NamedGroup::secp256r1, "c88f01f510d9ac3f70a292daa2316de544e9aab8afe84049c62a9c57862d1433",
                         "04dad0b65394221cf9b051e1feca5787d098dfe637fc90b9ef945d0c37725811805271a0461cdb8252d61f1c"
                         "456fa3e59ab1f45b33accf5f58389e0577b8990bb3",
                         "04d12dfb5289c8d4f81208b70270398c342296970a0bccb74c736fc7554494bf6356fbf3ca366cc23e815785"
                         "4c13c58d6aac23f046ada30f8353e74f33039872ab"),
            "d6840f6b42f6edafd13116e0e12565202fef8e9ece7dce03812464d04b9442de");
}

TEST(KeyAgreement, AllGroupsAgreeWithThemselves) {
  ASSERT_GE(provider().groups().size(), 16u);
  for (const NamedGroup group : provider().groups()) {
    auto a = provider().key_agreement(group).value();
    auto b = provider().key_agreement(group).value();
    EXPECT_EQ(a->group(), group);
    EXPECT_EQ(a->share().size(), b->share().size());
    const Bytes share_a = to_bytes(a->share());
    const Bytes share_b = to_bytes(b->share());
    EXPECT_NE(share_a, share_b);
    const auto secret_a = std::move(*a).agree(share_b);
    const auto secret_b = std::move(*b).agree(share_a);
    ASSERT_TRUE(secret_a.has_value() && secret_b.has_value()) << to_string(group);
    EXPECT_EQ(to_hex(secret_a->expose()), to_hex(secret_b->expose()));
    EXPECT_EQ(code_of(std::move(*a).agree(share_b)), Errc::internal) << "an ephemeral key is used once";
  }
}

// Objects of libcrypto are used again by the thread: no key is, and no order of uses mixes them up.
TEST(KeyAgreement, KeysAreFreshHoweverManyAreOpenAtOnce) {
  for (const NamedGroup group : {NamedGroup::x25519, NamedGroup::x448, NamedGroup::secp256r1}) {
    std::set<std::string> shares;
    std::set<std::string> secrets;
    for (int round = 0; round < 3; ++round) {
      std::vector<std::unique_ptr<KeyAgreement>> open;
      for (int i = 0; i < 12; ++i) open.push_back(provider().key_agreement(group).value());
      for (const auto& one : open) shares.insert(to_hex(one->share()));
      for (std::size_t i = 0; i + 1 < open.size(); i += 2) {
        const Bytes share_a = to_bytes(open[i]->share());
        const Bytes share_b = to_bytes(open[i + 1]->share());
        const auto secret_b = std::move(*open[i + 1]).agree(share_a);
        EXPECT_FALSE(std::move(*open[i + 1]).agree(share_a).has_value());
        const auto secret_a = std::move(*open[i]).agree(share_b);
        ASSERT_TRUE(secret_a.has_value() && secret_b.has_value()) << to_string(group);
        EXPECT_EQ(to_hex(secret_a->expose()), to_hex(secret_b->expose()));
        secrets.insert(to_hex(secret_a->expose()));
      }
    }
    EXPECT_EQ(shares.size(), 36u) << to_string(group);
    EXPECT_EQ(secrets.size(), 18u) << to_string(group);
  }
}

TEST(KeyAgreement, OutlivesTheThreadThatMadeIt) {
  for (const NamedGroup group : {NamedGroup::x25519, NamedGroup::secp256r1}) {
    std::unique_ptr<KeyAgreement> a;
    std::unique_ptr<KeyAgreement> b;
    std::thread([&] {
      std::move(*provider().key_agreement(group).value()).agree(provider().key_agreement(group).value()->share()).value();
      a = provider().key_agreement(group).value();
      b = provider().key_agreement(group).value();
    }).join();
    const Bytes share_a = to_bytes(a->share());
    const auto secret_a = std::move(*a).agree(b->share());
    const auto secret_b = std::move(*b).agree(share_a);
    ASSERT_TRUE(secret_a.has_value() && secret_b.has_value()) << to_string(group);
    EXPECT_EQ(to_hex(secret_a->expose()), to_hex(secret_b->expose()));
  }
}

//= rfc8446#4.2.8.1-1, 7.4.1-1, 7.4.2-1
TEST(KeyAgreement, SizesOfSharesAndSecrets) {
  struct Sizes {
    NamedGroup group;
    std::size_t share, secret;
  };
  for (const Sizes& each : {Sizes{NamedGroup::x25519, 32, 32}, Sizes{NamedGroup::x448, 56, 56},
                            Sizes{NamedGroup::secp256r1, 65, 32}, Sizes{NamedGroup::secp384r1, 97, 48},
                            Sizes{NamedGroup::secp521r1, 133, 66}, Sizes{NamedGroup::brainpoolP512r1tls13, 129, 64},
                            Sizes{NamedGroup::ffdhe2048, 256, 256}, Sizes{NamedGroup::ffdhe8192, 1024, 1024}}) {
    auto a = provider().key_agreement(each.group).value();
    auto b = provider().key_agreement(each.group).value();
    EXPECT_EQ(a->share().size(), each.share);
    EXPECT_EQ(std::move(*a).agree(b->share())->size(), each.secret);
  }
}

TEST(KeyAgreement, UnknownGroupsAreUnsupported) {
  EXPECT_EQ(code_of(provider().key_agreement(static_cast<NamedGroup>(0x0a0a))), Errc::unsupported_algorithm);
  EXPECT_EQ(code_of(import_key_agreement(provider(), NamedGroup::ffdhe2048, Bytes(32))), Errc::unsupported_algorithm);
}

//= rfc8446#4.2.8.1-1
TEST(KeyAgreement, RefusesSharesOfAnotherLength) {
  for (const NamedGroup group : provider().groups()) {
    const Bytes share = to_bytes(provider().key_agreement(group).value()->share());
    Bytes longer = share;
    longer.push_back(std::byte{0});
    Bytes shorter = share;
    shorter.pop_back();
    EXPECT_EQ(agree_code(group, longer), Errc::invalid_key_share);
    EXPECT_EQ(agree_code(group, shorter), Errc::invalid_key_share);
    EXPECT_EQ(agree_code(group, {}), Errc::invalid_key_share);
  }
}

//= rfc8446#4.2.8.2-1, 4.2.8.2-2
TEST(KeyAgreement, RefusesPointsThatAreNotUncompressedOnTheCurve) {
  for (const NamedGroup group : {NamedGroup::secp256r1, NamedGroup::secp384r1, NamedGroup::secp521r1,
                                 NamedGroup::brainpoolP256r1tls13, NamedGroup::brainpoolP384r1, NamedGroup::brainpoolP512r1}) {
    const Bytes share = to_bytes(provider().key_agreement(group).value()->share());
    const std::size_t field = (share.size() - 1) / 2;
    Bytes off_curve = share;
    off_curve.back() ^= std::byte{1};
    EXPECT_EQ(agree_code(group, off_curve), Errc::invalid_key_share);
    Bytes outside_field = share;
    std::fill_n(outside_field.begin() + 1, field, std::byte{0xff});
    EXPECT_EQ(agree_code(group, outside_field), Errc::invalid_key_share);
    for (const unsigned first : {0u, 2u, 3u, 5u, 6u, 7u}) {
      Bytes other_form = share;
      other_form[0] = static_cast<std::byte>(first);
      EXPECT_EQ(agree_code(group, other_form), Errc::invalid_key_share) << first;
    }
    Bytes compressed(share.begin(), share.begin() + static_cast<std::ptrdiff_t>(1 + field));
    compressed[0] = (share.back() & std::byte{1}) == std::byte{} ? std::byte{2} : std::byte{3};
    EXPECT_EQ(agree_code(group, compressed), Errc::invalid_key_share);
    EXPECT_EQ(agree_code(group, Bytes(1)), Errc::invalid_key_share) << "infinity";
    EXPECT_EQ(agree_code(group, Bytes(share.size())), Errc::invalid_key_share);
  }
}

//= rfc8446#4.2.8.2-3, 7.4.2-2
TEST(KeyAgreement, RefusesAllZeroSecrets) {
  // RFC 7748 6: points of low order give zero.
  Bytes one(32);
  one[0] = std::byte{1};
  for (const Bytes& low : {Bytes(32), one, hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
                           hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
                           hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f")}) {
    EXPECT_EQ(agree_code(NamedGroup::x25519, low), Errc::invalid_key_share);
  }
  Bytes one448(56);
  one448[0] = std::byte{1};
  EXPECT_EQ(agree_code(NamedGroup::x448, Bytes(56)), Errc::invalid_key_share);
  EXPECT_EQ(agree_code(NamedGroup::x448, one448), Errc::invalid_key_share);
}

/// RFC 7919 A.1: p = 2^2048 - 2^1984 + {[2^1918 * e] + 560316} * 2^64 - 1.
const Bytes ffdhe2048_prime =
    hex("ffffffffffffffffadf85458a2bb4a9aafdc5620273d3cf1d8b9c583ce2d3695a9e13641146433fbcc939dce249b3ef97d2fe363630c75d8"
        "f681b202aec4617ad3df1ed5d5fd65612433f51f5f066ed0856365553ded1af3b557135e7f57c935984f0c70e0e68b77e2a689daf3efe872"
        "1df158a136ade73530acca4f483a797abc0ab182b324fb61d108a94bb2c8e3fbb96adab760d7f4681d4f42a3de394df4ae56ede76372bb19"
        "0b07a7c8ee0a6d709e02fce1cdf7e2ecc03404cd28342f619172fe9ce98583ff8e4f1232eef28183c3fe3b1b4c6fad733bb5fcbc2ec22005"
        "c58ef1837d1683b2c6f34a26c1b2effa886b423861285c97ffffffffffffffff");

//= rfc8446#4.2.8.1-2
TEST(KeyAgreement, FiniteFieldSharesLieStrictlyBetweenOneAndPMinusOne) {
  Bytes value(256);
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, value), Errc::invalid_key_share);
  value.back() = std::byte{1};
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, value), Errc::invalid_key_share);
  value.back() = std::byte{4};  // a square, so in the subgroup of order q
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, value), Errc{});
  Bytes below = ffdhe2048_prime;
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, ffdhe2048_prime), Errc::invalid_key_share);
  below.back() = std::byte{0xfe};
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, below), Errc::invalid_key_share);
  EXPECT_EQ(agree_code(NamedGroup::ffdhe2048, Bytes(256, std::byte{0xff})), Errc::invalid_key_share);
}

TEST(KeyAgreement, PrivateKeysOutOfRangeAreNotImported) {
  EXPECT_EQ(code_of(import_key_agreement(provider(), NamedGroup::secp256r1, Bytes(32))), Errc::invalid_private_key);
  EXPECT_EQ(code_of(import_key_agreement(provider(), NamedGroup::secp256r1, Bytes(32, std::byte{0xff}))),
            Errc::invalid_private_key);
  EXPECT_EQ(code_of(import_key_agreement(provider(), NamedGroup::x25519, Bytes(31))), Errc::invalid_private_key);
}

}  // namespace
}  // namespace keyway::crypto::test
