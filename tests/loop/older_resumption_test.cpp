// SPDX-License-Identifier: Apache-2.0
//
// Resumption in TLS 1.2 between our two sides: by the id of a session and by a ticket, what is kept and for how long, and that
// nothing is resumed whose circumstances have changed. Answers that no honest server gives: older_resumption_faults_test.cpp.
#include "loop/older_sessions.h"

namespace keyway::test {
namespace {

using enum CipherSuite;
using enum Resumption;

/// Offers one ticket to everybody.
class OneTicket final : public ClientTicketStore {
 public:
  void put(const TicketTarget&, Ticket) override {}
  Ticket take(const TicketTarget&, Now) override { return only; }
  Ticket only;
};

class EachWay : public testing::TestWithParam<Resumption> {
 protected:
  Visits visits{GetParam()};
};

//= rfc5077#3.4-2
//= rfc7627#5.2-3
TEST_P(EachWay, ResumesAgainAndAgainAsTheSamePeer) {
  const Pair first = visits.meet(none);
  for (int i = 0; i < 3; ++i) {
    Pair again = visits.meet(GetParam());
    const ConnectionInfo& client = again.client.connection.info();
    EXPECT_EQ(client.peer_chain, first.client.connection.info().peer_chain);
    EXPECT_EQ(client.verified, TrustedChain::Basis::validated);
    EXPECT_EQ(client.peer_signature_scheme, first.client.connection.info().peer_signature_scheme);
    EXPECT_TRUE(client.extended_master_secret);
    EXPECT_FALSE(again.server.connection.info().used_identity);
    EXPECT_EQ(client.flights, 3u);
    EXPECT_EQ(id_of(again.client), id_of(again.server));
    EXPECT_EQ(client.session_id == nullptr, GetParam() == ticket);
    EXPECT_EQ(again.client.count<TicketReceived>(), 0u);
    again.send_from_client("a question");
    again.send_from_server("an answer");
    EXPECT_EQ(again.server.data + again.client.data, "a questionan answer");
  }
}

//= rfc5246#7.4.1.3-1
TEST_P(EachWay, HasKeysOfItsOwn) {
  const auto exported = [](const Pair& pair) {
    Bytes client(32);
    Bytes server(32);
    EXPECT_TRUE(pair.client.connection.export_key("EXPORTER-test", std::nullopt, client));
    EXPECT_TRUE(pair.server.connection.export_key("EXPORTER-test", std::nullopt, server));
    EXPECT_EQ(client, server);
    return client;
  };
  const Bytes first = exported(visits.meet(none));
  const Bytes second = exported(visits.meet(GetParam()));
  EXPECT_NE(first, second);
  EXPECT_NE(second, exported(visits.meet(GetParam())));
}

TEST_P(EachWay, ByteByByteIsTheSame) {
  visits.meet(none);
  visits.chunk = 1;
  visits.meet(GetParam());
}

TEST_P(EachWay, TheSessionIsToldBehindTheHandshakeAndTravelsAsBytes) {
  const Pair first = visits.meet(none);
  ASSERT_EQ(first.client.events.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<HandshakeDone>(first.client.events[0]));
  const Ticket told = tickets_of(first.client).at(0);
  EXPECT_EQ(told->ticket.empty(), GetParam() == session_id);
  EXPECT_EQ(told->session_id, id_of(first.client));
  const auto loaded = SessionTicket::load(told->save().expose());
  ASSERT_TRUE(loaded) << loaded.error().message();
  visits.options.client.sessions.store = nullptr;
  visits.options.client.sessions.reuse_sessions = ReuseSessions::no;
  visits.options.client.sessions.reuse_session = *loaded;
  visits.meet(GetParam());
}

TEST_P(EachWay, TheClientsCertificateIsThatOfTheFirstHandshake) {
  visits.options.server = asking_for_certificates(visits.options.server);
  visits.options.client = with_certificate(visits.options.client);
  const Pair first = visits.meet(none);
  const Pair again = visits.meet(GetParam());
  EXPECT_TRUE(again.server.connection.info().client_authenticated);
  EXPECT_EQ(again.server.connection.info().verified, TrustedChain::Basis::validated);
  ASSERT_TRUE(again.server.connection.info().peer_chain);
  EXPECT_EQ(*again.server.connection.info().peer_chain, *first.server.connection.info().peer_chain);
}

TEST_P(EachWay, AlpnIsNegotiatedAnew) {
  visits.options.server.alpn_preferred_protocols = {"h2", "http/1.1"};
  visits.options.client.alpn_advertised_protocols = {"h2"};
  visits.meet(none);
  visits.options.client.alpn_advertised_protocols = {"http/1.1"};
  EXPECT_EQ(visits.meet(GetParam()).client.connection.info().alpn, "http/1.1");
}

TEST_P(EachWay, AnIdentityThatHasEndedIsResumedNoMore) {
  visits.options.server.certs_keys = {authority().leaf({.not_after = test_time + 1h})};
  visits.meet(none);
  visits.advance(2h);
  Pair again = visits.begin();
  EXPECT_EQ(session_id_of(again), Bytes()) << "not offered";
  again.run();
  ASSERT_TRUE(again.client.error);
  EXPECT_EQ(again.client.error->code(), Errc::certificate_expired);
}

TEST_P(EachWay, AClientsIdentityThatHasEndedIsAskedForAnew) {
  visits.options.server = asking_for_certificates(visits.options.server);
  visits.options.client.certs_keys = {authority().leaf({.names = {"client.test"}, .not_after = test_time + 1h})};
  visits.meet(none);
  visits.advance(2h);
  Pair again = visits.begin();
  again.run();
  ASSERT_TRUE(again.server.error);
  EXPECT_EQ(again.server.error->code(), Errc::certificate_expired);
}

TEST_P(EachWay, EndsWithItsLifetime) {
  visits.options.server.sessions.lifetime = 100s;
  visits.meet(none);
  visits.advance(40s);
  visits.meet(GetParam());
  visits.advance(61s);
  visits.meet(none);
}

//= rfc5246#7.2.2-1
TEST_P(EachWay, AFatalAlertEndsTheSessionForBothSides) {
  visits.meet(none);
  Pair again = visits.meet(GetParam());
  ASSERT_TRUE(again.client.connection.abort(AlertDescription::access_denied));
  again.run();
  EXPECT_EQ(again.server.error->code(), Errc::alert_received);
  EXPECT_EQ(visits.sessions->size(), 0u);
  EXPECT_EQ(session_id_of(visits.begin()), Bytes()) << "not offered";
  visits.meet(none);
}

TEST_P(EachWay, ACloseOrATruncationDoesNot) {
  Pair first = visits.meet(none);
  ASSERT_TRUE(first.client.connection.close());
  first.run();
  Pair again = visits.meet(GetParam());
  EXPECT_FALSE(again.client.connection.end_of_input());
  EXPECT_FALSE(again.server.connection.end_of_input());
  visits.meet(GetParam());
}

TEST_P(EachWay, IsJudgedAgainWhereTheOptionSaysSo) {
  visits.options.client.peer.reverify_on_resumption = true;
  visits.options.server = asking_for_certificates(visits.options.server);
  visits.options.server.peer.reverify_on_resumption = true;
  visits.options.client = with_certificate(visits.options.client);
  visits.meet(none);
  const Pair again = visits.meet(GetParam());
  EXPECT_EQ(again.client.connection.info().verified, TrustedChain::Basis::validated);
  EXPECT_EQ(again.server.connection.info().verified, TrustedChain::Basis::validated);
}

TEST_P(EachWay, TheServersFunctionHasTheLastWord) {
  bool allows = false;
  std::vector<Bytes> ids;
  visits.options.server.sessions.reuse_session = [&](const ReuseQuestion& question) {
    ids.push_back(to_bytes(question.session_id));
    EXPECT_EQ(question.peer, nullptr);
    EXPECT_EQ(question.cipher_suite, TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
    return allows;
  };
  visits.options.server.protocol.ciphers = {TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  const Bytes id = id_of(visits.meet(none).client);
  visits.meet(none);
  allows = true;
  visits.meet(GetParam());
  EXPECT_EQ(ids.at(0), id);
  EXPECT_EQ(ids.size(), 2u);
}

TEST_P(EachWay, AFunctionThatThrowsEndsTheHandshake) {
  visits.options.server.sessions.reuse_session = [](const ReuseQuestion&) -> bool { throw std::runtime_error("no"); };
  visits.meet(none);
  Pair again = visits.begin();
  again.run();
  ASSERT_TRUE(again.server.error);
  EXPECT_EQ(again.server.error->code(), Errc::callback_threw);
  EXPECT_EQ(alert_at(again.client), AlertDescription::internal_error);
}

TEST_P(EachWay, SomebodyUncheckedIsNotRemembered) {
  visits.options.client.peer = {.verify = VerifyMode::verify_none};
  EXPECT_EQ(visits.meet(none).client.count<TicketReceived>(), 0u);
  visits.meet(none);
}

TEST_P(EachWay, WhoProvedAPreSharedKeyIsRememberedAsLongAsThereAreKeys) {
  for (ProtocolOptions* protocol : {&visits.options.client.protocol, &visits.options.server.protocol})
    protocol->ciphers = {static_cast<CipherSuite>(0x00a8), CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  const Psk key = Psk::make("tester", Bytes(32, std::byte{0x42}));
  visits.options.client.psk.keys = visits.options.server.psk.keys = {key};
  visits.meet(none);
  visits.meet(GetParam());
  visits.options.client.psk.keys.clear();
  visits.options.client.psk.lookup = [&](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    std::move(answer).give(std::make_shared<const Psk>(key));
  };
  visits.meet(none);  // a key that is looked up is another than one that is there
  visits.meet(none);  // and nobody knows whether another look-up finds the same
  visits.client = make_config(visits.options.client);
  visits.meet(none);
  const Pair again = visits.meet(GetParam());
  EXPECT_EQ(as_text(again.client.connection.info().psk_identity), "tester");
  visits.client = nullptr;
  visits.options.client.psk = {};
  visits.options.client.protocol.ciphers.erase(visits.options.client.protocol.ciphers.begin());
  visits.meet(none);
}

TEST_P(EachWay, AClientOfBothVersionsResumesTheOlderWhereTheServerHasNoOther) {
  visits.options.client.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  visits.meet(none);
  visits.meet(GetParam());
}

TEST_P(EachWay, ANewerVersionThatBothHaveNowIsTaken) {
  visits.meet(none);
  visits.options.client.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  visits.options.server.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  visits.replace_server();
  EXPECT_EQ(visits.meet(none).client.connection.info().version, ProtocolVersion::tls1_3);
}

// Neither family takes the state of the other, whoever gives it.
TEST_P(EachWay, ASessionIsNoTicketOfTls13) {
  const Ticket session = tickets_of(visits.meet(none).client).at(0);
  visits.options.client = client_options();
  visits.options.server = server_options();
  visits.options.client.sessions.reuse_session = session;
  visits.replace_server();
  Pair newer = visits.begin();
  EXPECT_FALSE(offers_psk(newer));
  newer.run();
  expect_resumption(newer, none);
  EXPECT_EQ(newer.client.connection.info().version, ProtocolVersion::tls1_3);
  visits.options.client.sessions.reuse_session = Bytes();
  visits.options.client.tickets.use_ticket = {session};
  EXPECT_EQ(ClientConfig::make(visits.options.client).error().code(), Errc::invalid_option);
  const auto store = std::make_shared<OneTicket>();
  store->only = session;
  visits.options.client.tickets = {.store = store};
  Pair stored = visits.begin();
  EXPECT_FALSE(offers_psk(stored));
  stored.run();
  expect_resumption(stored, none);
}

INSTANTIATE_TEST_SUITE_P(Tls12, EachWay, testing::Values(session_id, ticket),
                         [](const auto& tested) { return tested.param == ticket ? "ByTicket" : "ById"; });

// ---- what changed since the session was made

struct Change {
  const char* name;
  void (*apply)(PairOptions&);
};

class EachChange : public testing::TestWithParam<std::tuple<Resumption, Change>> {};

/// The server sees it: a client that offers its session whatever happens, and a server that has kept its store.
TEST_P(EachChange, OfTheServerOrOfTheNameIsAFullHandshake) {
  const auto& [way, change] = GetParam();
  Visits visits(way);
  visits.options.client = with_certificate(visits.options.client);
  visits.options.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  visits.options.server.certs_keys = {authority().leaf({.names = {"server.test", "other.test"}})};
  const Pair first = visits.meet(none);
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.meet(way);
  change.apply(visits.options);
  // Keys of tickets are of one configuration alone, so that there only the client changes.
  if (way == session_id) visits.replace_server();
  visits.meet(none);
}

constexpr Change changes[] = {
    {"Name", [](PairOptions& options) { options.host = "other.test"; }},
    {"SuiteNoLongerOffered",
     [](PairOptions& options) { options.client.protocol.ciphers = {TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}; }},
};
constexpr Change server_changes[] = {
    {"AlpnPolicy", [](PairOptions& options) { options.server.alpn_preferred_protocols = {"h2"}; }},
    {"AlpnFunction", [](PairOptions& options) { options.server.alpn_select = [](const auto&) { return AlpnChoice{}; }; }},
    {"VirtualHost", [](PairOptions& options) { options.server.sni_hosts = {{"server.test", {}}}; }},
    {"CertificateAskedFor", [](PairOptions& options) { options.server = asking_for_certificates(options.server, false); }},
    {"CertificateRequired", [](PairOptions& options) { options.server = asking_for_certificates(options.server); }},
    {"SuiteNoLongerEnabled",
     [](PairOptions& options) { options.server.protocol.ciphers = {TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256}; }},
};

std::string name_of(const testing::TestParamInfo<std::tuple<Resumption, Change>>& tested) {
  return std::string(std::get<1>(tested.param).name) + (std::get<0>(tested.param) == ticket ? "ByTicket" : "ById");
}

INSTANTIATE_TEST_SUITE_P(Tls12, EachChange, testing::Combine(testing::Values(session_id, ticket), testing::ValuesIn(changes)),
                         name_of);
INSTANTIATE_TEST_SUITE_P(Server, EachChange, testing::Combine(testing::Values(session_id), testing::ValuesIn(server_changes)),
                         name_of);

TEST(OlderResumption, OtherAuthoritiesOfClientsAreAFullHandshake) {
  Visits visits(session_id);
  visits.options.server = asking_for_certificates(visits.options.server);
  visits.options.client = with_certificate(visits.options.client);
  visits.meet(none);
  visits.options.server.peer.cacerts.push_back(Authority("another").root());
  visits.replace_server();
  visits.meet(none);
}

/// What the virtual hosts of one listener leave with a client is good for the host alone that it came from.
TEST(OlderResumption, VirtualHostsDoNotShareTickets) {
  Visits visits(ticket);
  visits.options.server.certs_keys = {authority().leaf({.names = {"a.test", "b.test"}})};
  visits.options.server.sni_hosts = {{"a.test", {}}, {"b.test", {}}};
  visits.options.host = "a.test";
  const Pair first = visits.meet(none);
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.meet(ticket);
  visits.options.host = "b.test";
  visits.meet(none);
}

// ---- what a client offers

class EachClientChange : public testing::TestWithParam<Change> {};

//= rfc5246#7.4.1.2-2
TEST_P(EachClientChange, IsNotOfferedFromTheStore) {
  Visits visits(session_id);
  visits.options.server.certs_keys = {authority().leaf({.names = {"server.test", "other.test"}})};
  visits.meet(none);
  GetParam().apply(visits.options);
  EXPECT_EQ(session_id_of(visits.begin()), Bytes());
}

INSTANTIATE_TEST_SUITE_P(
    Tls12, EachClientChange,
    testing::Values(
        Change{"Host", [](PairOptions& options) { options.host = "other.test"; }},
        Change{"Port", [](PairOptions& options) { options.port = 8443; }},
        Change{"Authorities", [](PairOptions& options) { options.client.peer.cacerts.push_back(Authority("another").root()); }},
        Change{"Verification", [](PairOptions& options) { options.client.peer = {.verify = VerifyMode::verify_none}; }},
        Change{"Identity", [](PairOptions& options) { options.client = with_certificate(options.client); }},
        Change{"Suites", [](PairOptions& options) { options.client.protocol.ciphers = {TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}; }},
        Change{"ReuseIsOff", [](PairOptions& options) { options.client.sessions.reuse_sessions = ReuseSessions::no; }},
        Change{"Save", [](PairOptions& options) { options.client.sessions.reuse_sessions = ReuseSessions::save; }}),
    [](const auto& tested) { return std::string(tested.param.name); });

TEST(OlderResumption, WhatIsSavedIsTheSessionOfAFullHandshake) {
  Visits visits(session_id);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::save;
  visits.meet(none);
  const Pair second = visits.meet(none);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::automatic;
  EXPECT_EQ(id_of(visits.meet(session_id).client), id_of(second.client));
}

TEST(OlderResumption, WithoutAStoreOnlySaveTellsOfASession) {
  Visits visits(session_id);
  visits.options.client.sessions.store = nullptr;
  EXPECT_EQ(visits.meet(none).client.count<TicketReceived>(), 0u);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::save;
  EXPECT_EQ(visits.meet(none).client.count<TicketReceived>(), 1u);
}

TEST(OlderResumption, TheSessionOfAnIdIsOfferedAndAnUnknownOneIsNot) {
  Visits visits(session_id);
  const Bytes first = id_of(visits.meet(none).client);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::save;
  visits.meet(none);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::automatic;
  visits.options.client.sessions.reuse_session = first;
  EXPECT_EQ(id_of(visits.meet(session_id).client), first);
  visits.options.client.sessions.reuse_session = Bytes(32, std::byte{1});
  EXPECT_EQ(session_id_of(visits.begin()), Bytes());
  visits.meet(none);
}

/// Whoever gives the session vouches for the server, and the chain is judged for the present name.
TEST(OlderResumption, AGivenSessionIsOfferedToAnotherNameAndJudgedForIt) {
  Visits visits(session_id);
  // A server without virtual hosts that is asked for no name: it sees no difference.
  const Pair first = visits.meet(none);
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.options.port = 8443;
  visits.meet(session_id);
  visits.options.client.peer.cacerts = {Authority("another").root()};
  Pair untrusted = visits.begin();
  EXPECT_EQ(session_id_of(untrusted), id_of(first.client));
  untrusted.run();
  ASSERT_TRUE(untrusted.client.error);
  EXPECT_EQ(untrusted.client.error->code(), Errc::certificate_unknown_ca);
  EXPECT_EQ(alert_at(untrusted.server), AlertDescription::unknown_ca);
}

// Whose session it is does not change with a new ticket for it: another configuration's own certificate was shown then.
TEST(OlderResumption, ANewTicketOfAGivenSessionIsNotOursToOfferAgain) {
  Visits visits(ticket);
  visits.options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  visits.options.server.fail_if_no_peer_cert = false;
  visits.options.client.certs_keys = {authority().leaf({.names = {"alice.test"}})};
  const Pair first = visits.meet(none);
  visits.options.client.certs_keys.clear();
  visits.options.client.sessions.store = memory_client_sessions();
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.advance(std::chrono::hours(20));
  const Pair renewed = visits.meet(ticket);
  ASSERT_EQ(tickets_of(renewed.client).size(), 1u) << "in the second half of its life";
  visits.options.client.sessions.reuse_session = {};
  const Pair next = visits.meet(none);
  EXPECT_FALSE(next.server.connection.info().client_authenticated);
}

TEST(OlderResumption, AServerThatHangsUpOnASessionIsNotOfferedItAgain) {
  for (const Resumption way : {session_id, ticket}) {
    Visits visits(way);
    visits.meet(none);
    Pair dropped = visits.begin();
    EXPECT_NE(session_id_of(dropped), Bytes());
    (void)dropped.client.take_output();
    EXPECT_EQ(dropped.client.connection.end_of_input().error().code(), Errc::truncated);
    visits.meet(none);
  }
}

TEST(OlderResumption, AConnectionThatFailsLeavesNoneOfItsSessions) {
  Visits visits(session_id);
  visits.options.client.server_renegotiation = visits.options.server.client_renegotiation = true;
  Pair pair = visits.meet(none);
  const auto before = tickets_of(pair.client).at(0);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  ASSERT_TRUE(pair.connected());
  pair.server.give(plain_record(ContentType::application_data, Bytes(40)));
  ASSERT_TRUE(pair.server.error);
  visits.options.client.sessions.reuse_session = before;
  visits.meet(none);
}

/// There is no chain that could be judged again.
TEST(OlderResumption, AGivenSessionOfAPreSharedKeyStaysWithItsTarget) {
  Visits visits(session_id);
  for (ProtocolOptions* protocol : {&visits.options.client.protocol, &visits.options.server.protocol})
    protocol->ciphers = {static_cast<CipherSuite>(0x00a8)};
  visits.options.client.psk.keys = visits.options.server.psk.keys = {Psk::make("tester", Bytes(32, std::byte{0x42}))};
  const Pair first = visits.meet(none);
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.meet(session_id);
  visits.options.port = 8443;
  EXPECT_EQ(session_id_of(visits.begin()), Bytes());
  visits.meet(none);
}

/// Gives what it was told to, whoever asks.
class OneSession final : public ClientSessionStore {
 public:
  void put(const TicketTarget&, Ticket session) override { kept = std::move(session); }
  Ticket find(const TicketTarget&, ByteView, Now) override { return kept; }
  void remove(const TicketTarget&, const SessionTicket&) override { ++removed; }
  Ticket kept;
  int removed = 0;
};

TEST(OlderResumption, WhatAStoreGivesForAnotherTargetIsNotOffered) {
  Visits visits(session_id);
  const auto store = std::make_shared<OneSession>();
  visits.options.client.sessions.store = store;
  visits.meet(none);
  visits.meet(session_id);
  visits.options.port = 8443;
  EXPECT_EQ(session_id_of(visits.begin()), Bytes());
  visits.options.port = 443;
  auto broken = std::make_shared<SessionTicket>();
  broken->session = store->kept->session;
  store->kept = broken;
  EXPECT_EQ(session_id_of(visits.begin()), Bytes()) << "neither ticket nor id";
}

//= rfc5246#7.4.1.3-2
TEST(OlderResumption, ASessionThatIsRefusedIsForgotten) {
  Visits visits(session_id);
  const auto store = std::make_shared<OneSession>();
  visits.options.client.sessions.store = store;
  const Bytes first = id_of(visits.meet(none).client);
  visits.sessions->remove(first);
  visits.meet(none);
  EXPECT_EQ(store->removed, 1);
  EXPECT_NE(store->kept->session_id, first);
}

//= rfc5077#3.4-1
TEST(OlderResumption, BesideATicketNoIdIsLookedUp) {
  Visits visits(session_id);
  const Pair first = visits.meet(none);
  visits.options.server.sessions.tickets = true;
  visits.replace_server();
  visits.options.client.sessions.reuse_session = tickets_of(first.client).at(0);
  visits.meet(session_id);
  Pair pair = visits.begin();
  pair.server.give(
      edit_hello(pair.client.take_output(), [](Hello& hello) { hello.set(ExtensionType::session_ticket, Bytes(9)); }));
  EXPECT_NE(session_id_of(hello_of(pair.server.take_output())), id_of(first.client));
}

// ---- stores and keys of servers

TEST(OlderResumption, AServerThatReusesNothingNamesNoSession) {
  Visits visits(session_id);
  visits.options.server.sessions = {.reuse_sessions = false};
  EXPECT_EQ(id_of(visits.meet(none).client), Bytes());
  visits.meet(none);
}

TEST(OlderResumption, WhoGetsATicketGetsNoId) {
  Visits visits(ticket);
  visits.meet(none);
  EXPECT_EQ(visits.sessions->size(), 0u);
  // Who takes none has an id, from the same server.
  visits.options.client.sessions.tickets = false;
  visits.options.client.sessions.store = memory_client_sessions();
  visits.meet(none);
  EXPECT_EQ(visits.sessions->size(), 1u);
  visits.meet(session_id);
}

TEST(OlderResumption, ATicketOfAnotherConfigurationDoesNotOpen) {
  Visits visits(ticket);
  visits.meet(none);
  visits.replace_server();
  visits.meet(none);
}

TEST(OlderResumption, AChangedTicketDoesNotOpenWhereverItIsChanged) {
  Visits visits(ticket);
  const Ticket good = tickets_of(visits.meet(none).client).at(0);
  for (const std::size_t at : {std::size_t{0}, std::size_t{15}, std::size_t{16}, std::size_t{40}, good->ticket.size() - 1}) {
    auto bad = std::make_shared<SessionTicket>();
    bad->session = good->session;
    bad->ticket = good->ticket;
    bad->ticket[at] ^= std::byte{1};
    visits.options.client.sessions.reuse_session = Ticket(bad);
    visits.meet(none);
  }
  for (const std::size_t size : {std::size_t{1}, std::size_t{28}, std::size_t{40}, good->ticket.size() - 1}) {
    auto cut = std::make_shared<SessionTicket>();
    cut->session = good->session;
    cut->ticket = to_bytes(ByteView(good->ticket).first(size));
    visits.options.client.sessions.reuse_session = Ticket(cut);
    visits.meet(none);
  }
}

TEST(OlderResumption, ATicketIsRenewedInTheSecondHalfOfItsLife) {
  Visits visits(ticket);
  visits.options.server.sessions.lifetime = 1000s;
  const Ticket first = tickets_of(visits.meet(none).client).at(0);
  EXPECT_EQ(first->session->lifetime, 1000u);
  visits.advance(499s);
  EXPECT_EQ(visits.meet(ticket).client.count<TicketReceived>(), 0u);
  visits.advance(1s);
  const Pair renewed = visits.meet(ticket);
  const Ticket second = tickets_of(renewed.client).at(0);
  EXPECT_NE(second->ticket, first->ticket);
  EXPECT_EQ(second->session->lifetime, 500u) << "of 1,000 s from the full handshake on";
  EXPECT_EQ(second->session->authenticated_at, first->session->authenticated_at);
  ASSERT_TRUE(second->session->peer);
  EXPECT_EQ(*second->session->peer, *first->session->peer);
}

TEST(OlderResumption, AChainOfRenewalsEndsWithTheLifetimeOfItsSecret) {
  Visits visits(ticket);
  visits.options.server.sessions.lifetime = 48h;
  visits.meet(none);
  for (const auto& pause : {24h, 12h, 11h}) {
    visits.advance(pause);
    visits.meet(ticket);
  }
  visits.advance(59min);
  visits.meet(ticket);
  visits.advance(1min);
  visits.meet(none);
}

TEST(OlderResumption, ALongerLifetimeIsNotThatOfAServerWithAShorterOne) {
  Visits visits(session_id);
  visits.options.server.sessions.lifetime = 48h;
  visits.meet(none);
  visits.advance(2h);
  visits.meet(session_id);
  visits.options.server.sessions.lifetime = 1h;
  visits.replace_server();
  visits.meet(none);
}

TEST(OlderResumption, KeysOfTicketsChangeAndTheLastOneStillOpens) {
  Visits visits(ticket);
  visits.options.server.sessions.lifetime = 1000s;
  const auto name = [](const Pair& pair) { return to_bytes(ByteView(tickets_of(pair.client).at(0)->ticket).first(16)); };
  const Bytes first = name(visits.meet(none));
  visits.options.client.sessions.reuse_sessions = ReuseSessions::save;
  visits.advance(900s);
  const Pair last = visits.meet(none);
  EXPECT_EQ(name(last), first);
  visits.advance(200s);
  EXPECT_NE(name(visits.meet(none)), first);
  visits.options.client.sessions.reuse_sessions = ReuseSessions::automatic;
  visits.options.client.sessions.reuse_session = tickets_of(last.client).at(0);
  visits.meet(ticket);
}

/// The client's certificates are in the ticket; where they are too many there is none after all (RFC 5077 3.3).
TEST(OlderResumption, ATicketThatWouldBeTooLongIsEmpty) {
  Visits visits(ticket);
  visits.options.server = asking_for_certificates(visits.options.server);
  CertKey identity = authority().leaf({.names = {"client.test"}});
  identity.cert.insert(identity.cert.end(), 60, identity.cert.at(1));
  visits.options.client.certs_keys = {identity};
  EXPECT_EQ(visits.meet(none).client.count<TicketReceived>(), 0u);
  visits.meet(none);
}

/// Answers with a session that was changed on the way.
class Changing final : public SessionStore {
 public:
  void put(ByteView id, std::shared_ptr<const Session> session, Now now) override { inner_->put(id, std::move(session), now); }
  void find(ByteView id, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    const auto slot = std::make_shared<AnswerSlot>();
    inner_->find(id, now, Answer<std::shared_ptr<const Session>>(slot));
    auto found = **slot->take<std::shared_ptr<const Session>>();
    auto changed = std::make_shared<Session>(found->duplicate());
    change(*changed);
    std::move(answer).give(std::shared_ptr<const Session>(changed));
  }
  void remove(ByteView id) override { inner_->remove(id); }
  std::size_t size() const override { return inner_->size(); }
  std::function<void(Session&)> change;

 private:
  std::shared_ptr<SessionStore> inner_ = memory_session_store();
};

// The server of a client with a ticket of TLS 1.3 has only TLS 1.2 now: a full handshake, and nothing is resumed by the ticket.
TEST(OlderResumption, ATicketOfTls13IsNoSession) {
  PairOptions options;
  options.client = client_options();
  const Ticket ticket = get_tickets(options.client, make_config(server_with_tickets())).at(0);
  options.client.sessions.reuse_session = ticket;
  EXPECT_EQ(ClientConfig::make(options.client).error().code(), Errc::invalid_option);
  options.client = using_ticket(ticket);
  options.server = server_options();
  options.server.protocol.versions = {ProtocolVersion::tls1_2};
  options.server.sessions.tickets = true;
  Pair pair(options);
  EXPECT_TRUE(offers_psk(pair));
  pair.run();
  expect_resumption(pair, none);
  EXPECT_EQ(pair.client.connection.info().version, ProtocolVersion::tls1_2);
  EXPECT_TRUE(pair.client.connection.info().peer_chain);
}

/// Answers every ticket of TLS 1.3 with a session of another version.
class OfAnotherVersion final : public TicketStore {
 public:
  void issue(std::shared_ptr<const Session> session, Now now, Answer<Bytes> answer) override {
    auto changed = std::make_shared<Session>(session->duplicate());
    changed->version = ProtocolVersion::tls1_2;
    inner_->issue(changed, now, std::move(answer));
  }
  void redeem(ByteView ticket, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    inner_->redeem(ticket, now, std::move(answer));
  }

 private:
  std::shared_ptr<TicketStore> inner_ = memory_ticket_store();
};

TEST(OlderResumption, ASessionOfAnotherVersionIsNotResumedInTls13) {
  const auto server = make_config(server_with_tickets(std::make_shared<OfAnotherVersion>()));
  const Ticket ticket = get_tickets(client_options(), server).at(0);
  PairOptions options;
  Pair pair(make_config(using_ticket(ticket)), server, options);
  EXPECT_TRUE(offers_psk(pair));
  pair.run();
  expect_resumption(pair, none);
}

TEST(OlderResumption, ASessionWithoutItsSecretIsAWrongAnswer) {
  Visits visits(session_id);
  const auto store = std::make_shared<Changing>();
  visits.options.server.sessions.store = store;
  visits.meet(none);
  store->change = [](Session& session) { session.secret.clear(); };
  Pair again = visits.begin();
  again.run();
  ASSERT_TRUE(again.server.error);
  EXPECT_EQ(again.server.error->code(), Errc::wrong_answer);
  EXPECT_EQ(alert_at(again.client), AlertDescription::internal_error);
}

TEST(OlderResumption, WhatAStoreGivesIsCheckedLikeAnythingElse) {
  const std::function<void(Session&)> table[] = {
      [](Session& session) { session.version = ProtocolVersion::tls1_3; },
      [](Session& session) { session.cipher_suite = TLS_AES_128_GCM_SHA256; },
      [](Session& session) { session.server_name = "another.test"; },
      [](Session& session) { session.server_name.reset(); },
      [](Session& session) { session.policy.clear(); },
      [](Session& session) { session.lifetime = 0; },
      [](Session& session) { session.peer_not_after = test_time - 1s; },
      //= rfc7627#5.3-2
      [](Session& session) { session.extended_master_secret = false; },
  };
  for (const auto& change : table) {
    Visits visits(session_id);
    const auto store = std::make_shared<Changing>();
    visits.options.server.sessions.store = store;
    visits.meet(none);
    store->change = change;
    visits.meet(none);
  }
}

}  // namespace
}  // namespace keyway::test
