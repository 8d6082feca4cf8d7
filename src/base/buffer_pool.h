// SPDX-License-Identifier: Apache-2.0
//
// Record-sized buffers from a bounded free list of the calling thread, so that connections that move data allocate
// nothing and connections that are idle hold nothing.
#pragma once

#include <memory>

#include "keyway/bytes.h"

namespace keyway {

/// A borrowed buffer. Goes back to the free list of the thread that destroys it, wiped.
class PooledBuffer {
 public:
  static constexpr std::size_t small_size = 17 * 1024;   ///< one record of the largest size
  static constexpr std::size_t large_size = 4 * 17 * 1024;

  PooledBuffer() noexcept = default;
  /// At least `size` bytes, uninitialised. Sizes above large_size are not pooled.
  explicit PooledBuffer(std::size_t size);
  PooledBuffer(PooledBuffer&& from) noexcept;
  PooledBuffer& operator=(PooledBuffer&& from) noexcept;
  PooledBuffer(const PooledBuffer&) = delete;
  PooledBuffer& operator=(const PooledBuffer&) = delete;
  ~PooledBuffer() { release(); }

  explicit operator bool() const noexcept { return data_ != nullptr; }
  MutableBytes bytes() noexcept { return {data_.get(), size_}; }
  ByteView bytes() const noexcept { return {data_.get(), size_}; }
  std::size_t size() const noexcept { return size_; }

  /// Limits the wiping on return to [from, to): what lies outside was never written, or is public (sealed records).
  void set_secret_range(std::size_t from, std::size_t to) noexcept {
    secret_from_ = from;
    secret_to_ = to;
  }

  void release() noexcept;

 private:
  std::unique_ptr<std::byte[]> data_;
  std::size_t size_ = 0;
  std::size_t secret_from_ = 0;
  std::size_t secret_to_ = 0;
};

/// Buffers that wait in the calling thread's free list, for tests and memory reports.
std::size_t pooled_buffers() noexcept;

/// Frees the calling thread's free list.
void drop_pooled_buffers() noexcept;

}  // namespace keyway
