// SPDX-License-Identifier: Apache-2.0
//
// Pairs that speak TLS 1.2 or below, and what is made of their hellos on the way.
#pragma once

#include <gtest/gtest.h>

#include "loop/forge.h"

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
  pair.client.data.clear();
  pair.server.data.clear();
  pair.send_from_client("a question");
  pair.send_from_server("an answer");
  EXPECT_EQ(pair.server.data, "a question");
  EXPECT_EQ(pair.client.data, "an answer");
}

/// The alert behind an error of one end, which the other end must have been told.
inline void expect_refused(Pair& pair, End& by, End& other, Errc code, AlertDescription alert) {
  ASSERT_TRUE(by.error);
  EXPECT_EQ(by.error->code(), code) << by.error->message();
  other.give(by.take_output());
  EXPECT_EQ(alert_at(other), alert);
  EXPECT_FALSE(pair.connected());
}

/// Lets the server answer, and the client meet what `edit` makes of its first message.
inline void meet_edited_answer(Pair& pair, const std::function<void(Hello&)>& edit) {
  pair.server.give(pair.client.take_output());
  pair.client.give(edit_hello(pair.server.take_output(), edit));
}

/// The two bytes of cipher_suite in a ServerHello without a session id.
inline void set_suite(Hello& hello, CipherSuite suite) {
  const std::size_t at = 2 + 32 + 1 + std::to_integer<std::size_t>(hello.head[34]);
  hello.head[at] = static_cast<std::byte>(static_cast<unsigned>(suite) >> 8);
  hello.head[at + 1] = static_cast<std::byte>(suite);
}

inline void set_version(Hello& hello, unsigned version) {
  hello.head[0] = static_cast<std::byte>(version >> 8);
  hello.head[1] = static_cast<std::byte>(version);
}

}  // namespace keyway::test
