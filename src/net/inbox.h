// SPDX-License-Identifier: Apache-2.0
//
// The place where records arrive, are decrypted and wait as plaintext: one buffer, no copy. An empty inbox owns nothing.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>

#include "base/invariant.h"
#include "keyway/secret.h"

namespace keyway::net {

class Inbox {
 public:
  /// `capacity` must hold the largest record: max_record_size.
  explicit Inbox(std::size_t capacity) noexcept : capacity_(capacity) {}
  Inbox(const Inbox&) = delete;
  Inbox& operator=(const Inbox&) = delete;
  ~Inbox() { release(); }

  /// Room behind the wire bytes, never empty. Moves them to the front: plaintext must be used up.
  MutableBytes space() {
    KW_INVARIANT(plaintext.empty());
    if (!storage_) storage_ = std::make_unique_for_overwrite<std::byte[]>(capacity_);
    if (begin_ != 0) {
      std::memmove(storage_.get(), storage_.get() + begin_, end_ - begin_);
      end_ -= begin_;
      begin_ = 0;
    }
    if (end_ == capacity_) grow();
    return {storage_.get() + end_, capacity_ - end_};
  }
  void received(std::size_t bytes) noexcept {
    end_ += bytes;
    high_water_ = std::max(high_water_, end_);
  }

  /// Bytes that the connection has not consumed.
  MutableBytes wire() noexcept { return {storage_.get() + begin_, end_ - begin_}; }
  void consumed(std::size_t bytes) noexcept { begin_ += bytes; }

  /// Decrypted and not yet used.
  MutableBytes plaintext{};

  bool empty() const noexcept { return begin_ == end_ && plaintext.empty(); }

  /// Wipes what was here, for plaintext is as secret as keys, and frees the memory.
  void release() noexcept {
    if (storage_) wipe({storage_.get(), high_water_});
    storage_.reset();
    begin_ = end_ = high_water_ = 0;
    plaintext = {};
  }

 private:
  // A connection that asks for more than the capacity holds is one with a configured larger limit.
  void grow() {
    auto larger = std::make_unique_for_overwrite<std::byte[]>(capacity_ * 2);
    std::memcpy(larger.get(), storage_.get(), end_);
    wipe({storage_.get(), high_water_});
    storage_ = std::move(larger);
    capacity_ *= 2;
  }

  std::unique_ptr<std::byte[]> storage_;
  std::size_t capacity_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t high_water_ = 0;
};

}  // namespace keyway::net
