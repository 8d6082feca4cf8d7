// SPDX-License-Identifier: Apache-2.0
//
// What a benchmark does with an error: it stops.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include "keyway/result.h"

namespace keyway::bench {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

inline void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(std::string("failed: ") + what);
}

}  // namespace keyway::bench
