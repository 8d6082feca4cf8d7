// SPDX-License-Identifier: Apache-2.0
//
// Keyway's client and server over memory: configurations made once, connections one pair after the other.
#pragma once

#include "certificates.h"
#include "handshake_mode.h"
#include "keyway/connection.h"
#include "tally.h"

namespace keyway::bench {

class KeywayStack {
 public:
  KeywayStack(const IdentityFiles&, NamedGroup, Mode = Mode::tls13, Memo = Memo::off);

  struct Pair {
    Connection client;
    Connection server;
  };

  /// Runs a whole handshake. `around` is called with the side whose turn it is and a callable that does the work of this
  /// turn; creation and destruction of a connection are turns, too.
  template <class Around>
  void handshake(Around&& around) const {
    std::optional<Connection> client;
    std::optional<Connection> server;
    run(client, server, around);
    around(Side::client, [&] { client.reset(); });
    around(Side::server, [&] { server.reset(); });
  }
  void handshake() const {
    handshake([](Side, auto&& turn) { turn(); });
  }
  /// A pair that is through with its handshake.
  template <class Around>
  Pair connect(Around&& around) const {
    std::optional<Connection> client;
    std::optional<Connection> server;
    run(client, server, around);
    return {std::move(*client), std::move(*server)};
  }
  Pair connect() const {
    return connect([](Side, auto&& turn) { turn(); });
  }

 private:
  template <class Around>
  void run(std::optional<Connection>& client, std::optional<Connection>& server, Around&& around) const {
    around(Side::client, [&] { client.emplace(make_client()); });
    around(Side::server, [&] { server.emplace(make_server()); });
    while (!client->handshake_done() || !server->handshake_done()) {
      const MutableBytes to_server = carry(*client);
      around(Side::server, [&] { take(*server, to_server); });
      const MutableBytes to_client = carry(*server);
      around(Side::client, [&] { take(*client, to_client); });
    }
  }
  Connection make_client() const;
  Connection make_server() const;
  /// Copies what a connection wants to send; valid until the next call.
  MutableBytes carry(Connection& from) const;
  static void take(Connection& to, MutableBytes wire);

  std::shared_ptr<const ClientConfig> client_config_;
  std::shared_ptr<const ServerConfig> server_config_;
  PeerName name_;
  mutable Bytes wire_;
};

}  // namespace keyway::bench
