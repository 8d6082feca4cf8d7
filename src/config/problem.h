// SPDX-License-Identifier: Apache-2.0
//
// Errors of options: which option, which value, how to mend it. All of them are made here, so that none lacks a part.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "keyway/result.h"

namespace keyway::config {

/// What a person is told: `value` is what was given, `mend` one sentence without a full stop.
inline std::unexpected<Error> refuse(Errc code, std::string option, std::string value, std::string mend,
                                     const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) {
  return fail(code, {.option = std::move(option), .value = std::move(value), .mend = std::move(mend)}, file, line);
}

inline std::unexpected<Error> invalid(std::string option, std::string value, std::string mend,
                                      const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) {
  return refuse(Errc::invalid_option, std::move(option), std::move(value), std::move(mend), file, line);
}

/// "certs_keys[2].keyfile"
inline std::string element(std::string_view list, std::size_t index, std::string_view member = {}) {
  std::string text(list);
  text += '[';
  text += std::to_string(index);
  text += ']';
  if (!member.empty()) text.append(".").append(member);
  return text;
}

/// The same error under the name of what contains its option ("sni_hosts[a.example].").
Error within(std::string_view prefix, const Error&);

/// An error of a module below, told as an error of this option. Keeps the code, path, position and reason.
Error about(std::string option, std::string value, std::string mend, const Error&);

}  // namespace keyway::config
