// SPDX-License-Identifier: Apache-2.0
//
// Ages modulo 2^32, skews of both signs, and every reason for a session to be over.
#include "session/ticket_age.h"

#include <gtest/gtest.h>

#include "sessions.h"

namespace keyway::session {
namespace {

using namespace test;
using namespace std::chrono_literals;

//= rfc8446#4.2.11.1-1
TEST(TicketAge, IsHiddenModulo32Bits) {
  const auto s = test::session();
  s->age_add = 0xffffff00u;
  EXPECT_EQ(obfuscated_age(*s, WallTime(start)), 0xffffff00u);
  EXPECT_EQ(obfuscated_age(*s, WallTime(start + 1s)), 0xffffff00u + 1000u);
  EXPECT_EQ(obfuscated_age(*s, WallTime(start + 1s)), 744u);
  EXPECT_EQ(claimed_age(*s, 744), 1000ms);
}

TEST(TicketAge, AClockThatWentBackCountsAsZero) {
  const auto s = test::session();
  s->age_add = 5;
  EXPECT_EQ(obfuscated_age(*s, WallTime(start - 10s)), 5u);
}

TEST(TicketAge, SkewHasASign) {
  const auto s = test::session();
  s->age_add = 0xfffffff0u;
  const std::uint32_t ten_seconds = s->age_add + 10'000;
  EXPECT_EQ(age_skew(*s, ten_seconds, WallTime(start + 10s)), 0ms);
  EXPECT_EQ(age_skew(*s, ten_seconds, WallTime(start + 7s)), 3000ms);
  EXPECT_EQ(age_skew(*s, ten_seconds, WallTime(start + 12s)), -2000ms);
}

//= rfc8446#4.2.11.1-2
TEST(TicketAge, LiveWithinItsLifetime) {
  const auto s = test::session(100);
  EXPECT_TRUE(is_live(*s, WallTime(start)));
  EXPECT_TRUE(is_live(*s, WallTime(start + 99s)));
  EXPECT_FALSE(is_live(*s, WallTime(start + 100s)));
}

//= rfc8446#4.6.1-2
TEST(TicketAge, NoLongerThanSevenDaysWhateverIsSaid) {
  const auto s = test::session(UINT32_MAX);
  EXPECT_TRUE(is_live(*s, WallTime(start + max_lifetime - 1s)));
  EXPECT_FALSE(is_live(*s, WallTime(start + max_lifetime)));
}

TEST(TicketAge, ResumptionsDoNotExtendTheFirstHandshake) {
  const auto s = test::session(7200);
  s->authenticated_at = WallTime(start - max_lifetime + 10s);
  EXPECT_TRUE(is_live(*s, WallTime(start + 9s)));
  EXPECT_FALSE(is_live(*s, WallTime(start + 10s)));
}

TEST(TicketAge, EndsWithThePeersCertificate) {
  const auto s = test::session();
  s->peer_not_after = WallTime(start + 50s);
  EXPECT_TRUE(is_live(*s, WallTime(start + 50s)));
  EXPECT_FALSE(is_live(*s, WallTime(start + 51s)));
}

TEST(TicketAge, IssuedInTheFutureIsNotUsed) {
  const auto s = test::session();
  EXPECT_TRUE(is_live(*s, WallTime(start - 60s)));
  EXPECT_FALSE(is_live(*s, WallTime(start - 61s)));
}

}  // namespace
}  // namespace keyway::session
