// SPDX-License-Identifier: Apache-2.0
//
// What the constant-time checks share: a case, secrets, and a sink for values.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/ct.h"
#include "keyway/crypto/provider.h"

namespace keyway::ct_checks {

struct Case {
  std::string_view name;
  bool (*run)();
};

/// Those of TLS 1.2 and below.
std::span<const Case> older_cases();

/// Keeps a value from being optimised away, without a look at it.
template <class T>
void use(const T& value) {
  asm volatile("" : : "m"(value) : "memory");
}

template <std::size_t Size>
std::array<std::byte, Size> secret_bytes(unsigned seed = 7) {
  std::array<std::byte, Size> bytes;
  for (std::size_t i = 0; i < Size; ++i) bytes[i] = static_cast<std::byte>(seed + 31 * i);
  ct::poison(bytes);
  return bytes;
}

inline const crypto::HashMethods& hash(HashAlgorithm algorithm) {
  static const auto provider = crypto::default_provider();
  return *provider->hash(algorithm);
}

}  // namespace keyway::ct_checks
