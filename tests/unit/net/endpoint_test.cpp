// SPDX-License-Identifier: Apache-2.0
//
// "host:port" in all its forms.
#include <gtest/gtest.h>

#include "keyway/transport.h"

namespace keyway {
namespace {

TEST(Endpoint, ReadsNamesAddressesAndEmptyHosts) {
  EXPECT_EQ(Endpoint::parse("example.org:443"), (Endpoint{"example.org", 443}));
  EXPECT_EQ(Endpoint::parse("[::1]:8443"), (Endpoint{"::1", 8443}));
  EXPECT_EQ(Endpoint::parse(":0"), (Endpoint{"", 0}));
  EXPECT_EQ(Endpoint::parse("192.0.2.1:65535"), (Endpoint{"192.0.2.1", 65535}));
}

TEST(Endpoint, RefusesWhatIsNeither) {
  for (const char* text : {"", "example.org", "example.org:", "example.org:x", "a:65536", "::1:443", "a b:1", "a:1x", "a:-1"}) {
    const auto endpoint = Endpoint::parse(text);
    ASSERT_FALSE(endpoint) << text;
    EXPECT_EQ(endpoint.error().code(), Errc::invalid_option) << text;
    EXPECT_FALSE(endpoint.error().detail()->reason.empty()) << text;
  }
}

TEST(Endpoint, WritesIPv6InBrackets) {
  EXPECT_EQ(to_string(Endpoint{"::1", 1}), "[::1]:1");
  EXPECT_EQ(to_string(Endpoint{"a.example", 2}), "a.example:2");
}

}  // namespace
}  // namespace keyway
