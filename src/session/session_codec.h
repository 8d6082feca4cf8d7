// SPDX-License-Identifier: Apache-2.0
//
// Saved form of a client's ticket: a tag, a version, then the fields in the presentation language of RFC 8446 3.
// Not on the wire, not compatible with other implementations; other versions of this form are refused.
#pragma once

#include "keyway/session_store.h"

namespace keyway::session {

/// Bounds of what is decoded; the same that handshakes keep.
inline constexpr std::size_t max_saved_certificates = 64;
inline constexpr std::size_t max_saved_chain = 102400;

/// The secret is in it, in the clear.
SecretBytes encode(const SessionTicket&);

/// Error: malformed_session, for everything that is not exactly a saved ticket.
Result<std::shared_ptr<const SessionTicket>> decode(ByteView saved);

}  // namespace keyway::session
