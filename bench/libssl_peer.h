// SPDX-License-Identifier: Apache-2.0
//
// libssl's client and server over memory BIOs: contexts made once, one BIO a direction that both ends share.
#pragma once

#include <openssl/ssl.h>

#include <memory>

#include "certificates.h"
#include "handshake_mode.h"
#include "tally.h"

namespace keyway::bench {

struct SslFreer {
  void operator()(SSL* ssl) const noexcept {
    // Otherwise libssl takes it for broken off, and its session for spent.
    SSL_set_shutdown(ssl, SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
    SSL_free(ssl);
  }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const noexcept { SSL_SESSION_free(session); }
};
using SslHandle = std::unique_ptr<SSL, SslFreer>;
using SslCtxHandle = std::unique_ptr<SSL_CTX, SslFreer>;
using SslSessionHandle = std::unique_ptr<SSL_SESSION, SslFreer>;

class LibsslStack {
 public:
  /// `group` by libssl's name.
  LibsslStack(const IdentityFiles&, const char* group, Mode = Mode::tls13);

  struct Pair {
    SslHandle client;
    SslHandle server;
  };

  /// As KeywayStack::handshake.
  template <class Around>
  void handshake(Around&& around) const {
    Pair pair = connect(around);
    around(Side::client, [&] { pair.client.reset(); });
    around(Side::server, [&] { pair.server.reset(); });
  }
  void handshake() const {
    handshake([](Side, auto&& turn) { turn(); });
  }
  template <class Around>
  Pair connect(Around&& around) const {
    Pair pair;
    around(Side::client, [&] { pair.client = make_client(); });
    around(Side::server, [&] { pair.server = make_server(*pair.client); });
    bool client_done = false;
    bool server_done = false;
    while (!client_done || !server_done) {
      if (!client_done) around(Side::client, [&] { client_done = step(*pair.client); });
      if (!server_done) around(Side::server, [&] { server_done = step(*pair.server); });
    }
    return pair;
  }
  Pair connect() const {
    return connect([](Side, auto&& turn) { turn(); });
  }

 private:
  SslHandle make_client() const;
  /// Over the other ends of the client's BIOs.
  SslHandle make_server(const SSL& client) const;
  static bool step(SSL&);

  SslCtxHandle client_context_;
  SslCtxHandle server_context_;
  SslSessionHandle session_;  ///< that every client resumes; null: none
};

}  // namespace keyway::bench
