// SPDX-License-Identifier: Apache-2.0
//
// Ephemeral ECDH (RFC 8422 2.1, 2.2).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// The curve of a server: the client's first that it has, too, or its own first that the client has (honor_ecc_order).
std::optional<NamedGroup> choose_curve(const wire::ClientHello&, Flow&);

/// Client; a server names the group that it chose.
ExchangePtr make_ecdhe(std::optional<NamedGroup> chosen = std::nullopt);

}  // namespace keyway::handshake::tls12
