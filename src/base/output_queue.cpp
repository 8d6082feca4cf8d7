// SPDX-License-Identifier: Apache-2.0
//
// OutputQueue: appends to the last chunk while it has room. The two vectors keep their storage while data flow and give
// it back once the queue is empty.
#include "base/output_queue.h"

namespace keyway {

MutableBytes OutputQueue::reserve(std::size_t size) {
  if (chunks_.empty() || first_ == chunks_.size() || chunks_.back().used + size > pooled_buffer_size) {
    if (first_ == chunks_.size() && first_ != 0) {
      chunks_.clear();
      views_.clear();
      first_ = 0;
    }
    chunks_.push_back({take_buffer(), 0});
    views_.push_back({});
  }
  Chunk& chunk = chunks_.back();
  return {chunk.buffer.get() + chunk.used, size};
}

void OutputQueue::commit(std::size_t size) noexcept {
  Chunk& chunk = chunks_.back();
  ByteView& view = views_.back();
  // The front of a view moves as bytes are sent; its end is the end of the chunk's content.
  const std::byte* begin = view.empty() ? chunk.buffer.get() + chunk.used : view.data();
  chunk.used += size;
  view = {begin, chunk.buffer.get() + chunk.used};
  size_ += size;
}

void OutputQueue::sent(std::size_t size) noexcept {
  size = size < size_ ? size : size_;
  size_ -= size;
  while (size != 0) {
    ByteView& front = views_[first_];
    if (size < front.size()) {
      front = front.subspan(size);
      return;
    }
    size -= front.size();
    drop_front();
  }
}

void OutputQueue::drop_front() noexcept {
  chunks_[first_].buffer.reset();
  views_[first_] = {};
  ++first_;
}

}  // namespace keyway
