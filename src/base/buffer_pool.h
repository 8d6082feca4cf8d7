// SPDX-License-Identifier: Apache-2.0
//
// A free list of record-sized buffers for each thread: a busy connection allocates nothing, an idle one holds nothing.
// Buffers are wiped before they are handed to anybody else.
#pragma once

#include <cstddef>
#include <memory>

namespace keyway {

/// Room for one full record with header and expansion.
inline constexpr std::size_t pooled_buffer_size = 16384 + 5 + 256 + 11;

/// A pooled buffer; goes back to the list of the thread that drops it.
struct ReturnToPool {
  void operator()(std::byte* buffer) const noexcept;
};
using PooledBuffer = std::unique_ptr<std::byte[], ReturnToPool>;

/// From this thread's list, or new. Content is unspecified, never another connection's.
PooledBuffer take_buffer();

}  // namespace keyway
