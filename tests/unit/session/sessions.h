// SPDX-License-Identifier: Apache-2.0
//
// Sessions and times for the tests of this folder.
#pragma once

#include "keyway/session_store.h"

namespace keyway::test {

inline Now at(std::chrono::seconds since_epoch) { return {.monotonic = {}, .wall = WallTime(since_epoch)}; }
inline const std::chrono::seconds start{1'700'000'000};

inline std::shared_ptr<Session> session(std::uint32_t lifetime = 7200) {
  auto made = std::make_shared<Session>();
  made->secret = Secret48(as_bytes("0123456789abcdef0123456789abcdef"));
  made->lifetime = lifetime;
  made->issued = WallTime(start);
  made->authenticated_at = WallTime(start);
  return made;
}

inline std::shared_ptr<const SessionTicket> ticket(std::string_view name, std::uint32_t lifetime = 7200) {
  auto made = std::make_shared<SessionTicket>();
  made->session = session(lifetime);
  made->ticket = to_bytes(as_bytes(name));
  return made;
}

}  // namespace keyway::test
