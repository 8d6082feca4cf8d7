// SPDX-License-Identifier: Apache-2.0
//
// Both ends of SRP: the vectors of RFC 5054 appendix B, secrets that agree, numbers that give nothing away.
#include "crypto/legacy/srp.h"
#include "crypto/openssl/legacy/srp.h"
#include "unit/crypto/finite_fields.h"
#include "unit/crypto/support.h"

namespace keyway::crypto::test {
namespace {

const Bytes n = hex(rfc5054_n_1024);
const Bytes g = hex("02");
const FiniteField field{n, g};

/// RFC 5054 appendix B: user "alice", password "password123".
const Bytes x = hex("94b7555aabe9127cc58ccf4993db6cf84d16c124");
const Bytes verifier =
    hex("7e273de8696ffc4f4e337d05b4b375beb0dde1569e8fa00a9886d8129bada1f1822223ca1a605b530e379ba4729fdc59f105b4787e5186f5c671085a"
        "1447b52a48cf1970b4fb6f8400bbf4cebfbb168152e08ab5ea53d15c1aff87b2b9da6e04e058ad51cc72bfc9033b564e26480d78e955a5e29e7ab245"
        "db2be315e2099afb");

std::unique_ptr<KeyAgreement> client() {
  auto made = provider().srp_client(field, x);
  EXPECT_TRUE(made);
  return made ? *std::move(made) : nullptr;
}
std::unique_ptr<KeyAgreement> server(ByteView of = verifier) {
  auto made = provider().srp_server(field, of);
  EXPECT_TRUE(made);
  return made ? *std::move(made) : nullptr;
}

TEST(Srp, GivesThePremasterSecretOfTheRfc) {
  auto a = openssl::srp_client_with(openssl::library(), field, x,
                                    hex("60975527035cf2ad1989806f0407210bc81edc04e2762a56afd529ddda2d4393"));
  auto b = openssl::srp_server_with(openssl::library(), field, verifier,
                                    hex("e487cb59d31ac550471e81f00f6928e01dda08e974a004f49e61f5d105284d20"));
  ASSERT_TRUE(a && b);
  const Bytes share = to_bytes((*a)->share());
  EXPECT_EQ(to_hex(share),
            "61d5e490f6f1b79547b0704c436f523dd0e560f0c64115bb72557ec44352e8903211c04692272d8b2d1a5358a2cf1b6e0bfcf99f921530ec8e39"
            "356179eae45e42ba92aeaced825171e1e8b9af6d9c03e1327f44be087ef06530e69f66615261eef54073ca11cf5858f0edfdfe15efeab349ef5d"
            "76988a3672fac47b0769447b");
  EXPECT_EQ(to_hex((*b)->share()),
            "bd0c61512c692c0cb6d041fa01bb152d4916a1e77af46ae105393011baf38964dc46a0670dd125b95a981652236f99d9b681cbf87837ec996c6d"
            "a04453728610d0c6ddb58b318885d7d82c7f8deb75ce7bd4fbaa37089e6f9c6059f388838e7a00030b331eb76840910440b1b27aaeaeeb4012b7"
            "d7665238a8e3fb004b117b58");
  const auto ours = std::move(**a).agree((*b)->share());
  const auto theirs = std::move(**b).agree(share);
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(to_hex(ours->expose()),
            "b0dc82babcf30674ae450c0287745e7990a3381f63b387aaf271a10d233861e359b48220f7c4693c9ae12b0a6f67809f0876e2d013800d6c"
            "41bb59b6d5979b5c00a172b4a2a5903a0bdcaf8a709585eb2afafa8f3499b200210dcc1f10eb33943cd67fc88a2f39a4be5bec4ec0a3212d"
            "c346d7e474b29ede8a469ffeca686e5a");
  EXPECT_EQ(to_hex(theirs->expose()), to_hex(ours->expose()));
}

TEST(Srp, BothEndsAgreeUnderNewNumbers) {
  for (int round = 0; round < 4; ++round) {
    auto a = client();
    auto b = server();
    ASSERT_TRUE(a && b);
    const Bytes share = to_bytes(a->share());
    const auto ours = std::move(*a).agree(b->share());
    const auto theirs = std::move(*b).agree(share);
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(to_hex(ours->expose()), to_hex(theirs->expose()));
    EXPECT_FALSE(ours->empty());
    EXPECT_NE(to_hex(ours->expose()).substr(0, 2), "00") << "no zeros in front";
  }
}

TEST(Srp, AnotherPasswordGivesAnotherSecret) {
  Bytes other = verifier;
  other.back() ^= std::byte{1};
  auto a = client();
  auto b = server(other);
  const Bytes share = to_bytes(a->share());
  const auto ours = std::move(*a).agree(b->share());
  const auto theirs = std::move(*b).agree(share);
  ASSERT_TRUE(ours && theirs);
  EXPECT_NE(to_hex(ours->expose()), to_hex(theirs->expose()));
}

TEST(Srp, HasTheGroupsOfTheRfc) {
  for (const std::size_t bits : {1024u, 1536u, 2048u, 3072u, 4096u, 6144u, 8192u}) {
    const auto group = srp_group("srp_" + std::to_string(bits));
    ASSERT_TRUE(group) << bits;
    EXPECT_EQ(group->p.size(), bits / 8);
    EXPECT_TRUE(is_srp_group(*group));
    EXPECT_FALSE(is_srp_group({group->p, hex("03")}));
    EXPECT_FALSE(is_srp_group({group->p.first(group->p.size() - 1), group->g}));
    if (bits > 2048) continue;  // both ends of a large one take long in a debug build
    auto a = provider().srp_client(*group, x);
    auto b = provider().srp_server(*group, verifier);
    EXPECT_TRUE(a && b) << bits;
  }
  EXPECT_EQ(to_hex(srp_group("srp_1024")->p), to_hex(n));
  EXPECT_FALSE(srp_group("srp_512"));
  EXPECT_FALSE(srp_group(""));
  EXPECT_FALSE(is_srp_group({}));
}

TEST(Srp, TheLargerGroupsAreThoseOfRfc3526) {
  // RFC 3526 ends and begins its primes with 64 ones; so do those of RFC 5054 from 3,072 bits on.
  for (const char* name : {"srp_3072", "srp_4096", "srp_6144", "srp_8192"}) {
    const auto group = srp_group(name);
    EXPECT_EQ(to_hex(group->p.first(8)), "ffffffffffffffff") << name;
    EXPECT_EQ(to_hex(group->p.last(8)), "ffffffffffffffff") << name;
  }
  EXPECT_EQ(to_hex(srp_group("srp_8192")->g), "13");
  EXPECT_EQ(to_hex(srp_group("srp_3072")->g), "05");
}

TEST(Srp, TheXOfTheRfc) {
  const Secret32 made = srp_x(*provider().hash(HashAlgorithm::sha1), hex("beb25379d1a8581eb5a727673a2441ee"), as_bytes("alice"),
                              as_bytes("password123"));
  EXPECT_EQ(to_hex(made.expose()), to_hex(x));
}

TEST(Srp, RefusesZeroModuloN) {
  for (const Bytes& share : {Bytes{}, Bytes{std::byte{0}}, Bytes(128), n}) {
    EXPECT_EQ(code_of(std::move(*client()).agree(share)), Errc::invalid_key_share) << share.size();
    EXPECT_EQ(code_of(std::move(*server()).agree(share)), Errc::invalid_key_share) << share.size();
  }
  EXPECT_EQ(code_of(std::move(*client()).agree(Bytes(129, std::byte{1}))), Errc::invalid_key_share);
}

TEST(Srp, RefusesFieldsAndSecretsThatAreNone) {
  Bytes even = n;
  even.back() ^= std::byte{1};
  EXPECT_EQ(code_of(provider().srp_client({even, g}, x)), Errc::invalid_key_share);
  EXPECT_EQ(code_of(provider().srp_server({even, g}, verifier)), Errc::invalid_key_share);
  EXPECT_EQ(code_of(provider().srp_client(field, {})), Errc::invalid_key_share);
  EXPECT_EQ(code_of(provider().srp_server(field, {})), Errc::invalid_key_share);
}

}  // namespace
}  // namespace keyway::crypto::test
