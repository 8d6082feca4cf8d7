// SPDX-License-Identifier: Apache-2.0
//
// Clients before servers that choose or send what they must not (RFC 8446 4.2.11, 4.6.1).
#include "loop/sessions.h"

namespace keyway::test {
namespace {

struct Case {
  CipherSuite suite = CipherSuite::TLS_AES_256_GCM_SHA384;
  std::vector<CipherSuite> offered{};
  std::vector<PskKeyExchangeMode> modes{PskKeyExchangeMode::psk_dhe_ke};
};

/// A client that offers one ticket, and what it says about a changed ServerHello.
class ChangedServerHello {
 public:
  explicit ChangedServerHello(const Case& c = {}) : server_(make_config(server_options_for(c))) {
    ClientOptions options = client_options();
    options.protocol.ciphers = {c.suite};
    options.protocol.psk_modes = c.modes;
    const Ticket ticket = get_tickets(options, server_).front();
    if (!c.offered.empty()) options.protocol.ciphers = c.offered;
    options.tickets.use_ticket = {ticket};
    client_ = make_config(options);
  }
  void expect(const std::function<void(Hello&)>& change, Errc code, AlertDescription alert) {
    Pair pair(client_, server_, {});
    pair.server.give(pair.client.take_output());
    ASSERT_EQ(pair.server.connection.info().resumed, Resumption::ticket);
    pair.client.give(edit_hello(pair.server.take_output(), change));
    ASSERT_TRUE(pair.client.error);
    EXPECT_EQ(pair.client.error->code(), code);
    EXPECT_EQ(pair.client.error->alert(), alert);
    EXPECT_FALSE(pair.client.done());
    EXPECT_EQ(pair.client.connection.failure()->code(), code);
    pair.server.give(pair.client.take_output());
    EXPECT_EQ(alert_at(pair.server), alert);
  }

 private:
  static ServerOptions server_options_for(const Case& c) {
    ServerOptions options = server_with_tickets();
    options.protocol.ciphers = {c.suite};
    options.protocol.psk_modes = c.modes;
    return options;
  }
  std::shared_ptr<const ServerConfig> server_;
  std::shared_ptr<const ClientConfig> client_;
};

//= rfc8446#4.2.11-5
TEST(SelectedPsk, OutOfRangeIsRefused) {
  ChangedServerHello().expect([](Hello& hello) { hello.at(ExtensionType::pre_shared_key) = hex("0001"); }, Errc::wrong_psk_index,
                              AlertDescription::illegal_parameter);
}

//= rfc8446#4.2.11-6
TEST(SelectedPsk, UnderASuiteOfAnotherHashIsRefused) {
  ChangedServerHello({.offered = {CipherSuite::TLS_AES_256_GCM_SHA384, CipherSuite::TLS_AES_128_GCM_SHA256}})
      .expect(
          [](Hello& hello) {
            hello.head[hello.head.size() - 3] = std::byte{0x13};
            hello.head[hello.head.size() - 2] = std::byte{0x01};
          },
          Errc::psk_hash_mismatch, AlertDescription::illegal_parameter);
}

//= rfc8446#4.2.11-6
TEST(SelectedPsk, WithoutKeyShareWhereThatWasNotOfferedIsRefused) {
  ChangedServerHello().expect([](Hello& hello) { hello.remove(ExtensionType::key_share); }, Errc::wrong_key_share,
                              AlertDescription::illegal_parameter);
}

TEST(SelectedPsk, WithKeyShareWhereOnlyPskKeWasOfferedIsRefused) {
  ChangedServerHello({.modes = {PskKeyExchangeMode::psk_ke}})
      .expect([](Hello& hello) { hello.set(ExtensionType::key_share, hex("001d 0020") + Bytes(32, std::byte{9})); },
              Errc::wrong_key_share, AlertDescription::illegal_parameter);
}

//= rfc8446#4.2-1, 4.2-2
TEST(SelectedPsk, WithoutAnOfferIsUnsolicited) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.server.give(pair.client.take_output());
  pair.client.give(
      edit_hello(pair.server.take_output(), [](Hello& hello) { hello.set(ExtensionType::pre_shared_key, hex("0000")); }));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::unsolicited_extension);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::unsupported_extension);
}

