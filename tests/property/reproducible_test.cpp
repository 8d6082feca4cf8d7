// SPDX-License-Identifier: Apache-2.0
//
// A run depends on seed, bytes and time, and on nothing else.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "property/runs.h"

namespace keyway::test {
namespace {

std::vector<Bytes> wire_of(const std::vector<Turn>& turns) {
  std::vector<Bytes> all;
  for (const Turn& turn : turns) all.push_back(turn.bytes);
  return all;
}

Bytes joined(const std::vector<Turn>& turns) {
  Bytes all;
  for (const Turn& turn : turns) all.insert(all.end(), turn.bytes.begin(), turn.bytes.end());
  return all;
}

TEST(Reproducible, TheConversationIsTheOneMeant) {
  const Conversation run = converse("client", "server");
  EXPECT_FALSE(run.client.error);
  EXPECT_FALSE(run.server.error);
  EXPECT_EQ(run.client.data, std::string(300, 'b'));
  EXPECT_EQ(run.server.data, std::string(300, 'a') + std::string(300, 'b'));
  // The server's own KeyUpdate is its answer to the client's, too; the client answers before its next data.
  EXPECT_THAT(run.client.events, testing::ElementsAre("HandshakeDone", "TicketReceived 32", "TicketReceived 32",
                                                      "KeysUpdated by peer", "PeerClosed"));
  EXPECT_THAT(run.server.events,
              testing::ElementsAre("HandshakeDone", "KeysUpdated by peer", "KeysUpdated by peer", "PeerClosed"));
}

TEST(Reproducible, SameSeedsGiveTheSameBytesBothWays) {
  const Conversation first = converse("client", "server");
  const Conversation second = converse("client", "server");
  EXPECT_GT(joined(first.to_client).size(), 1000u);
  EXPECT_GT(joined(first.to_server).size(), 1000u);
  EXPECT_EQ(wire_of(first.to_client), wire_of(second.to_client));
  EXPECT_EQ(wire_of(first.to_server), wire_of(second.to_server));
  EXPECT_EQ(first.client, second.client);
  EXPECT_EQ(first.server, second.server);
}

TEST(Reproducible, AnotherSeedGivesOtherBytes) {
  const Conversation first = converse("client", "server");
  const Conversation other_client = converse("another client", "server");
  const Conversation other_server = converse("client", "another server");
  EXPECT_NE(first.to_server.front().bytes, other_client.to_server.front().bytes);
  // The same ClientHello; the answers part with the cookie, whose key is the configuration's.
  EXPECT_EQ(first.to_server.front().bytes, other_server.to_server.front().bytes);
  EXPECT_NE(first.to_client.front().bytes, other_server.to_client.front().bytes);
  // What both tell is the same all the same.
  EXPECT_EQ(first.client.events, other_client.client.events);
  EXPECT_EQ(first.server.events, other_server.server.events);
}

TEST(Reproducible, ASideAloneRepeatsItself) {
  const Conversation run = converse("client", "server");
  const auto whole = [](const std::vector<Turn>& turns) {
    return [&turns](Side& side, std::size_t i) { side.feed(turns[i].bytes); };
  };
  EXPECT_EQ(replay(Role::client, "client", run.to_client, whole(run.to_client)), run.client);
  EXPECT_EQ(replay(Role::server, "server", run.to_server, whole(run.to_server)), run.server);
}

}  // namespace
}  // namespace keyway::test
