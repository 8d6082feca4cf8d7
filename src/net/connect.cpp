// SPDX-License-Identifier: Apache-2.0
//
// Client connections: names, addresses, one time-out for all of it.
#include "net/socket_core.h"

namespace keyway {
namespace {

Result<Socket> start(std::unique_ptr<Transport> transport, std::shared_ptr<const ClientConfig> config, PeerName name,
                     const net::Deadline& deadline, std::uint16_t port) {
  KW_TRY(net::check_transport(transport));
  KW_ASSIGN(Connection connection, Connection::client(std::move(config), std::move(name), net::now(), port));
  auto core = std::make_shared<Socket::Core>(std::move(transport), std::move(connection));
  KW_TRY(core->handshake(deadline, Socket::Core::Until::done));
  return Socket(std::move(core));
}

}  // namespace

Result<Socket> connect(const Endpoint& endpoint, std::shared_ptr<const ClientConfig> config, Duration timeout) {
  KW_ASSIGN(PeerName name, PeerName::of(endpoint.host));
  return connect(endpoint, std::move(config), std::move(name), timeout);
}

Result<Socket> connect(const Endpoint& endpoint, std::shared_ptr<const ClientConfig> config, PeerName name, Duration timeout) {
  const net::Deadline deadline(timeout);
  // Before anybody is called for nothing.
  if (!config)
    return fail(Errc::missing_option, {.option = "config", .value = "null", .mend = "pass what ClientConfig::make gave"});
  KW_ASSIGN(auto transport, tcp_connect(endpoint, timeout));
  return start(std::move(transport), std::move(config), std::move(name), deadline, endpoint.port);
}

Result<Socket> upgrade(std::unique_ptr<Transport> transport, std::shared_ptr<const ClientConfig> config, PeerName name,
                       Duration timeout, std::uint16_t port) {
  return start(std::move(transport), std::move(config), std::move(name), net::Deadline(timeout), port);
}

}  // namespace keyway
