// SPDX-License-Identifier: Apache-2.0
//
// The steps of the key schedule (RFC 8446 7.1) with their places in the transcript, once for both roles.
#pragma once

#include "handshake/tls13/traffic.h"

namespace keyway::handshake::tls13 {

/// After ServerHello is in the transcript: handshake secrets from the PSK, if any, and the shared secret, if any.
Keys make_handshake_keys(ByteView psk, ByteView shared_secret, Flow&);
/// After the server's Finished is in the transcript: application secrets; the exporter secret goes into the facts.
void derive_application_secrets(HandshakeKeys&, Flow&);
/// After the client's Finished is in the transcript: what the connection keeps.
Traffic make_traffic(HandshakeKeys&, Flow&);

/// Client: read with the server's, write with the client's handshake keys; and so on.
Result<void> install_handshake_keys(const HandshakeKeys&, Flow&);

}  // namespace keyway::handshake::tls13
