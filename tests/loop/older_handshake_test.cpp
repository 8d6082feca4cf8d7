// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 between our two sides: every suite, group and kind of key, who authenticates whom, what is negotiated, and that
// versions are chosen as RFC 8446 4.1.3, RFC 5246 E.1 and RFC 7507 say.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/hex.h"
#include "config/settings.h"
#include "keyway/record_size.h"
#include "loop/older.h"
#include "loop/older_forger.h"
#include "names/cipher_suite_table.h"
#include "names/extension_type.h"

namespace keyway::test {
namespace {

using enum CipherSuite;
using enum NamedGroup;
using enum ProtocolVersion;
using crypto::Provider;

class EachSuite : public testing::TestWithParam<std::uint16_t> {};

//= rfc5246#7.1-1, 7.4.2-1
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

//= rfc5246#7.4.6-1
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
//= rfc5246#7.4.4-1
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

// Below TLS 1.3 protection may add most.
//= rfc5246#6.2.3-1
TEST(OlderHandshake, ABufferOfMaxRecordSizeHoldsAnyRecord) {
  Pair pair{OlderPair()};
  pair.run();
  expect_connected(pair);
  Bytes longest = hex("17 0303 4800");
  const auto step = pair.client.connection.receive(longest);
  ASSERT_TRUE(step);
  ASSERT_TRUE(std::holds_alternative<NeedBytes>(step->progress));
  EXPECT_EQ(longest.size() + std::get<NeedBytes>(step->progress).at_least, max_record_size);
  Bytes longer = hex("17 0303 4801");
  EXPECT_EQ(pair.client.connection.receive(longer).error().code(), Errc::record_overflow);
}

TEST(OlderHandshake, HasNoKeyUpdates) {
  Pair pair{OlderPair()};
  pair.run();
  expect_connected(pair);
  for (End* end : {&pair.client, &pair.server})
    EXPECT_EQ(end->connection.update_keys(KeyUpdateRequest::update_not_requested).error().code(), Errc::not_available);
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

// ---- what nobody had to name

/// Nothing is said about the protocol.
PairOptions defaults() { return {client_options(), server_options()}; }

PairOptions with_server_of(std::vector<ProtocolVersion> versions) {
  PairOptions options = defaults();
  options.server.protocol.versions = std::move(versions);
  return options;
}

/// The suites of a ClientHello, signals included.
std::vector<unsigned> suites_of(const Hello& hello) {
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(hello.head[i]); };
  const std::size_t start = 2 + 32 + 1 + at(34);
  std::vector<unsigned> suites;
  for (std::size_t i = start + 2; i < start + 2 + (at(start) << 8 | at(start + 1)); i += 2)
    suites.push_back(at(i) << 8 | at(i + 1));
  return suites;
}

// One hello for both versions (RFC 8446 D.1, RFC 5246 E.1): what either needs, and nothing that nobody asked for.
TEST(DefaultVersions, AreOfferedInOneHello) {
  Pair pair(defaults());
  Hello hello = hello_of(pair.client.connection.output().front());
  EXPECT_EQ(hello.at(ExtensionType::supported_versions), hex("04 0304 0303"));
  EXPECT_THAT(suites_of(hello), testing::ElementsAre(0x1302u, 0x1301u, 0x1303u, 0xc02cu, 0xc030u, 0xc0adu, 0xcca9u, 0xcca8u,
                                                     0xc02bu, 0xc02fu, 0xc0acu, 0x009fu, 0x009eu, 0xccaau));
  EXPECT_EQ(hello.head[34], std::byte{32}) << "RFC 8446 D.4: a session id, although there is no session";
  EXPECT_EQ(hello.at(ExtensionType::renegotiation_info), hex("00"));
  EXPECT_EQ(hello.at(ExtensionType::extended_master_secret), Bytes());
  EXPECT_EQ(hello.at(ExtensionType::ec_point_formats), hex("01 00"));
  EXPECT_EQ(hello.at(ExtensionType::supported_groups), hex("000a 001d 0017 001e 0019 0018"));
  EXPECT_EQ(hello.at(ExtensionType::signature_algorithms),
            hex("001c 0403 0503 0603 0807 0808 0804 0805 0806 0809 080a 080b 0401 0501 0601"));
  for (const ExtensionType type : {ExtensionType::key_share, ExtensionType::psk_key_exchange_modes})
    EXPECT_TRUE(hello.has(type)) << to_string(type);
  for (const ExtensionType type : {ExtensionType::session_ticket, ExtensionType::encrypt_then_mac, ExtensionType::pre_shared_key,
                                   ExtensionType::signature_algorithms_cert})
    EXPECT_FALSE(hello.has(type)) << to_string(type);
}

TEST(DefaultVersions, NeedNoOptionAtAll) {
  const auto config = ClientConfig::make({.peer = {.verify = VerifyMode::verify_none}});
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->options().protocol.versions, (std::vector{tls1_3, tls1_2}));
  EXPECT_TRUE((*config)->warnings(test_time).empty());
}

//= rfc5246#7.4.1.2-1
TEST(DefaultVersions, LeadToTheNewestThatBothHave) {
  const struct {
    std::vector<ProtocolVersion> client, server;  ///< empty: not named
    ProtocolVersion chosen;
  } table[] = {{{}, {}, tls1_3}, {{}, {tls1_2}, tls1_2}, {{tls1_2}, {}, tls1_2}, {{}, {tls1_3}, tls1_3}, {{tls1_3}, {}, tls1_3}};
  for (const NewKey key : {NewKey::ec_p256, NewKey::rsa_2048}) {
    for (const auto& row : table) {
      PairOptions options = defaults();
      if (!row.client.empty()) options.client.protocol.versions = row.client;
      if (!row.server.empty()) options.server.protocol.versions = row.server;
      options.server.certs_keys = {authority().leaf({.key = key})};
      Pair pair(options);
      pair.run();
      expect_connected(pair);
      for (const End* end : {&pair.client, &pair.server}) {
        const ConnectionInfo& info = end->connection.info();
        EXPECT_EQ(info.version, row.chosen);
        EXPECT_EQ(info.group, NamedGroup::x25519);
        EXPECT_EQ(info.extended_master_secret, row.chosen == tls1_2);
        const CipherSuite of12 =
            key == NewKey::ec_p256 ? TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 : TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384;
        EXPECT_EQ(info.cipher_suite, row.chosen == tls1_2 ? of12 : TLS_AES_256_GCM_SHA384);
      }
    }
  }
}

// RFC 8446 4.1.4: the second hello is the first but for what it was asked for.
TEST(DefaultVersions, GoThroughARetry) {
  PairOptions options = defaults();
  options.server.protocol.supported_groups = {NamedGroup::secp384r1};
  Pair pair(options);
  const Bytes first = pair.client.take_output();
  pair.server.give(first);
  pair.client.give(pair.server.take_output());
  const Bytes second = pair.client.take_output();
  Hello before = hello_of(first), after = hello_of(records_of(second).back());
  EXPECT_EQ(after.head, before.head);
  for (const ExtensionType type : {ExtensionType::supported_versions, ExtensionType::renegotiation_info,
                                   ExtensionType::extended_master_secret, ExtensionType::ec_point_formats})
    EXPECT_EQ(after.at(type), before.at(type)) << to_string(type);
  pair.server.give(second);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().version, tls1_3);
  EXPECT_EQ(pair.client.connection.info().group, NamedGroup::secp384r1);
}

