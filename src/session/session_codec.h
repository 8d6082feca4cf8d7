// SPDX-License-Identifier: Apache-2.0
//
// Sessions as bytes, in the presentation language of RFC 8446 3: what a client saves, behind a tag and a version, and what a
// server seals into its tickets. Not compatible with other implementations; other versions of the saved form are refused.
#pragma once

#include "keyway/session_store.h"

namespace keyway::session {

/// Bounds of a chain in both directions. Handshakes may be configured to take longer ones (max_certificate_list).
inline constexpr std::size_t max_saved_certificates = 64;
inline constexpr std::size_t max_saved_chain = 102400;

/// The secret is in it, in the clear. Empty for a session that decoding refuses because of its size or its times.
SecretBytes encode(const SessionTicket&);

/// Error: malformed_session, for everything that is not exactly a saved ticket.
Result<std::shared_ptr<const SessionTicket>> decode(ByteView saved);

/// The session alone; the same of it, empty in the same cases.
SecretBytes encode(const Session&);
Result<std::shared_ptr<const Session>> decode_session(ByteView encoded);

}  // namespace keyway::session
