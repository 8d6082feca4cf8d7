// SPDX-License-Identifier: Apache-2.0
//
// What the two sides say in their messages, field by field, and answers of a server that a client must not take.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

PairOptions defaults() { return {.client = client_options(), .server = server_options()}; }

std::vector<ExtensionType> types_of(const Hello& hello) {
  std::vector<ExtensionType> types;
  for (const Hello::Extension& extension : hello.extensions) types.push_back(extension.type);
  return types;
}

Bytes part(const Bytes& bytes, std::size_t at, std::size_t size) { return to_bytes(ByteView(bytes).subspan(at, size)); }

// ---- ClientHello

//= rfc8446#4.1.2-8, 4.1.2-10, 4.2.3-1, 9.2-1, 9.2-3, 4.2.7-1
TEST(SentClientHello, HasTheFixedFieldsAndTheExtensionsOfAnOffer) {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {NamedGroup::secp384r1, NamedGroup::x25519};
  Pair pair(options);
  Hello hello = hello_of(pair.client.take_output());
  EXPECT_EQ(part(hello.head, 0, 2), hex("0303"));
  EXPECT_EQ(part(hello.head, hello.head.size() - 2, 2), hex("0100")) << "the null compression alone";
  EXPECT_EQ(hello.at(ExtensionType::supported_versions), hex("04 0304 0303"));
  EXPECT_EQ(hello.at(ExtensionType::supported_groups), hex("0004 0018 001d"));
  EXPECT_EQ(part(hello.at(ExtensionType::key_share), 2, 2), hex("0018"));
  EXPECT_TRUE(hello.has(ExtensionType::signature_algorithms));
  EXPECT_EQ(hello.at(ExtensionType::server_name), hex("000e 00 000b") + as_bytes("server.test"));
}

TEST(SentClientHello, HasNoServerNameWhereNoneIsNamed) {
  PeerName unnamed = PeerName::of("server.test").value();
  unnamed.sni.reset();
  for (const PeerName& name : {unnamed, PeerName::of("192.0.2.1").value()}) {
    auto connection = Connection::client(make_config(client_options()), name, Now{});
    ASSERT_TRUE(connection) << connection.error().message();
    End client(std::move(*connection));
    EXPECT_FALSE(hello_of(client.take_output()).has(ExtensionType::server_name)) << name.text();
  }
}

//= rfc8446#4.1.2-9, C.1-1
TEST(SentClientHello, HasRandomsThatDiffer) {
  Pair one(defaults());
  Pair other(defaults());
  const Hello a = hello_of(one.client.take_output());
  const Hello b = hello_of(other.client.take_output());
  EXPECT_NE(part(a.head, 2, 32), part(b.head, 2, 32));
  EXPECT_NE(part(a.head, 35, 32), part(b.head, 35, 32));
}

//= rfc8446#4.2-5, 4.2.9-1, 4.2.2-2
TEST(SentClientHello, EndsWithThePskWhateverTheOrderAndHasNoCookieAtFirst) {
  for (int i = 0; i < 20; ++i) {
    PairOptions options = defaults();
    options.client.psk.keys = {Psk::make("sensor", Bytes(32))};
    options.client.permute_extensions = true;
    Pair pair(options);
    const Hello hello = hello_of(pair.client.take_output());
    EXPECT_EQ(hello.extensions.back().type, ExtensionType::pre_shared_key);
    EXPECT_TRUE(hello.has(ExtensionType::psk_key_exchange_modes));
    EXPECT_FALSE(hello.has(ExtensionType::cookie));
  }
}

//= rfc8446#4.1.2-6
TEST(SentClientHello, TheSecondOneHasThePsksOfTheSelectedHashAlone) {
  PairOptions options = defaults();
  options.client.psk.keys = {Psk::make("short", Bytes(32), HashAlgorithm::sha256),
                             Psk::make("long", Bytes(48), HashAlgorithm::sha384)};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  options.server.protocol.ciphers = {CipherSuite::TLS_AES_256_GCM_SHA384};
  Pair pair(options);
  const Bytes first = pair.client.take_output();
  pair.server.give(first);
  pair.client.give(pair.server.take_output());
  Hello before = hello_of(first);
  Hello after = hello_of(records_of(pair.client.take_output()).back());
  const auto has = [](Hello& hello, std::string_view identity) {
    const Bytes& offer = hello.at(ExtensionType::pre_shared_key);
    return as_text(offer).find(identity) != std::string_view::npos;
  };
  EXPECT_TRUE(has(before, "short") && has(before, "long"));
  EXPECT_TRUE(!has(after, "short") && has(after, "long"));
}

// ---- the server's hellos

