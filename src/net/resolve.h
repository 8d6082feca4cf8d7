// SPDX-License-Identifier: Apache-2.0
//
// Names to socket addresses and back.
#pragma once

#include <netdb.h>
#include <sys/socket.h>

#include <vector>

#include "keyway/transport.h"
#include "net/system_error.h"

namespace keyway::net {

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

/// Look-ups beside the caller, as the C library offers them (getaddrinfo_a(3)); tests bring a name server that never answers.
struct LookUps {
  int (*start)(int mode, gaicb** requests, int count, sigevent*);
  int (*wait)(const gaicb* const* requests, int count, const timespec*);
  int (*state)(gaicb*);
  int (*cancel)(gaicb*);
};
extern const LookUps system_look_ups;

/// All stream addresses of the endpoint, in the resolver's order. Numbers, localhost (RFC 6761 6.3) and look-ups without a
/// deadline are done in the calling thread. Errors: resolve_failed, timeout, with the name.
Result<std::vector<SocketAddress>> resolve_to_connect(const Endpoint&, const Deadline&, const LookUps& = system_look_ups);
/// The same without a deadline; an empty host is every local address.
Result<std::vector<SocketAddress>> resolve_to_bind(const Endpoint&);

/// The numeric form; IPv4 addresses that travel in IPv6 sockets are shown as IPv4.
Endpoint endpoint_of(const SocketAddress&);

Result<Endpoint> local_endpoint_of(int descriptor);
Result<Endpoint> peer_endpoint_of(int descriptor);

}  // namespace keyway::net
