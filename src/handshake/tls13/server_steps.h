// SPDX-License-Identifier: Apache-2.0
//
// Steps that the server's handlers share: from hello to candidate to flight.
#pragma once

#include "handshake/tls13/server_machine.h"

namespace keyway::handshake::tls13::server {

/// The first PSK worth looking up, or the choice of an identity.
Chosen first_candidate(std::unique_ptr<ReceivedHello>, Parameters, Flow&);

/// What may differ between the two hellos, and what must be in the second. Errors: hello_changed, wrong_early_data,
/// wrong_cookie, wrong_key_share, missing_extension.
Result<void> check_second(const ClientHello& first, const ClientHello& second, const Parameters&, Flow&);

/// ServerHello, keys and EncryptedExtensions; `psk` null: none was taken. The hello enters the transcript here, because
/// binders are computed over what was before it.
Result<Keys> send_hello(const ReceivedHello&, const Parameters&, const AcceptedPsk* psk, Flow&);

/// Asks for a client certificate (RFC 8446 4.3.2); `context` is empty during the handshake.
Result<void> send_certificate_request(ByteView context, Flow&);

/// Finished, and application keys for writing.
Result<void> finish_flight(HandshakeKeys&, Flow&);

}  // namespace keyway::handshake::tls13::server
