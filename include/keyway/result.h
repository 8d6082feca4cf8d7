// SPDX-License-Identifier: Apache-2.0
//
// Result<T>: a value or an Error; and the two macros of the library that pass errors on.
#pragma once

#include <expected>
#include <utility>

#include "keyway/error.h"

namespace keyway {

template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning an error: `return fail(Errc::decode_error);` Remembers the place of the call.
inline std::unexpected<Error> fail(Errc code, const char* file = __builtin_FILE(),
                                   std::uint32_t line = __builtin_LINE()) noexcept {
  return std::unexpected<Error>(Error(code, file, line));
}

/// The same with a detail, for errors that end a call of the user.
inline std::unexpected<Error> fail(Errc code, ErrorDetail detail, const char* file = __builtin_FILE(),
                                   std::uint32_t line = __builtin_LINE()) {
  return std::unexpected<Error>(Error(code, file, line).with(std::move(detail)));
}

}  // namespace keyway

#define KW_CONCAT_(a, b) a##b
#define KW_CONCAT(a, b) KW_CONCAT_(a, b)

/// Evaluates an expression of type Result<...> and returns its error from the enclosing function, if it has one.
#define KW_TRY(...)                                                         \
  do {                                                                      \
    if (auto kw_tried = (__VA_ARGS__); !kw_tried) [[unlikely]]              \
      return std::unexpected<::keyway::Error>(std::move(kw_tried).error()); \
  } while (false)

/// KW_ASSIGN(auto name, expression): as KW_TRY, and gives the value a name.
#define KW_ASSIGN(declaration, ...) KW_ASSIGN_(KW_CONCAT(kw_result_, __COUNTER__), declaration, __VA_ARGS__)
#define KW_ASSIGN_(temporary, declaration, ...)                            \
  auto temporary = (__VA_ARGS__);                                          \
  if (!temporary) [[unlikely]]                                             \
    return std::unexpected<::keyway::Error>(std::move(temporary).error()); \
  declaration = *std::move(temporary)
