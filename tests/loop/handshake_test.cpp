// SPDX-License-Identifier: Apache-2.0
//
// Full handshakes: algorithms, HelloRetryRequest, client certificates, ALPN, sizes, key updates.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/pair.h"

namespace keyway::test {
namespace {

//= rfc8446#4.1.2-1, 4.3.1-1, 4.4.2-1, 4.4.3-1
TEST(Handshake, ConnectsWithDefaults) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.count<HandshakeDone>(), 1u);
  EXPECT_EQ(pair.server.count<HandshakeDone>(), 1u);
  const ConnectionInfo& info = pair.client.connection.info();
  EXPECT_EQ(info.cipher_suite, CipherSuite::TLS_AES_256_GCM_SHA384);
  EXPECT_EQ(info.group, NamedGroup::x25519);
  EXPECT_EQ(info.peer_signature_scheme, SignatureScheme::ecdsa_secp256r1_sha256);
  EXPECT_EQ(info.verified, TrustedChain::Basis::validated);
  EXPECT_EQ(info.resumed, Resumption::none);
  EXPECT_FALSE(info.hello_retry);
  EXPECT_EQ(pair.server.connection.info().server_name, "server.test");
}

TEST(Handshake, CarriesDataBothWays) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.connected());
  pair.send_from_client("ping");
  pair.send_from_server("pong");
  EXPECT_EQ(pair.server.data, "ping");
  EXPECT_EQ(pair.client.data, "pong");
  const std::string large(100'000, 'x');
  pair.send_from_client(large);
  EXPECT_EQ(pair.server.data, "ping" + large);
}

TEST(Handshake, ByteByByteIsTheSame) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run(1);
  ASSERT_TRUE(pair.connected());
  pair.send_from_client("ping");
  EXPECT_EQ(pair.server.data, "ping");
}

class EachSuite : public testing::TestWithParam<CipherSuite> {};
TEST_P(EachSuite, Connects) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.ciphers = {GetParam()};
  options.server.protocol.ciphers = {GetParam()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().cipher_suite, GetParam());
  pair.send_from_client("over " + std::string(to_string(GetParam())));
  EXPECT_EQ(pair.server.data, "over " + std::string(to_string(GetParam())));
}
INSTANTIATE_TEST_SUITE_P(Suites, EachSuite,
                         testing::Values(CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_AES_256_GCM_SHA384,
                                         CipherSuite::TLS_CHACHA20_POLY1305_SHA256, CipherSuite::TLS_AES_128_CCM_SHA256,
                                         CipherSuite::TLS_AES_128_CCM_8_SHA256));

class EachGroup : public testing::TestWithParam<NamedGroup> {};
TEST_P(EachGroup, Connects) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.supported_groups = {GetParam()};
  options.server.protocol.supported_groups = {GetParam()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().group, GetParam());
}
TEST_P(EachGroup, ConnectsAfterRetry) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const NamedGroup first = GetParam() == NamedGroup::x25519 ? NamedGroup::secp256r1 : NamedGroup::x25519;
  options.client.protocol.supported_groups = {first, GetParam()};
  options.server.protocol.supported_groups = {GetParam()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_TRUE(pair.client.connection.info().hello_retry);
  EXPECT_TRUE(pair.server.connection.info().hello_retry);
  EXPECT_EQ(pair.server.connection.info().group, GetParam());
}
INSTANTIATE_TEST_SUITE_P(Groups, EachGroup,
                         testing::Values(NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448, NamedGroup::secp521r1,
                                         NamedGroup::secp384r1, NamedGroup::ffdhe2048, NamedGroup::ffdhe3072,
                                         NamedGroup::brainpoolP256r1tls13, NamedGroup::brainpoolP384r1tls13,
                                         NamedGroup::brainpoolP512r1tls13));

