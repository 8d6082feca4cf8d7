// SPDX-License-Identifier: Apache-2.0
//
// Resumption between honest ends (RFC 8446 2.2, 4.2.11, 4.6.1): identity, single use, lifetimes, ages, retry, psk_ke.
#include "fixtures/revocation.h"
#include "loop/sessions.h"

namespace keyway::test {
namespace {

TEST(Resumption, ReportsTheIdentitiesOfTheFirstConnection) {
  const auto server = make_config(asking_for_certificates(server_with_tickets()));
  Pair first(make_config(with_certificate()), server, {});
  first.run();
  ASSERT_TRUE(first.connected());
  Pair second(make_config(using_ticket(tickets_of(first.client).front(), with_certificate())), server, {});
  second.run();
  expect_resumption(second, Resumption::ticket);
  const ConnectionInfo& client = second.client.connection.info();
  const ConnectionInfo& at_server = second.server.connection.info();
  ASSERT_TRUE(client.peer_chain && at_server.peer_chain);
  EXPECT_EQ(*client.peer_chain, *first.client.connection.info().peer_chain);
  EXPECT_EQ(*at_server.peer_chain, *first.server.connection.info().peer_chain);
  EXPECT_EQ(client.verified, TrustedChain::Basis::validated);
  EXPECT_EQ(at_server.verified, TrustedChain::Basis::validated);
  EXPECT_TRUE(at_server.client_authenticated);
  EXPECT_EQ(client.peer_signature_scheme, first.client.connection.info().peer_signature_scheme) << "of the proof that counts";
  EXPECT_EQ(client.group, NamedGroup::x25519) << "keys are fresh all the same";
  second.send_from_client("resumed");
  EXPECT_EQ(second.server.data, "resumed");
}

//= rfc8446#C.4-1
TEST(Resumption, TheStoreOffersByItselfAndEachTicketOnce) {
  ClientOptions options = client_options();
  options.tickets.store = memory_client_tickets();
  const auto client = make_config(options);
  ServerOptions of_server = server_with_tickets();
  of_server.tickets.count = 1;
  const auto server = make_config(of_server);
  const auto run = [&] {
    Pair pair(client, server, {});
    pair.run();
    EXPECT_TRUE(pair.connected());
    return pair.client.connection.info().resumed;
  };
  EXPECT_EQ(run(), Resumption::none);
  EXPECT_EQ(run(), Resumption::ticket);
  EXPECT_EQ(run(), Resumption::ticket) << "a resumed connection gets a new one";
  Pair taken(client, server, {});
  Pair none_left(client, server, {});
  EXPECT_TRUE(offers_psk(taken));
  EXPECT_FALSE(offers_psk(none_left));
}

//= rfc8446#8.1-1, 4.2.11-8
TEST(Resumption, AReplayedTicketIsAFullHandshake) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  Pair once(make_config(using_ticket(ticket)), server, {});
  once.run();
  expect_resumption(once, Resumption::ticket);
  // Another configuration does not know that it is spent.
  Pair twice(make_config(using_ticket(ticket)), server, {});
  EXPECT_TRUE(offers_psk(twice));
  twice.run();
  expect_resumption(twice, Resumption::none);
}

//= rfc8446#C.4-1
TEST(Resumption, GivenTicketsAreOfferedOnceAndThenTheStoreIsAsked) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  ClientOptions options = using_ticket(ticket);
  options.tickets.store = memory_client_tickets();
  const auto client = make_config(options);
  for (int connection = 0; connection < 3; ++connection) {
    Pair pair(client, server, {});
    const Bytes offer = hello_of(to_bytes(pair.client.connection.output()[0])).at(ExtensionType::pre_shared_key);
    EXPECT_EQ(!std::ranges::search(offer, ticket->ticket).empty(), connection == 0) << connection;
    pair.run();
    expect_resumption(pair, Resumption::ticket);
  }
}

//= rfc8446#C.4-1
TEST(Resumption, GivenTicketsAreSpentByAHandshakeThatFailsToo) {
  const auto server = make_config(server_with_tickets());
  const auto client = make_config(using_ticket(get_tickets(client_options(), server).front()));
  Pair failed(client, server, {});
  EXPECT_TRUE(offers_psk(failed));
  Pair next(client, server, {});
  EXPECT_FALSE(offers_psk(next)) << "whoever was listening has seen it";
}

