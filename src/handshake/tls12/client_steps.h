// SPDX-License-Identifier: Apache-2.0
//
// Steps that the client's handlers of TLS 1.2 and below share.
#pragma once

#include "handshake/tls12/client_machine.h"

namespace keyway::handshake::tls12::client {

/// ClientKeyExchange to Finished where no certificate of ours was asked for; what the key exchange asks comes before.
Result<OneOf<AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>> answer_without_identity(ProgressPtr, Flow&);

/// The server took the session that was offered: its side of the rules, then its keys. `terms` are those of ServerHello, which
/// is hashed. Errors: session_version_changed, session_cipher_suite_changed, extended_master_secret_changed.
Result<Begun> resume(const Terms& terms, const ClientOffer& offer, Flow&);

/// The server's Finished was right: tells the store and the caller of what a later connection can resume, if anybody wants it.
Result<void> keep_session(const Master&, Flow&);

}  // namespace keyway::handshake::tls12::client
