// SPDX-License-Identifier: Apache-2.0
//
// Which identity is shown, what goes along with it, and all kinds of keys and groups that are not the usual ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/counting_provider.h"
#include "loop/forge.h"

namespace keyway::test {
namespace {

PairOptions defaults() { return {.client = client_options(), .server = server_options()}; }

PairOptions with_client_certificate() {
  PairOptions options = defaults();
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  return options;
}

void expect_connected(const Pair& pair) {
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_TRUE(pair.connected());
}

// ---- a leaf alone

struct Alone {
  CertKey leaf;
  Bytes intermediate;
};
Alone alone(const LeafOptions& options = {}) {
  CertKey leaf = authority().leaf(options);
  Bytes intermediate = leaf.cert.at(1);
  leaf.cert.resize(1);
  return {std::move(leaf), std::move(intermediate)};
}

class LeavesAlone : public testing::TestWithParam<ProtocolVersion> {
 protected:
  PairOptions pair_options() const {
    PairOptions options = with_client_certificate();
    options.client.protocol.versions = options.server.protocol.versions = {GetParam()};
    return options;
  }
};

TEST_P(LeavesAlone, AreSentWithTheirIssuersFromTheGivenAuthorities) {
  PairOptions options = pair_options();
  const Alone server = alone();
  const Alone client = alone({.names = {"client.test"}});
  options.server.certs_keys = {server.leaf};
  options.client.certs_keys = {client.leaf};
  Pair incomplete(options);
  incomplete.run();
  ASSERT_TRUE(incomplete.client.error);
  EXPECT_EQ(incomplete.client.error->code(), Errc::certificate_unknown_ca);
  options.server.peer.cacerts.push_back(server.intermediate);
  Pair server_alone(options);
  server_alone.run();
  ASSERT_TRUE(server_alone.connected()) << "to the server the intermediate is an anchor now";
  EXPECT_EQ(server_alone.client.connection.info().peer_chain->size(), 2u) << "leaf and intermediate, no root";
  EXPECT_EQ(server_alone.server.connection.info().peer_chain->size(), 1u);
  options.client.peer.cacerts.push_back(client.intermediate);
  Pair both(options);
  both.run();
  expect_connected(both);
  EXPECT_EQ(both.server.connection.info().peer_chain->size(), 2u);
}

TEST_P(LeavesAlone, OfHostsAreCompletedFromTheAuthoritiesOfTheListener) {
  PairOptions options = pair_options();
  const Alone host = alone();
  options.server.peer.cacerts.push_back(host.intermediate);
  options.server.sni_hosts = {{.name = "server.test", .options = {.certs_keys = std::vector{host.leaf}}}};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().peer_chain->size(), 2u);
  EXPECT_EQ(as_text(pair.client.connection.info().peer_chain->der(0)), as_text(host.leaf.cert[0]));
}

INSTANTIATE_TEST_SUITE_P(EachVersion, LeavesAlone, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2));

// ---- several identities

const std::vector<CertKey>& of_every_kind() {
  static const std::vector<CertKey> identities{
      authority().leaf({.key = NewKey::rsa_2048}), authority().leaf({.key = NewKey::ec_p256}),
      authority().leaf({.key = NewKey::ec_p384}), authority().leaf({.key = NewKey::ed25519}),
      authority().leaf({.key = NewKey::ed448})};
  return identities;
}

struct OfferCase {
  std::vector<SignatureScheme> offered;
  std::size_t chosen;
};
class ChosenByOffer : public testing::TestWithParam<OfferCase> {};
//= rfc8446#4.4.2.2-1, 4.4.3-3
TEST_P(ChosenByOffer, OfAServer) {
  PairOptions options = defaults();
  options.server.certs_keys = of_every_kind();
  options.client.protocol.signature_algs = GetParam().offered;
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().identity_index, GetParam().chosen);
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, pair.server.connection.info().own_signature_scheme);
}
//= rfc8446#4.4.2.3-1, 4.4.3-4
TEST_P(ChosenByOffer, OfAClient) {
  PairOptions options = with_client_certificate();
  options.client.certs_keys = of_every_kind();
  options.server.certs_keys = of_every_kind();
  options.server.protocol.signature_algs = GetParam().offered;
  options.server.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().identity_index, GetParam().chosen);
}
INSTANTIATE_TEST_SUITE_P(
    All, ChosenByOffer,
    testing::Values(OfferCase{{SignatureScheme::rsa_pss_rsae_sha384}, 0}, OfferCase{{SignatureScheme::ecdsa_secp256r1_sha256}, 1},
                    OfferCase{{SignatureScheme::ecdsa_secp384r1_sha384}, 2}, OfferCase{{SignatureScheme::ed25519}, 3},
                    OfferCase{{SignatureScheme::ed448}, 4},
                    // RFC 8446 4.4.2.2: the first of ours that fits.
                    OfferCase{{SignatureScheme::ed448, SignatureScheme::ed25519, SignatureScheme::ecdsa_secp384r1_sha384}, 2}),
    [](const auto& tested) { return "Case" + std::to_string(tested.index); });