//= rfc8446#4.1.3-1, 4.1.3-2, 4.1.3-4, 4.1.3-6, 4.1.3-10, 4.2.1-5
TEST(SentServerHello, HasTheFixedFieldsAndWhatKeysNeed) {
  Pair pair(defaults());
  const Bytes offer = pair.client.take_output();
  pair.server.give(offer);
  const Hello client = hello_of(offer);
  Hello server = hello_of(pair.server.take_output());
  EXPECT_EQ(part(server.head, 0, 2), hex("0303"));
  EXPECT_EQ(part(server.head, 34, 33), part(client.head, 34, 33)) << "the session id";
  EXPECT_EQ(part(server.head, 67, 3), hex("1302 00")) << "suite and compression";
  EXPECT_THAT(types_of(server), testing::UnorderedElementsAre(ExtensionType::supported_versions, ExtensionType::key_share));
  EXPECT_EQ(server.at(ExtensionType::supported_versions), hex("0304"));
}

//= rfc8446#4.2.1-2
TEST(SentServerHello, DoesNotDependOnTheLegacyVersion) {
  for (const char* version : {"0301", "0304", "7f00"}) {
    Pair pair(defaults());
    pair.server.give(
        edit_hello(pair.client.take_output(), [&](Hello& hello) { std::ranges::copy(hex(version), hello.head.begin()); }));
    EXPECT_FALSE(pair.server.error);
    EXPECT_EQ(hello_of(pair.server.take_output()).at(ExtensionType::supported_versions), hex("0304"));
  }
}

//= rfc8446#4.1.4-7
TEST(SentServerHello, KeepsTheSuiteOfTheRetry) {
  PairOptions options = defaults();
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const Bytes retry = pair.server.take_output();
  pair.client.give(retry);
  pair.server.give(pair.client.take_output());
  const Hello first = hello_of(retry);
  const Hello second = hello_of(pair.server.take_output());
  EXPECT_EQ(part(first.head, 67, 2), part(second.head, 67, 2));
  EXPECT_NE(part(first.head, 2, 32), part(second.head, 2, 32)) << "a retry is told by its random";
}

/// The messages of a server's flight behind its hello.
Messages flight_of(const PairOptions& wanted) {
  KeyBook book;
  PairOptions options = wanted;
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  return open_messages(*pair.server.connection.info().cipher_suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                       pair.server.take_output());
}

//= rfc8446#4.3.1-1, 4.4.2-1, 4.4.2-3, 4.4.2-4, 4.4.2.2-2
TEST(SentFlight, HasItsMessagesInOrderAndTheLeafFirst) {
  const Messages flight = flight_of(defaults());
  ASSERT_EQ(flight.size(), 4u);
  EXPECT_EQ(flight[0].type, HandshakeType::encrypted_extensions);
  EXPECT_EQ(flight[1].type, HandshakeType::certificate);
  EXPECT_EQ(flight[2].type, HandshakeType::certificate_verify);
  EXPECT_EQ(flight[3].type, HandshakeType::finished);
  const Bytes leaf = server_options().certs_keys[0].cert[0];
  EXPECT_EQ(part(flight[1].body, 7, leaf.size()), leaf);
}

//= rfc6066#3-3
TEST(SentFlight, AcknowledgesAServerNameUnlessToldNotTo) {
  const auto acknowledged = [](bool option) {
    PairOptions options = defaults();
    options.server.server_name_ack = option;
    bool there = false;
    (void)edit_extensions(flight_of(options)[0].body, [&](auto& list) {
      for (const Hello::Extension& extension : list)
        there |= extension.type == ExtensionType::server_name && extension.body.empty();
    });
    return there;
  };
  EXPECT_TRUE(acknowledged(true));
  EXPECT_FALSE(acknowledged(false));
}

// ---- what a client does not take

void expect_refused(const PairOptions& wanted, const std::function<void(Messages&)>& change, Errc code, AlertDescription alert) {
  KeyBook book;
  PairOptions options = wanted;
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(edit_flight(pair.server.take_output(), *pair.server.connection.info().cipher_suite,
                               book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), change));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), code) << pair.client.error->message();
  EXPECT_EQ(pair.client.error->alert(), alert);
  EXPECT_FALSE(pair.client.done());
}

//= rfc8446#4.4.2.4-1
TEST(Refused, AnEmptyCertificateOfAServer) {
  expect_refused(
      defaults(), [](Messages& flight) { flight[1].body = hex("00 000000"); }, Errc::empty_certificate,
      AlertDescription::decode_error);
}

TEST(Refused, AContextInTheHandshake) {
  expect_refused(
      defaults(), [](Messages& flight) { flight[1].body = hex("01aa 000000"); }, Errc::wrong_request_context,
      AlertDescription::illegal_parameter);
}

