// SPDX-License-Identifier: Apache-2.0
//
// Two connections in one thread over memory: bytes move when the test says so, time is the test's.
#pragma once

#include <deque>
#include <string>

#include "keyway/connection.h"
#include "loop/credentials.h"

namespace keyway::test {

/// One end with what it told and the bytes that are on their way to it.
struct End {
  explicit End(Connection made) : connection(std::move(made)) {}

  Connection connection;
  Bytes inbox;
  std::deque<Progress> events;   ///< everything but NeedBytes and ApplicationData
  std::string data;              ///< application data received
  std::optional<Error> error;

  bool done() const { return connection.handshake_done(); }
  /// How many events of a kind came.
  template <class Kind>
  std::size_t count() const {
    std::size_t n = 0;
    for (const Progress& event : events) n += std::holds_alternative<Kind>(event) ? std::size_t{1} : 0;
    return n;
  }
  /// Takes everything from output().
  Bytes take_output();
  /// Lets the connection work on the inbox until it needs more, blocks, closes or fails.
  void work();
  /// Bytes arrive, and are worked on.
  void give(ByteView);
};

struct PairOptions {
  ClientOptions client;
  ServerOptions server;
  std::string host = "server.test";
  std::uint16_t port = 443;
  Now now{TimePoint(std::chrono::hours(1)), test_time};
};

/// Client options that trust the test authority; server options with one P-256 identity.
ClientOptions client_options();
ServerOptions server_options();

class Pair {
 public:
  explicit Pair(const PairOptions&);
  Pair(std::shared_ptr<const ClientConfig>, std::shared_ptr<const ServerConfig>, const PairOptions&);

  /// Moves bytes until nothing moves any more; `chunk` bytes at a time, 0: all at once.
  void run(std::size_t chunk = 0);
  /// True when both ends are done and none has failed.
  bool connected() const { return client.done() && server.done() && !client.error && !server.error; }
  /// Sends text and lets it arrive.
  void send_from_client(std::string_view text);
  void send_from_server(std::string_view text);
  void advance(std::chrono::seconds);

  Now now;
  End client;
  End server;

 private:
  bool move(End& from, End& to, std::size_t chunk);
};

std::shared_ptr<const ClientConfig> make_config(ClientOptions);
std::shared_ptr<const ServerConfig> make_config(ServerOptions);

}  // namespace keyway::test
