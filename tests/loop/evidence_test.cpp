// SPDX-License-Identifier: Apache-2.0
//
// Proofs that must not be carried over or made up: tickets speak only for who earned them, and what the program's own
// look-ups answer is held to the rules of the options.
#include <gtest/gtest.h>

#include "config/settings.h"
#include "loop/forge.h"
#include "session/client_selection.h"

namespace keyway::test {
namespace {

ServerOptions with_tickets(ServerOptions options = server_options()) {
  options.tickets = {.mode = TicketMode::stateful, .count = 2};
  return options;
}

ServerOptions asking_for_certificates() {
  ServerOptions options = with_tickets();
  options.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  return options;
}

ClientOptions as(const CertKey& identity, std::shared_ptr<ClientTicketStore> store) {
  ClientOptions options = client_options();
  options.certs_keys = {identity};
  options.tickets.store = std::move(store);
  return options;
}

Pair connect(ClientOptions client, const std::shared_ptr<const ServerConfig>& server) {
  Pair pair(make_config(std::move(client)), server, {});
  pair.run();
  EXPECT_TRUE(pair.connected());
  return pair;
}

TEST(TicketsOfAnIdentity, AreNotOfferedByAnother) {
  const CertKey alice = authority().leaf({.names = {"alice.test"}});
  const CertKey bob = authority().leaf({.names = {"bob.test"}});
  const auto store = memory_client_tickets();
  const auto server = make_config(asking_for_certificates());
  EXPECT_EQ(connect(as(alice, store), server).server.connection.info().resumed, Resumption::none);
  const Pair of_bob = connect(as(bob, store), server);
  EXPECT_EQ(of_bob.server.connection.info().resumed, Resumption::none);
  EXPECT_TRUE(std::ranges::equal(of_bob.server.connection.info().peer_chain->der(0), bob.cert[0]));
  const Pair of_alice = connect(as(alice, store), server);
  EXPECT_EQ(of_alice.server.connection.info().resumed, Resumption::ticket);
  EXPECT_TRUE(std::ranges::equal(of_alice.server.connection.info().peer_chain->der(0), alice.cert[0]));
}

TEST(TicketsOfAnIdentity, AreNotOfferedByWhoHasNone) {
  const auto store = memory_client_tickets();
  const auto server = make_config(asking_for_certificates());
  connect(as(authority().leaf({.names = {"alice.test"}}), store), server);
  ClientOptions nobody = client_options();
  nobody.tickets.store = store;
  Pair pair(make_config(nobody), server, {});
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_required);
}

class TicketsOfAKey : public ::testing::Test {
 protected:
  ClientOptions with_key() const {
    ClientOptions options = client_options();
    options.psk.keys = {key};
    options.tickets.store = store;
    return options;
  }
  ClientOptions without_key() const {
    ClientOptions options = client_options();
    options.tickets.store = store;
    return options;
  }
  std::shared_ptr<const ServerConfig> server() const {
    ServerOptions options = with_tickets();
    options.psk.keys = {key};
    return make_config(options);
  }
  Psk key = Psk::make("sensor", Bytes(32, std::byte{7}));
  std::shared_ptr<ClientTicketStore> store = memory_client_tickets();
};

TEST_F(TicketsOfAKey, AreNotOfferedWhereCertificatesAreVerified) {
  const auto both = server();
  const Pair first = connect(with_key(), both);
  EXPECT_EQ(first.client.connection.info().resumed, Resumption::external_psk);
  EXPECT_EQ(first.client.connection.info().peer_chain, nullptr);
  const Pair second = connect(without_key(), both);
  EXPECT_EQ(second.client.connection.info().resumed, Resumption::none);
  EXPECT_EQ(second.client.connection.info().verified, TrustedChain::Basis::validated);
  EXPECT_EQ(connect(with_key(), both).client.connection.info().resumed, Resumption::ticket);
}

TEST_F(TicketsOfAKey, AreNotOfferedEvenWhereTheTargetIsEqual) {
  const auto both = server();
  const auto client = make_config(without_key());
  auto session = std::make_shared<Session>();
  session->secret = Secret48(Bytes(48));
  session->cipher_suite = CipherSuite::TLS_AES_256_GCM_SHA384;
  session->lifetime = 7200;
  session->issued = session->authenticated_at = test_time;
  const PeerName name = PeerName::of("server.test").value();
  session->policy = session::ticket_policy(session::ticket_target(name, 443, client->settings().common.verification));
  const auto offers_ticket = [&] {
    ClientOptions options = without_key();
    options.tickets.use_ticket = {std::make_shared<const SessionTicket>(SessionTicket{.session = session, .ticket = Bytes(9)})};
    Pair pair(make_config(options), both, {});
    Bytes hello;
    for (const ByteView piece : pair.client.connection.output()) hello.insert(hello.end(), piece.begin(), piece.end());
    const Bytes identity{std::byte{0}, std::byte{9}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0},
                         std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}, std::byte{0}};
    return !std::ranges::search(hello, identity).empty();
  };
  EXPECT_FALSE(offers_ticket());
  session->peer = CertificateChain::from_der(std::span<const Bytes>(authority().leaf().cert)).value();
  EXPECT_TRUE(offers_ticket()) << "with a certificate behind it the same ticket is good";
}

void expect_our_fault(const Pair& pair, std::string_view option) {
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(to_string(pair.server.error->code()), "wrong_answer");
  ASSERT_NE(pair.server.error->detail(), nullptr);
  EXPECT_EQ(pair.server.error->detail()->option, option);
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::internal_error);
}

