// SPDX-License-Identifier: Apache-2.0
//
// What a handler may read: configuration, time, and who the peer is meant to be. Nothing here changes in a handler.
#pragma once

#include <memory>

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
  Role role = Role::client;
  Now now{};
  std::shared_ptr<const ClientConfig> client_config;  ///< clients
  std::shared_ptr<const ServerConfig> server_config;  ///< servers; replaced once, by the answer to the hello question
  std::unique_ptr<Destination> destination;           ///< clients

  const ClientSettings& client() const { return client_config->settings(); }
  const ServerSettings& server() const { return server_config->settings(); }
  const CommonSettings& common() const { return role == Role::client ? client().common : server().common; }
  const ProtocolOptions& protocol() const { return role == Role::client ? client().options.protocol : server().options.protocol; }
  const crypto::Provider& provider() const { return *common().provider; }
};

}  // namespace keyway::handshake