TEST(Identity, OfTheNameThatWasAskedForComesFirst) {
  PairOptions options = defaults();
  options.host = "b.test";
  options.server.certs_keys = {authority().leaf({.names = {"a.test"}}), authority().leaf({.names = {"*.c.test", "b.test"}})};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().identity_index, 1u);
}

TEST(Identity, NoneThatCanSignForTheClientIsAHandshakeFailure) {
  PairOptions options = defaults();
  options.client.protocol.signature_algs = {SignatureScheme::ed25519};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_common_signature_scheme);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
}

TEST(Identity, AClientWithoutAFittingOneSendsNone) {
  PairOptions options = with_client_certificate();
  options.server.fail_if_no_peer_cert = false;
  options.server.protocol.signature_algs = {SignatureScheme::ed25519};
  options.server.certs_keys = {authority().leaf({.key = NewKey::ed25519})};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_FALSE(pair.server.connection.info().client_authenticated);
}

// RFC 8446 4.4.2.2: a chain that the client did not ask for is better than none; the client decides.
TEST(SignatureAlgorithmsCert, AreJudgedByTheClient) {
  PairOptions options = defaults();
  options.client.protocol.signature_algs_cert = {SignatureScheme::rsa_pkcs1_sha256};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->group(), ErrorGroup::certificate) << pair.client.error->message();
  EXPECT_EQ(alert_at(pair.server), pair.client.error->alert());
}

//= rfc8446#4.2.3-8
//= rfc5246#7.4.6-2
// RFC 8446 4.2.3, RFC 5246 7.4.2, 7.4.6: signature_algorithms speaks for the chain, too, where nothing else does.
TEST(SignatureAlgorithms, ChooseAmongChainsOnBothSides) {
  static const Authority rsa("rsa", NewKey::rsa_2048);
  using enum SignatureScheme;
  for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
    PairOptions options = with_client_certificate();
    options.client.protocol.versions = options.server.protocol.versions = {version};
    for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
      protocol->signature_algs = protocol->signature_algs_cert = {ecdsa_secp256r1_sha256};  // the same: it is said once
    options.client.peer.cacerts = options.server.peer.cacerts = {rsa.root(), authority().root()};
    options.server.certs_keys = {rsa.leaf(), authority().leaf()};
    options.client.certs_keys = {rsa.leaf({.names = {"client.test"}}), authority().leaf({.names = {"client.test"}})};
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    const auto shown = [](const End& to) { return to_bytes(to.connection.info().peer_chain->der(0)); };
    EXPECT_EQ(shown(pair.client), options.server.certs_keys[1].cert[0]);
    EXPECT_EQ(shown(pair.server), options.client.certs_keys[1].cert[0]);
  }
}

// ---- certificate_authorities

TEST(CertificateAuthorities, OfAClientReachTheChoiceOfTheServer) {
  static const Authority other("other");
  for (const bool told : {true, false}) {
    std::vector<Bytes> named;
    PairOptions options = defaults();
    options.client.certificate_authorities = told;
    options.server.certs_keys = {other.leaf(), authority().leaf()};
    options.server.identity_select = [&](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
      named = question.certificate_authorities;
      std::move(answer).give(question.preferred);
    };
    Pair pair(options);
    pair.run();
    EXPECT_EQ(named.size(), told ? 1u : 0u);
    EXPECT_EQ(pair.server.connection.info().identity_index, told ? 1u : 0u);
    EXPECT_EQ(pair.connected(), told);
  }
}

