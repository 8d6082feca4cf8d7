// SPDX-License-Identifier: Apache-2.0
//
// Random bytes from a pool per thread, filled in blocks, because a call of libcrypto costs the same for 32 bytes as for
// 512. Bytes are wiped as they are drawn; a forked child drops what its parent had drawn. Long-term keys do not come
// from here: libcrypto draws them itself.
#include <openssl/rand.h>
#include <pthread.h>

#include <atomic>

#include "crypto/openssl/errors.h"
#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {
namespace {

constinit std::atomic<std::uint32_t> fork_generation{0};

constexpr std::size_t pool_size = 512;
constexpr std::size_t largest_pooled = 128;

bool generate(const Library& from, MutableBytes out) {
  const ErrorMark mark;
  //= rfc8446#C.1-1
  return RAND_bytes_ex(from.context(), octets(out), out.size(), 0) == 1;
}

struct Pool {
  std::array<std::byte, pool_size> bytes;
  std::size_t left = 0;  ///< unused bytes, at the end of `bytes`
  std::uint32_t generation = 0;

  ~Pool() { wipe(bytes); }

  bool draw(const Library& from, MutableBytes out) {
    const std::uint32_t current = fork_generation.load(std::memory_order_relaxed);
    if (generation != current) {
      wipe(bytes);
      left = 0;
      generation = current;
    }
    if (left < out.size()) {
      if (!generate(from, bytes)) {
        wipe(bytes);
        left = 0;
        return false;
      }
      left = pool_size;
    }
    const MutableBytes drawn = MutableBytes(bytes).subspan(pool_size - left, out.size());
    std::memcpy(out.data(), drawn.data(), drawn.size());
    wipe(drawn);
    left -= drawn.size();
    return true;
  }
};

}  // namespace

bool draw_random(const Library& from, MutableBytes out) {
  if (out.empty()) return true;
  if (out.size() > largest_pooled) return generate(from, out);
  static thread_local Pool pool;
  return pool.draw(from, out);
}

void watch_forks() {
  // The handler runs in the child before fork() returns there; the child's one thread sees the new generation.
  pthread_atfork(nullptr, nullptr, [] { fork_generation.fetch_add(1, std::memory_order_relaxed); });
}

}  // namespace keyway::crypto::openssl
