// SPDX-License-Identifier: Apache-2.0
//
// Ephemeral Diffie-Hellman over a finite field (RFC 5246 7.4.3, 7.4.7.2; RFC 7919), also the anonymous one.
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// A field of the configuration or of the provider; the views live as long as they.
struct ChosenField {
  crypto::FiniteField field;
  std::optional<NamedGroup> group;  ///< nothing: one that has no number
};

/// The field of a server: among those that the client names, its first of them; the configured one where it names none.
std::optional<ChosenField> choose_field(const wire::ClientHello&, Flow&);

/// Whether the client names fields, and none that we have.
bool names_other_fields(const wire::ClientHello&, Flow&);

/// Client; a server names the field that it chose.
ExchangePtr make_dhe(std::optional<ChosenField> chosen = std::nullopt);

/// Whether the prime has at least as many bits as a client demands.
Result<void> check_field_size(ByteView prime, Flow&);

}  // namespace keyway::handshake::tls12
