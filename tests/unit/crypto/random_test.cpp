// SPDX-License-Identifier: Apache-2.0
//
// Random bytes: no two draws alike, between threads or between a process and the child it forks.
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>

#include "support.h"

namespace keyway::crypto::test {
namespace {

Bytes draw(std::size_t size) {
  Bytes out(size);
  EXPECT_TRUE(provider().random(out).has_value());
  return out;
}

//= rfc8446#C.1-1
TEST(Random, DrawsDiffer) {
  std::set<Bytes> seen;
  for (int i = 0; i < 2000; ++i) EXPECT_TRUE(seen.insert(draw(16)).second);
}

TEST(Random, FillsEverySize) {
  for (const std::size_t size : {0u, 1u, 31u, 127u, 128u, 129u, 511u, 512u, 513u, 5000u}) {
    Bytes sum(size);
    for (int i = 0; i < 16; ++i) {
      const Bytes drawn = draw(size);
      for (std::size_t at = 0; at < size; ++at) sum[at] |= drawn[at];
    }
    EXPECT_EQ(std::count(sum.begin(), sum.end(), std::byte{0}), 0) << size;
  }
}

TEST(Random, ThreadsDrawApart) {
  std::mutex mutex;
  std::set<Bytes> seen;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] {
      for (int j = 0; j < 200; ++j) {
        const Bytes drawn = draw(16);
        const std::lock_guard lock(mutex);
        EXPECT_TRUE(seen.insert(drawn).second);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(Random, AForkedChildDropsThePoolOfItsParent) {
  draw(8);  // there is something left in the pool of this thread
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    Bytes out(32);
    const bool drawn = provider().random(out).has_value();
    const bool written = write(ends[1], out.data(), out.size()) == static_cast<ssize_t>(out.size());
    _exit(drawn && written ? 0 : 1);
  }
  const Bytes own = draw(32);
  Bytes of_child(32);
  ASSERT_EQ(read(ends[0], of_child.data(), of_child.size()), 32);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_NE(own, of_child);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace keyway::crypto::test
