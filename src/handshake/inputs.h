// SPDX-License-Identifier: Apache-2.0
//
// What a handler may read: configuration, time, and who the peer is meant to be. Nothing here changes in a handler.
#pragma once

#include <algorithm>
#include <memory>
#include <variant>

#include "base/recycled.h"
#include "config/settings.h"
#include "keyway/clock.h"
#include "keyway/peer_name.h"

namespace keyway::handshake {

/// Of a client: whom it talks to.
struct Destination : Recycled<Destination> {
  PeerName name{};
  std::uint16_t port = 0;  ///< part of the key of kept tickets
};

struct Inputs {
  Now now{};
  std::unique_ptr<Destination> destination;  ///< clients
  /// Of the role. A server's is replaced once, by the answer to the hello question. The padding behind it takes the role.
  [[no_unique_address]] std::variant<std::shared_ptr<const ClientConfig>, std::shared_ptr<const ServerConfig>> config;
  Role role = Role::client;

  const ClientSettings& client() const { return std::get<std::shared_ptr<const ClientConfig>>(config)->settings(); }
  const ServerSettings& server() const { return std::get<std::shared_ptr<const ServerConfig>>(config)->settings(); }
  const CommonSettings& common() const { return role == Role::client ? client().common : server().common; }
  const ProtocolOptions& protocol() const { return role == Role::client ? client().options.protocol : server().options.protocol; }
  const crypto::Provider& provider() const { return *common().provider; }
  bool allows(ProtocolVersion version) const { return std::ranges::find(common().versions, version) != common().versions.end(); }
};

}  // namespace keyway::handshake
