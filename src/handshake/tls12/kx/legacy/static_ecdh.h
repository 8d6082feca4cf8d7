// SPDX-License-Identifier: Apache-2.0
//
// ECDH with the key of the server's certificate (RFC 8422 2, the suites of RFC 4492 2.1 and 2.3).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// Client.
ExchangePtr make_static_ecdh();
/// Server: with the key of this identity.
ExchangePtr make_static_ecdh(const ServerBasis&);

/// Whether the client has the curve of the identity's key.
bool has_curve_of(const pki::Identity&, const wire::ClientHello&);

}  // namespace keyway::handshake::tls12
