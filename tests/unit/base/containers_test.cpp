// SPDX-License-Identifier: Apache-2.0
//
// Containers of bytes: what they hold, what they give back, and that they wipe what they held.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/arena.h"
#include "base/byte_buffer.h"
#include "base/inplace_vector.h"

namespace keyway {
namespace {

std::string text(ByteView bytes) { return std::string(as_text(bytes)); }

TEST(ByteBuffer, GrowsAndKeepsItsContent) {
  ByteBuffer buffer;
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), 0u);
  std::string all;
  for (int i = 0; i < 1000; ++i) {
    const std::string piece = "piece " + std::to_string(i) + ",";
    buffer.append(as_bytes(piece));
    all += piece;
  }
  EXPECT_EQ(text(buffer.view()), all);
  EXPECT_GE(buffer.capacity(), buffer.size());
}

TEST(ByteBuffer, AppendsAPartOfItself) {
  ByteBuffer buffer;
  buffer.append(as_bytes("abcdef"));
  buffer.reserve(100);
  buffer.append(buffer.view().subspan(2, 3));
  EXPECT_EQ(text(buffer.view()), "abcdefcde");
}

TEST(ByteBuffer, ConsumesTruncatesAndOverwrites) {
  ByteBuffer buffer;
  buffer.append(as_bytes("0123456789"));
  buffer.consume(3);
  EXPECT_EQ(text(buffer.view()), "3456789");
  buffer.truncate(5);
  EXPECT_EQ(text(buffer.view()), "34567");
  buffer.overwrite(1, as_bytes("ab"));
  EXPECT_EQ(text(buffer.view()), "3ab67");
  buffer.at(0) = std::byte{'x'};
  EXPECT_EQ(text(buffer.view()), "xab67");
  const std::size_t capacity = buffer.capacity();
  buffer.clear();
  EXPECT_TRUE(buffer.empty());
  EXPECT_EQ(buffer.capacity(), capacity);
  buffer.release();
  EXPECT_EQ(buffer.capacity(), 0u);
}

TEST(ByteBuffer, ExtendGivesRoomThatCounts) {
  ByteBuffer buffer;
  buffer.append(as_bytes("ab"));
  const MutableBytes room = buffer.extend(2);
  room[0] = std::byte{'c'};
  room[1] = std::byte{'d'};
  EXPECT_EQ(text(buffer.view()), "abcd");
}

TEST(ByteBuffer, MovesAndLeavesNothing) {
  ByteBuffer from;
  from.append(as_bytes("content"));
  ByteBuffer to = std::move(from);
  EXPECT_EQ(text(to.view()), "content");
  EXPECT_TRUE(from.empty());  // NOLINT: moved from on purpose
  from.append(as_bytes("again"));
  to = std::move(from);
  EXPECT_EQ(text(to.view()), "again");
}

TEST(Arena, GivesAlignedRoomThatStays) {
  Arena arena;
  std::vector<ByteView> copies;
  for (int i = 0; i < 500; ++i) {
    const std::string value = "value " + std::to_string(i);
    copies.push_back(arena.copy(as_bytes(value)));
    const MutableBytes room = arena.allocate(24, 8);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(room.data()) % 8, 0u);
  }
  for (int i = 0; i < 500; ++i) EXPECT_EQ(text(copies[static_cast<std::size_t>(i)]), "value " + std::to_string(i));
  EXPECT_GT(arena.blocks(), 1u);
  arena.release();
  EXPECT_EQ(arena.blocks(), 0u);
}

TEST(Arena, TakesWhatIsLargerThanABlock) {
  Arena arena;
  const Bytes large(200'000, std::byte{7});
  EXPECT_EQ(to_bytes(arena.copy(large)), large);
  EXPECT_EQ(arena.blocks(), 1u);
}

TEST(Arena, MovesWithItsContent) {
  Arena from;
  const ByteView kept = from.copy(as_bytes("kept"));
  Arena to = std::move(from);
  EXPECT_EQ(text(kept), "kept");
  EXPECT_EQ(to.blocks(), 1u);
  EXPECT_EQ(from.blocks(), 0u);  // NOLINT: moved from on purpose
}

TEST(InplaceVector, IsFullAtItsCapacity) {
  InplaceVector<std::string, 2> list;
  EXPECT_TRUE(list.push_back("a"));
  EXPECT_TRUE(list.push_back("b"));
  EXPECT_TRUE(list.full());
  EXPECT_FALSE(list.push_back("c"));
  EXPECT_EQ(list.size(), 2u);
  EXPECT_EQ(list.front(), "a");
  EXPECT_EQ(list.back(), "b");
  list.pop_back();
  EXPECT_EQ(list.back(), "a");
}

TEST(InplaceVector, CopiesMovesAndDestroys) {
  const auto counted = std::make_shared<int>(1);
  {
    InplaceVector<std::shared_ptr<int>, 3> list;
    ASSERT_TRUE(list.push_back(counted));
    ASSERT_TRUE(list.push_back(counted));
    EXPECT_EQ(counted.use_count(), 3);
    const InplaceVector<std::shared_ptr<int>, 3> copy = list;
    EXPECT_EQ(counted.use_count(), 5);
    InplaceVector<std::shared_ptr<int>, 3> moved = std::move(list);
    EXPECT_EQ(counted.use_count(), 5);
    EXPECT_TRUE(list.empty());  // NOLINT: moved from on purpose
    moved = copy;
    EXPECT_EQ(counted.use_count(), 5);
    moved.clear();
    EXPECT_EQ(counted.use_count(), 3);
  }
  EXPECT_EQ(counted.use_count(), 1);
}

}  // namespace
}  // namespace keyway
