// SPDX-License-Identifier: Apache-2.0
//
// Secrets that states carry: while the handshake runs, and afterwards (RFC 8446 7.1). And the commands that touch them.
#pragma once

#include <memory>

#include "base/recycled.h"
#include "handshake/flow.h"
#include "keyway/connection.h"
#include "schedule/key_schedule13.h"
#include "wire/messages/key_update.h"

namespace keyway::handshake::tls13 {

/// On the heap, so that a machine that is done is small.
struct HandshakeKeys : Recycled<HandshakeKeys> {
  schedule::MasterSecret master;
  schedule::TrafficSecret client_handshake;
  schedule::TrafficSecret server_handshake;
  schedule::TrafficSecret client_application{};  ///< from the server's Finished on
  schedule::TrafficSecret server_application{};
};
using Keys = std::unique_ptr<HandshakeKeys>;

/// What a connection keeps: the present application secrets and the one that tickets come from. Connected has it inside;
/// states that carry more have it on the heap, so that they make no machine larger than Connected does.
struct Traffic : Recycled<Traffic> {
  schedule::TrafficSecret client;
  schedule::TrafficSecret server;
  schedule::ResumptionSecret resumption;

  schedule::TrafficSecret& own(Role role) noexcept { return role == Role::client ? client : server; }
  schedule::TrafficSecret& peer(Role role) noexcept { return role == Role::client ? server : client; }
  const schedule::TrafficSecret& own(Role role) const noexcept { return role == Role::client ? client : server; }
  const schedule::TrafficSecret& peer(Role role) const noexcept { return role == Role::client ? server : client; }
};

/// From the application or from the AEAD limits: change our key now.
struct UpdateKeys {
  KeyUpdateRequest request;
};
/// From the application of a server: ask for a certificate now (RFC 8446 4.6.2).
struct RequestAuthentication {};

/// The peer changed its key; answers if it asked us to change ours (RFC 8446 4.6.3).
Result<void> follow_key_update(Traffic&, const wire::KeyUpdate&, Flow&);
/// Changes our key.
Result<void> update_own_key(Traffic&, KeyUpdateRequest, Flow&);

}  // namespace keyway::handshake::tls13
