// SPDX-License-Identifier: Apache-2.0
//
// Steps that the server's handlers of TLS 1.2 and below share.
#pragma once

#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12::server {

/// Sets suite and identity: the first common suite that this identity serves, or that needs none. Errors: wrong_answer for an
/// identity that a chooser made up; no_common_cipher_suite, no_common_signature_scheme, no_usable_identity.
Result<void> choose_suite(Progress& all, std::optional<std::size_t> identity, Flow&);

/// What is known once suite and identity are: terms and key exchange.
Result<void> settle_terms(Progress& all, Flow&);

/// ServerHello to ServerHelloDone of a suite without certificates.
Result<WaitClientKeyExchange> send_without_certificate(ProgressPtr, Flow&);

}  // namespace keyway::handshake::tls12::server
