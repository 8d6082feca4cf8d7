// SPDX-License-Identifier: Apache-2.0
//
// Fields do not run into each other.
#include "config/fingerprint.h"

#include <gtest/gtest.h>

namespace keyway::config {
namespace {

TEST(Fingerprint, DependsOnEveryFieldAndItsBorders) {
  const auto provider = crypto::default_provider();
  const auto start = [&](std::string_view label) { return Fingerprint::start(*provider, label).value(); };
  EXPECT_EQ(start("a").add("bc").finish(), start("a").add("bc").finish());
  EXPECT_NE(start("a").add("bc").finish(), start("ab").add("c").finish());
  EXPECT_NE(start("a").add("b").add("c").finish(), start("a").add("bc").finish());
  EXPECT_NE(start("a").add("").finish(), start("a").finish());
  EXPECT_NE(start("a").number(1).finish(), start("a").number(2).finish());
  EXPECT_EQ(start("a").finish().size(), 32u);
}

}  // namespace
}  // namespace keyway::config
