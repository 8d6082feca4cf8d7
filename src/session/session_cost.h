// SPDX-License-Identifier: Apache-2.0
//
// What a kept session takes of memory: the largest part of it is what the peer chose to show.
#pragma once

#include "keyway/session_store.h"
#include "session/shared_bytes.h"

namespace keyway::session {

/// Near enough: itself, its entry in a store, and what hangs on it, shared or not.
inline std::size_t cost(const Session& session) {
  constexpr std::size_t entry = 256;
  std::size_t bytes = sizeof(Session) + entry + session.alpn.size() + session.policy.size() + session.psk_identity.size();
  if (session.server_name) bytes += session.server_name->size();
  for (std::size_t i = 0; session.peer && i < session.peer->size(); ++i) bytes += session.peer->der(i).size();
  return bytes + view_of(session.ocsp_response).size() + view_of(session.signed_certificate_timestamps).size();
}

}  // namespace keyway::session
