// SPDX-License-Identifier: Apache-2.0
//
// What BoGo calls our errors. Where the runner's name means the same as a code, that name is printed; where it draws
// other lines than we do, config.json's ErrorMap says which of our names answers which of its own.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "keyway/error.h"

namespace keyway::bogo_shim {

/// The runner's name of a code, without colons; empty where it has none.
std::string_view error_name(Errc) noexcept;

/// The runner's name of a received fatal alert ("TLSV1_ALERT_UNKNOWN_CA"); empty for numbers it does not name.
std::string_view alert_name(AlertDescription) noexcept;

/// One paragraph for standard error: the runner's name between colons, then our own code and message.
std::string describe(const Error&, std::string_view last_message = {});

}  // namespace keyway::bogo_shim
