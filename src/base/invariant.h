// SPDX-License-Identifier: Apache-2.0
//
// What must be true whatever a peer or a program does. A broken one is a fault of the library: going on would be worse than
// the end, so it ends the process with a line that says where. KEYWAY_ASSERTIONS=OFF leaves the checks out. Not for input,
// which is checked and refused, and not for what happens once a byte.
#pragma once

#include <cstdint>

namespace keyway {

/// Writes the condition and its place to standard error and aborts.
[[noreturn]] void broken_invariant(const char* condition, const char* file = __builtin_FILE(),
                                   std::uint32_t line = __builtin_LINE()) noexcept;

}  // namespace keyway

#ifdef KEYWAY_ASSERTIONS
#define KW_INVARIANT(...) ((__VA_ARGS__) ? static_cast<void>(0) : ::keyway::broken_invariant(#__VA_ARGS__))
#else
#define KW_INVARIANT(...) static_cast<void>(sizeof((__VA_ARGS__) ? 1 : 0))
#endif
