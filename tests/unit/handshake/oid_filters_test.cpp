// SPDX-License-Identifier: Apache-2.0
//
// Which identity a client takes for a server that filters by extensions (RFC 8446 4.2.5).
#include <gtest/gtest.h>

#include "base/hex.h"
#include "handshake/negotiation/negotiation.h"
#include "loop/credentials.h"

namespace keyway::test {
namespace {

using Identities = std::vector<std::shared_ptr<const pki::Identity>>;

std::shared_ptr<const pki::Identity> identity(std::vector<std::string> usage) {
  const CertKey leaf = authority().leaf({.usage = std::move(usage)});
  auto loaded = pki::load_identity({.certificates = leaf.cert, .signer = leaf.signer}, *crypto::default_provider());
  EXPECT_TRUE(loaded) << loaded.error().message();
  return *loaded;
}

pki::ExtensionFilter filter(std::string_view oid, std::string_view values) { return {*from_hex(oid), *from_hex(values)}; }

std::optional<std::size_t> chosen(const Identities& identities, const std::vector<pki::ExtensionFilter>& filters) {
  const std::vector<SignatureScheme> schemes{SignatureScheme::ecdsa_secp256r1_sha256};
  const std::optional<std::string> no_name;
  return handshake::negotiation::choose_identity(identities, {schemes, {}, {}, no_name, filters});
}

constexpr std::string_view key_usage = "0603551d0f";
constexpr std::string_view extended_key_usage = "0603551d25";
constexpr std::string_view client_auth = "300a06082b06010505070302";
constexpr std::string_view both_auths = "301406082b0601050507030206082b06010505070301";

//= rfc8446#4.2.5-2
TEST(OidFilters, AskForAllValuesOfUsages) {
  const Identities identities{identity({"serverAuth"}), identity({"clientAuth"}), identity({"clientAuth", "serverAuth"})};
  EXPECT_EQ(chosen(identities, {}), 0u);
  EXPECT_EQ(chosen(identities, {filter(extended_key_usage, client_auth)}), 1u);
  EXPECT_EQ(chosen(identities, {filter(extended_key_usage, both_auths)}), 2u);
  EXPECT_EQ(chosen(identities, {filter(extended_key_usage, "")}), 0u) << "any value will do";
  EXPECT_EQ(chosen(identities, {filter(extended_key_usage, client_auth), filter(extended_key_usage, both_auths)}), 2u);
  EXPECT_EQ(chosen({identities[0]}, {filter(extended_key_usage, client_auth)}), std::nullopt) << "rather none";
}

//= rfc8446#4.2.5-2
TEST(OidFilters, AskForBitsOfTheKeyUsage) {
  const Identities identities{identity({"clientAuth"})};
  EXPECT_EQ(chosen(identities, {filter(key_usage, "03020780")}), 0u) << "digitalSignature";
  EXPECT_EQ(chosen(identities, {filter(key_usage, "03020284")}), std::nullopt) << "keyCertSign, too";
}

//= rfc8446#4.2.5-1
TEST(OidFilters, PassOverWhatTheyDoNotKnow) {
  const Identities identities{identity({"clientAuth"})};
  EXPECT_EQ(chosen(identities, {filter("06032a0304", "0500")}), 0u) << "1.2.3.4";
  EXPECT_EQ(chosen(identities, {filter("ff", "")}), 0u) << "no identifier at all";
}

TEST(OidFilters, BrokenValuesAreFulfilledByNobody) {
  const Identities identities{identity({"clientAuth"})};
  for (const std::string_view values : {"00", "0302", "0500", "300a06082b"}) {
    EXPECT_EQ(chosen(identities, {filter(key_usage, values)}), std::nullopt) << values;
    EXPECT_EQ(chosen(identities, {filter(extended_key_usage, values)}), std::nullopt) << values;
  }
}

}  // namespace
}  // namespace keyway::test