//= rfc8446#4.5-2
TEST(Refused, EndOfEarlyDataOfAServer) {
  expect_refused(
      defaults(), [](Messages& flight) { flight.insert(flight.begin() + 1, {HandshakeType::end_of_early_data, {}}); },
      Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(Refused, MessagesThatAreLeftOutOrTwice) {
  for (std::size_t i = 0; i < 3; ++i) {
    expect_refused(
        defaults(), [=](Messages& flight) { flight.erase(flight.begin() + static_cast<std::ptrdiff_t>(i)); },
        Errc::unexpected_message, AlertDescription::unexpected_message);
    expect_refused(
        defaults(), [=](Messages& flight) { flight.insert(flight.begin() + static_cast<std::ptrdiff_t>(i), flight[i]); },
        Errc::unexpected_message, AlertDescription::unexpected_message);
  }
}

//= rfc8446#4.4.4-1
TEST(Refused, AWrongFinished) {
  expect_refused(
      defaults(), [](Messages& flight) { flight[3].body.back() ^= std::byte{1}; }, Errc::finished_mismatch,
      AlertDescription::decrypt_error);
}

//= rfc7301#3.1-3
TEST(Refused, AnApplicationProtocolThatWasNotOffered) {
  PairOptions options = defaults();
  options.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  const auto answered = [](std::string_view list) {
    return [=](Messages& flight) {
      flight[0].body = edit_extensions(flight[0].body, [&](auto& extensions) {
        extensions = {{ExtensionType::application_layer_protocol_negotiation, hex(list)}};
      });
    };
  };
  expect_refused(options, answered("0003 02 6833"), Errc::wrong_alpn, AlertDescription::illegal_parameter);
  expect_refused(options, answered("0006 02 6832 02 6832"), Errc::decode_error, AlertDescription::decode_error);
  options.client.alpn_advertised_protocols.clear();
  expect_refused(options, answered("0003 02 6832"), Errc::unsolicited_extension, AlertDescription::unsupported_extension);
}

//= rfc8446#4.3.1-2
TEST(Refused, ExtensionsThatHaveNoPlaceInEncryptedExtensions) {
  for (const ExtensionType type :
       {ExtensionType::key_share, ExtensionType::pre_shared_key, ExtensionType::cookie, ExtensionType::status_request}) {
    expect_refused(
        defaults(),
        [=](Messages& flight) {
          flight[0].body = edit_extensions(flight[0].body, [&](auto& list) { list.push_back({type, {}}); });
        },
        Errc::misplaced_extension, AlertDescription::illegal_parameter);
  }
}

// ---- data and its place

//= rfc8446#4.4.4-2
TEST(Data, IsSentWhenThePeerIsKnownOrNobodyIsAskedFor) {
  Pair pair(defaults());
  EXPECT_EQ(pair.client.connection.send(as_bytes("x")).error().code(), Errc::handshake_incomplete);
  EXPECT_EQ(pair.server.connection.send(as_bytes("x")).error().code(), Errc::handshake_incomplete);
  pair.server.give(pair.client.take_output());
  ASSERT_TRUE(pair.server.connection.send(as_bytes("early of the server")));
  pair.run();
  EXPECT_EQ(pair.client.data, "early of the server");
  PairOptions asking = defaults();
  asking.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  Pair other(asking);
  other.server.give(other.client.take_output());
  EXPECT_EQ(other.server.connection.send(as_bytes("x")).error().code(), Errc::handshake_incomplete)
      << "it does not know yet to whom";
}

TEST(Data, BeforeTheClientsFinishedIsUnexpected) {
  KeyBook book;
  PairOptions options = defaults();
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  Forger client(*pair.server.connection.info().cipher_suite, book.at("CLIENT_HANDSHAKE_TRAFFIC_SECRET"));
  pair.server.give(client.seal(ContentType::application_data, as_bytes("too soon")));
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::unexpected_application_data);
  EXPECT_EQ(pair.server.error->alert(), AlertDescription::unexpected_message);
}

//= rfc8446#6.1-2
TEST(Data, AfterCloseNotifyIsIgnored) {
  Pair pair(defaults());
  pair.run();
  Forger server = Forger::instead_of(pair.server.connection);
  pair.client.give(server.seal(ContentType::alert, hex("0100")));
  EXPECT_EQ(pair.client.count<PeerClosed>(), 1u);
  pair.client.give(server.seal(ContentType::application_data, as_bytes("too late")) + Bytes(3, std::byte{0xff}));
  EXPECT_EQ(pair.client.data, "");
  EXPECT_FALSE(pair.client.error);
  EXPECT_TRUE(pair.client.connection.peer_closed());
  EXPECT_TRUE(pair.client.connection.end_of_input());
}

//= rfc8446#6-1
TEST(Data, UnknownAlertsAreFatal) {
  Pair pair(defaults());
  pair.run();
  pair.client.give(Forger::instead_of(pair.server.connection).seal(ContentType::alert, hex("02c8")));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::alert_received);
}

}  // namespace
}  // namespace keyway::test
