// SPDX-License-Identifier: Apache-2.0
//
// Which identity answers what the peer said (RFC 8446 4.4.2.2, 4.4.2.3): by name, by issuer, by schemes of the chain, and
// what is given up first where none fits all.
#include <gtest/gtest.h>

#include "handshake/negotiation/negotiation.h"
#include "loop/credentials.h"
#include "pki/certificate.h"
#include "pki/identity.h"

namespace keyway::handshake::negotiation {
namespace {

using keyway::test::Authority;
using keyway::test::LeafOptions;
using keyway::test::NewKey;
using enum SignatureScheme;

std::shared_ptr<const pki::Identity> identity(const Authority& issuer, const LeafOptions& leaf, bool must_match_issuer = false) {
  const CertKey made = issuer.leaf(leaf);
  return pki::load_identity({.certificates = made.cert, .signer = made.signer, .must_match_issuer = must_match_issuer},
                            *crypto::default_provider())
      .value();
}

class ChooseIdentity : public testing::Test {
 protected:
  std::optional<std::size_t> choose(const std::vector<SignatureScheme>& schemes) const {
    return choose_identity(identities, {schemes, certificate_schemes, authorities, server_name});
  }

  const Authority& first = keyway::test::authority();
  const Authority other{"other"};
  std::vector<std::shared_ptr<const pki::Identity>> identities;
  std::vector<SignatureScheme> certificate_schemes;
  std::vector<Bytes> authorities;
  std::optional<std::string> server_name;
};

TEST_F(ChooseIdentity, NothingWithoutACommonScheme) {
  EXPECT_EQ(choose({ed25519}), std::nullopt);
  identities = {identity(first, {.key = NewKey::ec_p256})};
  EXPECT_EQ(choose({ed25519, rsa_pss_rsae_sha256}), std::nullopt);
  EXPECT_EQ(choose({ed25519, ecdsa_secp256r1_sha256}), 0u);
}

//= rfc8446#4.4.2.2-1
TEST_F(ChooseIdentity, ByTheSchemesThatThePeerTakes) {
  identities = {identity(first, {.key = NewKey::ec_p384}), identity(first, {.key = NewKey::ed25519})};
  EXPECT_EQ(choose({ed25519}), 1u);
  EXPECT_EQ(choose({ecdsa_secp384r1_sha384}), 0u);
  EXPECT_EQ(choose({ed25519, ecdsa_secp384r1_sha384}), 0u);  // our order
}

TEST_F(ChooseIdentity, ByTheNameWhereOneIsServed) {
  identities = {identity(first, {.names = {"one.test"}}), identity(first, {.names = {"two.test", "*.three.test"}})};
  server_name = "two.test";
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u);
  server_name = "a.three.test";
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u);
  server_name = "unknown.test";  // the first is better than none: the client decides
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
  server_name.reset();
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
}

//= rfc8446#4.4.2.3-1
TEST_F(ChooseIdentity, ByTheIssuersThatThePeerNames) {
  identities = {identity(first, {}), identity(other, {})};
  const auto root = pki::parse_certificate(other.root()).value();
  authorities = {to_bytes(root.subject)};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u);
  authorities = {to_bytes(as_bytes("no such name"))};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
}

TEST_F(ChooseIdentity, OneThatMustMatchIsNeverAMakeshift) {
  identities = {identity(first, {}, true)};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), std::nullopt);  // the peer names nobody
  authorities = {to_bytes(as_bytes("no such name"))};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), std::nullopt);
  authorities = {to_bytes(pki::parse_certificate(first.root()).value().subject)};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
}

TEST_F(ChooseIdentity, TheNameGivesWayLast) {
  const Authority rsa{"rsa", NewKey::rsa_2048};
  identities = {identity(first, {.names = {"one.test"}}), identity(first, {.names = {"two.test"}})};
  server_name = "two.test";
  certificate_schemes = {rsa_pkcs1_sha256};  // both chains are signed with ECDSA
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u);
  identities.front() = identity(rsa, {.names = {"one.test"}});
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u) << "a chain that is signed as asked, but of another host";
  server_name.reset();
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
}

TEST_F(ChooseIdentity, TheNameGivesWayLaterThanTheUsageOfTheKey) {
  using pki::key_usage::digital_signature;
  using pki::key_usage::key_encipherment;
  identities = {identity(first, {.names = {"one.test"}, .key_usage = digital_signature}),
                identity(first, {.names = {"two.test"}, .key_usage = key_encipherment}),
                identity(first, {.names = {"three.test"}, .key_usage = key_encipherment})};
  server_name = "three.test";
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 2u);
}

TEST_F(ChooseIdentity, TheIssuerGivesWayFirst) {
  const Authority rsa{"rsa", NewKey::rsa_2048};
  identities = {identity(first, {}), identity(rsa, {})};
  authorities = {to_bytes(pki::parse_certificate(first.root()).value().subject)};
  certificate_schemes = {rsa_pkcs1_sha256};
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 1u);
  certificate_schemes = {ed25519};  // neither
  EXPECT_EQ(choose({ecdsa_secp256r1_sha256}), 0u);
}

TEST_F(ChooseIdentity, ByTheUsageOfTheKeyWhereAnotherHasIt) {
  using pki::key_usage::digital_signature;
  using pki::key_usage::key_encipherment;
  identities = {identity(first, {.key = NewKey::rsa_2048, .key_usage = key_encipherment}),
                identity(first, {.key = NewKey::rsa_2048, .key_usage = digital_signature})};
  EXPECT_EQ(choose({rsa_pss_rsae_sha256}), 1u);
  EXPECT_EQ(choose_identity(identities, {{}, {}, {}, server_name, {}, {}, {}, ProtocolVersion::tls1_2, false}), 0u);
  identities.pop_back();
  EXPECT_EQ(choose({rsa_pss_rsae_sha256}), 0u) << "the peer decides about the only one";
}

//= rfc8446#4.4.3-3, 4.4.3-4
TEST(ChooseScheme, InTheOrderOfTheIdentity) {
  const auto rsa = identity(keyway::test::authority(), {.key = NewKey::rsa_2048});
  ASSERT_FALSE(rsa->schemes.empty());
  EXPECT_EQ(choose_scheme(*rsa, {rsa_pss_rsae_sha512, rsa->schemes.front()}, ProtocolVersion::tls1_3), rsa->schemes.front());
  EXPECT_EQ(choose_scheme(*rsa, {rsa_pss_rsae_sha512}, ProtocolVersion::tls1_3), rsa_pss_rsae_sha512);
  EXPECT_EQ(choose_scheme(*rsa, {rsa_pkcs1_sha256}, ProtocolVersion::tls1_3), std::nullopt);  // for certificates alone
  EXPECT_EQ(choose_scheme(*rsa, {rsa_pkcs1_sha256}, ProtocolVersion::tls1_2), rsa_pkcs1_sha256);
  EXPECT_EQ(choose_scheme(*rsa, {}, ProtocolVersion::tls1_3), std::nullopt);
}

}  // namespace
}  // namespace keyway::handshake::negotiation
