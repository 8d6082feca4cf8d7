// SPDX-License-Identifier: Apache-2.0
//
// HMAC and HKDF against the suites of Project Wycheproof.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/hex.h"
#include "keyway/crypto/provider.h"
#include "schedule/hkdf.h"

namespace keyway::schedule {
namespace {

using nlohmann::json;

json suite(const std::string& name) {
  std::ifstream file(std::string(KEYWAY_VECTORS) + "/wycheproof/" + name + ".json");
  EXPECT_TRUE(file.good()) << name;
  return json::parse(file);
}

Bytes bytes_of(const json& object, const char* member) { return from_hex(object.at(member).get<std::string>()).value(); }

const crypto::HashMethods& methods(HashAlgorithm algorithm) { return *crypto::default_provider()->hash(algorithm); }

void run_hmac(const std::string& name, HashAlgorithm algorithm, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& group : all.at("testGroups")) {
    for (const json& test : group.at("tests")) {
      const Secret48 mac = hmac(methods(algorithm), bytes_of(test, "key"), bytes_of(test, "msg"));
      const Bytes tag = bytes_of(test, "tag");  // which may be a cut one
      ASSERT_LE(tag.size(), mac.expose().size());
      EXPECT_EQ(std::ranges::equal(mac.expose().first(tag.size()), tag), test.at("result") == "valid") << test.at("tcId");
      ++done;
    }
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, HmacSha256) { run_hmac("hmac_sha256", HashAlgorithm::sha256, 174); }
TEST(Wycheproof, HmacSha384) { run_hmac("hmac_sha384", HashAlgorithm::sha384, 174); }

void run_hkdf(const std::string& name, HashAlgorithm algorithm, int expected) {
  int done = 0;
  const json all = suite(name);
  const std::size_t most = 255 * methods(algorithm).digest_size;
  for (const json& group : all.at("testGroups")) {
    for (const json& test : group.at("tests")) {
      Bytes okm(test.at("size").get<std::size_t>());
      // The invalid ones ask for more than RFC 5869 2.3 has, which our callers never do.
      EXPECT_EQ(okm.size() > most, test.at("result") == "invalid") << test.at("tcId");
      if (okm.size() > most) continue;
      const Secret48 key = hkdf_extract(methods(algorithm), bytes_of(test, "salt"), bytes_of(test, "ikm"));
      hkdf_expand(HmacKey(methods(algorithm), key.expose()), bytes_of(test, "info"), okm);
      EXPECT_EQ(to_hex(okm), test.at("okm").get<std::string>()) << test.at("tcId");
      ++done;
    }
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, HkdfSha256) { run_hkdf("hkdf_sha256", HashAlgorithm::sha256, 83); }
TEST(Wycheproof, HkdfSha384) { run_hkdf("hkdf_sha384", HashAlgorithm::sha384, 80); }

}  // namespace
}  // namespace keyway::schedule
