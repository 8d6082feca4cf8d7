// SPDX-License-Identifier: Apache-2.0
//
// Where input is split changes nothing: a whole conversation of each role, cut at every byte, and byte by byte. And where
// it ends is told precisely: every prefix, then the end of input.
#include <gtest/gtest.h>

#include "property/runs.h"

namespace keyway::test {
namespace {

struct Part {
  Role role;
  const char* seed;
  const std::vector<Turn>& turns;
  const Record& whole;
};

const Conversation& conversation() {
  static const Conversation run = converse("client", "server");
  return run;
}

Part part_of(Role role) {
  const Conversation& run = conversation();
  if (role == Role::client) return {role, "client", run.to_client, run.client};
  return {role, "server", run.to_server, run.server};
}

std::size_t size_of(const std::vector<Turn>& turns) {
  std::size_t size = 0;
  for (const Turn& turn : turns) size += turn.bytes.size();
  return size;
}

class Split : public testing::TestWithParam<Role> {};

TEST_P(Split, AtEveryByteIsTheSameRun) {
  const Part part = part_of(GetParam());
  std::size_t cuts = 0;
  for (std::size_t turn = 0; turn < part.turns.size(); ++turn) {
    const ByteView bytes = part.turns[turn].bytes;
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      const Record record = replay(part.role, part.seed, part.turns, [&](Side& side, std::size_t i) {
        if (i != turn) return side.feed(part.turns[i].bytes);
        side.feed(bytes.first(cut));
        side.feed(bytes.subspan(cut));
      });
      ASSERT_EQ(record, part.whole) << "turn " << turn << " cut at byte " << cut << " of " << bytes.size();
      ++cuts;
    }
  }
  EXPECT_EQ(cuts, size_of(part.turns) - part.turns.size());
}

TEST_P(Split, ByteByByteIsTheSameRun) {
  const Part part = part_of(GetParam());
  const Record record = replay(part.role, part.seed, part.turns, [&](Side& side, std::size_t i) {
    for (const std::byte& byte : part.turns[i].bytes) side.feed(ByteView(&byte, 1));
  });
  EXPECT_EQ(record, part.whole);
}

TEST_P(Split, EmptyInputChangesNothing) {
  const Part part = part_of(GetParam());
  const Record record = replay(part.role, part.seed, part.turns, [&](Side& side, std::size_t i) {
    side.feed({});
    side.feed(part.turns[i].bytes);
    side.feed({});
  });
  EXPECT_EQ(record, part.whole);
}

TEST_P(Split, EveryPrefixThenTheEndIsTruncated) {
  const Part part = part_of(GetParam());
  const std::size_t size = size_of(part.turns);
  for (std::size_t length = 0; length <= size; ++length) {
    std::size_t left = length;
    bool ended = false;
    const Record record = replay(part.role, part.seed, part.turns, [&](Side& side, std::size_t i) {
      const ByteView bytes = part.turns[i].bytes;
      side.feed(bytes.first(std::min(left, bytes.size())));
      if (left < bytes.size() || (left == bytes.size() && i + 1 == part.turns.size())) {
        if (!ended) side.end_of_input();
        ended = true;
      }
      left -= std::min(left, bytes.size());
    });
    SCOPED_TRACE(std::to_string(length) + " of " + std::to_string(size) + " bytes");
    ASSERT_TRUE(ended);
    if (length == size) {
      EXPECT_FALSE(record.error);
      EXPECT_EQ(record.events, part.whole.events);
      continue;
    }
    ASSERT_EQ(record.error, Errc::truncated);
    // What was told before is a beginning of what the whole run tells; data that arrived is not lost.
    ASSERT_LE(record.events.size(), part.whole.events.size());
    ASSERT_TRUE(std::equal(record.events.begin(), record.events.end(), part.whole.events.begin()));
    ASSERT_TRUE(part.whole.data.starts_with(record.data));
  }
}

INSTANTIATE_TEST_SUITE_P(Roles, Split, testing::Values(Role::client, Role::server),
                         [](const auto& param) { return param.param == Role::client ? "Client" : "Server"; });

}  // namespace
}  // namespace keyway::test
