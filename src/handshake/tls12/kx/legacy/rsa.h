// SPDX-License-Identifier: Apache-2.0
//
// Key exchange by encryption to the server's RSA key (RFC 5246 7.4.7.1).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// Client; the newest version that its hello offers.
ExchangePtr make_rsa(ProtocolVersion offered);
/// Server: with the key of this identity, for the hello of this client.
ExchangePtr make_rsa(const ServerBasis&);

}  // namespace keyway::handshake::tls12