TEST(Resumption, AGivenTicketWaitsForItsHost) {
  ServerOptions two = server_with_tickets();
  two.certs_keys = {authority().leaf({.names = {"a.test", "b.test"}})};
  const auto server = make_config(two);
  const auto client = make_config(using_ticket(get_tickets(client_options(), server, {.host = "a.test"}).front()));
  Pair other(client, server, {.host = "b.test"});
  EXPECT_FALSE(offers_psk(other));
  Pair own(client, server, {.host = "a.test"});
  EXPECT_TRUE(offers_psk(own));
}

TEST(Resumption, KeepsTheIdentityOfAnExternalKey) {
  const Psk key = Psk::make("sensor-7", Bytes(32, std::byte{7}));
  ServerOptions of_server = server_with_tickets();
  of_server.psk.keys = {key};
  const auto server = make_config(of_server);
  ClientOptions of_client = client_options();
  of_client.psk.keys = {key};
  const Ticket first = get_tickets(of_client, server).front();
  EXPECT_EQ(first->session->psk_identity, key.identity);
  const Ticket loaded = SessionTicket::load(first->save().expose()).value();
  Pair second(make_config(using_ticket(loaded, of_client)), server, {});
  second.run();
  expect_resumption(second, Resumption::ticket);
  EXPECT_EQ(second.client.connection.info().psk_identity, key.identity);
  EXPECT_EQ(second.server.connection.info().psk_identity, key.identity);
  Pair third(make_config(using_ticket(tickets_of(second.client).front(), of_client)), server, {});
  third.run();
  expect_resumption(third, Resumption::ticket);
  EXPECT_EQ(third.server.connection.info().psk_identity, key.identity) << "through any number of resumptions";
}

// A ticket must not cost what the peer chose to staple: all of a connection and of those that resume it share one copy.
TEST(Resumption, TicketsShareTheStaplesOfTheirConnection) {
  ServerOptions of_server = server_with_tickets();
  CertKey identity = authority().leaf();
  identity.ocsp_staple = authority().staple(identity, {.produced_at = test_time,
                                                       .this_update = test_time,
                                                       .next_update = test_time + std::chrono::hours(24),
                                                       .extensions = {extension("1.2.3", false, Bytes(5000))}});
  identity.signed_certificate_timestamps = hex("0003 0001 09");
  of_server.certs_keys = {identity};
  const auto server = make_config(of_server);
  ClientOptions options = client_options();
  options.stapling = options.signed_certificate_timestamps = true;
  const auto tickets = get_tickets(options, server);
  ASSERT_EQ(tickets.size(), 2u);
  ASSERT_TRUE(tickets[0]->session->ocsp_response && tickets[0]->session->signed_certificate_timestamps);
  EXPECT_EQ(*tickets[0]->session->ocsp_response, identity.ocsp_staple);
  EXPECT_EQ(tickets[0]->session->ocsp_response, tickets[1]->session->ocsp_response) << "the same object";
  EXPECT_EQ(tickets[0]->session->signed_certificate_timestamps, tickets[1]->session->signed_certificate_timestamps);
  Pair resumed(make_config(using_ticket(tickets[0], options)), server, {});
  resumed.run();
  expect_resumption(resumed, Resumption::ticket);
  EXPECT_EQ(resumed.client.connection.info().ocsp_response, tickets[0]->session->ocsp_response);
  EXPECT_EQ(tickets_of(resumed.client).front()->session->ocsp_response, tickets[0]->session->ocsp_response);
}

//= rfc8446#4.6.1-7
TEST(Resumption, EachTicketOfAHandshakeIsAnother) {
  const auto server = make_config(server_with_tickets());
  const auto tickets = get_tickets(client_options(), server);
  ASSERT_EQ(tickets.size(), 2u);
  EXPECT_NE(tickets[0]->ticket, tickets[1]->ticket);
  EXPECT_NE(to_bytes(tickets[0]->session->secret.expose()), to_bytes(tickets[1]->session->secret.expose()));
  EXPECT_NE(tickets[0]->session->age_add, tickets[1]->session->age_add);
  for (const Ticket& ticket : tickets) {
    Pair pair(make_config(using_ticket(ticket)), server, {});
    pair.run();
    expect_resumption(pair, Resumption::ticket);
  }
}

