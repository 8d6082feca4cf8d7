// SPDX-License-Identifier: Apache-2.0
//
// Ages of tickets: how a client hides them, how a server reads them, and when a session is over (RFC 8446 4.2.11.1,
// 4.6.1). All arguments are wall clock time; the obfuscated age counts milliseconds modulo 2^32.
#pragma once

#include "keyway/session_store.h"

namespace keyway::session {

/// RFC 8446 4.6.1: no ticket lives longer, whatever the server says.
inline constexpr std::chrono::seconds max_lifetime{7 * 24 * 3600};

/// Client: what goes into PskIdentity.obfuscated_ticket_age. A clock that went back counts as age 0.
std::uint32_t obfuscated_age(const Session&, WallTime now) noexcept;

/// Server: the age that the client claims.
std::chrono::milliseconds claimed_age(const Session&, std::uint32_t obfuscated) noexcept;

/// Server: claimed age minus our own measure of it. Positive: the client's clock is ahead, or runs faster.
std::chrono::milliseconds age_skew(const Session&, std::uint32_t obfuscated, WallTime now) noexcept;

/// Whether the session may be used at all: within its lifetime, within 7 days of the handshake that authenticated the
/// peer, and the peer's certificate has not ended.
bool is_live(const Session&, WallTime now) noexcept;

}  // namespace keyway::session
