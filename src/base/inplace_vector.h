// SPDX-License-Identifier: Apache-2.0
//
// A vector in place with a fixed capacity: lists whose length a rule bounds, without allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

#include "base/invariant.h"

namespace keyway {

template <class T, std::size_t Capacity>
class InplaceVector {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = const T*;

  InplaceVector() noexcept = default;
  InplaceVector(const InplaceVector& from) { append(from); }
  InplaceVector(InplaceVector&& from) noexcept { take(from); }
  InplaceVector& operator=(const InplaceVector& from) {
    if (this == &from) return *this;
    clear();
    append(from);
    return *this;
  }
  InplaceVector& operator=(InplaceVector&& from) noexcept {
    if (this == &from) return *this;
    clear();
    take(from);
    return *this;
  }
  ~InplaceVector() { clear(); }

  /// False, and nothing added, when it is full.
  [[nodiscard]] bool push_back(T value) {
    if (size_ == Capacity) return false;
    std::construct_at(data() + size_, std::move(value));
    ++size_;
    return true;
  }
  /// Drops the last element; there must be one.
  void pop_back() noexcept {
    KW_INVARIANT(size_ != 0);
    std::destroy_at(data() + --size_);
  }
  void clear() noexcept {
    std::destroy_n(data(), size_);
    size_ = 0;
  }
  /// Drops the first `count` elements, which must be there; what remains moves down.
  void drop_front(std::size_t count) noexcept {
    KW_INVARIANT(count <= size_);
    std::move(begin() + count, end(), begin());
    for (; count != 0; --count) pop_back();
  }

  T* data() noexcept { return reinterpret_cast<T*>(storage_); }
  const T* data() const noexcept { return reinterpret_cast<const T*>(storage_); }
  T& operator[](std::size_t index) noexcept { return data()[index]; }
  const T& operator[](std::size_t index) const noexcept { return data()[index]; }
  iterator begin() noexcept { return data(); }
  iterator end() noexcept { return data() + size_; }
  const_iterator begin() const noexcept { return data(); }
  const_iterator end() const noexcept { return data() + size_; }
  T& front() noexcept { return data()[0]; }
  T& back() noexcept { return data()[size_ - 1]; }
  const T& front() const noexcept { return data()[0]; }
  const T& back() const noexcept { return data()[size_ - 1]; }

  std::span<const T> view() const noexcept { return {data(), size_}; }
  std::size_t size() const noexcept { return size_; }
  bool empty() const noexcept { return size_ == 0; }
  bool full() const noexcept { return size_ == Capacity; }
  static constexpr std::size_t capacity() noexcept { return Capacity; }

 private:
  void append(const InplaceVector& from) {
    for (const T& value : from) {
      std::construct_at(data() + size_, value);
      ++size_;
    }
  }
  void take(InplaceVector& from) noexcept {
    for (T& value : from) {
      std::construct_at(data() + size_, std::move(value));
      ++size_;
    }
    from.clear();
  }

  alignas(T) std::byte storage_[sizeof(T) * Capacity];
  std::size_t size_ = 0;
};

}  // namespace keyway
