// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 between our two sides: every suite, group and kind of key, who authenticates whom, what is negotiated, and that
// versions are chosen as RFC 8446 4.1.3, RFC 5246 E.1 and RFC 7507 say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "loop/older.h"
#include "loop/older_forger.h"

namespace keyway::test {
namespace {

using enum CipherSuite;
using enum NamedGroup;
using enum ProtocolVersion;
using crypto::Provider;

class EachSuite : public testing::TestWithParam<std::uint16_t> {};

TEST_P(EachSuite, ConnectsAndCarriesData) {
  const auto suite = static_cast<CipherSuite>(GetParam());
  OlderPair options;
  options.use(suite);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().cipher_suite, suite);
  EXPECT_EQ(pair.server.connection.info().cipher_suite, suite);
  EXPECT_EQ(pair.client.connection.info().version, tls1_2);
  EXPECT_EQ(pair.server.connection.info().version, tls1_2);
  EXPECT_TRUE(pair.client.connection.info().extended_master_secret);
}

INSTANTIATE_TEST_SUITE_P(Tls12, EachSuite,
                         testing::Values(0xc02b, 0xc02c, 0xc02f, 0xc030, 0xcca8, 0xcca9, 0xc0ac, 0xc0ad, 0xc0ae, 0xc0af));

class EachGroup : public testing::TestWithParam<NamedGroup> {};

TEST_P(EachGroup, IsTheServersFirstThatTheClientHas) {
  OlderPair options;
  options.server.protocol.supported_groups = {GetParam()};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().group, GetParam());
}

INSTANTIATE_TEST_SUITE_P(Tls12, EachGroup, testing::Values(x25519, secp256r1, x448, secp521r1, secp384r1));

class EachKey : public testing::TestWithParam<Provider::NewKey> {};

TEST_P(EachKey, AuthenticatesEitherSide) {
  OlderPair options;
  options.server.certs_keys = {authority().leaf({.key = GetParam()})};
  options.client.certs_keys = {authority().leaf({.key = GetParam()})};
  options.server.peer = options.client.peer;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_TRUE(pair.client.connection.info().client_authenticated);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, pair.server.connection.info().own_signature_scheme);
  EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, pair.client.connection.info().own_signature_scheme);
}

INSTANTIATE_TEST_SUITE_P(Tls12, EachKey,
                         testing::Values(Provider::NewKey::ec_p256, Provider::NewKey::ec_p384, Provider::NewKey::rsa_2048,
                                         Provider::NewKey::rsa_pss_2048, Provider::NewKey::ed25519, Provider::NewKey::ed448));

TEST(OlderHandshake, ByteByByteIsTheSame) {
  Pair pair{OlderPair()};
  pair.run(1);
  expect_connected(pair);
}

TEST(OlderHandshake, PkcsOneWhereNothingElseIsAccepted) {
  OlderPair options;
  options.client.protocol.signature_algs = {SignatureScheme::rsa_pkcs1_sha256};
  options.server.certs_keys = {authority().leaf({.key = Provider::NewKey::rsa_2048})};
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::rsa_pkcs1_sha256};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, SignatureScheme::rsa_pkcs1_sha256);
}

TEST(OlderHandshake, TheNewestVersionOfBoth) {
  const struct {
    std::vector<ProtocolVersion> client, server;
    std::optional<ProtocolVersion> chosen;
  } table[] = {
      {{tls1_3, tls1_2}, {tls1_3, tls1_2}, tls1_3}, {{tls1_2, tls1_3}, {tls1_2, tls1_3}, tls1_3},
      {{tls1_3, tls1_2}, {tls1_2}, tls1_2},         {{tls1_2}, {tls1_3, tls1_2}, tls1_2},
      {{tls1_3}, {tls1_2}, std::nullopt},           {{tls1_2}, {tls1_3}, std::nullopt},
  };
  for (const auto& row : table) {
    OlderPair options;
    options.client.protocol.versions = row.client;
    options.server.protocol.versions = row.server;
    Pair pair(options);
    pair.run();
    if (row.chosen) {
      expect_connected(pair);
      EXPECT_EQ(pair.client.connection.info().version, *row.chosen);
      EXPECT_EQ(pair.server.connection.info().version, *row.chosen);
    } else {
      ASSERT_TRUE(pair.server.error);
      EXPECT_EQ(pair.server.error->code(), Errc::no_common_version);
      EXPECT_EQ(pair.server.error->alert(), AlertDescription::protocol_version);
    }
  }
}

