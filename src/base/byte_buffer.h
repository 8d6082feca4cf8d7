// SPDX-License-Identifier: Apache-2.0
//
// A growable byte buffer that wipes what it ever held: on growth, on release and on destruction.
#pragma once

#include <memory>

#include "keyway/bytes.h"

namespace keyway {

class ByteBuffer {
 public:
  ByteBuffer() noexcept = default;
  /// Begins in the caller's storage, which must outlive the buffer and what it is moved to; what does not fit moves to the
  /// heap.
  explicit ByteBuffer(MutableBytes storage) noexcept : data_(storage.data()), capacity_(storage.size()) {}
  ByteBuffer(ByteBuffer&&) noexcept;
  ByteBuffer& operator=(ByteBuffer&&) noexcept;
  ByteBuffer(const ByteBuffer&) = delete;
  ByteBuffer& operator=(const ByteBuffer&) = delete;
  ~ByteBuffer() { release(); }

  void append(ByteView);
  /// Room for `size` more bytes, uninitialised, counted as content.
  MutableBytes extend(std::size_t size);
  void reserve(std::size_t capacity);
  void overwrite(std::size_t position, ByteView);
  /// Drops bytes from the front; what remains moves down.
  void consume(std::size_t size) noexcept;
  void truncate(std::size_t size) noexcept;
  /// Empties and keeps the storage.
  void clear() noexcept { truncate(0); }
  /// Empties, wipes and frees the storage.
  void release() noexcept;

  ByteView view() const noexcept { return {data_, size_}; }
  MutableBytes mutable_view() noexcept { return {data_, size_}; }
  std::byte& at(std::size_t position) noexcept { return data_[position]; }
  std::size_t size() const noexcept { return size_; }
  std::size_t capacity() const noexcept { return capacity_; }
  bool empty() const noexcept { return size_ == 0; }

 private:
  void grow(std::size_t capacity);

  std::unique_ptr<std::byte[]> owned_;  ///< null: empty, or in borrowed storage
  std::byte* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  std::size_t high_water_ = 0;
};

}  // namespace keyway