TEST(Resumption, TheSecondOfferedTicketIsTakenWhenTheFirstIsUnknown) {
  const auto server = make_config(server_with_tickets());
  const Ticket good = get_tickets(client_options(), server).front();
  const Ticket unknown = get_tickets(client_options(), make_config(server_with_tickets())).front();
  ClientOptions options = client_options();
  options.tickets.use_ticket = {unknown, good};
  Pair pair(make_config(options), server, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
}

TEST(Resumption, ATicketOfAnotherInstanceIsAFullHandshake) {
  const Ticket ticket = get_tickets(client_options(), make_config(server_with_tickets())).front();
  Pair pair({.client = using_ticket(ticket), .server = server_with_tickets()});
  EXPECT_TRUE(offers_psk(pair));
  pair.run();
  expect_resumption(pair, Resumption::none);
}

TEST(Resumption, AServerWithoutTicketsGoesOnWithItsCertificate) {
  const Ticket ticket = get_tickets(client_options(), make_config(server_with_tickets())).front();
  Pair pair({.client = using_ticket(ticket), .server = server_options()});
  pair.run();
  expect_resumption(pair, Resumption::none);
  EXPECT_TRUE(tickets_of(pair.client).empty());
}

TEST(Resumption, ASavedTicketIsAsGood) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  const auto loaded = SessionTicket::load(ticket->save().expose());
  ASSERT_TRUE(loaded);
  Pair pair(make_config(using_ticket(*loaded)), server, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  EXPECT_TRUE(pair.client.connection.info().peer_chain);
}

//= rfc8446#4.2.11.2-2
TEST(Resumption, GoesThroughARetry) {
  ServerOptions of_server = server_with_tickets();
  of_server.protocol.supported_groups = {NamedGroup::secp256r1};
  const auto server = make_config(of_server);
  const Ticket ticket = get_tickets(client_options(), server).front();
  Pair pair(make_config(using_ticket(ticket)), server, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  EXPECT_TRUE(pair.server.connection.info().hello_retry);
}

//= rfc8446#4.6.1-4
TEST(Resumption, AnotherSuiteWithTheSameHashWillDo) {
  ServerOptions of_server = server_with_tickets();
  of_server.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_CHACHA20_POLY1305_SHA256};
  const auto server = make_config(of_server);
  ClientOptions options = client_options();
  options.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  const Ticket ticket = get_tickets(options, server).front();
  options.protocol.ciphers = {CipherSuite::TLS_CHACHA20_POLY1305_SHA256, CipherSuite::TLS_AES_128_GCM_SHA256};
  Pair pair(make_config(using_ticket(ticket, options)), server, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  EXPECT_EQ(pair.server.connection.info().cipher_suite, CipherSuite::TLS_CHACHA20_POLY1305_SHA256);
}

//= rfc8446#4.2.11-1, 4.6.1-4
TEST(Resumption, ATicketOfAnotherHashIsNotOffered) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  ASSERT_EQ(ticket->session->cipher_suite, CipherSuite::TLS_AES_256_GCM_SHA384);
  ClientOptions options = using_ticket(ticket);
  options.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  Pair pair(make_config(options), server, {});
  EXPECT_FALSE(offers_psk(pair));
  pair.run();
  expect_resumption(pair, Resumption::none);
}

//= rfc8446#4.2.9-3, 4.1.1-2, 4.2.8-8
TEST(Resumption, WithoutKeyExchangeOnlyWhereBothSaySo) {
  ServerOptions of_server = server_with_tickets();
  of_server.protocol.psk_modes = {PskKeyExchangeMode::psk_ke, PskKeyExchangeMode::psk_dhe_ke};
  const auto server = make_config(of_server);
  ClientOptions options = client_options();
  options.protocol.psk_modes = {PskKeyExchangeMode::psk_ke};
  const auto tickets = get_tickets(options, server);
  Pair without(make_config(using_ticket(tickets[0], options)), server, {});
  without.run();
  expect_resumption(without, Resumption::ticket);
  EXPECT_FALSE(without.client.connection.info().group);
  EXPECT_FALSE(without.server.connection.info().group);
  without.send_from_server("no forward secrecy");
  EXPECT_EQ(without.client.data, "no forward secrecy");
  // RFC 8446 4.2.9: with an exchange where both can.
  options.protocol.psk_modes = of_server.protocol.psk_modes;
  Pair with(make_config(using_ticket(tickets[1], options)), server, {});
  with.run();
  expect_resumption(with, Resumption::ticket);
  EXPECT_EQ(with.client.connection.info().group, NamedGroup::x25519);
}

TEST(Resumption, AClientWithoutACommonModeGetsNoTicket) {
  ClientOptions options = client_options();
  options.protocol.psk_modes = {PskKeyExchangeMode::psk_ke};
  Pair pair({.client = options, .server = server_with_tickets()});
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_TRUE(tickets_of(pair.client).empty());
}

//= rfc7301#3.1-4
TEST(Resumption, NegotiatesTheApplicationProtocolAnew) {
  ServerOptions of_server = server_with_tickets();
  of_server.alpn_preferred_protocols = {"h2", "http/1.1"};
  const auto server = make_config(of_server);
  ClientOptions options = client_options();
  options.alpn_advertised_protocols = {"h2"};
  const Ticket ticket = get_tickets(options, server).front();
  EXPECT_EQ(ticket->session->alpn, "h2");
  options.alpn_advertised_protocols = {"http/1.1"};
  Pair pair(make_config(using_ticket(ticket, options)), server, {});
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  EXPECT_EQ(pair.client.connection.info().alpn, "http/1.1");
  EXPECT_EQ(pair.server.connection.info().alpn, "http/1.1");
}

// ---- time

//= rfc8446#4.2.11.1-2
TEST(TicketLifetime, EndsForTheClient) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  ASSERT_EQ(ticket->session->lifetime, 7200u);
  PairOptions options;
  options.now.wall += 7199s;
  EXPECT_TRUE([&] {
    Pair pair(make_config(using_ticket(ticket)), server, options);
    return offers_psk(pair);
  }());
  options.now.wall += 1s;
  Pair late(make_config(using_ticket(ticket)), server, options);
  EXPECT_FALSE(offers_psk(late));
  late.run();
  expect_resumption(late, Resumption::none);
}