//= rfc8446#4.1.3-9
TEST(DefaultVersions, ADowngradeOnTheWayIsSeen) {
  const std::function<void(Hello&)> table[] = {
      [](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex("02 0303"); },
      [](Hello& hello) { hello.remove(ExtensionType::supported_versions); },
  };
  for (const auto& change : table) {
    Pair pair(defaults());
    pair.server.give(edit_hello(pair.client.take_output(), change));
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
    EXPECT_EQ(pair.server.connection.info().version, tls1_2);
    pair.client.give(pair.server.take_output());
    expect_refused(pair, pair.client, pair.server, Errc::downgrade_detected, AlertDescription::illegal_parameter);
  }
}

TEST(DefaultVersions, AreNoOlderOnes) {
  Pair older(defaults());
  older.server.give(edit_hello(older.client.take_output(),
                               [](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex("04 0302 0301"); }));
  expect_refused(older, older.server, older.client, Errc::no_common_version, AlertDescription::protocol_version);
  Pair pair(with_server_of({tls1_2}));
  meet_edited_answer(pair, [](Hello& hello) { set_version(hello, 0x0302); });
  expect_refused(pair, pair.client, pair.server, Errc::no_common_version, AlertDescription::protocol_version);
}

/// What TLS 1.2 has and no default list: CBC, RSA and static key exchanges, pre-shared keys, passwords, nobody authenticated.
std::vector<CipherSuite> suites_without_defaults() {
  const auto config = make_config(defaults().client);
  const auto& ours = config->settings().common.cipher_suites;
  std::vector<CipherSuite> others;
  for (const CipherSuiteInfo& row : all_cipher_suites()) {
    const auto code = static_cast<CipherSuite>(row.code);
    if (is_for(row, tls1_2) && std::ranges::find(ours, code) == ours.end()) others.push_back(code);
  }
  return others;
}