//= rfc8446#4.4.2.3-1
TEST(CertificateAuthorities, OfAServerReachTheChoiceOfTheClient) {
  static const Authority other("other");
  PairOptions options = with_client_certificate();
  options.client.certs_keys = {other.leaf(), authority().leaf({.names = {"client.test"}})};
  Pair told(options);
  told.run();
  expect_connected(told);
  EXPECT_EQ(told.client.connection.info().identity_index, 1u);
  options.server.certificate_authorities = false;
  Pair untold(options);
  untold.run();
  ASSERT_TRUE(untold.server.error);
  EXPECT_EQ(untold.server.error->code(), Errc::certificate_unknown_ca);
}

TEST(CertificateAuthorities, MustMatchKeepsAnIdentityBack) {
  PairOptions options = with_client_certificate();
  options.client.certs_keys[0].must_match_issuer = true;
  options.server.certificate_authorities = false;
  options.server.fail_if_no_peer_cert = false;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_FALSE(pair.client.connection.info().used_identity);
}

TEST(CertificateAuthorities, NamesOfTheUserReplaceThoseOfTheAnchors) {
  std::vector<Bytes> named;
  PairOptions options = with_client_certificate();
  options.server.client_ca_names = std::vector<Bytes>{hex("3000")};
  options.client.identity_select = [&](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
    named = question.certificate_authorities;
    std::move(answer).give(std::optional<std::size_t>(0));
  };
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(named, std::vector<Bytes>{hex("3000")});
}

// ---- staples

/// Gives an identity a staple about itself, and returns it.
const Bytes& staple_to(CertKey& identity) {
  identity.ocsp_staple = authority().staple(identity);
  return identity.ocsp_staple;
}

/// The staple that an end was given; empty: none.
Bytes staple_at(const End& end) {
  const auto& staple = end.connection.info().ocsp_response;
  return staple ? *staple : Bytes();
}

//= rfc6066#8-1
TEST(Staple, OfAServerIsCarriedWhereAsked) {
  for (const bool asked : {true, false}) {
    PairOptions options = defaults();
    options.client.stapling = asked;
    const Bytes staple = staple_to(options.server.certs_keys[0]);
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(staple_at(pair.client), asked ? staple : Bytes());
  }
}

TEST(Staple, OfAClientIsCarriedWhereAsked) {
  for (const bool asked : {true, false}) {
    PairOptions options = with_client_certificate();
    options.server.stapling = asked;
    const Bytes staple = staple_to(options.client.certs_keys[0]);
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(staple_at(pair.server), asked ? staple : Bytes());
  }
}

TEST(Staple, OfAClientIsCarriedAfterTheHandshake) {
  PairOptions options = with_client_certificate();
  options.server.peer.verify = VerifyMode::verify_none;
  options.server.post_handshake_auth = options.client.post_handshake_auth = true;
  options.server.stapling = true;
  const Bytes staple = staple_to(options.client.certs_keys[0]);
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.connection.request_certificate());
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(staple_at(pair.server), staple);
}

//= rfc8446#4.4.2.1-1, 4.4.2-5
TEST(Staple, NobodyAskedForIsUnsolicited) {
  KeyBook book;
  PairOptions options = defaults();
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(
      edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [](Messages& flight) {
    // The last entry of the list: its empty extensions become a staple.
        const Bytes extension = hex("000d 0005 0009 01 000005 30030a0100");
        Bytes& body = flight[1].body;
        body.resize(body.size() - 2);
        body = body + extension;
        const std::size_t list = body.size() - 4;
        body[1] = static_cast<std::byte>(list >> 16);
        body[2] = static_cast<std::byte>(list >> 8);
        body[3] = static_cast<std::byte>(list);
      }));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::unsolicited_extension);
  EXPECT_EQ(alert_at(pair.server) ? *alert_at(pair.server) : *pair.client.error->alert(),
            AlertDescription::unsupported_extension);
}

// ---- timestamps (RFC 6962)

class Timestamps : public testing::TestWithParam<ProtocolVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, Timestamps, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2),
                         [](const auto& version) { return version.param == ProtocolVersion::tls1_3 ? "tls13" : "tls12"; });

