// SPDX-License-Identifier: Apache-2.0
//
// The end of a process whose library has broken a rule of its own.
#include "base/invariant.h"

#include <cstdio>
#include <cstdlib>

#include "keyway/secret.h"

namespace keyway {

void broken_invariant(const char* condition, const char* file, std::uint32_t line) noexcept {
  std::fprintf(stderr, "keyway: broken invariant at %s:%u: %s\n", file, static_cast<unsigned>(line), condition);
  std::abort();
}

std::size_t secret_too_long([[maybe_unused]] std::size_t size, std::size_t capacity) noexcept {
  KW_INVARIANT(size <= capacity);
  return capacity;
}

}  // namespace keyway
