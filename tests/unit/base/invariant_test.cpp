// SPDX-License-Identifier: Apache-2.0
//
// Broken invariants end the process, unless the build leaves the checks out.
#include "base/invariant.h"

#include <gtest/gtest.h>

#include "base/inplace_vector.h"
#include "base/output_queue.h"
#include "keyway/secret.h"

namespace keyway {
namespace {

constexpr std::size_t three = 3;

#ifdef KEYWAY_ASSERTIONS

TEST(InvariantDeathTest, SaysWhatWasBrokenAndWhere) {
  const int two = 2;
  KW_INVARIANT(two == 2);
  EXPECT_DEATH(KW_INVARIANT(two == 3), "broken invariant at .*invariant_test.cpp:[0-9]+: two == 3");
}

TEST(InvariantDeathTest, ASecretTakesNoMoreThanItHolds) {
  const Bytes long_one(33);
  Secret32 secret;
  EXPECT_DEATH(secret = Secret32(long_one), "broken invariant");
  EXPECT_DEATH(static_cast<void>(secret.fill(33)), "broken invariant");
  EXPECT_EQ(secret.fill(32).size(), 32u);
}

TEST(InvariantDeathTest, AVectorInPlaceDropsNoMoreThanItHas) {
  InplaceVector<int, 4> numbers;
  EXPECT_DEATH(numbers.pop_back(), "broken invariant");
  ASSERT_TRUE(numbers.push_back(1));
  EXPECT_DEATH(numbers.drop_front(three), "broken invariant");
  numbers.drop_front(1);
  EXPECT_TRUE(numbers.empty());
}

#else

TEST(Invariant, IsNotEvenEvaluatedInABuildWithoutThem) {
  int evaluated = 0;
  KW_INVARIANT(++evaluated == 0);
  EXPECT_EQ(evaluated, 0);
  EXPECT_EQ(Secret32(Bytes(33)).size(), 32u);
}

#endif

}  // namespace
}  // namespace keyway
