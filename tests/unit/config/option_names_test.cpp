// SPDX-License-Identifier: Apache-2.0
//
// The table of options is complete, without doubles, and found by either name.
#include "config/option_names.h"

#include <gtest/gtest.h>

#include <set>

namespace keyway::config {
namespace {

TEST(OptionNames, EveryRowIsComplete) {
  std::set<std::string_view> client;
  std::set<std::string_view> server;
  for (const OptionName& row : option_names()) {
    SCOPED_TRACE(row.name());
    EXPECT_FALSE(row.client_field.empty() && row.server_field.empty());
    EXPECT_FALSE(row.type.empty());
    EXPECT_FALSE(row.default_value.empty());
    EXPECT_FALSE(row.text.empty());
    if (!row.client_field.empty()) { EXPECT_TRUE(client.insert(row.client_field).second); }
    if (!row.server_field.empty()) { EXPECT_TRUE(server.insert(row.server_field).second); }
  }
  EXPECT_GT(client.size(), 30u);
  EXPECT_GT(server.size(), 40u);
}

TEST(OptionNames, FoundByEitherName) {
  ASSERT_NE(find_option("verify_fun"), nullptr);
  EXPECT_EQ(find_option("verify_fun")->client_field, "peer.verify_fun");
  EXPECT_EQ(find_option("peer.depth"), find_option("depth"));
  EXPECT_EQ(find_option("tickets.lifetime")->name(), "lifetime");
  EXPECT_EQ(find_option("tickets.lifetime")->role(), OptionRole::server);
  EXPECT_EQ(find_option("key_shares")->role(), OptionRole::client);
  EXPECT_EQ(find_option("versions")->role(), OptionRole::both);
  EXPECT_EQ(find_option("no_such_option"), nullptr);
  EXPECT_EQ(find_option(""), nullptr);
}

}  // namespace
}  // namespace keyway::config
