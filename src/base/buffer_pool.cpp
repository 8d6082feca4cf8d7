// SPDX-License-Identifier: Apache-2.0
//
// The free lists behind PooledBuffer: one per thread and size, bounded.
#include "base/buffer_pool.h"

#include <array>
#include <utility>

#include "keyway/secret.h"

namespace keyway {
namespace {

using Storage = std::unique_ptr<std::byte[]>;

template <std::size_t Bound>
class FreeList {
 public:
  Storage take(std::size_t size) {
    if (count_ != 0) return std::move(buffers_[--count_]);
    return std::make_unique_for_overwrite<std::byte[]>(size);
  }
  void give(Storage storage) noexcept {
    if (count_ < Bound) buffers_[count_++] = std::move(storage);
  }
  void drop() noexcept {
    while (count_ != 0) buffers_[--count_].reset();
  }
  std::size_t count() const noexcept { return count_; }

 private:
  std::array<Storage, Bound> buffers_;
  std::size_t count_ = 0;
};

// Buffers may outlive the lists of a thread that ends; the flag needs no destruction and can still be read then.
thread_local bool lists_gone = false;

struct Lists {
  FreeList<16> small;
  FreeList<4> large;
  ~Lists() { lists_gone = true; }
};

Lists* lists() noexcept {
  if (lists_gone) return nullptr;
  thread_local Lists of_thread;
  return &of_thread;
}

Storage take(std::size_t size) {
  Lists* const pool = lists();
  if (pool != nullptr && size == PooledBuffer::small_size) return pool->small.take(size);
  if (pool != nullptr && size == PooledBuffer::large_size) return pool->large.take(size);
  return std::make_unique_for_overwrite<std::byte[]>(size);
}

std::size_t rounded(std::size_t size) noexcept {
  if (size <= PooledBuffer::small_size) return PooledBuffer::small_size;
  return size <= PooledBuffer::large_size ? PooledBuffer::large_size : size;
}

}  // namespace

PooledBuffer::PooledBuffer(std::size_t size) : data_(take(rounded(size))), size_(rounded(size)), secret_to_(size_) {}

PooledBuffer::PooledBuffer(PooledBuffer&& from) noexcept
    : data_(std::move(from.data_)),
      size_(std::exchange(from.size_, 0)),
      secret_from_(std::exchange(from.secret_from_, 0)),
      secret_to_(std::exchange(from.secret_to_, 0)) {}

PooledBuffer& PooledBuffer::operator=(PooledBuffer&& from) noexcept {
  if (this == &from) return *this;
  release();
  data_ = std::move(from.data_);
  size_ = std::exchange(from.size_, 0);
  secret_from_ = std::exchange(from.secret_from_, 0);
  secret_to_ = std::exchange(from.secret_to_, 0);
  return *this;
}

void PooledBuffer::release() noexcept {
  if (!data_) return;
  if (secret_to_ > secret_from_) wipe(bytes().subspan(secret_from_, secret_to_ - secret_from_));
  const std::size_t size = std::exchange(size_, 0);
  Lists* const pool = lists();
  if (pool != nullptr && size == small_size) return pool->small.give(std::move(data_));
  if (pool != nullptr && size == large_size) return pool->large.give(std::move(data_));
  data_.reset();
}

std::size_t pooled_buffers() noexcept {
  const Lists* const pool = lists();
  return pool == nullptr ? 0 : pool->small.count() + pool->large.count();
}

void drop_pooled_buffers() noexcept {
  if (Lists* const pool = lists()) {
    pool->small.drop();
    pool->large.drop();
  }
}

}  // namespace keyway