TEST(SelectedPsk, NeitherPskNorKeyShareIsRefused) {
  ChangedServerHello().expect(
      [](Hello& hello) {
        hello.remove(ExtensionType::key_share);
        hello.remove(ExtensionType::pre_shared_key);
      },
      Errc::missing_extension, AlertDescription::missing_extension);
}

//= rfc8446#4.2-2
TEST(SelectedPsk, AcceptedEarlyDataThatWasNotOfferedIsUnsolicited) {
  KeyBook book;
  ClientOptions options = client_options();
  options.observe.key_log = book.sink();
  Pair pair({.client = options, .server = server_options()});
  pair.server.give(pair.client.take_output());
  const Bytes flight = pair.server.take_output();
  pair.client.give(records_of(flight).front());
  const CipherSuite suite = *pair.client.connection.info().cipher_suite;
  const Bytes changed = edit_flight(flight, suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [](Messages& messages) {
    messages[0].body = edit_extensions(messages[0].body, [](auto& list) { list.push_back({ExtensionType::early_data, {}}); });
  });
  pair.client.give(ByteView(changed).subspan(records_of(flight).front().size()));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::unsolicited_extension);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::unsupported_extension);
}

// ---- NewSessionTicket

HandshakeMessage new_ticket(std::uint32_t lifetime, std::string_view extensions = "0000") {
  const auto digits = [](std::uint32_t value) {
    std::string text;
    for (int shift = 28; shift >= 0; shift -= 4) text += "0123456789abcdef"[value >> shift & 15];
    return text;
  };
  return {HandshakeType::new_session_ticket, hex(digits(lifetime) + "01020304 01 aa 0003 010203" + std::string(extensions))};
}

struct Ticketing {
  Ticketing() {
    pair.run();
    forger.emplace(Forger::instead_of(pair.server.connection));
  }
  Pair pair{{.client = client_options(), .server = server_options()}};
  std::optional<Forger> forger;
};

//= rfc8446#4.6.1-1
TEST(NewTicket, OfSevenDaysIsKeptAndOfMoreIsRefused) {
  Ticketing t;
  t.pair.client.give(t.forger->seal(new_ticket(604800)));
  EXPECT_FALSE(t.pair.client.error);
  EXPECT_EQ(tickets_of(t.pair.client).size(), 1u);
  t.pair.client.give(t.forger->seal(new_ticket(604801)));
  ASSERT_TRUE(t.pair.client.error);
  EXPECT_EQ(t.pair.client.error->code(), Errc::wrong_ticket_lifetime);
  EXPECT_EQ(t.pair.client.error->alert(), AlertDescription::illegal_parameter);
  EXPECT_EQ(tickets_of(t.pair.client).size(), 1u);
}

//= rfc8446#4.6.1-3
TEST(NewTicket, OfNoLifetimeIsForgotten) {
  Ticketing t;
  t.pair.client.give(t.forger->seal(new_ticket(0)));
  EXPECT_FALSE(t.pair.client.error);
  EXPECT_TRUE(tickets_of(t.pair.client).empty());
}

//= rfc8446#4.6.1-6
TEST(NewTicket, UnknownExtensionsArePassedOver) {
  Ticketing t;
  t.pair.client.give(t.forger->seal(new_ticket(100, "0005 1a1a 0001 00")));
  EXPECT_FALSE(t.pair.client.error);
  EXPECT_EQ(tickets_of(t.pair.client).size(), 1u);
}

TEST(NewTicket, FromAClientIsUnexpected) {
  Ticketing t;
  t.pair.server.give(Forger::instead_of(t.pair.client.connection).seal(new_ticket(100)));
  ASSERT_TRUE(t.pair.server.error);
  EXPECT_EQ(t.pair.server.error->code(), Errc::unexpected_message);
  EXPECT_EQ(t.pair.server.error->alert(), AlertDescription::unexpected_message);
}

TEST(NewTicket, DuringTheHandshakeIsUnexpected) {
  KeyBook book;
  ClientOptions options = client_options();
  options.observe.key_log = book.sink();
  Pair pair({.client = options, .server = server_options()});
  pair.server.give(pair.client.take_output());
  const Bytes flight = pair.server.take_output();
  pair.client.give(records_of(flight).front());
  Forger forger(*pair.client.connection.info().cipher_suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"));
  pair.client.give(forger.seal(new_ticket(100)));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