//= rfc5246#A.5-2
TEST(DefaultVersions, NegotiateNoSuiteThatIsNotInTheirList) {
  const auto others = suites_without_defaults();
  EXPECT_GT(others.size(), 100u);
  for (const CipherSuite other : others) {
    SCOPED_TRACE(to_string(other));
    // A client that offers nothing else.
    Pair offered(defaults());
    offered.server.give(edit_hello(offered.client.take_output(), [&](Hello& hello) {
      hello.at(ExtensionType::supported_versions) = hex("02 0303");
      const auto code = static_cast<unsigned>(other);
      const auto suites = hello.head.begin() + 2 + 32 + 1 + 32;
      hello.head.erase(suites, hello.head.end());
      for (const unsigned byte : {0u, 2u, code >> 8, code & 255, 1u, 0u}) hello.head.push_back(static_cast<std::byte>(byte));
    }));
    expect_refused(offered, offered.server, offered.client, Errc::no_common_cipher_suite, AlertDescription::handshake_failure);
    // A server that takes it unasked.
    Pair selected(with_server_of({tls1_2}));
    meet_edited_answer(selected, [&](Hello& hello) { set_suite(hello, other); });
    expect_refused(selected, selected.client, selected.server, Errc::wrong_cipher_suite, AlertDescription::illegal_parameter);
  }
}

// A list of suites is enough to say which version is meant.
TEST(DefaultVersions, FollowTheSuitesThatAreNamed) {
  for (const auto& [suite, version] :
       {std::pair(TLS_AES_128_GCM_SHA256, tls1_3), std::pair(TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls1_2)}) {
    PairOptions options = defaults();
    options.client.protocol.ciphers = {suite};
    Pair pair(options);
    EXPECT_EQ(hello_of(pair.client.connection.output().front()).has(ExtensionType::supported_versions), version == tls1_3);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.server.connection.info().version, version);
    EXPECT_EQ(pair.server.connection.info().cipher_suite, suite);
  }
}

// RFC 5246 7.4.1.1: whatever version it will be, a HelloRequest crossed our hello; after a retry it is TLS 1.3.
//= rfc5246#7.4.1.1-2
TEST(DefaultVersions, AHelloRequestBeforeTheServersHelloIsIgnored) {
  const Bytes request = plain_record(HandshakeMessage{HandshakeType::hello_request, {}});
  for (const ProtocolVersion version : {tls1_2, tls1_3}) {
    Pair pair(with_server_of({version}));
    pair.client.give(request);
    ASSERT_FALSE(pair.client.error) << pair.client.error->message();
    pair.run();
    expect_connected(pair);
  }
  // One can cross; a server that sends nothing else keeps nobody.
  Pair flooded(defaults());
  for (int i = 0; i < 4; ++i) {
    flooded.client.give(request);
    ASSERT_FALSE(flooded.client.error) << flooded.client.error->message();
  }
  flooded.client.give(request);
  expect_refused(flooded, flooded.client, flooded.server, Errc::too_many_warning_alerts, AlertDescription::unexpected_message);
  PairOptions newest = defaults();
  newest.client.protocol.versions = {tls1_3};
  Pair of13(newest);
  of13.client.give(request);
  expect_refused(of13, of13.client, of13.server, Errc::unexpected_message, AlertDescription::unexpected_message);
  PairOptions options = defaults();
  options.server.protocol.supported_groups = {NamedGroup::secp384r1};
  Pair retried(options);
  retried.server.give(retried.client.take_output());
  retried.client.give(retried.server.take_output());
  (void)retried.client.take_output();
  retried.client.give(request);
  expect_refused(retried, retried.client, retried.server, Errc::unexpected_message, AlertDescription::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
