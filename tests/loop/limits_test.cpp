// SPDX-License-Identifier: Apache-2.0
//
// Every number that bounds what a peer can make us do in a handshake or afterwards, on both of its sides. Those of one
// record: tests/unit/record; KeyUpdates: key_update_test.cpp; early data: early_data_test.cpp; paths: tests/unit/pki.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

void expect_error(const End& end, Errc code, AlertDescription alert) {
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code(), code) << end.error->message();
  EXPECT_EQ(end.error->alert(), alert);
  EXPECT_FALSE(end.connection.output().empty()) << "the alert";
}

Bytes number24(std::size_t value) {
  return {static_cast<std::byte>(value >> 16), static_cast<std::byte>(value >> 8), static_cast<std::byte>(value)};
}

/// A Certificate with a body of this size: one entry, whatever is in it.
HandshakeMessage certificate_of(std::size_t size) {
  const std::size_t data = size - 1 - 3 - 3 - 2;
  return {HandshakeType::certificate, Bytes(1) + number24(size - 4) + number24(data) + Bytes(data, std::byte{0x30}) + Bytes(2)};
}

/// A client that gets this Certificate, or a server that does.
Errc judged(Role role, const HandshakeMessage& certificate, const ProtocolOptions& protocol = {}) {
  KeyBook book;
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = options.server.certs_keys;
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.server.observe.key_log = book.sink();
  (role == Role::client ? options.client.protocol : options.server.protocol) = protocol;
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  const auto replace = [&](Messages& flight) {
    *std::ranges::find(flight, HandshakeType::certificate, &HandshakeMessage::type) = certificate;
  };
  const Bytes flight = pair.server.take_output();
  if (role == Role::client) {
    pair.client.give(edit_flight(flight, suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), replace));
  } else {
    pair.client.give(flight);
    pair.server.give(edit_flight(pair.client.take_output(), suite, book.at("CLIENT_HANDSHAKE_TRAFFIC_SECRET"), replace));
  }
  const End& end = role == Role::client ? pair.client : pair.server;
  EXPECT_TRUE(end.error);
  const bool limit = end.error->group() == ErrorGroup::limit;
  EXPECT_EQ(end.error->alert(), limit ? AlertDescription::illegal_parameter : AlertDescription::bad_certificate);
  return end.error->code();
}

class Limits : public testing::TestWithParam<Role> {};

