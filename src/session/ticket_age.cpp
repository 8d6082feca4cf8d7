// SPDX-License-Identifier: Apache-2.0
//
// Arithmetic of ticket ages (RFC 8446 4.2.11.1).
#include "session/ticket_age.h"

#include <algorithm>

namespace keyway::session {
namespace {

using std::chrono::milliseconds;

milliseconds age(const Session& session, WallTime now) noexcept {
  if (now <= session.issued) return milliseconds{0};
  return std::chrono::duration_cast<milliseconds>(now - session.issued);
}

}  // namespace

std::uint32_t obfuscated_age(const Session& session, WallTime now) noexcept {
  return static_cast<std::uint32_t>(age(session, now).count()) + session.age_add;
}

milliseconds claimed_age(const Session& session, std::uint32_t obfuscated) noexcept {
  return milliseconds{obfuscated - session.age_add};
}

milliseconds age_skew(const Session& session, std::uint32_t obfuscated, WallTime now) noexcept {
  return claimed_age(session, obfuscated) - age(session, now);
}

bool is_live(const Session& session, WallTime now) noexcept {
  // Issued in the future: the wall clock was set back, and no age can be told.
  if (session.issued - now > std::chrono::minutes(1)) return false;
  const auto lifetime = std::min(std::chrono::seconds{session.lifetime}, max_lifetime);
  if (now - session.issued >= lifetime) return false;
  // RFC 8446 4.6.1: a chain of resumptions does not extend what the first handshake proved.
  if (session.authenticated_at != WallTime{} && now - session.authenticated_at >= max_lifetime) return false;
  return now <= session.peer_not_after;
}

}  // namespace keyway::session
