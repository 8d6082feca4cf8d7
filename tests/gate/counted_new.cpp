// SPDX-License-Identifier: Apache-2.0
//
// A counter in front of malloc.
#include "gate/counted_new.h"

#include <cstdlib>
#include <new>

namespace {
constinit std::uint64_t counted = 0;
}

namespace keyway::test {
std::uint64_t allocations() noexcept { return counted; }
}  // namespace keyway::test

// Both operators are ours: what new takes from malloc, delete gives to free.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) {
  ++counted;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