/// Knows every ticket for ever, whatever time it is.
class EndlessStore final : public TicketStore {
 public:
  void issue(std::shared_ptr<const Session> session, Now, Answer<Bytes> answer) override {
    sessions_.push_back(std::move(session));
    std::move(answer).give(Bytes{static_cast<std::byte>(sessions_.size() - 1)});
  }
  void redeem(ByteView ticket, Now, Answer<std::shared_ptr<const Session>> answer) override {
    const auto index = std::to_integer<std::size_t>(ticket[0]);
    std::move(answer).give(index < sessions_.size() ? sessions_[index] : nullptr);
  }

 private:
  std::vector<std::shared_ptr<const Session>> sessions_;
};

/// Resumes with a client whose clock stands still; the server's went on.
Resumption resumed_when_server_is_at(const std::shared_ptr<const ServerConfig>& server, const Ticket& ticket, Duration later) {
  Pair pair(make_config(using_ticket(ticket)), server, {});
  Now now = pair.now;
  now.wall += later;
  pair.server.connection.advance_to(now);
  EXPECT_TRUE(offers_psk(pair));
  pair.run();
  EXPECT_TRUE(pair.connected());
  return pair.server.connection.info().resumed;
}

TEST(TicketLifetime, EndsForTheServerWhateverItsStoreSays) {
  const auto server = make_config(server_with_tickets(std::make_shared<EndlessStore>()));
  const Ticket ticket = get_tickets(client_options(), server).front();
  EXPECT_EQ(resumed_when_server_is_at(server, ticket, 7199s), Resumption::ticket);
  EXPECT_EQ(resumed_when_server_is_at(server, ticket, 7200s), Resumption::none);
}

