// SPDX-License-Identifier: Apache-2.0
//
// Pairs that speak TLS 1.2 or below.
#pragma once

#include <gtest/gtest.h>

#include "loop/pair.h"

namespace keyway::test {

struct OlderPair : PairOptions {
  explicit OlderPair(ProtocolVersion version = ProtocolVersion::tls1_2) {
    client = client_options();
    server = server_options();
    set_versions({version}, {version});
  }
  void set_versions(std::vector<ProtocolVersion> of_client, std::vector<ProtocolVersion> of_server) {
    client.protocol.versions = std::move(of_client);
    server.protocol.versions = std::move(of_server);
  }
  void set_suites(std::vector<CipherSuite> suites) { client.protocol.ciphers = server.protocol.ciphers = std::move(suites); }
  /// The only suite, and a server's key that goes with it.
  void use(CipherSuite suite) {
    set_suites({suite});
    if (to_string(suite).find("_RSA_") != std::string_view::npos)
      server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
  }
};

/// Both ends are connected, and data goes both ways.
inline void expect_connected(Pair& pair) {
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  ASSERT_TRUE(pair.client.done());
  ASSERT_TRUE(pair.server.done());
  pair.send_from_client("a question");
  pair.send_from_server("an answer");
  EXPECT_EQ(pair.server.data, "a question");
  EXPECT_EQ(pair.client.data, "an answer");
}

}  // namespace keyway::test