struct LookedUp {
  std::string name;
  std::string option;
  Psk answer;
};
class EachBrokenLookUp : public testing::TestWithParam<LookedUp> {};
TEST_P(EachBrokenLookUp, EndsTheHandshake) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.psk.keys = {Psk::make("a", Bytes(32))};
  options.server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    std::move(answer).give(std::make_shared<const Psk>(GetParam().answer));
  };
  Pair pair(options);
  pair.run();
  expect_our_fault(pair, GetParam().option);
}

Psk imported_with(HashAlgorithm hash) {
  Psk psk = Psk::make("a", Bytes(32), hash);
  psk.imported = true;
  return psk;
}

INSTANTIATE_TEST_SUITE_P(
    Keys, EachBrokenLookUp,
    testing::Values(LookedUp{"Empty", "psk.lookup.key", Psk::make("a", {})},
                    LookedUp{"Null", "psk.lookup.key", {.identity = Bytes(1), .key = nullptr}},
                    LookedUp{"NullImported", "psk.lookup.key", {.identity = Bytes(1), .key = nullptr, .imported = true}},
                    LookedUp{"Sha512", "psk.lookup.hash", Psk::make("a", Bytes(32), HashAlgorithm::sha512)},
                    LookedUp{"Sha512Imported", "psk.lookup.hash", imported_with(HashAlgorithm::sha512)},
                    LookedUp{"Sha1Imported", "psk.lookup.hash", imported_with(HashAlgorithm::sha1)}),
    [](const auto& row) { return row.param.name; });

TEST(LookUp, AKeyThatKeepsTheRulesConnects) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.psk.keys = {Psk::make("a", Bytes(32))};
  options.server.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  options.server.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    std::move(answer).give(std::make_shared<const Psk>(Psk::make("a", Bytes(32))));
  };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().resumed, Resumption::external_psk);
}

/// Keeps sessions but loses their secrets.
class Forgetful final : public TicketStore {
 public:
  void issue(std::shared_ptr<const Session> session, Now, Answer<Bytes> answer) override {
    session_ = std::move(session);
    std::move(answer).give(Bytes(8));
  }
  void redeem(ByteView, Now, Answer<std::shared_ptr<const Session>> answer) override {
    auto hollow = std::make_shared<Session>();
    hollow->cipher_suite = session_->cipher_suite;
    hollow->lifetime = session_->lifetime;
    hollow->issued = session_->issued;
    hollow->server_name = session_->server_name;
    hollow->policy = session_->policy;
    hollow->authenticated_at = session_->authenticated_at;
    std::move(answer).give(std::shared_ptr<const Session>(std::move(hollow)));
  }

 private:
  std::shared_ptr<const Session> session_;
};

TEST(TicketStores, ASessionWithoutItsSecretEndsTheHandshake) {
  ServerOptions options = with_tickets();
  options.tickets.store = std::make_shared<Forgetful>();
  const auto server = make_config(options);
  ClientOptions client = client_options();
  client.tickets.store = memory_client_tickets();
  connect(client, server);
  Pair pair(make_config(client), server, {});
  pair.run();
  expect_our_fault(pair, "tickets.store");
}

// ---- nobody is somebody before Finished

void break_finished(Messages& messages) {
  ASSERT_EQ(messages.back().type, HandshakeType::finished);
  messages.back().body.back() ^= std::byte{1};
}

void expect_nobody(const End& end) {
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code(), Errc::finished_mismatch) << end.error->message();
  EXPECT_EQ(end.error->alert(), AlertDescription::decrypt_error);
  const ConnectionInfo& info = end.connection.info();
  EXPECT_FALSE(info.client_authenticated);
  EXPECT_EQ(info.peer_chain, nullptr);
  EXPECT_FALSE(info.verified);
  EXPECT_FALSE(info.peer_signature_scheme);
}

/// A server's verdict about a client whose Finished is broken, with a certificate or a ticket behind it.
void expect_nobody_at_server(const ClientOptions& of_client, const std::shared_ptr<const ServerConfig>& server) {
  KeyBook book;
  ClientOptions options = of_client;
  options.observe.key_log = book.sink();
  Pair pair(make_config(options), server, {});
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(pair.server.take_output());
  ASSERT_TRUE(pair.client.done());
  const Bytes flight = pair.client.take_output();
  pair.server.give(edit_flight(flight, suite, book.at("CLIENT_HANDSHAKE_TRAFFIC_SECRET"), break_finished));
  expect_nobody(pair.server);
}

//= rfc8446#E.1-1
TEST(BeforeFinished, AServerKnowsNoClient) {
  const auto server = make_config(asking_for_certificates());
  const auto store = memory_client_tickets();
  const CertKey alice = authority().leaf({.names = {"alice.test"}});
  expect_nobody_at_server(as(alice, store), server);
  const Pair good = connect(as(alice, store), server);
  EXPECT_TRUE(good.server.connection.info().client_authenticated);
  expect_nobody_at_server(as(alice, store), server);
}

//= rfc8446#E.1-1
TEST(BeforeFinished, AClientKnowsNoServer) {
  const auto store = memory_client_tickets();
  const CertKey alice = authority().leaf({.names = {"alice.test"}});
  KeyBook book;
  ServerOptions options = with_tickets();
  options.observe.key_log = book.sink();
  const auto server = make_config(options);
  for (const Resumption expected : {Resumption::none, Resumption::ticket}) {
    Pair pair(make_config(as(alice, store)), server, {});
    pair.server.give(pair.client.take_output());
    EXPECT_EQ(pair.server.connection.info().resumed, expected);
    const CipherSuite suite = *pair.server.connection.info().cipher_suite;
    pair.client.give(edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), break_finished));
    expect_nobody(pair.client);
    connect(as(alice, store), server);
  }
}

}  // namespace
}  // namespace keyway::test
