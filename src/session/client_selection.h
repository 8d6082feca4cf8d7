// SPDX-License-Identifier: Apache-2.0
//
// For whom a client's ticket is good: same host, port, SNI, verification settings and own identities, or no reuse at all.
// Stores are in memory_client_tickets.cpp; lifetimes in ticket_age.h.
#pragma once

#include "keyway/peer_name.h"
#include "keyway/session_store.h"

namespace keyway::session {

/// The key under which tickets of this connection are kept. Names are compared without regard to case (RFC 9525 6.3).
TicketTarget ticket_target(const PeerName&, std::uint16_t port, ByteView verification);

/// The same as bytes, for Session::policy: equal if and only if the targets are. Not secret.
Bytes ticket_policy(const TicketTarget&);

}  // namespace keyway::session
