// SPDX-License-Identifier: Apache-2.0
//
// operator new of the whole program, and libcrypto's three memory functions.
#include "tally.h"

#include <malloc.h>
#include <openssl/crypto.h>

#include <cstdlib>
#include <new>

namespace keyway::bench {
namespace {

constinit Tally counted{};
constinit Side side = Side::harness;
constinit bool counting = false;

void note_new(std::array<Heap, 3>& heaps, void* memory) noexcept {
  Heap& heap = heaps[static_cast<std::size_t>(side)];
  ++heap.allocations;
  heap.bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
}

void note_gone(std::array<Heap, 3>& heaps, void* memory) noexcept {
  heaps[static_cast<std::size_t>(side)].bytes -= static_cast<std::int64_t>(malloc_usable_size(memory));
}

void* libcrypto_malloc(std::size_t size, const char*, int) {
  void* memory = std::malloc(size);
  if (counting && memory != nullptr) note_new(counted.libcrypto, memory);
  return memory;
}

void libcrypto_free(void* memory, const char*, int) {
  if (counting && memory != nullptr) note_gone(counted.libcrypto, memory);
  std::free(memory);
}

void* libcrypto_realloc(void* memory, std::size_t size, const char* file, int line) {
  if (memory == nullptr) return libcrypto_malloc(size, file, line);
  if (counting) note_gone(counted.libcrypto, memory);
  void* moved = std::realloc(memory, size);
  if (counting && moved != nullptr) note_new(counted.libcrypto, moved);
  return moved;
}

void* take(std::size_t size, std::size_t alignment) {
  // aligned_alloc wants a multiple of the alignment.
  void* memory = alignment == 0 ? std::malloc(size == 0 ? 1 : size)
                                : std::aligned_alloc(alignment, (size + alignment - 1) / alignment * alignment);
  if (memory == nullptr) throw std::bad_alloc();
  if (counting) note_new(counted.own, memory);
  return memory;
}

void give_back(void* memory) noexcept {
  if (counting && memory != nullptr) note_gone(counted.own, memory);
  std::free(memory);
}

}  // namespace

bool watch_libcrypto() { return CRYPTO_set_mem_functions(libcrypto_malloc, libcrypto_realloc, libcrypto_free) == 1; }

Tally tally() noexcept { return counted; }

Counted::Counted(Side now) noexcept : before_(side) {
  counting = true;
  side = now;
}
Counted::~Counted() { side = before_; }

}  // namespace keyway::bench

// Both operators are ours: what new takes from malloc, delete gives to free.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) { return keyway::bench::take(size, 0); }
void* operator new(std::size_t size, std::align_val_t alignment) {
  return keyway::bench::take(size, static_cast<std::size_t>(alignment));
}
void operator delete(void* memory) noexcept { keyway::bench::give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { keyway::bench::give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { keyway::bench::give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { keyway::bench::give_back(memory); }
