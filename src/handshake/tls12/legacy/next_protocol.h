// SPDX-License-Identifier: Apache-2.0
//
// Next protocol negotiation (draft-agl-tls-nextprotoneg-04) as steps of both roles. It is of the connection and not of the
// session: a handshake that resumes negotiates anew, one within a connection does not (4). The edges of its message are in
// server_machine.h. A build without the files of this folder has tls12/without_legacy.cpp, where none of it is offered or shown.
#pragma once

#include "handshake/flow.h"
#include "wire/messages/client_hello.h"
#include "wire/messages/server_hello.h"

namespace keyway::handshake::tls12 {

namespace client {

/// On ServerHello, behind ALPN: notes the choice in the facts. True: it must be sent. Errors: alpn_and_npn; no_next_protocol,
/// where the options want one.
Result<bool> accept_next_protocol(const wire::ServerHello&, Flow&);
/// Between ChangeCipherSpec and Finished.
Result<void> send_next_protocol(Flow&);

}  // namespace client

namespace server {

/// Whether the ServerHello shows protocols, so that the client answers: it offers to, the options say so, and ALPN has not
/// settled it (`info.alpn`).
bool shows_next_protocols(const wire::ClientHello&, Flow&);
/// The extension.
void show_next_protocols(wire::Writer&, Flow&);

}  // namespace server

}  // namespace keyway::handshake::tls12
