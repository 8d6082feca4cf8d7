// SPDX-License-Identifier: Apache-2.0
//
// Calls of the program's code. No exception of it leaves the library but std::bad_alloc (docs/adr/0004): it becomes an
// error, with the exception in its detail.
#pragma once

#include <concepts>
#include <new>
#include <type_traits>

#include "keyway/result.h"

namespace keyway {

template <class T>
struct AsResult {
  using type = Result<T>;
};
template <class T>
struct AsResult<Result<T>> {
  using type = Result<T>;
};

/// What `call` answers; a Result is passed on as it is. Error callback_threw.
template <std::invocable Call>
typename AsResult<std::invoke_result_t<Call>>::type guarded(Call&& call) {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<Call>>) {
      std::forward<Call>(call)();
      return {};
    } else {
      return std::forward<Call>(call)();
    }
  } catch (const std::bad_alloc&) { throw; } catch (...) {
    return fail(Errc::callback_threw, {.exception = std::current_exception()});
  }
}

}  // namespace keyway
