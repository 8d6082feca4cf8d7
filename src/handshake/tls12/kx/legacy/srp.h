// SPDX-License-Identifier: Apache-2.0
//
// SRP, alone or with a certificate beside it (RFC 5054).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// Client: as the user of its configuration.
ExchangePtr make_srp();
/// Server: for the user that the hello names. Error unknown_psk_identity: it names none.
Result<ExchangePtr> make_srp(const ServerBasis&);

}  // namespace keyway::handshake::tls12
