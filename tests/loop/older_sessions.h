// SPDX-License-Identifier: Apache-2.0
//
// A client of TLS 1.2 that comes back: what the tests of resumption by id and by ticket share.
#pragma once

#include "loop/sessions.h"
#include "session/shared_bytes.h"

namespace keyway::test {

/// Connections one after the other between a client and a server that keep their sessions. The server's configuration is made
/// once, from the options that stand there then.
class Visits {
 public:
  explicit Visits(Resumption way) {
    options.client = client_options();
    options.server = server_options();
    options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_2};
    options.client.sessions.store = memory_client_sessions();
    options.client.sessions.tickets = way == Resumption::ticket;
    options.server.sessions.tickets = way == Resumption::ticket;
    options.server.sessions.store = sessions = memory_session_store();
  }

  /// Before any byte has moved.
  Pair begin() {
    if (!server_) server_ = make_config(options.server);
    return {client ? client : make_config(options.client), server_, options};
  }
  /// A whole handshake, which must succeed in this way.
  Pair meet(Resumption expected) {
    Pair pair = begin();
    pair.run(chunk);
    expect_resumption(pair, expected);
    return pair;
  }
  /// The next connection is to a server of the present options; it has the store of the last one, if it names one.
  void replace_server() { server_ = nullptr; }
  void advance(std::chrono::seconds time) {
    options.now.wall += time;
    options.now.monotonic += time;
  }

  PairOptions options;
  std::shared_ptr<const ClientConfig> client;  ///< comes in the place of what the options make
  std::shared_ptr<SessionStore> sessions;
  std::size_t chunk = 0;

 private:
  std::shared_ptr<const ServerConfig> server_;
};

/// By which the connection can be resumed; empty: by none.
inline Bytes id_of(const End& end) { return to_bytes(session::view_of(end.connection.info().session_id)); }
/// Of a Hello, whichever.
inline Bytes session_id_of(const Hello& hello) {
  return to_bytes(ByteView(hello.head).subspan(35, std::to_integer<std::size_t>(hello.head[34])));
}
/// Of the ClientHello that waits to be sent.
inline Bytes session_id_of(const Pair& pair) {
  Bytes hello;
  for (const ByteView piece : pair.client.connection.output()) hello.insert(hello.end(), piece.begin(), piece.end());
  return session_id_of(hello_of(hello));
}

}  // namespace keyway::test
