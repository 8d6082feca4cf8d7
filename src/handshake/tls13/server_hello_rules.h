// SPDX-License-Identifier: Apache-2.0
//
// What ServerHello and HelloRetryRequest have in common for a client (RFC 8446 4.1.3, 4.1.4).
#pragma once

#include "handshake/hello/client_offer.h"

namespace keyway::handshake::tls13::client {

/// Errors: wrong_session_id_echo, wrong_cipher_suite.
Result<void> check_server_hello(const ClientOffer&, ByteView session_id_echo, CipherSuite, Flow&);

}  // namespace keyway::handshake::tls13::client
