// SPDX-License-Identifier: Apache-2.0
//
// Pre-shared keys of TLS 1.2 and below: alone, or around another key exchange (RFC 4279, RFC 5489).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// `inner` null: the key alone.
ExchangePtr make_psk(ExchangePtr inner);

/// Whether a configuration has keys for this family: imported ones are for TLS 1.3 (RFC 9258 4.1).
bool has_psk(const PskOptions&) noexcept;

}  // namespace keyway::handshake::tls12
