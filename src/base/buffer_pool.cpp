// SPDX-License-Identifier: Apache-2.0
//
// The per-thread free list. Bounded: what does not fit is freed.
#include "base/buffer_pool.h"

#include <array>

#include "keyway/secret.h"

namespace keyway {

namespace {

class FreeList {
 public:
  ~FreeList() {
    gone = true;
    while (count_ != 0) delete[] buffers_[--count_];
  }
  std::byte* take() noexcept { return count_ == 0 ? nullptr : buffers_[--count_]; }
  bool give(std::byte* buffer) noexcept {
    if (gone || count_ == buffers_.size()) return false;
    buffers_[count_++] = buffer;
    return true;
  }
  static thread_local bool gone;

 private:
  std::array<std::byte*, 16> buffers_{};
  std::size_t count_ = 0;
};

thread_local bool FreeList::gone = false;
thread_local FreeList free_list;

}  // namespace

void ReturnToPool::operator()(std::byte* buffer) const noexcept {
  if (FreeList::gone || !free_list.give(buffer)) delete[] buffer;
}

PooledBuffer take_buffer() {
  if (!FreeList::gone) {
    if (std::byte* buffer = free_list.take()) return PooledBuffer(buffer);
  }
  return PooledBuffer(std::make_unique_for_overwrite<std::byte[]>(pooled_buffer_size).release());
}

}  // namespace keyway