struct KeyCase {
  NewKey key;
  SignatureScheme scheme;
};
class EachKey : public testing::TestWithParam<KeyCase> {};
//= rfc8446#4.2.3-6
TEST_P(EachKey, AuthenticatesBothSides) {
  const CertKey identity = authority().leaf({.key = GetParam().key});
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.signature_algs = {GetParam().scheme};
  // The chain is signed with ECDSA whatever the leaf is.
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  options.server.protocol = options.client.protocol;
  options.server.certs_keys = {identity};
  options.client.certs_keys = {identity};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  Pair pair(options);
  pair.run();
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, GetParam().scheme);
  EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, GetParam().scheme);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
}
INSTANTIATE_TEST_SUITE_P(Keys, EachKey,
                         testing::Values(KeyCase{NewKey::ec_p256, SignatureScheme::ecdsa_secp256r1_sha256},
                                         KeyCase{NewKey::ec_p384, SignatureScheme::ecdsa_secp384r1_sha384},
                                         KeyCase{NewKey::ec_p521, SignatureScheme::ecdsa_secp521r1_sha512},
                                         KeyCase{NewKey::ed25519, SignatureScheme::ed25519},
                                         KeyCase{NewKey::ed448, SignatureScheme::ed448},
                                         KeyCase{NewKey::rsa_2048, SignatureScheme::rsa_pss_rsae_sha256},
                                         KeyCase{NewKey::rsa_2048, SignatureScheme::rsa_pss_rsae_sha512},
                                         KeyCase{NewKey::rsa_pss_2048, SignatureScheme::rsa_pss_pss_sha256},
                                         KeyCase{NewKey::brainpool_p256, SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256}));

//= rfc8446#4.4.2.4-2, 4.4.2-2
TEST(ClientCertificate, MissingIsRefusedWhenRequired) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_required);
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::alert_received);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::certificate_required);
}

//= rfc8446#4.4.2.4-2
TEST(ClientCertificate, MissingIsAcceptedWhenOptional) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.server.fail_if_no_peer_cert = false;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.server.connection.info().client_authenticated);
}

TEST(ClientCertificate, OfAnotherAuthorityIsRefused) {
  static const Authority other("other");
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.client.certs_keys = {other.leaf()};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::unknown_ca);
}

//= rfc9525#6.1-1, 6.6-1
TEST(Verification, RefusesAnotherName) {
  PairOptions options{.client = client_options(), .server = server_options(), .host = "other.test"};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_name_mismatch);
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::bad_certificate);
}

TEST(Verification, RefusesAnExpiredCertificate) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.certs_keys = {authority().leaf({.not_after = test_time - std::chrono::hours(1)})};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_expired);
}

TEST(Verification, RefusesAClientCertificateOfAServer) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.certs_keys = {authority().leaf({.usage = {"clientAuth"}})};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_wrong_extended_usage);
}

TEST(Verification, NeedsAName) {
  const auto connection = Connection::client(make_config(client_options()), PeerName{}, Now{});
  ASSERT_FALSE(connection);
  EXPECT_EQ(connection.error().code(), Errc::missing_option);
}

//= rfc7301#3.2-2, 3.1-2
TEST(Alpn, ServerOrderDecides) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  options.server.alpn_preferred_protocols = {"http/1.1", "h2"};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().alpn, "http/1.1");
  EXPECT_EQ(pair.server.connection.info().alpn, "http/1.1");
}

//= rfc7301#3.2-1
TEST(Alpn, NothingInCommonIsRefused) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.alpn_advertised_protocols = {"h2"};
  options.server.alpn_preferred_protocols = {"xmpp"};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_application_protocol);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::no_application_protocol);
}

//= rfc8446#4.6.3-4, 4.6.3-5
TEST(KeyUpdate, BothWays) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  pair.send_from_client("new key");
  pair.send_from_server("new key too");
  EXPECT_EQ(pair.server.data, "new key");
  EXPECT_EQ(pair.client.data, "new key too");
  EXPECT_EQ(pair.server.connection.info().key_updates_received, 1u);
  EXPECT_EQ(pair.server.connection.info().key_updates_sent, 1u);
}

