// SPDX-License-Identifier: Apache-2.0
//
// Ephemeral ECDH (RFC 8422 2.1, 2.2).
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// Whether TLS 1.2 and below know the group as a curve.
bool is_curve(NamedGroup) noexcept;

/// The group of a server: its first that the client has, too; any of its own where the client names none (RFC 8422 4).
std::optional<NamedGroup> choose_curve(const wire::ClientHello&, Flow&);

/// Client; a server names the group that it chose.
ExchangePtr make_ecdhe(std::optional<NamedGroup> chosen = std::nullopt);

}  // namespace keyway::handshake::tls12
