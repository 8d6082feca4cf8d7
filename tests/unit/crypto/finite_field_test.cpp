// SPDX-License-Identifier: Apache-2.0
//
// Key agreement over fields that are given. The field is the group of RFC 5054's test vectors (1,024 bits) and the 2,048-bit one
// of RFC 7919, where the secret must be that of the named group.
#include "unit/crypto/finite_fields.h"
#include "unit/crypto/support.h"

namespace keyway::crypto::test {
namespace {

const Bytes p_1024 = hex(rfc5054_n_1024);
const Bytes g_2 = hex("02");

std::unique_ptr<KeyAgreement> agreement(const FiniteField& field) {
  auto made = provider().field_agreement(field);
  EXPECT_TRUE(made);
  return made ? *std::move(made) : nullptr;
}

TEST(FiniteFields, AgreeOnASecretOfTheSizeOfP) {
  for (int round = 0; round < 3; ++round) {
    auto ours = agreement({p_1024, g_2});
    auto theirs = agreement({p_1024, g_2});
    ASSERT_TRUE(ours && theirs);
    EXPECT_EQ(ours->share().size(), 128u);
    EXPECT_NE(to_hex(ours->share()), to_hex(theirs->share())) << "a key for each";
    const Bytes our_share = to_bytes(ours->share());
    const auto first = std::move(*ours).agree(theirs->share());
    const auto second = std::move(*theirs).agree(our_share);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->size(), 128u);
    EXPECT_EQ(to_hex(first->expose()), to_hex(second->expose()));
  }
}

TEST(FiniteFields, AgreeWithTheNamedGroup) {
  const Bytes p = hex(ffdhe2048_p);
  auto ours = agreement({p, g_2});
  auto named = provider().key_agreement(NamedGroup::ffdhe2048);
  ASSERT_TRUE(ours && named);
  const Bytes our_share = to_bytes(ours->share());
  const auto first = std::move(*ours).agree((*named)->share());
  const auto second = std::move(**named).agree(our_share);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(to_hex(first->expose()), to_hex(second->expose()));
}

TEST(FiniteFields, RefuseWhatIsNone) {
  Bytes even = p_1024;
  even.back() ^= std::byte{1};
  const auto refused = [](ByteView p, ByteView g) { return code_of(provider().field_agreement({p, g})); };
  EXPECT_EQ(refused(even, g_2), Errc::invalid_key_share) << "even";
  EXPECT_EQ(refused({}, g_2), Errc::invalid_key_share) << "nothing";
  EXPECT_EQ(refused(Bytes(63, std::byte{0xff}), g_2), Errc::invalid_key_share) << "504 bits";
  EXPECT_EQ(refused(Bytes(1025, std::byte{0xff}), g_2), Errc::invalid_key_share) << "8,200 bits";
  EXPECT_EQ(refused(Bytes(60000, std::byte{0xff}), g_2), Errc::invalid_key_share) << "480,000 bits";
  EXPECT_EQ(refused(p_1024, hex("00")), Errc::invalid_key_share) << "g is 0";
  EXPECT_EQ(refused(p_1024, hex("01")), Errc::invalid_key_share) << "g is 1";
  EXPECT_EQ(refused(p_1024, p_1024), Errc::invalid_key_share) << "g is p";
  Bytes minus_one = p_1024;
  minus_one.back() ^= std::byte{1};
  EXPECT_EQ(refused(p_1024, minus_one), Errc::invalid_key_share) << "g is p - 1";
}

TEST(FiniteFields, RefuseSharesOfSmallSubgroupsAndBeyondTheField) {
  const auto refused = [](ByteView share) {
    auto ours = agreement({p_1024, g_2});
    return code_of(std::move(*ours).agree(share));
  };
  Bytes minus_one = p_1024;
  minus_one.back() ^= std::byte{1};
  EXPECT_EQ(refused({}), Errc::invalid_key_share);
  EXPECT_EQ(refused(hex("00")), Errc::invalid_key_share);
  EXPECT_EQ(refused(hex("01")), Errc::invalid_key_share);
  EXPECT_EQ(refused(minus_one), Errc::invalid_key_share);
  EXPECT_EQ(refused(p_1024), Errc::invalid_key_share);
  EXPECT_EQ(refused(Bytes(129, std::byte{1})), Errc::invalid_key_share);
  EXPECT_EQ(refused(hex("05")), Errc{}) << "short, but a number of the field";
}

}  // namespace
}  // namespace keyway::crypto::test
