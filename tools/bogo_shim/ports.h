// SPDX-License-Identifier: Apache-2.0
//
// The ports that the shim gives to the library: hello decision, identity choice, verdict, signer, ticket store,
// ALPN. They do what the flags say, count their calls, and answer late on -async connections.
#pragma once

#include <map>
#include <memory>

#include "flags.h"
#include "keyway/client_options.h"
#include "keyway/server_options.h"
#include "observed.h"

namespace keyway::bogo_shim {

/// Signs with `inner`, and answers late.
std::shared_ptr<const crypto::Signer> late_signer(std::shared_ptr<const crypto::Signer> inner, std::shared_ptr<Observed>);

/// The stores of the whole process behind one connection's lateness.
std::shared_ptr<TicketStore> late_store(std::shared_ptr<TicketStore> inner, std::shared_ptr<Observed>);
std::shared_ptr<SessionStore> late_store(std::shared_ptr<SessionStore> inner, std::shared_ptr<Observed>);

/// The key of -psk: to a server under -psk-identity, to a client for that very hint.
PskLookup psk_lookup(std::shared_ptr<Observed>);

/// Accepts every chain, or refuses it with -verify-fail and -fail-ocsp-callback; without -verify-peer a client goes on all the
/// same.
std::shared_ptr<const Verifier> scripted_verifier(std::shared_ptr<Observed>);

/// Likewise of raw public keys, on all sides.
RawPublicKeyFunction raw_key_function(std::shared_ptr<Observed>);

/// The runner's mock algorithms for certificates, in the order of its preference.
std::vector<std::shared_ptr<const CertificateCompressor>> compressors_of(const Flags&);

/// Answers with `next`, unless the flags refuse; checks the server name.
HelloFunction hello_function(std::shared_ptr<Observed>,
                             std::function<std::shared_ptr<const ServerConfig>(const HelloInfo&)> next);

/// The stock choice, or a refusal: -fail-cert-callback, and a client whose credentials are all unsuitable.
IdentityFunction identity_function(std::shared_ptr<Observed>);

AlpnFunction alpn_function(std::shared_ptr<Observed>);

/// Writes the trace of messages in the form of -expect-msg-callback.
TraceSink message_trace(std::shared_ptr<Observed>);

}  // namespace keyway::bogo_shim
