// SPDX-License-Identifier: Apache-2.0
//
// Bytes on their way out, and the pool that their chunks come from.
#include <gtest/gtest.h>

#include <cstring>
#include <thread>

#include "base/output_queue.h"

namespace keyway {
namespace {

Bytes content(const OutputQueue& queue) {
  Bytes all;
  for (const ByteView piece : queue.views()) all.insert(all.end(), piece.begin(), piece.end());
  return all;
}

TEST(OutputQueue, KeepsOrderAcrossChunks) {
  OutputQueue queue;
  Bytes all;
  for (unsigned i = 0; i < 40; ++i) {
    const Bytes piece(1000 + 37 * i, static_cast<std::byte>(i));
    queue.append(piece);
    all.insert(all.end(), piece.begin(), piece.end());
  }
  EXPECT_EQ(queue.size(), all.size());
  EXPECT_EQ(content(queue), all);
  EXPECT_GT(queue.views().size(), 1u);
}

TEST(OutputQueue, SendsFromTheFrontInAnySteps) {
  OutputQueue queue;
  Bytes all;
  for (unsigned i = 0; i < 30; ++i) {
    const Bytes piece(3000, static_cast<std::byte>(i));
    queue.append(piece);
    all.insert(all.end(), piece.begin(), piece.end());
  }
  for (const std::size_t step : {1u, 2999u, 1u, 17000u, 40000u}) {
    queue.sent(step);
    all.erase(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(step));
    ASSERT_EQ(content(queue), all);
  }
  queue.sent(all.size());
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.views().empty());
}

TEST(OutputQueue, CommitsWhatWasWrittenInPlace) {
  OutputQueue queue;
  const MutableBytes room = queue.reserve(100);
  ASSERT_GE(room.size(), 100u);
  std::memset(room.data(), 5, 100);
  EXPECT_TRUE(queue.empty());
  queue.commit(40);
  EXPECT_EQ(content(queue), Bytes(40, std::byte{5}));
  EXPECT_EQ(queue.size(), 40u);
}

TEST(OutputQueue, EmptyHoldsNoBuffer) {
  drop_pooled_buffers();
  OutputQueue queue;
  queue.append(Bytes(100));
  EXPECT_EQ(pooled_buffers(), 0u);
  queue.sent(100);
  EXPECT_EQ(pooled_buffers(), 1u);  // it went back
  queue.append(Bytes(100));
  EXPECT_EQ(pooled_buffers(), 0u);  // and is used again
  queue.clear();
  EXPECT_EQ(pooled_buffers(), 1u);
  drop_pooled_buffers();
  EXPECT_EQ(pooled_buffers(), 0u);
}

TEST(OutputQueue, MovesWithItsContent) {
  OutputQueue from;
  from.append(as_bytes("content"));
  OutputQueue to = std::move(from);
  EXPECT_EQ(content(to), to_bytes(as_bytes("content")));
  EXPECT_TRUE(from.empty());  // NOLINT: moved from on purpose
}

TEST(BufferPool, IsBoundedAndOfItsThread) {
  drop_pooled_buffers();
  {
    std::vector<PooledBuffer> many;
    for (int i = 0; i < 100; ++i) many.emplace_back(1000);
  }
  const std::size_t kept = pooled_buffers();
  EXPECT_GT(kept, 0u);
  EXPECT_LT(kept, 100u);
  std::size_t elsewhere = 1;
  std::thread([&] { elsewhere = pooled_buffers(); }).join();
  EXPECT_EQ(elsewhere, 0u);
  drop_pooled_buffers();
}

TEST(BufferPool, WipesWhatComesBack) {
  drop_pooled_buffers();
  {
    PooledBuffer buffer(100);
    std::memset(buffer.bytes().data(), 9, 100);
  }
  const PooledBuffer again(100);
  for (const std::byte b : again.bytes().first(100)) ASSERT_EQ(b, std::byte{0});
  drop_pooled_buffers();
}

TEST(BufferPool, GivesAnySize) {
  for (const std::size_t size :
       {std::size_t{1}, PooledBuffer::small_size, PooledBuffer::large_size, PooledBuffer::large_size + 1}) {
    PooledBuffer buffer(size);
    EXPECT_GE(buffer.size(), size);
    EXPECT_TRUE(buffer);
  }
  drop_pooled_buffers();
}

}  // namespace
}  // namespace keyway
