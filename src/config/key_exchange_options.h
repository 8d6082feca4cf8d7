// SPDX-License-Identifier: Apache-2.0
//
// Options of the key exchanges of TLS 1.2 and below, and what a suite needs of other options: keys for PSK, fields for DHE,
// nobody to verify without authentication.
//
// Errors: invalid_option, conflicting_options, missing_option; file_unreadable and malformed_pem for parameters in files.
#pragma once

#include "config/settings.h"

namespace keyway::config {

/// Behind set_algorithms: the suites decide.
Result<void> set_key_exchanges(const ClientOptions&, ClientSettings&);
/// A virtual host has the fields of its listener, and what the listener has need not be of use to it.
Result<void> set_key_exchanges(const ServerOptions&, const ServerSettings* listener, ServerSettings&);

/// Whether a suite that the options name needs no certificate of the server.
bool names_suite_without_certificate(const ProtocolOptions&) noexcept;

}  // namespace keyway::config
