// SPDX-License-Identifier: Apache-2.0
//
// libcrypto objects that are dear to make, used again by the thread that let them go: a bounded list a kind and thread.
// The same idea as base/recycled.h, for objects that libcrypto frees.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace keyway::crypto::openssl {

/// `Object` is movable, and empty where it is made without arguments. None that is kept may hold a secret. Four of a kind are
/// enough for the keys of a chain, and for a client and a server in one thread.
template <class Object, std::size_t kinds, std::size_t most = 4>
class Spares {
 public:
  /// An empty object where there is none to spare.
  static Object take(std::size_t kind) noexcept {
    Lists* const lists = of_thread();
    if (lists == nullptr || lists->counts[kind] == 0) return Object();
    return std::move(lists->objects[kind][--lists->counts[kind]]);
  }
  /// Keeps the object, or destroys it.
  static void give(std::size_t kind, Object object) noexcept {
    Lists* const lists = of_thread();
    if (lists == nullptr || lists->counts[kind] == most) return;
    lists->objects[kind][lists->counts[kind]++] = std::move(object);
  }

 private:
  struct Lists {
    std::array<std::array<Object, most>, kinds> objects{};
    std::array<std::size_t, kinds> counts{};
    ~Lists() { gone = true; }
  };
  // Objects may outlive the lists of a thread that ends; the flag needs no destruction and can still be read then.
  static inline thread_local bool gone = false;

  static Lists* of_thread() noexcept {
    if (gone) return nullptr;
    thread_local Lists lists;
    return &lists;
  }
};

}  // namespace keyway::crypto::openssl
