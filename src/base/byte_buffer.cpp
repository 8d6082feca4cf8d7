// SPDX-License-Identifier: Apache-2.0
//
// ByteBuffer: growth doubles, every byte that was ever content is wiped before its storage goes.
#include "base/byte_buffer.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "keyway/secret.h"

namespace keyway {

ByteBuffer::ByteBuffer(ByteBuffer&& from) noexcept
    : owned_(std::move(from.owned_)),
      data_(std::exchange(from.data_, nullptr)),
      size_(std::exchange(from.size_, 0)),
      capacity_(std::exchange(from.capacity_, 0)),
      high_water_(std::exchange(from.high_water_, 0)) {}

ByteBuffer& ByteBuffer::operator=(ByteBuffer&& from) noexcept {
  if (this == &from) return *this;
  release();
  owned_ = std::move(from.owned_);
  data_ = std::exchange(from.data_, nullptr);
  size_ = std::exchange(from.size_, 0);
  capacity_ = std::exchange(from.capacity_, 0);
  high_water_ = std::exchange(from.high_water_, 0);
  return *this;
}

namespace {

/// Numbers of messages come one by one, and a call costs more than they do.
void copy(std::byte* to, ByteView bytes) noexcept {
  switch (bytes.size()) {
    case 1: to[0] = bytes[0]; break;
    case 2: std::memcpy(to, bytes.data(), 2); break;
    default: std::memcpy(to, bytes.data(), bytes.size()); break;
  }
}

/// So that what begins with nothing does not grow by every number.
constexpr std::size_t least_capacity = 128;

}  // namespace

void ByteBuffer::append(ByteView bytes) {
  if (bytes.size() > capacity_ - size_ || bytes.empty()) [[unlikely]] {
    if (!bytes.empty()) copy(extend(bytes.size()).data(), bytes);
    return;
  }
  copy(data_ + size_, bytes);
  size_ += bytes.size();
  high_water_ = std::max(high_water_, size_);
}

MutableBytes ByteBuffer::extend(std::size_t size) {
  if (size_ + size > capacity_) grow(std::max({size_ + size, capacity_ * 2, least_capacity}));
  const std::size_t start = size_;
  size_ += size;
  high_water_ = std::max(high_water_, size_);
  return {data_ + start, size};
}

void ByteBuffer::reserve(std::size_t capacity) {
  if (capacity > capacity_) grow(capacity);
}

void ByteBuffer::overwrite(std::size_t position, ByteView bytes) {
  if (!bytes.empty()) std::memcpy(data_ + position, bytes.data(), bytes.size());
}

void ByteBuffer::consume(std::size_t size) noexcept {
  if (size >= size_) return clear();
  if (size == 0) return;
  std::memmove(data_, data_ + size, size_ - size);
  size_ -= size;
}

void ByteBuffer::truncate(std::size_t size) noexcept { size_ = std::min(size, size_); }

void ByteBuffer::release() noexcept {
  wipe({data_, high_water_});
  owned_.reset();
  data_ = nullptr;
  size_ = capacity_ = high_water_ = 0;
}

void ByteBuffer::grow(std::size_t capacity) {
  auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity);
  if (size_ != 0) std::memcpy(larger.get(), data_, size_);
  wipe({data_, high_water_});
  owned_ = std::move(larger);
  data_ = owned_.get();
  capacity_ = capacity;
  high_water_ = size_;
}

}  // namespace keyway
