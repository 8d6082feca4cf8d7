// SPDX-License-Identifier: Apache-2.0
//
// Memory of one handshake: grows by blocks, freed as a whole, wiped before. Nothing in it is destroyed one by one.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "keyway/secret.h"

namespace keyway {

class Arena {
 public:
  static constexpr std::size_t block_size = 4096;

  Arena() noexcept = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { release(); }

  /// Uninitialised memory until release(). `alignment` is a power of two, at most 16.
  MutableBytes allocate(std::size_t size, std::size_t alignment = 1) {
    std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (blocks_.empty() || start + size > blocks_.back().size) {
      const std::size_t wanted = std::max(size, blocks_.empty() ? block_size : 2 * blocks_.back().size);
      blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(wanted), wanted});
      start = 0;
    }
    used_ = start + size;
    return {blocks_.back().bytes.get() + start, size};
  }

  /// A copy that lives until release().
  ByteView copy(ByteView bytes) {
    if (bytes.empty()) return {};
    const MutableBytes room = allocate(bytes.size());
    std::memcpy(room.data(), bytes.data(), bytes.size());
    return room;
  }

  void release() noexcept {
    for (Block& block : blocks_) wipe({block.bytes.get(), block.size});
    blocks_.clear();
    used_ = 0;
  }
  std::size_t blocks() const noexcept { return blocks_.size(); }

 private:
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t size;
  };
  std::vector<Block> blocks_;
  std::size_t used_ = 0;
};

}  // namespace keyway
