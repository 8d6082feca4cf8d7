// SPDX-License-Identifier: Apache-2.0
//
// Names to socket addresses and back.
#pragma once

#include <sys/socket.h>

#include <vector>

#include "keyway/transport.h"

namespace keyway::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

/// All stream addresses of the endpoint, in the resolver's order. `to_bind`: an empty host is every local address.
/// Error resolve_failed with the name.
Result<std::vector<SocketAddress>> resolve(const Endpoint&, bool to_bind);

/// The numeric form; IPv4 addresses that travel in IPv6 sockets are shown as IPv4.
Endpoint endpoint_of(const SocketAddress&);

Result<Endpoint> local_endpoint_of(int descriptor);
Result<Endpoint> peer_endpoint_of(int descriptor);

}  // namespace keyway::net
