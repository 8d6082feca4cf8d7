// SPDX-License-Identifier: Apache-2.0
//
// RSASSA-PSS keys whose parameters are in their SubjectPublicKeyInfo, from Project Wycheproof.
#include <fstream>
#include <nlohmann/json.hpp>

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using nlohmann::json;

TEST(Wycheproof, PssParametersOfKeys) {
  std::ifstream file(KEYWAY_VECTORS "/wycheproof/rsa_pss_misc_params.json");
  const json all = json::parse(file);
  int verified = 0;
  int refused = 0;
  for (const json& group : all.at("testGroups")) {
    const Bytes info = test::hex(group.at("publicKeyDer").get<std::string>());
    const auto parts = public_key_parts(info);
    der::Reader fields(der::single(info, der::tag::sequence)->content);
    const auto algorithm = signature_algorithm(parse_algorithm(fields.next()->whole).value());
    for (const json& test : group.at("tests")) {
      // TLS has no name for signatures that mask with another hash (RFC 8446 4.2.3).
      if (group.at("sha") != group.at("mgfSha")) {
        EXPECT_EQ(test::code_of(algorithm), Errc::certificate_unsupported_algorithm) << test.at("tcId");
        EXPECT_EQ(test::code_of(parts), Errc::invalid_public_key) << test.at("tcId");
        ++refused;
        continue;
      }
      ASSERT_TRUE(algorithm.has_value() && parts.has_value()) << test.at("tcId");
      EXPECT_EQ(parts->type, crypto::KeyType::rsa_pss);
      const auto key = test::provider()->public_key(*parts).value();
      EXPECT_EQ(test.at("result"), "valid");
      EXPECT_TRUE(
          key->verify(*algorithm, test::hex(test.at("msg").get<std::string>()), test::hex(test.at("sig").get<std::string>()))
              .has_value())
          << test.at("tcId");
      ++verified;
    }
  }
  EXPECT_EQ(verified, 30);
  EXPECT_EQ(refused, 120);
}

}  // namespace
}  // namespace keyway::pki
