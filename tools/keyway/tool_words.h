// SPDX-License-Identifier: Apache-2.0
//
// The library's errors and warnings name its own options; people gave those of this command.
#pragma once

#include <string>
#include <string_view>

#include "keyway/error.h"

namespace keyway::tool {

/// The option of this command for one of the library, also within a group or of one element; the same word for any other.
std::string tool_option(const std::string& option);

/// A sentence of the library with the options of this command in it.
std::string in_tool_words(std::string_view sentence);

/// What to do about an error, where the library's advice is about its options; empty where that advice will do.
std::string_view tool_hint(Errc) noexcept;

}  // namespace keyway::tool
