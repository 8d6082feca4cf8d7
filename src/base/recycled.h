// SPDX-License-Identifier: Apache-2.0
//
// Storage of objects that every handshake needs for a while, used again by the thread that lets one go: a bounded list a
// type, which wipes what it takes back if that may be secret. The same idea as buffer_pool.h, for objects.
#pragma once

#include <array>
#include <cstddef>
#include <new>

#include "keyway/secret.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define KEYWAY_ADDRESS_SANITIZER
#endif
#endif

namespace keyway {

/// What the destructor of an object leaves in its storage: what may be secret is wiped, the rest need not be.
enum class Remains { secret, harmless };

/// Base of a class whose objects live on the heap: `struct Offer : Recycled<Offer>`.
template <class T, Remains remains = Remains::secret>
class Recycled {
 public:
  static void* operator new(std::size_t size) {
    if (Spare* const spare = list(); spare != nullptr && spare->count != 0) return spare->storage[--spare->count];
    static_assert(alignof(T) <= __STDCPP_DEFAULT_NEW_ALIGNMENT__);
    return ::operator new(size);
  }
  static void operator delete(void* storage) noexcept {
    if constexpr (remains == Remains::secret) wipe({static_cast<std::byte*>(storage), sizeof(T)});
    Spare* const spare = list();
    if (spare != nullptr && spare->count != most) {
      spare->storage[spare->count++] = storage;
    } else {
      ::operator delete(storage);
    }
  }

  friend bool operator==(const Recycled&, const Recycled&) = default;

 private:
#if defined(__SANITIZE_ADDRESS__) || defined(KEYWAY_ADDRESS_SANITIZER)
  static constexpr std::size_t most = 0;  // so that uses after the end are found
#else
  static constexpr std::size_t most = 4;
#endif

  struct Spare {
    std::array<void*, most> storage{};
    std::size_t count = 0;
    ~Spare() {
      gone = true;
      while (count != 0) ::operator delete(storage[--count]);
    }
  };
  // Objects may outlive the list of a thread that ends; the flag needs no destruction and can still be read then.
  static inline thread_local bool gone = false;

  static Spare* list() noexcept {
    if (gone) return nullptr;
    thread_local Spare of_thread;
    return &of_thread;
  }
};

}  // namespace keyway
