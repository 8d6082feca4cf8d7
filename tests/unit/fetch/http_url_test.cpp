// SPDX-License-Identifier: Apache-2.0
//
// Which URLs, hosts and addresses are talked to.
#include "fetch/http_url.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace keyway::fetch {
namespace {

std::string shown(std::string_view url) {
  const auto parsed = parse_http_url(url);
  return parsed ? parsed->host + "|" + std::to_string(parsed->port) : "none";
}

TEST(HttpUrl, Parts) {
  EXPECT_EQ(shown("http://a.test/x.crl"), "a.test|80");
  EXPECT_EQ(shown("HTTP://A.Test:8080"), "a.test|8080");
  EXPECT_EQ(shown("http://[2001:db8::1]:81/?q"), "2001:db8::1|81");
  EXPECT_EQ(shown("http://192.0.2.1?x"), "192.0.2.1|80");
  for (const char* wrong : {"",
                            "http://",
                            "http:///x",
                            "https://a.test/",
                            "ftp://a.test/",
                            "file:///etc/passwd",
                            "ldap://a.test/",
                            "a.test/x",
                            "http://user@a.test/",
                            "http://a:b@a.test/",
                            "http://a.test:0/",
                            "http://a.test:65536/",
                            "http://a.test:/",
                            "http://a.test:8x/",
                            "http://[::1/",
                            "http://a.test /",
                            "http://a.test/\n",
                            "http://a.test/\x80",
                            "http://a%2etest/",
                            "http://a.test\\@b.test/",
                            "http://[::1]x/"})
    EXPECT_EQ(shown(wrong), "none") << wrong;
  EXPECT_EQ(shown("http://a.test/" + std::string(2048, 'x')), "none");
}

TEST(HostRules, NameHostsAndPorts) {
  const HostRules open({}, {80, 8080});
  EXPECT_TRUE(open.allows({"a.test", 80}) && open.allows({"a.test", 8080}));
  EXPECT_FALSE(open.allows({"a.test", 81}) || open.any_address());
  const HostRules named({"A.test", "b.test:81", "[::1]:82"}, {80});
  EXPECT_TRUE(named.any_address());
  EXPECT_TRUE(named.allows({"a.test", 80}) && named.allows({"b.test", 81}) && named.allows({"::1", 82}));
  EXPECT_FALSE(named.allows({"a.test", 81}) || named.allows({"b.test", 80}) || named.allows({"c.test", 80}));
  EXPECT_EQ(HostRules::malformed({"a.test", "b.test:81"}), nullptr);
  for (const char* wrong : {"", "a b", "http://a.test", "a.test:", "a.test:0", "[::1"}) {
    const std::vector<std::string> hosts{"a.test", wrong};
    ASSERT_NE(HostRules::malformed(hosts), nullptr) << wrong;
    EXPECT_EQ(*HostRules::malformed(hosts), wrong);
  }
}

bool public_address(const char* text) {
  sockaddr_storage storage{};
  auto* v4 = reinterpret_cast<sockaddr_in*>(&storage);
  auto* v6 = reinterpret_cast<sockaddr_in6*>(&storage);
  if (std::strchr(text, ':') != nullptr) {
    v6->sin6_family = AF_INET6;
    EXPECT_EQ(inet_pton(AF_INET6, text, &v6->sin6_addr), 1) << text;
  } else {
    v4->sin_family = AF_INET;
    EXPECT_EQ(inet_pton(AF_INET, text, &v4->sin_addr), 1) << text;
  }
  return is_public(*reinterpret_cast<const sockaddr*>(&storage));
}

TEST(Addresses, OfThePublicInternetAlone) {
  for (const char* address : {"8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.128.0.1", "223.255.255.255", "2600::1",
                              "2a00:1450::1", "2001:4860::1"})
    EXPECT_TRUE(public_address(address)) << address;
  for (const char* address : {"0.0.0.0",
                              "10.1.2.3",
                              "100.64.0.1",
                              "127.0.0.1",
                              "127.255.255.255",
                              "169.254.169.254",
                              "172.16.0.1",
                              "172.31.255.255",
                              "192.0.0.1",
                              "192.0.2.1",
                              "192.168.1.1",
                              "198.18.0.1",
                              "198.51.100.1",
                              "203.0.113.1",
                              "224.0.0.1",
                              "255.255.255.255",
                              "::",
                              "::1",
                              "::ffff:8.8.8.8",
                              "::ffff:127.0.0.1",
                              "64:ff9b::808:808",
                              "fc00::1",
                              "fd00::1",
                              "fe80::1",
                              "fec0::1",
                              "ff02::1",
                              "2001::1",
                              "2001:db8::1",
                              "2002:7f00:1::1",
                              "3fff::1",
                              "::8.8.8.8"})
    EXPECT_FALSE(public_address(address)) << address;
  sockaddr other{};
  other.sa_family = AF_UNIX;
  EXPECT_FALSE(is_public(other));
}

}  // namespace
}  // namespace keyway::fetch
