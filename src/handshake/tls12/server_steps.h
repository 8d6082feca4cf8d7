// SPDX-License-Identifier: Apache-2.0
//
// Steps that the server's handlers of TLS 1.2 and below share.
#pragma once

#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12::server {

/// The first common suite that the identity's key authenticates; null: none.
const CipherSuiteInfo* suite_for(std::size_t identity, const ClientHello&, Flow&);

}  // namespace keyway::handshake::tls12::server