//= rfc8446#5.5-1
TEST(KeyUpdate, ComesByItselfAtTheLimit) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.key_update_at = 1000;
  Pair pair(options);
  pair.run();
  for (int i = 0; i < 5; ++i) pair.send_from_client(std::string(600, 'a'));
  EXPECT_GE(pair.client.connection.info().key_updates_sent, 2u);
  EXPECT_EQ(pair.server.data.size(), 3000u);
}

TEST(RecordSizes, LimitHoldsBothWays) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.record_size_limit = 100;
  options.server.protocol.record_size_limit = 200;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  pair.send_from_client(std::string(1000, 'c'));
  pair.send_from_server(std::string(1000, 's'));
  EXPECT_EQ(pair.server.data.size(), 1000u);
  EXPECT_EQ(pair.client.data.size(), 1000u);
}

//= rfc6066#4-1, 4-4
TEST(RecordSizes, MaxFragmentLengthIsAnswered) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.max_fragment_length = 512;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().max_fragment_length, 512);
  EXPECT_EQ(pair.server.connection.info().max_fragment_length, 512);
  pair.send_from_server(std::string(5000, 's'));
  EXPECT_EQ(pair.client.data.size(), 5000u);
}

TEST(KeyUpdate, ThoseOfAProgramThatOnlySendsAreToldAsOne) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.key_update_at = 1000;
  Pair pair(options);
  pair.run();
  pair.client.events.clear();
  for (int i = 0; i < 12; ++i) ASSERT_TRUE(pair.client.connection.send(as_bytes(std::string(1200, 'a'))));
  EXPECT_GE(pair.client.connection.info().key_updates_sent, 8u);
  pair.client.work();
  EXPECT_EQ(pair.client.count<KeysUpdated>(), 1u);
  pair.run();
  EXPECT_EQ(pair.server.data.size(), 14400u);
}

TEST(Sending, EmptyPiecesBeforeMoreThanFitsAreNoEndlessLoop) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  const std::string large(300'000, 'x');
  std::vector<ByteView> pieces(70);
  pieces.push_back(as_bytes(large));
  const auto taken = pair.client.connection.send(pieces);
  ASSERT_TRUE(taken);
  EXPECT_GT(*taken, 0u);
  EXPECT_LT(*taken, large.size());
}

TEST(VirtualHost, DecidesAlsoAfterAPause) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.pause_after_hello = true;
  options.server.sni_hosts = {
      {.name = "server.test",
       .options = {.peer = VerifyOptions{.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}}}}};
  Pair pair(options);
  pair.run();
  ASSERT_EQ(pair.server.count<HelloReceived>(), 1u);
  ASSERT_TRUE(pair.server.connection.continue_with(nullptr));
  pair.run();
  ASSERT_TRUE(pair.server.error) << "the host wants a client certificate, and none came";
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_required);
}

//= rfc8446#9.2-4
TEST(VirtualHost, AListenerThatIsNobodyItselfServesNoOtherName) {
  const auto meet = [](const std::string& host, ProtocolVersion version) {
    PairOptions options{.client = client_options(), .server = server_options(), .host = host};
    options.client.protocol.versions = {version};
    options.server.sni_hosts = {{.name = "server.test", .options = {.certs_keys = std::exchange(options.server.certs_keys, {})}}};
    auto pair = std::make_unique<Pair>(options);
    pair->run();
    return pair;
  };
  struct Refusal {
    ProtocolVersion version;
    std::string host;
    Errc code;
    AlertDescription alert;
  };
  for (const auto& [version, host, code, alert] :
       {Refusal{ProtocolVersion::tls1_3, "other.test", Errc::unrecognized_name, AlertDescription::unrecognized_name},
        Refusal{ProtocolVersion::tls1_2, "other.test", Errc::unrecognized_name, AlertDescription::unrecognized_name},
        Refusal{ProtocolVersion::tls1_3, "192.0.2.1", Errc::missing_extension, AlertDescription::missing_extension},
        Refusal{ProtocolVersion::tls1_2, "192.0.2.1", Errc::no_usable_identity, AlertDescription::handshake_failure}}) {
    EXPECT_TRUE(meet("server.test", version)->connected());
    const auto pair = meet(host, version);
    ASSERT_TRUE(pair->server.error) << host;
    EXPECT_EQ(pair->server.error->code(), code) << host;
    ASSERT_TRUE(pair->client.error);
    EXPECT_EQ(pair->client.error->detail()->received_alert, alert) << host;
  }
}