TEST_P(Timestamps, ReachTheFunctionOfVerification) {
  const Bytes list = hex("0006 0004 01020304");
  for (const bool asked : {true, false}) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.client.protocol.versions = {GetParam()};
    options.client.signed_certificate_timestamps = asked;
    options.server.certs_keys.front().signed_certificate_timestamps = list;
    Bytes told;
    options.client.peer.verify_fun.function = [&](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
      if (event.kind == VerifyEvent::Kind::valid_peer) told = to_bytes(event.signed_certificate_timestamps);
      std::move(answer).give(strict_verdict(event));
    };
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(told, asked ? list : Bytes());
    const auto& shown = pair.client.connection.info().signed_certificate_timestamps;
    EXPECT_EQ(shown ? *shown : Bytes(), asked ? list : Bytes());
  }
}

TEST(Timestamps12, ThatAreMalformedAreRefused) {
  for (const auto& [list, code] : {std::pair("0000", Errc::empty_list), std::pair("0002 0000", Errc::decode_error),
                                   std::pair("0003 0001 aa 00", Errc::trailing_data)}) {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.client.protocol.versions = {ProtocolVersion::tls1_2};
    options.client.signed_certificate_timestamps = true;
    Pair pair(options);
    pair.server.give(pair.client.take_output());
    pair.client.give(edit_hello(pair.server.take_output(),
                                [&](Hello& hello) { hello.set(ExtensionType::signed_certificate_timestamp, hex(list)); }));
    ASSERT_TRUE(pair.client.error);
    EXPECT_EQ(pair.client.error->code(), code);
    EXPECT_EQ(pair.client.error->alert(), AlertDescription::decode_error);
  }
}

TEST(Timestamps13, ThatAreMalformedAreRefused) {
  KeyBook book;
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.signed_certificate_timestamps = true;
  options.server.certs_keys.front().signed_certificate_timestamps = hex("0006 0004 01020304");
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(
      edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [](Messages& flight) {
        const Bytes good = hex("0006 0004 01020304");
        const auto at = std::ranges::search(flight[1].body, good).begin();
        ASSERT_NE(at, flight[1].body.end());
        at[3] = std::byte{0};  // an empty timestamp, and bytes behind it
      }));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::decode_error);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::decode_error);
}

// ---- CertificateVerify

