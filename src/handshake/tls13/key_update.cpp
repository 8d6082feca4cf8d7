// SPDX-License-Identifier: Apache-2.0
//
// Key updates, both directions (RFC 8446 4.6.3 and 7.2).
#include <fmt/format.h>

#include "handshake/tls13/traffic.h"
#include "schedule/traffic_keys.h"

namespace keyway::handshake::tls13 {

namespace {

void log_generation(Role whose, std::uint64_t generation, const schedule::TrafficSecret& secret, Flow& flow) {
  const std::string label = fmt::format("{}_TRAFFIC_SECRET_{}", whose == Role::client ? "CLIENT" : "SERVER", generation);
  flow.log_secret(label, secret.value.expose());
}

Role other(Role role) noexcept { return role == Role::client ? Role::server : Role::client; }

}  // namespace

Result<void> follow_key_update(Traffic& traffic, const wire::KeyUpdate& m, Flow& flow) {
  const Role role = flow.in().role;
  schedule::TrafficSecret& peer = traffic.peer(role);
  peer = schedule::next_generation(*flow.facts().hash, peer);
  KW_TRY(flow.install_read(peer));
  log_generation(other(role), ++flow.facts().info.key_updates_received, peer, flow);
  //= rfc8446#4.6.3-4
  if (m.request_update == KeyUpdateRequest::update_requested) flow.owe_key_update();
  return {};
}

Result<void> update_own_key(Traffic& traffic, KeyUpdateRequest request, Flow& flow) {
  const Role role = flow.in().role;
  KW_TRY(flow.send(HandshakeType::key_update, [&](wire::Writer& w) { w.u8(static_cast<std::uint8_t>(request)); }));
  schedule::TrafficSecret& own = traffic.own(role);
  own = schedule::next_generation(*flow.facts().hash, own);
  //= rfc8446#4.6.3-5
  KW_TRY(flow.install_write(own));
  log_generation(role, ++flow.facts().info.key_updates_sent, own, flow);
  return {};
}

}  // namespace keyway::handshake::tls13
