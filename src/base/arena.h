// SPDX-License-Identifier: Apache-2.0
//
// Monotonic memory for one handshake: everything lives until release(), which wipes and frees. Not for objects with
// destructors. May begin in memory of its owner.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "keyway/secret.h"

namespace keyway {

class Arena {
 public:
  Arena() noexcept = default;
  /// Begins in the caller's memory, which must outlive the arena.
  explicit Arena(MutableBytes first) noexcept : first_(first) {}
  Arena(Arena&& from) noexcept { swap(from); }
  Arena& operator=(Arena&& from) noexcept {
    release();
    swap(from);
    return *this;
  }
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() { release(); }

  /// Uninitialised memory; `alignment` is a power of two, at most that of std::max_align_t.
  MutableBytes allocate(std::size_t size, std::size_t alignment = 1) {
    std::size_t start = (used_ + alignment - 1) & ~(alignment - 1);
    if (start + size > current().size()) {
      add_block(size);
      start = 0;
    }
    used_ = start + size;
    return current().subspan(start, size);
  }

  /// A copy that lives until release().
  ByteView copy(ByteView bytes) {
    const MutableBytes room = allocate(bytes.size());
    if (!bytes.empty()) std::memcpy(room.data(), bytes.data(), bytes.size());
    return room;
  }

  /// Wipes and frees everything.
  void release() noexcept {
    wipe(blocks_.empty() ? first_.first(used_) : first_);
    for (std::size_t i = 0; i < blocks_.size(); ++i) {
      const std::size_t dirty = i + 1 == blocks_.size() ? used_ : blocks_[i].size;
      wipe({blocks_[i].data.get(), dirty});
    }
    blocks_.clear();
    used_ = 0;
  }

  std::size_t blocks() const noexcept { return blocks_.size(); }

 private:
  static constexpr std::size_t first_block = 4096;
  static constexpr std::size_t largest_block = 65536;

  struct Block {
    std::unique_ptr<std::byte[]> data;
    std::size_t size;
  };

  MutableBytes current() const noexcept {
    return blocks_.empty() ? first_ : MutableBytes{blocks_.back().data.get(), blocks_.back().size};
  }
  void swap(Arena& other) noexcept {
    std::swap(first_, other.first_);
    blocks_.swap(other.blocks_);
    std::swap(used_, other.used_);
  }
  void add_block(std::size_t size) {
    const std::size_t next = blocks_.empty() ? first_block : std::min(blocks_.back().size * 2, largest_block);
    const std::size_t chosen = std::max(size, next);
    blocks_.push_back({std::make_unique_for_overwrite<std::byte[]>(chosen), chosen});
    used_ = 0;
  }

  MutableBytes first_;
  std::vector<Block> blocks_;
  std::size_t used_ = 0;  ///< of the last block, or of the first memory
};

}  // namespace keyway