TEST(OlderHandshake, AlpnNameAndSizesAreNegotiated) {
  OlderPair options;
  options.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  options.server.alpn_preferred_protocols = {"http/1.1"};
  options.client.max_fragment_length = 1024;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().alpn, "http/1.1");
  EXPECT_EQ(pair.server.connection.info().alpn, "http/1.1");
  EXPECT_EQ(pair.server.connection.info().server_name, "server.test");
  EXPECT_EQ(pair.client.connection.info().max_fragment_length, 1024);
  EXPECT_EQ(pair.server.connection.info().max_fragment_length, 1024);
}

TEST(OlderHandshake, StaplesAreCarried) {
  OlderPair options;
  options.client.stapling = true;
  options.server.certs_keys.front().ocsp_staple = Bytes(100, std::byte{7});
  options.client.peer = {.verify = VerifyMode::verify_none};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.client.connection.info().ocsp_response);
  EXPECT_EQ(*pair.client.connection.info().ocsp_response, Bytes(100, std::byte{7}));
}

TEST(OlderHandshake, ExportersAgreeAndAbsentContextIsNotAnEmptyOne) {
  Pair pair{OlderPair()};
  pair.run();
  expect_connected(pair);
  const auto exported = [](const End& end, std::optional<ByteView> context) {
    Bytes out(32);
    EXPECT_TRUE(end.connection.export_key("EXPORTER-test", context, out));
    return out;
  };
  const Bytes without = exported(pair.client, std::nullopt);
  EXPECT_EQ(without, exported(pair.server, std::nullopt));
  EXPECT_EQ(exported(pair.client, ByteView()), exported(pair.server, ByteView()));
  EXPECT_NE(without, exported(pair.client, ByteView()));
}

TEST(OlderHandshake, ARequiredCertificateThatIsNotGivenIsHandshakeFailure) {
  OlderPair options;
  options.server.peer = options.client.peer;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_missing);
  EXPECT_EQ(pair.server.error->alert(), AlertDescription::handshake_failure);
}

// RFC 5246 7.4.4: of the kinds that the server names, here ECDSA alone.
TEST(OlderHandshake, AKeyOfAKindThatIsNotAskedForIsNotShown) {
  OlderPair options;
  options.client.certs_keys = {authority().leaf({.key = Provider::NewKey::rsa_2048})};
  options.server.peer = options.client.peer;
  std::optional<std::size_t> shown;
  options.client.observe.trace = [&](const TraceEvent& event) {
    if (event.kind == TraceKind::message && event.direction == Direction::out && event.name == "certificate") shown = event.size;
  };
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  Bytes flight = pair.server.take_output();
  // CertificateRequest begins with its list of types: ecdsa_sign and rsa_sign, of which the second becomes a number of nobody.
  const Bytes types = hex("02 40 01");
  const auto at = std::ranges::search(flight, types).begin();
  ASSERT_NE(at, flight.end());
  at[2] = std::byte{0xf0};
  pair.client.give(flight);
  EXPECT_EQ(shown, 3u) << "an empty list";
}

TEST(OlderHandshake, AnUntrustedServerIsRefusedBeforeOurKeyExchange) {
  OlderPair options;
  options.client.peer.cacerts = {Authority("another").root()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_unknown_ca);
  EXPECT_FALSE(pair.server.done());
}

TEST(OlderHandshake, ClosingIsToldBothWays) {
  Pair pair{OlderPair()};
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.client.connection.close());
  pair.run();
  EXPECT_EQ(pair.server.count<PeerClosed>(), 1u);
}

// RFC 5746 4.5: a warning and no more; RFC 5246 7.4.1.1 lets a client do so. Nobody fills our memory with them.
TEST(OlderHandshake, RequestsToRenegotiateAreDeclinedAndCounted) {
  OlderPair options;
  OlderForger forger(options);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  // The server sent Finished and "an answer".
  forger.start(pair.client.connection, Role::server, 2);
  for (int i = 0; i < 4; ++i) {
    pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
    ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  }
  EXPECT_EQ(forger.alerts(), std::vector<std::string>(4, "no_renegotiation"));
  pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::too_many_warning_alerts);
}

}  // namespace
}  // namespace keyway::test
