// SPDX-License-Identifier: Apache-2.0
//
// OutputQueue: the first chunk is small, further ones are large, so that short answers need little and bulk data makes
// few pieces; after some chunks each is twice as large as the one before.
#include "base/output_queue.h"

#include <algorithm>
#include <cstring>

#include "base/invariant.h"

namespace keyway {

MutableBytes OutputQueue::reserve(std::size_t size) {
  if (!content_ || content_->chunks.empty() || content_->chunks.back().buffer.size() - content_->chunks.back().used < size)
    add_chunk(size);
  Chunk& chunk = content_->chunks.back();
  chunk.reserved = std::max(chunk.reserved, chunk.used + size);
  return chunk.buffer.bytes().subspan(chunk.used, size);
}

void OutputQueue::commit(std::size_t size) noexcept {
  Chunk& chunk = content_->chunks.back();
  ByteView& view = content_->views.back();
  view = ByteView(chunk.buffer.bytes()).subspan(chunk.used - view.size(), view.size() + size);
  chunk.used += size;
  content_->size += size;
}

void OutputQueue::append(ByteView bytes) {
  if (bytes.empty()) return;
  std::memcpy(reserve(bytes.size()).data(), bytes.data(), bytes.size());
  commit(bytes.size());
}

void OutputQueue::sent(std::size_t size) noexcept {
  if (!content_) return;
  std::size_t finished = 0;
  while (size != 0 && finished != content_->chunks.size()) {
    ByteView& view = content_->views[finished];
    const std::size_t part = std::min(size, view.size());
    view = view.subspan(part);
    size -= part;
    content_->size -= part;
    if (!view.empty()) break;
    retire(content_->chunks[finished]);
    ++finished;
  }
  if (content_->size == 0) return clear();
  content_->chunks.drop_front(finished);
  content_->views.drop_front(finished);
}

void OutputQueue::clear() noexcept {
  if (!content_) return;
  for (Chunk& chunk : content_->chunks) retire(chunk);
  content_.reset();
}

void OutputQueue::add_chunk(std::size_t size) {
  if (!content_) content_ = std::make_unique_for_overwrite<Content>();  // two kilobytes that need no zeros
  auto& chunks = content_->chunks;
  auto& views = content_->views;
  // A chunk without content, left by a reservation that was not committed, makes room for one that fits.
  if (!chunks.empty() && views.back().empty()) {
    retire(chunks.back());
    chunks.pop_back();
    views.pop_back();
  }
  constexpr std::size_t equal = 8;
  std::size_t least = chunks.empty() ? 0 : PooledBuffer::large_size;
  if (chunks.size() > equal) least <<= chunks.size() - equal;
  const bool added = chunks.push_back({PooledBuffer(std::max(size, least))}) && views.push_back({});
  KW_INVARIANT(added);
}

void OutputQueue::retire(Chunk& chunk) noexcept {
  chunk.buffer.set_secret_range(chunk.used, chunk.reserved);
  chunk.buffer.release();
}

}  // namespace keyway
