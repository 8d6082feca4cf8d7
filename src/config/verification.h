// SPDX-License-Identifier: Apache-2.0
//
// VerifyOptions -> anchors, verifier and the fingerprint under which sessions are resumed.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// How a role uses its VerifyOptions.
enum class Judge : std::uint8_t {
  nothing,           ///< no certificate is asked for: no verifier
  without_checking,  ///< every chain is taken
  by_anchors,        ///< by those that are named
  by_system,         ///< by those that are named and the system's
};

/// Fills anchors, verifier, verification and warnings, once the types are filled (certificate_options.h). Files are read whatever
/// the mode is: a wrong path is an error today, not when the mode changes. Errors: file_unreadable, malformed_pem, missing_option
/// and others, under the names cacertfile, cacerts, system_anchors.
Result<void> set_verification(const VerifyOptions&, Judge, CommonSettings&);

/// Functions cannot be compared: a number stands for those of VerifyOptions, which a configuration has from the one whose place
/// it takes, and draws where it has none.
Result<void> stand_in_for_functions(CommonSettings&);

/// Adds a warning where more authorities would have to be named than `settings.h` allows: none is named then.
void warn_of_authorities(const CommonSettings&, Role, std::vector<std::string>& warnings);

/// What was met while files were read, and which anchors that the options name are expired at `now`.
std::vector<std::string> warnings_of(const CommonSettings&, WallTime now);

}  // namespace keyway::config
