// SPDX-License-Identifier: Apache-2.0
//
// sni_hosts: each entry over the listener's options is a configuration of its own, checked as a whole.
#pragma once

#include "keyway/server_options.h"

namespace keyway::config {

/// The options of one virtual host: the listener's, with what the entry sets in their place.
ServerOptions options_of_host(const ServerOptions& listener, const SniOptions&);

}  // namespace keyway::config
