// SPDX-License-Identifier: Apache-2.0
//
// OutputQueue: the first chunk is small, further ones are large, so that short answers need little and bulk data makes
// few pieces.
#include "base/output_queue.h"

#include <algorithm>
#include <cstring>

namespace keyway {

MutableBytes OutputQueue::reserve(std::size_t size) {
  if (chunks_.empty() || chunks_.back().buffer.size() - chunks_.back().used < size) add_chunk(size);
  Chunk& chunk = chunks_.back();
  chunk.reserved = std::max(chunk.reserved, chunk.used + size);
  return chunk.buffer.bytes().subspan(chunk.used, size);
}

void OutputQueue::commit(std::size_t size) noexcept {
  Chunk& chunk = chunks_.back();
  const ByteView old = views_.back();
  views_.back() = ByteView(chunk.buffer.bytes()).subspan(chunk.used - old.size(), old.size() + size);
  chunk.used += size;
  size_ += size;
}

void OutputQueue::append(ByteView bytes) {
  if (bytes.empty()) return;
  std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void OutputQueue::sent(std::size_t size) noexcept {
  std::size_t finished = 0;
  while (size != 0 && finished != chunks_.size()) {
    ByteView& view = views_[finished];
    const std::size_t part = std::min(size, view.size());
    view = view.subspan(part);
    size -= part;
    size_ -= part;
    if (!view.empty()) break;
    retire(chunks_[finished]);
    ++finished;
  }
  if (size_ == 0) return clear();
  const auto count = static_cast<std::ptrdiff_t>(finished);
  chunks_.erase(chunks_.begin(), chunks_.begin() + count);
  views_.erase(views_.begin(), views_.begin() + count);
}

void OutputQueue::clear() noexcept {
  for (Chunk& chunk : chunks_) retire(chunk);
  chunks_.clear();
  views_.clear();
  size_ = 0;
}

void OutputQueue::add_chunk(std::size_t size) {
  // A chunk without content, left by a reservation that was not committed, makes room for one that fits.
  if (!chunks_.empty() && views_.back().empty()) {
    retire(chunks_.back());
    chunks_.pop_back();
    views_.pop_back();
  }
  chunks_.reserve(chunks_.size() + 1 <= chunks_.capacity() ? 0 : std::max<std::size_t>(2, chunks_.capacity() * 2));
  views_.reserve(chunks_.capacity());
  chunks_.push_back({PooledBuffer(chunks_.empty() ? size : std::max(size, PooledBuffer::large_size))});
  views_.push_back({});
}

void OutputQueue::retire(Chunk& chunk) noexcept {
  chunk.buffer.set_secret_range(chunk.used, chunk.reserved);
  chunk.buffer.release();
}

}  // namespace keyway
