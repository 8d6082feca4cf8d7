// SPDX-License-Identifier: Apache-2.0
//
// Sealed records that wait for the transport, seen as one gather list. Chunks come from the thread's pool and go back as
// soon as they are sent, so an idle queue holds no buffer.
#pragma once

#include <vector>

#include "base/buffer_pool.h"
#include "keyway/bytes.h"

namespace keyway {

class OutputQueue {
 public:
  OutputQueue() noexcept = default;
  OutputQueue(OutputQueue&&) noexcept = default;
  OutputQueue& operator=(OutputQueue&&) noexcept = default;

  /// Contiguous room at the end, at most pooled_buffer_size bytes; commit() says how much of it became content.
  MutableBytes reserve(std::size_t size);
  void commit(std::size_t size) noexcept;

  /// Valid until the next call that is not const.
  ByteViews views() const noexcept { return {views_.data() + first_, views_.size() - first_}; }
  /// The transport took bytes from the front.
  void sent(std::size_t size) noexcept;

  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  struct Chunk {
    PooledBuffer buffer;
    std::size_t used = 0;
  };

  void drop_front() noexcept;

  std::vector<Chunk> chunks_;
  std::vector<ByteView> views_;  ///< of the same indices as chunks_
  std::size_t first_ = 0;        ///< chunks before it are sent
  std::size_t size_ = 0;
};

}  // namespace keyway