//= rfc8446#4.6.1-2
TEST(TicketLifetime, AChainOfResumptionsLastsSevenDays) {
  ServerOptions of_server = server_with_tickets(std::make_shared<EndlessStore>());
  of_server.tickets.lifetime = 7 * 24h;
  const auto server = make_config(of_server);
  const Ticket first = get_tickets(client_options(), server).front();
  PairOptions days;
  days.now.wall += 4 * 24h;
  Pair again(make_config(using_ticket(first)), server, days);
  again.run();
  expect_resumption(again, Resumption::ticket);
  const Ticket second = tickets_of(again.client).front();
  EXPECT_EQ(second->session->authenticated_at, first->session->authenticated_at);
  EXPECT_EQ(second->session->issued, days.now.wall);
  days.now.wall = test_time + 7 * 24h - 1s;
  Pair last(make_config(using_ticket(second)), server, days);
  last.run();
  expect_resumption(last, Resumption::ticket);
  days.now.wall += 1s;
  Pair over(make_config(using_ticket(second)), server, days);
  EXPECT_FALSE(offers_psk(over));
  // And for the server, when the client pretends.
  const Ticket lie = forged(second, [&](Session& s) { s.authenticated_at = s.issued; });
  Pair refused(make_config(using_ticket(lie)), server, days);
  EXPECT_TRUE(offers_psk(refused));
  refused.run();
  expect_resumption(refused, Resumption::none);
}

TEST(TicketLifetime, EndsWithTheServersCertificateForTheClient) {
  ServerOptions of_server = server_with_tickets();
  of_server.certs_keys = {authority().leaf({.not_after = test_time + 1h})};
  const auto server = make_config(of_server);
  const Ticket ticket = get_tickets(client_options(), server).front();
  PairOptions later;
  later.now.wall += 1h - 1s;
  Pair last(make_config(using_ticket(ticket)), server, later);
  EXPECT_TRUE(offers_psk(last));
  later.now.wall += 2s;
  Pair pair(make_config(using_ticket(ticket)), server, later);
  EXPECT_FALSE(offers_psk(pair));
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_expired);
  EXPECT_EQ(alert_at(pair.server), AlertDescription::certificate_expired);
}

TEST(TicketLifetime, EndsWithTheClientsCertificateForTheServer) {
  const auto server = make_config(asking_for_certificates(server_with_tickets(std::make_shared<EndlessStore>())));
  ClientOptions options = client_options();
  options.certs_keys = {authority().leaf({.names = {"client.test"}, .not_after = test_time + 1h})};
  const Ticket ticket = get_tickets(options, server).front();
  const auto at = [&](Duration later) {
    PairOptions when;
    when.now.wall += later;
    Pair pair(make_config(using_ticket(ticket, options)), server, when);
    EXPECT_TRUE(offers_psk(pair));
    pair.run();
    return std::make_pair(pair.server.connection.info().resumed, pair.server.error ? pair.server.error->code() : Errc{});
  };
  EXPECT_EQ(at(1h - 1s), std::make_pair(Resumption::ticket, Errc{}));
  EXPECT_EQ(at(1h + 1s), std::make_pair(Resumption::none, Errc::certificate_expired));
}

//= rfc8446#4.2.11.1-1
TEST(TicketAge, IsTheTimeSinceReceiptPlusTheSecretOffset) {
  const auto server = make_config(server_with_tickets());
  const Ticket ticket = get_tickets(client_options(), server).front();
  PairOptions later;
  later.now.wall += 123456ms;
  Pair pair(make_config(using_ticket(ticket)), server, later);
  const Bytes flight = pair.client.take_output();
  const Bytes offer = hello_of(flight).at(ExtensionType::pre_shared_key);
  const std::size_t at = 2 + 2 + ticket->ticket.size();
  std::uint32_t sent = 0;
  for (std::size_t i = 0; i < 4; ++i) sent = sent << 8 | std::to_integer<std::uint32_t>(offer[at + i]);
  EXPECT_EQ(sent, ticket->session->age_add + 123456u);
  pair.server.give(flight);
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  EXPECT_EQ(pair.server.connection.info().ticket_age_skew, 0s);
}

TEST(TicketAge, SkewIsReportedAndResumptionGoesOn) {
  const auto server = make_config(server_with_tickets());
  for (const auto skew : {-30s, 45s}) {
    const Ticket ticket = get_tickets(client_options(), server).front();
    PairOptions later;
    later.now.wall += 600s + skew;
    Pair pair(make_config(using_ticket(ticket)), server, later);
    Now at_server = later.now;
    at_server.wall -= skew;
    pair.server.connection.advance_to(at_server);
    pair.run();
    expect_resumption(pair, Resumption::ticket);
    EXPECT_EQ(pair.server.connection.info().ticket_age_skew, skew);
  }
}

}  // namespace
}  // namespace keyway::test