//= rfc8446#4.4.3-5, 4.4.3-7, 4.2.3-3, 4.2.3-5, E.1-1
TEST(CertificateVerify, IsOfAnOfferedSchemeThatFitsTheKey) {
  const auto expect = [](std::string_view scheme, Errc code, AlertDescription alert) {
    KeyBook book;
    PairOptions options = defaults();
    options.server.observe.key_log = book.sink();
    Pair pair(options);
    pair.server.give(pair.client.take_output());
    const CipherSuite suite = *pair.server.connection.info().cipher_suite;
    pair.client.give(
        edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [&](Messages& flight) {
          const Bytes number = hex(scheme);
          std::ranges::copy(number, flight[2].body.begin());
        }));
    ASSERT_TRUE(pair.client.error);
    EXPECT_EQ(pair.client.error->code(), code) << scheme;
    EXPECT_EQ(pair.client.error->alert(), alert);
    EXPECT_FALSE(pair.client.done());
    EXPECT_FALSE(pair.client.connection.info().peer_chain) << "a chain that anybody can show";
    EXPECT_FALSE(pair.client.connection.info().verified);
  };
  expect("0503", Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  expect("0804", Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  expect("0401", Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  expect("0203", Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  expect("ffff", Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
}

// ---- groups and keys that must be named

class SlowGroup : public testing::TestWithParam<NamedGroup> {};
TEST_P(SlowGroup, Connects) {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {GetParam()};
  options.server.protocol.supported_groups = {GetParam()};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().group, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Groups, SlowGroup, testing::Values(NamedGroup::ffdhe4096, NamedGroup::ffdhe6144, NamedGroup::ffdhe8192));

struct BrainpoolCase {
  NewKey key;
  SignatureScheme scheme;
};
class Brainpool : public testing::TestWithParam<BrainpoolCase> {};
TEST_P(Brainpool, SignsWhereNamedAndOnlyThere) {
  PairOptions options = defaults();
  options.server.certs_keys = {authority().leaf({.key = GetParam().key})};
  options.server.protocol.signature_algs = {GetParam().scheme};
  options.client.protocol.signature_algs = {GetParam().scheme};
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  Pair named(options);
  named.run();
  expect_connected(named);
  EXPECT_EQ(named.client.connection.info().peer_signature_scheme, GetParam().scheme);
  options.client.protocol.signature_algs.clear();
  Pair unnamed(options);
  unnamed.run();
  ASSERT_TRUE(unnamed.server.error);
  EXPECT_EQ(unnamed.server.error->code(), Errc::no_common_signature_scheme);
  EXPECT_EQ(alert_at(unnamed.client), AlertDescription::handshake_failure);
}
INSTANTIATE_TEST_SUITE_P(
    Curves, Brainpool,
    testing::Values(BrainpoolCase{NewKey::brainpool_p256, SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256},
                    BrainpoolCase{NewKey::brainpool_p384, SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384},
                    BrainpoolCase{NewKey::brainpool_p512, SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512}));

TEST(Suites, CcmIsNegotiatedWhereNamedAndOnlyThere) {
  for (const CipherSuite suite : {CipherSuite::TLS_AES_128_CCM_SHA256, CipherSuite::TLS_AES_128_CCM_8_SHA256}) {
    PairOptions options = defaults();
    options.client.protocol.ciphers = {suite};
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.server.error);
    EXPECT_EQ(pair.server.error->code(), Errc::no_common_cipher_suite);
    EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
  }
}

TEST(Groups, NoneInCommonIsAHandshakeFailure) {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {NamedGroup::ffdhe2048};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_common_group);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
}

//= rfc8446#4.2.8-5
TEST(Groups, TheServersOrderAmongSharesDecidesBeforeAnyRetry) {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448};
  options.client.key_shares = std::vector<NamedGroup>{NamedGroup::x25519, NamedGroup::x448};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1, NamedGroup::x448, NamedGroup::x25519};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().group, NamedGroup::x448);
  EXPECT_FALSE(pair.server.connection.info().hello_retry);
}

// ---- chains that are known

class KnownChain : public testing::TestWithParam<ProtocolVersion> {
 protected:
  /// Verifications of one handshake.
  int cost(const std::shared_ptr<const ClientConfig>& client, const std::shared_ptr<const ServerConfig>& server) const {
    (void)provider->verified();
    Pair pair(client, server, options);
    pair.run();
    expect_connected(pair);
    return provider->verified();
  }

  std::shared_ptr<const Counting> provider = std::make_shared<const Counting>();
  PairOptions options = with_client_certificate();
  KnownChain() { options.client.protocol.versions = {GetParam()}; }
};

TEST_P(KnownChain, LeavesTheProofOfPossessionAlone) {
  options.client.provider = provider;
  const auto server = make_config(options.server);
  const auto client = make_config(options.client);
  EXPECT_EQ(cost(client, server), 3);
  EXPECT_EQ(cost(client, server), 1);
  // Another configuration has seen nothing.
  const auto other = make_config(options.client);
  EXPECT_EQ(cost(other, server), 3);
  EXPECT_EQ(cost(other, server), 1);
  options.client.peer.remember_signatures = false;
  const auto forgetful = make_config(options.client);
  EXPECT_EQ(cost(forgetful, server), 3);
  EXPECT_EQ(cost(forgetful, server), 3);
}

TEST_P(KnownChain, OfAClientIsKnownToEachVirtualHostByItself) {
  options.server.provider = provider;
  options.server.certs_keys = {authority().leaf({.names = {"server.test", "host.test"}})};
  options.server.sni_hosts = {{.name = "host.test"}};
  const auto server = make_config(options.server);
  const auto client = make_config(options.client);
  EXPECT_EQ(cost(client, server), 3);
  EXPECT_EQ(cost(client, server), 1);
  options.host = "host.test";
  EXPECT_EQ(cost(client, server), 3);
  EXPECT_EQ(cost(client, server), 1);
}

INSTANTIATE_TEST_SUITE_P(Versions, KnownChain, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2),
                         [](const auto& tested) { return tested.param == ProtocolVersion::tls1_3 ? "tls13" : "tls12"; });

}  // namespace
}  // namespace keyway::test
