// SPDX-License-Identifier: Apache-2.0
//
// What libbrotli's decoder may take. Its window is sized by the stream, up to 16 MiB, and filled before the room of the caller is
// looked at: without a limit a few bytes would take that much memory and work.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <new>

#include "keyway/compressors.h"

namespace keyway::compression {

/// Memory of one decoder, counted; the decoder holds on to it, so that it stays where it is.
class DecoderMemory {
 public:
  /// For a message of so many bytes: a window for all of it beside the smaller one that it grows out of, and state and tables,
  /// which were seen to take 57 KiB for 4 KiB and up to 4 bytes a byte for more.
  explicit DecoderMemory(std::size_t message) noexcept
      : limit_(std::bit_ceil(std::max<std::size_t>(message, 1024)) / 2 * 3 + 4 * message + 128 * 1024) {}
  DecoderMemory(const DecoderMemory&) = delete;
  DecoderMemory& operator=(const DecoderMemory&) = delete;

  std::size_t limit() const noexcept { return limit_; }
  /// The most that was held at one time.
  std::size_t peak() const noexcept { return peak_; }

  /// brotli_alloc_func and brotli_free_func: `memory` is a DecoderMemory. Null beyond the limit.
  static void* take(void* memory, std::size_t size) noexcept {
    auto& self = *static_cast<DecoderMemory*>(memory);
    if (size > self.limit_ - self.held_) return nullptr;
    void* block = ::operator new(sizeof(Head) + size, std::nothrow);
    if (block == nullptr) return nullptr;
    self.held_ += size;
    self.peak_ = std::max(self.peak_, self.held_);
    return new (block) Head{size} + 1;
  }
  static void give_back(void* memory, void* address) noexcept {
    if (address == nullptr) return;
    Head* head = static_cast<Head*>(address) - 1;
    static_cast<DecoderMemory*>(memory)->held_ -= head->size;
    ::operator delete(head);
  }

 private:
  /// Before each block: who gives one back does not say how large it is.
  struct alignas(std::max_align_t) Head {
    std::size_t size;
  };
  std::size_t limit_;
  std::size_t held_ = 0;
  std::size_t peak_ = 0;
};

/// All of `message` from all of `compressed`. Error decompression_failed: of another size, malformed, or out of the memory.
Result<void> decompress_brotli(ByteView compressed, MutableBytes message, DecoderMemory&);

}  // namespace keyway::compression
