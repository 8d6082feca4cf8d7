// SPDX-License-Identifier: Apache-2.0
//
// Constant-time building blocks: masks, select, equal; and the poison marks for the checker (preset `ct`).
// A mask is all ones or all zeros. Nothing here branches on, or indexes with, its arguments.
#pragma once

#include <cstdint>

#include "keyway/bytes.h"

#if defined(KEYWAY_CT_CHECK)
#include <valgrind/memcheck.h>
#endif

namespace keyway::ct {

using Mask = std::uint32_t;

/// Hides a value from the optimiser, so that it cannot turn a mask back into a branch.
inline std::uint32_t barrier(std::uint32_t value) noexcept {
  asm volatile("" : "+r"(value));
  return value;
}

inline std::uint64_t barrier(std::uint64_t value) noexcept {
  asm volatile("" : "+r"(value));
  return value;
}

inline Mask is_zero(std::uint32_t value) noexcept { return static_cast<Mask>(0) - ((~value & (value - 1)) >> 31); }
inline Mask is_equal(std::uint32_t a, std::uint32_t b) noexcept { return is_zero(barrier(a ^ b)); }
inline Mask is_less(std::uint32_t a, std::uint32_t b) noexcept {
  return static_cast<Mask>(0) - ((a ^ ((a ^ b) | ((a - b) ^ b))) >> 31);
}
inline std::uint32_t select(Mask mask, std::uint32_t if_set, std::uint32_t if_clear) noexcept {
  mask = barrier(mask);
  return (mask & if_set) | (~mask & if_clear);
}

/// Marks bytes as secret: the checker reports every branch or address that depends on them.
inline void poison([[maybe_unused]] ByteView bytes) noexcept {
#if defined(KEYWAY_CT_CHECK)
  VALGRIND_MAKE_MEM_UNDEFINED(bytes.data(), bytes.size());
#endif
}

/// Declares bytes public again.
inline void unpoison([[maybe_unused]] ByteView bytes) noexcept {
#if defined(KEYWAY_CT_CHECK)
  VALGRIND_MAKE_MEM_DEFINED(bytes.data(), bytes.size());
#endif
}

/// Compares without looking at where the difference is. Sizes are public, and so is the outcome: whoever compares acts on it.
inline bool equal(ByteView a, ByteView b) noexcept {
  if (a.size() != b.size()) return false;
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= std::to_integer<std::uint32_t>(a[i] ^ b[i]);
  // One bit of it: the rest tells more than that there is a difference.
  Mask same = is_zero(barrier(difference));
  unpoison(std::as_bytes(std::span(&same, 1)));
  return same != 0;
}

}  // namespace keyway::ct