TEST_P(Limits, HandshakeMessage) {
  const ProtocolOptions long_lists{.max_certificate_list = 1 << 20};
  EXPECT_EQ(judged(GetParam(), certificate_of(262'144), long_lists), Errc::malformed_certificate);
  EXPECT_EQ(judged(GetParam(), certificate_of(262'145), long_lists), Errc::handshake_message_too_long);
}

TEST_P(Limits, HandshakeMessageByOption) {
  const ProtocolOptions protocol{.max_handshake_size = 5000};
  EXPECT_EQ(judged(GetParam(), certificate_of(5000), protocol), Errc::malformed_certificate);
  EXPECT_EQ(judged(GetParam(), certificate_of(5001), protocol), Errc::handshake_message_too_long);
}

TEST_P(Limits, CertificateList) {
  EXPECT_EQ(judged(GetParam(), certificate_of(102'400 + 9)), Errc::malformed_certificate);
  EXPECT_EQ(judged(GetParam(), certificate_of(102'401 + 9)), Errc::certificate_list_too_long);
}

TEST_P(Limits, CertificateListByOption) {
  const ProtocolOptions protocol{.max_certificate_list = 3000};
  EXPECT_EQ(judged(GetParam(), certificate_of(3000 + 9), protocol), Errc::malformed_certificate);
  EXPECT_EQ(judged(GetParam(), certificate_of(3001 + 9), protocol), Errc::certificate_list_too_long);
}

INSTANTIATE_TEST_SUITE_P(Roles, Limits, testing::Values(Role::client, Role::server),
                         [](const auto& role) { return role.param == Role::client ? "Client" : "Server"; });

// The header alone is enough: nobody collects what will be refused.
//= rfc8446#6.2-1
TEST(Limits, ATooLongMessageIsRefusedByItsHeader) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.server.give(plain_record(ContentType::handshake, hex("01 040001")));
  expect_error(pair.server, Errc::handshake_message_too_long, AlertDescription::illegal_parameter);
}

void pad_to(std::vector<Hello::Extension>& extensions, std::size_t count) {
  for (unsigned type = 0x5000; extensions.size() < count; ++type) extensions.push_back({static_cast<ExtensionType>(type), {}});
}

TEST(Limits, ExtensionsOfAClientHello) {
  for (const std::size_t count : {std::size_t{64}, std::size_t{65}}) {
    Pair pair({.client = client_options(), .server = server_options()});
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) { pad_to(hello.extensions, count); }));
    if (count == 65) {
      expect_error(pair.server, Errc::too_many_extensions, AlertDescription::illegal_parameter);
      continue;
    }
    EXPECT_FALSE(pair.server.error);
    EXPECT_EQ(hello_of(pair.server.take_output()).type, HandshakeType::server_hello);
  }
}

TEST(Limits, ExtensionsOfATicket) {
  for (const std::size_t count : {std::size_t{64}, std::size_t{65}}) {
    Pair pair({.client = client_options(), .server = server_options()});
    pair.run();
    const Bytes block = edit_extensions(hex("0000"), [&](auto& extensions) { pad_to(extensions, count); });
    const Bytes body = hex("00000100 01020304 01 aa 0003 010203") + block;
    pair.client.give(Forger::instead_of(pair.server.connection).seal({HandshakeType::new_session_ticket, body}));
    EXPECT_EQ(tickets_of(pair.client).size(), count == 64 ? 1u : 0u);
    if (count == 65) expect_error(pair.client, Errc::too_many_extensions, AlertDescription::illegal_parameter);
  }
}

struct Connected {
  Connected() { pair.run(); }
  Pair pair{{.client = client_options(), .server = server_options()}};
};

TEST(Limits, EmptyRecordsInARow) {
  Connected c;
  Forger server = Forger::instead_of(c.pair.server.connection);
  const auto empty = [&](int count) {
    for (int i = 0; i < count; ++i) c.pair.client.give(server.seal(ContentType::application_data, {}));
  };
  empty(32);
  EXPECT_FALSE(c.pair.client.error);
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("x")));
  empty(32);
  EXPECT_FALSE(c.pair.client.error);
  empty(1);
  expect_error(c.pair.client, Errc::too_many_empty_records, AlertDescription::unexpected_message);
}

TEST(Limits, ChangeCipherSpecsInARow) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.server.give(pair.client.take_output());
  pair.server.take_output();
  for (int i = 0; i < 32; ++i) pair.server.give(hex("140303000101"));
  EXPECT_FALSE(pair.server.error);
  pair.server.give(hex("140303000101"));
  expect_error(pair.server, Errc::too_many_empty_records, AlertDescription::unexpected_message);
}

TEST(Limits, WarningAlertsInARow) {
  Connected c;
  Forger server = Forger::instead_of(c.pair.server.connection);
  const auto warn = [&](int count) {
    for (int i = 0; i < count; ++i) c.pair.client.give(server.seal(ContentType::alert, hex("015a")));
  };
  warn(4);
  EXPECT_FALSE(c.pair.client.error);
  EXPECT_EQ(c.pair.client.count<AlertReceived>(), 4u);
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("x")));
  warn(4);
  EXPECT_FALSE(c.pair.client.error);
  warn(1);
  expect_error(c.pair.client, Errc::too_many_warning_alerts, AlertDescription::unexpected_message);
}

// ---- alerts that are none

struct AlertCase {
  std::string_view bytes;
  Errc code;
  AlertDescription alert;
};
class WrongAlert : public testing::TestWithParam<AlertCase> {};
TEST_P(WrongAlert, IsRefused) {
  Connected c;
  c.pair.client.give(Forger::instead_of(c.pair.server.connection).seal(ContentType::alert, hex(GetParam().bytes)));
  expect_error(c.pair.client, GetParam().code, GetParam().alert);
}
INSTANTIATE_TEST_SUITE_P(All, WrongAlert,
                         testing::Values(AlertCase{"01", Errc::bad_alert, AlertDescription::decode_error},
                                         AlertCase{"010000", Errc::bad_alert, AlertDescription::decode_error},
                                         AlertCase{"01000100", Errc::bad_alert, AlertDescription::decode_error},
                                         AlertCase{"0300", Errc::wrong_alert_level, AlertDescription::illegal_parameter},
                                         AlertCase{"0000", Errc::wrong_alert_level, AlertDescription::illegal_parameter}));

//= rfc8446#6-3, 6-4
TEST(FatalAlert, EndsTheConnectionAndIsNotAnswered) {
  Connected c;
  c.pair.client.give(Forger::instead_of(c.pair.server.connection).seal(ContentType::alert, hex("0250")));
  ASSERT_TRUE(c.pair.client.error);
  EXPECT_EQ(c.pair.client.error->code(), Errc::alert_received);
  EXPECT_EQ(c.pair.client.error->decided_by(), DecidedBy::peer);
  EXPECT_EQ(alert_at(c.pair.client), AlertDescription::internal_error);
  EXPECT_TRUE(c.pair.client.connection.output().empty());
}

}  // namespace
}  // namespace keyway::test
