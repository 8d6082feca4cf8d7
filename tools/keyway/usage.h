// SPDX-License-Identifier: Apache-2.0
//
// Wrong command lines as errors of the tool: which word, what is wrong with it, what to write instead.
#pragma once

#include <CLI/App.hpp>

#include "keyway/result.h"

namespace keyway::tool {

/// What CLI11 found. `app` is the whole program.
Error usage_error(const CLI::App& app, const CLI::ParseError&);

/// Values that are given but empty mean nothing, except the text to send. Error invalid_option.
Result<void> check_not_empty(const CLI::App& app);

}  // namespace keyway::tool
