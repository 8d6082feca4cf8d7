// SPDX-License-Identifier: Apache-2.0
//
// What a connection tells about itself, and what it says to the peer about itself: names, flights, ages, bases of trust.
#include <gtest/gtest.h>

#include "loop/pair.h"

namespace keyway::test {
namespace {

PairOptions after_retry(PairOptions options) {
  options.client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  return options;
}

TEST(Flights, ThreeOrFiveWithARetry) {
  const PairOptions plain{.client = client_options(), .server = server_options()};
  PairOptions with_tickets = plain;
  with_tickets.server.tickets.mode = TicketMode::stateful;
  for (const auto& [options, expected] : {std::pair(plain, 3u), std::pair(with_tickets, 3u), std::pair(after_retry(plain), 5u)}) {
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.connected());
    ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
    pair.run();
    EXPECT_EQ(pair.client.connection.info().flights, expected);
    EXPECT_EQ(pair.server.connection.info().flights, expected);
  }
}

TEST(ClientAuthenticated, IsKnownToTheClientToo) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.server.fail_if_no_peer_cert = false;
  for (const bool with_certificate : {false, true}) {
    if (with_certificate) options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(pair.client.connection.info().client_authenticated, with_certificate);
    EXPECT_EQ(pair.server.connection.info().client_authenticated, with_certificate);
  }
}

class Trusting final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(question, "known"));
  }
  Bytes fingerprint() const override { return Bytes(1); }
};

TEST(Verified, StaysWhatItWasOnResumption) {
  const auto verifier = std::make_shared<Trusting>();
  const VerifyOptions accepting{.verifier = verifier};
  const VerifyOptions validating = client_options().peer;
  const VerifyOptions unchecking{.verify = VerifyMode::verify_none};
  for (const auto& [peer, expected] :
       {std::pair(validating, TrustedChain::Basis::validated), std::pair(accepting, TrustedChain::Basis::accepted_by_user),
        std::pair(unchecking, TrustedChain::Basis::unchecked)}) {
    PairOptions options{.client = {.peer = peer}, .server = server_options()};
    options.client.tickets.store = memory_client_tickets();
    options.server.tickets.mode = TicketMode::stateful;
    const auto client = make_config(options.client);
    const auto server = make_config(options.server);
    for (const Resumption resumed : {Resumption::none, Resumption::ticket}) {
      Pair pair(client, server, options);
      pair.run();
      ASSERT_TRUE(pair.connected());
      EXPECT_EQ(pair.client.connection.info().resumed, resumed);
      EXPECT_EQ(pair.client.connection.info().verified, expected);
    }
  }
}

std::optional<std::uint32_t> age_behind(const Bytes& hello, const Bytes& ticket) {
  const auto found = std::ranges::search(hello, ticket);
  if (found.empty() || hello.end() - found.end() < 4) return std::nullopt;
  std::uint32_t age = 0;
  for (std::ptrdiff_t i = 0; i < 4; ++i) age = age << 8 | std::to_integer<std::uint32_t>(found.end()[i]);
  return age;
}

// RFC 8446 4.1.2
TEST(TicketAges, TheSecondHelloHasItsOwn) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.tickets.mode = TicketMode::stateful;
  const auto server = make_config(after_retry(options).server);
  Pair first(make_config(options.client), server, options);
  first.run();
  ASSERT_GT(first.client.count<TicketReceived>(), 0u);
  for (const Progress& event : first.client.events) {
    if (const auto* received = std::get_if<TicketReceived>(&event)) options.client.tickets.use_ticket = {received->ticket};
  }
  const SessionTicket& ticket = *options.client.tickets.use_ticket.front();
  Pair pair(make_config(after_retry(options).client), server, options);
  const Bytes hello = pair.client.take_output();
  pair.server.inbox = hello;
  pair.server.work();
  pair.advance(std::chrono::seconds(5));
  pair.client.inbox = pair.server.take_output();
  pair.client.work();
  const Bytes second = pair.client.take_output();
  ASSERT_TRUE(age_behind(hello, ticket.ticket));
  ASSERT_TRUE(age_behind(second, ticket.ticket));
  EXPECT_EQ(*age_behind(hello, ticket.ticket), ticket.session->age_add);
  EXPECT_EQ(*age_behind(second, ticket.ticket), ticket.session->age_add + 5000);
  pair.server.inbox = second;
  pair.server.work();
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().resumed, Resumption::ticket);
  EXPECT_EQ(pair.server.connection.info().ticket_age_skew, std::chrono::seconds(0));
}

TEST(Sni, IsAHostName) {
  const auto config = make_config(client_options());
  const auto with = [&](std::string sni) {
    PeerName name = PeerName::of("server.test").value();
    name.sni = std::move(sni);
    return Connection::client(config, name, Now{});
  };
  for (const char* good : {"server.test", "a", "_x.example", "xn--bcher-kva.example"}) EXPECT_TRUE(with(good)) << good;
  for (const std::string& bad :
       {std::string(), std::string("192.0.2.1"), std::string("2001:db8::1"), std::string("[::1]"),
        std::string("b\xc3\xbc"
                    "cher.example"),
        std::string("a b"), std::string("a\0b", 3), std::string("server.test."), std::string(300, 'a')}) {
    const auto refused = with(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_EQ(refused.error().code(), Errc::invalid_option);
    EXPECT_EQ(refused.error().detail()->option, "sni");
    EXPECT_EQ(refused.error().detail()->value, bad);
  }
}

}  // namespace
}  // namespace keyway::test
