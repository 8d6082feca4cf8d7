// SPDX-License-Identifier: Apache-2.0
//
// Counts heap blocks, apart for this project (operator new) and for libcrypto (CRYPTO_malloc), and apart for the end of the
// connection that works at the moment. Bytes are what malloc really gives (malloc_usable_size).
#pragma once

#include <array>
#include <cstdint>

namespace keyway::bench {

enum class Side : std::uint8_t { harness, client, server };

struct Heap {
  std::uint64_t allocations = 0;
  std::int64_t bytes = 0;  ///< held now, since the start
};

struct Tally {
  std::array<Heap, 3> own;
  std::array<Heap, 3> libcrypto;

  const Heap& own_of(Side side) const noexcept { return own[static_cast<std::size_t>(side)]; }
  const Heap& libcrypto_of(Side side) const noexcept { return libcrypto[static_cast<std::size_t>(side)]; }
};

/// Takes over libcrypto's allocations; before its first call only. False: too late.
bool watch_libcrypto();

/// What was counted in this process so far; one thread.
Tally tally() noexcept;

/// While it lives, allocations are counted for this side; nothing is counted before the first one.
class Counted {
 public:
  explicit Counted(Side side) noexcept;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  ~Counted();

 private:
  Side before_;
};

}  // namespace keyway::bench
