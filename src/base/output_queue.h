// SPDX-License-Identifier: Apache-2.0
//
// Bytes that wait for the transport: chunks from the buffer pool, seen as one gather list. An empty queue holds no buffer.
//
//   const MutableBytes room = queue.reserve(record_size);   // written in place, then
//   queue.commit(record_size);
//   queue.sent(transport.write(queue.views()));
#pragma once

#include <memory>
#include <utility>

#include "base/buffer_pool.h"
#include "base/inplace_vector.h"
#include "base/recycled.h"

namespace keyway {

class OutputQueue {
 public:
  OutputQueue() noexcept = default;
  OutputQueue(OutputQueue&& from) noexcept = default;
  OutputQueue& operator=(OutputQueue&& from) noexcept {
    clear();
    content_.swap(from.content_);
    return *this;
  }
  OutputQueue(const OutputQueue&) = delete;
  OutputQueue& operator=(const OutputQueue&) = delete;
  ~OutputQueue() { clear(); }

  /// Contiguous room of at least `size` bytes at the end, valid until the next call. What is written and not committed is
  /// wiped with the chunk.
  MutableBytes reserve(std::size_t size);
  /// The first `size` bytes of the reserved room are content now. Committed content counts as public.
  void commit(std::size_t size) noexcept;
  void append(ByteView);

  /// All content in order; valid until the next call that changes the queue.
  ByteViews views() const noexcept { return content_ ? content_->views.view() : ByteViews(); }
  /// The transport took that many bytes from the front.
  void sent(std::size_t size) noexcept;
  void clear() noexcept;

  std::size_t size() const noexcept { return content_ ? content_->size : 0; }
  bool empty() const noexcept { return size() == 0; }

 private:
  struct Chunk {
    PooledBuffer buffer;
    std::size_t used = 0;      ///< end of the content
    std::size_t reserved = 0;  ///< end of what may have been written
  };
  /// Chunks grow, so that few are enough for anything.
  static constexpr std::size_t max_chunks = 32;
  struct Content : Recycled<Content, Remains::harmless> {  // the chunks wipe themselves
    InplaceVector<Chunk, max_chunks> chunks;
    InplaceVector<ByteView, max_chunks> views;  ///< one per chunk
    std::size_t size = 0;                       ///< of all views
  };

  void add_chunk(std::size_t size);
  static void retire(Chunk&) noexcept;

  std::unique_ptr<Content> content_;  ///< null: empty, so that an idle queue is small
};

}  // namespace keyway