TEST(Exporter, BothSidesAgree) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  std::array<std::byte, 40> a{};
  std::array<std::byte, 40> b{};
  ASSERT_TRUE(pair.client.connection.export_key("EXPERIMENTAL keyway", as_bytes("context"), a));
  ASSERT_TRUE(pair.server.connection.export_key("EXPERIMENTAL keyway", as_bytes("context"), b));
  EXPECT_EQ(a, b);
  ASSERT_TRUE(pair.server.connection.export_key("EXPERIMENTAL keyway", as_bytes("other"), b));
  EXPECT_NE(a, b);
}

TEST(LateAuthentication, ClientProvesItselfAfterTheHandshake) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.client.post_handshake_auth = true;
  options.server.peer = {.verify = VerifyMode::verify_none, .cacerts = {authority().root()}};
  options.server.post_handshake_auth = true;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_FALSE(pair.server.connection.info().client_authenticated);
  const auto asked = pair.server.connection.request_certificate();
  ASSERT_TRUE(asked) << asked.error().message();
  EXPECT_EQ(pair.server.connection.request_certificate().error().code(), Errc::busy);
  pair.run();
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 1u);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
  pair.send_from_client("after");
  EXPECT_EQ(pair.server.data, "after");
  ASSERT_TRUE(pair.server.connection.request_certificate());
  pair.run();
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 2u);
}

PairOptions late_options() {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.client.post_handshake_auth = true;
  options.server.peer = {.verify = VerifyMode::verify_none, .cacerts = {authority().root()}};
  options.server.post_handshake_auth = true;
  return options;
}

TEST(LateAuthentication, AnEmptyAnswerIsToldAsOneEvenIfACertificateWasKnownBefore) {
  PairOptions options = late_options();
  bool give = true;
  options.client.identity_select = [&](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(give ? question.preferred : std::nullopt);
  };
  Pair pair(options);
  pair.run();
  const auto ask = [&] {
    ASSERT_TRUE(pair.server.connection.request_certificate());
    pair.run();
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  };
  ask();
  EXPECT_TRUE(std::get<PeerAuthenticated>(pair.server.events.back()).with_certificate);
  give = false;
  ask();
  EXPECT_FALSE(std::get<PeerAuthenticated>(pair.server.events.back()).with_certificate);
}

TEST(LateAuthentication, AServerThatAsksAndDoesNotReadIsLeft) {
  Pair pair(late_options());
  pair.run();
  std::size_t seen = 0;
  for (int i = 0; i < 5; ++i) {
    ASSERT_FALSE(pair.client.error) << i << " answers may wait";
    ASSERT_TRUE(pair.server.connection.request_certificate());
    pair.client.inbox = pair.server.take_output();
    pair.client.work();
    // The server does get the answers, but the client's transport never says that they are written.
    Bytes unsent;
    for (const ByteView piece : pair.client.connection.output()) unsent.insert(unsent.end(), piece.begin(), piece.end());
    pair.server.inbox.assign(unsent.begin() + static_cast<std::ptrdiff_t>(seen), unsent.end());
    pair.server.work();
    seen = unsent.size();
  }
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::too_many_certificate_requests);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
