// SPDX-License-Identifier: Apache-2.0
//
// Steps that the client's handlers of TLS 1.2 and below share.
#pragma once

#include "handshake/tls12/client_machine.h"

namespace keyway::handshake::tls12::client {

/// ClientKeyExchange to Finished where no certificate of ours was asked for; what the key exchange asks comes before.
Result<OneOf<AskSecret, WaitChangeCipherSpec>> answer_without_identity(ProgressPtr, Flow&);

}  // namespace keyway::handshake::tls12::client
