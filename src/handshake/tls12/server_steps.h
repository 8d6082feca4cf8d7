// SPDX-License-Identifier: Apache-2.0
//
// Steps that the server's handlers of TLS 1.2 and below share.
#pragma once

#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12::server {

/// A full handshake: the choice of an identity, or what comes next where the suite needs none. Errors: no_common_psk,
/// no_common_cipher_suite and others that say why no suite is left.
Result<Full> begin_full(ProgressPtr, Flow&);

/// What a hello may be resumed by, if by anything.
std::optional<FindOlderSession> find_session(const ClientHello&, Flow&);

/// Sets suite and identity: the first common suite that this identity serves, or that needs none. Errors: wrong_answer for an
/// identity that a chooser made up; no_common_cipher_suite, no_common_signature_scheme, no_usable_identity.
Result<void> choose_suite(Progress& all, std::optional<std::size_t> identity, Flow&);

/// What is known once suite and identity are: terms and key exchange.
Result<void> settle_terms(Progress& all, Flow&);

/// What is settled for a suite before ServerHello, full or resumed: randoms, sizes, the hash of the transcript.
Result<void> settle_hello(Progress& all, Flow&);
/// ServerHello; the transcript begins.
Result<void> send_hello(const Progress& all, Flow&);

/// A full handshake that can be resumed: names the session, or announces a ticket.
Result<void> name_session(Progress& all, Flow&);
/// The client's Finished was right: the session goes to the store, or to the client as a ticket.
Result<void> keep_session(const Master&, Flow&);

/// ServerHello to ServerHelloDone of a suite without certificates.
Result<WaitClientKeyExchange> send_without_certificate(ProgressPtr, Flow&);

}  // namespace keyway::handshake::tls12::server
