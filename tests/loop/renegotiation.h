// SPDX-License-Identifier: Apache-2.0
//
// Two ends that renegotiate when they are asked to, and what is expected of them.
#pragma once

#include <gtest/gtest.h>

#include "loop/older_forger.h"

namespace keyway::test {

struct WillingPair : PairOptions {
  WillingPair() {
    client = client_options();
    server = server_options();
    client.protocol.versions = server.protocol.versions = {ProtocolVersion::tls1_2};
    client.server_renegotiation = true;
    server.client_renegotiation = true;
  }
};

inline Bytes exported(const End& end) {
  Bytes out(32);
  EXPECT_TRUE(end.connection.export_key("EXPORTER-test", std::nullopt, out));
  return out;
}

/// Both are connected, agree on their secrets, and data passes.
inline void expect_connected(Pair& pair) {
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(exported(pair.client), exported(pair.server));
  pair.client.data.clear();
  pair.server.data.clear();
  pair.send_from_client("a question");
  pair.send_from_server("an answer");
  EXPECT_EQ(pair.server.data, "a question");
  EXPECT_EQ(pair.client.data, "an answer");
}

inline void expect_failed(const End& end, Errc code, AlertDescription alert) {
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code(), code) << end.error->message();
  EXPECT_EQ(end.error->alert(), alert);
}

/// TLS_EMPTY_RENEGOTIATION_INFO_SCSV in front of the suites; the id is empty.
inline void add_suite(Hello& hello) {
  hello.remove(ExtensionType::renegotiation_info);
  const auto suites = hello.head.begin() + 2 + 32 + 1;
  ASSERT_EQ(suites[-1], std::byte{0});
  const auto size = std::to_integer<unsigned>(suites[0]) << 8 | std::to_integer<unsigned>(suites[1]);
  suites[0] = static_cast<std::byte>((size + 2) >> 8);
  suites[1] = static_cast<std::byte>(size + 2);
  const Bytes suite = hex("00 ff");
  hello.head.insert(suites + 2, suite.begin(), suite.end());
}

}  // namespace keyway::test
