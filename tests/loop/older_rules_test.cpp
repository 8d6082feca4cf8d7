// SPDX-License-Identifier: Apache-2.0
//
// Rules of TLS 1.2 that an honest peer never breaks: what each side refuses, under which alert; and what it carries beside the
// key exchange. Attacks on the key exchanges themselves: key_exchange_faults_test.cpp.
#include <gmock/gmock.h>

#include "loop/key_exchange.h"

namespace keyway::test {
namespace {

using enum NamedGroup;
constexpr int ecdhe_ecdsa = 0xc02b;
constexpr int ecdhe_rsa = 0xc02f;
const Bytes change_cipher_spec = hex("14 0303 0001 01");

/// The client gets the server's first flight, changed.
End& client_meets(Pair& pair, const std::function<void(Messages&)>& edit) {
  pair.server.give(pair.client.take_output());
  EXPECT_FALSE(pair.server.error);
  pair.client.give(edit_clear(pair.server.take_output(), edit));
  return pair.client;
}
End& client_meets_hello(Pair& pair, const std::function<void(Hello&)>& edit) {
  return client_meets(pair, [&](Messages& messages) {
    Hello hello = Hello::of(messages.front());
    edit(hello);
    messages.front() = hello.message();
  });
}
/// The server gets the client's flight behind its hello, changed.
End& server_meets(Pair& pair, const std::function<void(Messages&)>& edit) {
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  EXPECT_FALSE(pair.client.error);
  pair.server.give(edit_clear(pair.client.take_output(), edit));
  return pair.server;
}
void without(Messages& messages, HandshakeType type) {
  ASSERT_EQ(std::erase_if(messages, [type](const HandshakeMessage& message) { return message.type == type; }), 1u);
}
ExchangePair with_client_certificate() {
  ExchangePair options(ecdhe_ecdsa);
  options.client.certs_keys = {authority().leaf()};
  options.server.peer = options.client.peer;
  return options;
}

// ---- hellos

//= rfc5246#7.4.1.4-2
TEST(OlderRules, AnswersToWhatWasNotSent) {
  for (const auto& [type, body] :
       {std::pair(ExtensionType::encrypt_then_mac, ""), std::pair(ExtensionType(0x5a5a), "00"),
        std::pair(ExtensionType::status_request, ""), std::pair(ExtensionType::signed_certificate_timestamp, "0003 0001 00")}) {
    Pair pair(ExchangePair{ecdhe_ecdsa});
    expect_failed(client_meets_hello(pair, [&](Hello& hello) { hello.set(type, hex(body)); }), Errc::unsolicited_extension,
                  AlertDescription::unsupported_extension);
  }
}

//= rfc8446#4.1.3-5
TEST(OlderRules, ASuiteOfAnotherVersion) {
  ExchangePair options(ecdhe_ecdsa);
  options.client.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  options.client.protocol.ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  Pair pair(options);
  expect_failed(client_meets_hello(pair, [](Hello& hello) { hello.choose(CipherSuite::TLS_AES_128_GCM_SHA256); }),
                Errc::cipher_suite_not_for_version, AlertDescription::illegal_parameter);
}

TEST(OlderRules, NobodyGoesOnWithoutSecureRenegotiation) {
  Pair one(ExchangePair{ecdhe_ecdsa});
  expect_failed(client_meets_hello(one, [](Hello& hello) { hello.remove(ExtensionType::renegotiation_info); }),
                Errc::insecure_renegotiation, AlertDescription::handshake_failure);
  Pair two(ExchangePair{ecdhe_ecdsa});
  expect_failed(client_meets_hello(two, [](Hello& hello) { hello.set(ExtensionType::renegotiation_info, hex("0100")); }),
                Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
  Pair three(ExchangePair{ecdhe_ecdsa});
  three.server.give(
      edit_hello(three.client.take_output(), [](Hello& hello) { hello.remove(ExtensionType::renegotiation_info); }));
  expect_failed(three.server, Errc::insecure_renegotiation, AlertDescription::handshake_failure);
  Pair four(ExchangePair{ecdhe_ecdsa});
  four.server.give(
      edit_hello(four.client.take_output(), [](Hello& hello) { hello.set(ExtensionType::renegotiation_info, hex("0100")); }));
  expect_failed(four.server, Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
}

TEST(OlderRules, PointFormatsHaveTheUncompressedOne) {
  Pair one(ExchangePair{ecdhe_ecdsa});
  expect_failed(client_meets_hello(one, [](Hello& hello) { hello.set(ExtensionType::ec_point_formats, hex("0101")); }),
                Errc::invalid_value, AlertDescription::illegal_parameter);
  Pair two(ExchangePair{ecdhe_ecdsa});
  two.server.give(
      edit_hello(two.client.take_output(), [](Hello& hello) { hello.set(ExtensionType::ec_point_formats, hex("0101")); }));
  expect_failed(two.server, Errc::invalid_value, AlertDescription::illegal_parameter);
}

// CRIME: nobody offers compression, takes an offer without none, or follows one that chooses it.
TEST(OlderRules, NothingIsCompressed) {
  Pair one(ExchangePair{ecdhe_ecdsa});
  EXPECT_EQ(hello_of(one.client.connection.output().front()).head.back(), std::byte{0});
  one.server.give(edit_hello(one.client.take_output(), [](Hello& hello) { hello.head.back() = std::byte{1}; }));
  expect_failed(one.server, Errc::wrong_compression, AlertDescription::illegal_parameter);
  Pair two(ExchangePair{ecdhe_ecdsa});
  expect_failed(client_meets_hello(two, [](Hello& hello) { hello.head.back() = std::byte{1}; }), Errc::wrong_compression,
                AlertDescription::illegal_parameter);
  // One among others is passed over.
  Pair three(ExchangePair{ecdhe_ecdsa});
  three.server.give(edit_hello(three.client.take_output(), [](Hello& hello) {
    hello.head.back() = std::byte{1};
    *(hello.head.end() - 2) = std::byte{2};
    hello.head.push_back(std::byte{0});
  }));
  ASSERT_FALSE(three.server.error) << three.server.error->message();
  EXPECT_EQ(hello_of(three.server.take_output()).head.back(), std::byte{0});
}

// Heartbleed: there is no such record, in the clear or under keys, and no such extension to answer.
TEST(OlderRules, AHeartbeatIsNoRecord) {
  const Bytes heartbeat = hex("18 0303 0003 01 4000");
  Pair first(ExchangePair{ecdhe_ecdsa});
  first.server.give(edit_hello(first.client.take_output(), [](Hello& hello) { hello.set(ExtensionType(15), hex("01")); }));
  ASSERT_FALSE(first.server.error);
  const Bytes flight = first.server.take_output();
  EXPECT_FALSE(hello_of(flight).has(ExtensionType(15)));
  first.server.give(heartbeat);
  ASSERT_TRUE(first.server.error);
  EXPECT_EQ(first.server.error->alert(), AlertDescription::unexpected_message);
  EXPECT_EQ(first.server.take_output(), hex("15 0303 0002 02 0a")) << "nothing but the alert";
  Pair second(ExchangePair{ecdhe_ecdsa});
  second.run();
  second.client.give(heartbeat);
  ASSERT_TRUE(second.client.error);
  EXPECT_EQ(second.client.error->alert(), AlertDescription::unexpected_message);
}

// ALPACA: who speaks another protocol is told so and does not go on.
TEST(OlderRules, NoCommonProtocolIsTheEnd) {
  ExchangePair options(ecdhe_ecdsa);
  options.client.alpn_advertised_protocols = {"h2"};
  options.server.alpn_preferred_protocols = {"http/1.1"};
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::no_application_protocol, AlertDescription::no_application_protocol);
}

TEST(OlderRules, NothingIsBehindAClientHello) {
  Pair pair(ExchangePair{ecdhe_ecdsa});
  Bytes hello = pair.client.take_output();
  // The first byte of a ClientKeyExchange in the record of the hello.
  hello.push_back(std::byte{16});
  const std::size_t size = hello.size() - 5;
  hello[3] = static_cast<std::byte>(size >> 8);
  hello[4] = static_cast<std::byte>(size & 0xff);
  pair.server.give(hello);
  expect_failed(pair.server, Errc::excess_handshake_data, AlertDescription::unexpected_message);
}

// RFC 6066 3: a server that does not know the name may say so and go on.
TEST(OlderRules, WarningsMayComeBeforeTheHelloThatTellsTheVersion) {
  const Bytes warning = hex("15 0303 0002 01 70");
  ExchangePair options(ecdhe_ecdsa);
  options.client.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  options.client.protocol.ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  Pair pair(options);
  pair.client.give(warning);
  ASSERT_EQ(pair.client.count<AlertReceived>(), 1u);
  const auto& told = std::get<AlertReceived>(pair.client.events.front());
  EXPECT_EQ(told.description, AlertDescription::unrecognized_name);
  EXPECT_EQ(told.level, AlertLevel::warning);
  pair.run();
  expect_connected(pair);

  Pair patient(options);
  for (int i = 0; i < 5; ++i) patient.client.give(warning);
  expect_failed(patient.client, Errc::too_many_warning_alerts, AlertDescription::unexpected_message);

  // With TLS 1.3 alone the description decides (RFC 8446 6); and so it does once that version is chosen.
  PairOptions alone{.client = client_options(), .server = server_options()};
  alone.client.protocol.versions = {ProtocolVersion::tls1_3};
  Pair newest(alone);
  newest.client.give(warning);
  ASSERT_TRUE(newest.client.error);
  EXPECT_EQ(newest.client.error->code(), Errc::alert_received);
}

// ---- who the peer is

TEST(OlderRules, AServerShowsAKeyOnACurveOfTheClient) {
  ExchangePair options(ecdhe_ecdsa);
  options.client.protocol.supported_groups = {x25519, secp384r1};
  Pair none(options);
  none.run();
  expect_failed(none.server, Errc::no_usable_identity, AlertDescription::handshake_failure);
  options.server.certs_keys.push_back(authority().leaf({.key = NewKey::ec_p384}));
  Pair second(options);
  second.run();
  expect_connected(second);
  EXPECT_EQ(second.server.connection.info().identity_index, 1u);
}

TEST(OlderRules, AKeyOnACurveThatWasNotOffered) {
  ExchangePair options(ecdhe_ecdsa);
  options.client.protocol.supported_groups = {x25519, secp384r1};
  options.server.protocol.supported_groups = {x25519};
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(),
                              [](Hello& hello) { hello.set(ExtensionType::supported_groups, hex("0004 001d 0017")); }));
  pair.client.give(pair.server.take_output());
  expect_failed(pair.client, Errc::certificate_key_type, AlertDescription::unsupported_certificate);
}

//= rfc5246#7.4.2-2
TEST(OlderRules, AServerWhoseKeysFitNoSuiteHasNone) {
  ExchangePair options(ecdhe_rsa);  // the server's key is on P-256
  options.server.protocol.ciphers.push_back(static_cast<CipherSuite>(ecdhe_ecdsa));
  Pair pair(options);
  pair.run();
  expect_failed(pair.server, Errc::no_common_cipher_suite, AlertDescription::handshake_failure);
}

#if defined(KEYWAY_LEGACY)
// RFC 5246 7.4.1.4.1: schemes are for signatures, and a key that decrypts makes none.
TEST(OlderRules, AClientThatTakesNoSignatureOfOursGetsASuiteWithoutOne) {
  constexpr auto rsa = static_cast<CipherSuite>(0x009c);
  ExchangePair options(ecdhe_rsa);
  options.with_rsa();
  options.client.protocol.signature_algs = {SignatureScheme::ecdsa_secp256r1_sha256};
  options.client.protocol.ciphers.push_back(static_cast<CipherSuite>(ecdhe_ecdsa));
  Pair none(options);
  none.run();
  expect_failed(none.server, Errc::no_common_signature_scheme, AlertDescription::handshake_failure);
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) protocol->ciphers.push_back(rsa);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().cipher_suite, rsa);
}
#endif

TEST(OlderRules, TimestampsComeWithTheHelloWhereTheyAreAskedFor) {
  ExchangePair options(ecdhe_ecdsa);
  const Bytes list = hex("0006 0004 01020304");
  options.server.certs_keys.front().signed_certificate_timestamps = list;
  options.client.signed_certificate_timestamps = true;
  Pair asked(options);
  asked.run();
  expect_connected(asked);
  ASSERT_TRUE(asked.client.connection.info().signed_certificate_timestamps);
  EXPECT_EQ(*asked.client.connection.info().signed_certificate_timestamps, list);
  options.client.signed_certificate_timestamps = false;
  Pair not_asked(options);
  not_asked.run();
  expect_connected(not_asked);
  EXPECT_FALSE(not_asked.client.connection.info().signed_certificate_timestamps);
}

// RFC 5705 4 wants labels to be told apart and no more; the labels of TLS 1.3 have a lower bound.
TEST(OlderRules, AnExportersLabelMayBeEmpty) {
  Pair pair(ExchangePair{ecdhe_ecdsa});
  pair.run();
  expect_connected(pair);
  Bytes one(32), other(32);
  ASSERT_TRUE(pair.client.connection.export_key("", std::nullopt, one));
  ASSERT_TRUE(pair.server.connection.export_key("", std::nullopt, other));
  EXPECT_EQ(one, other);
  ASSERT_TRUE(pair.client.connection.export_key("x", std::nullopt, other));
  EXPECT_NE(one, other);
}

// ---- ServerKeyExchange

TEST(OlderRules, AGroupThatWasNotOffered) {
  for (const char* const group : {"0019", "001e", "0100", "0000", "feff"}) {
    ExchangePair options(ecdhe_ecdsa);
    options.client.protocol.supported_groups = {x25519, secp256r1};
    Pair pair(options);
    expect_failed(client_meets(pair,
                               [&](Messages& messages) {
                                 Bytes& body = message_in(messages, HandshakeType::server_key_exchange).body;
                                 std::ranges::copy(hex(group), body.begin() + 1);  // behind named_curve
                               }),
                  Errc::wrong_group, AlertDescription::illegal_parameter);
  }
}

TEST(OlderRules, AGroupThatIsNotNamed) {
  for (const std::byte type : {std::byte{1}, std::byte{2}, std::byte{0}}) {
    Pair pair(ExchangePair{ecdhe_ecdsa});
    End& client = client_meets(
        pair, [&](Messages& messages) { message_in(messages, HandshakeType::server_key_exchange).body.front() = type; });
    expect_failed(client, Errc::wrong_group, AlertDescription::illegal_parameter);
  }
}

// The schemes of ServerKeyExchange stand behind the point: type 1, group 2, length 1 and point.
//= rfc5246#7.4.3-2
TEST(OlderRules, ASchemeThatWasNotOfferedOrDoesNotFitTheKey) {
  for (const char* const scheme : {"0203", "0201", "0804", "0807", "0401", "ffff"}) {
    Pair pair(ExchangePair{ecdhe_ecdsa});
    expect_failed(client_meets(pair,
                               [&](Messages& messages) {
                                 Bytes& body = message_in(messages, HandshakeType::server_key_exchange).body;
                                 std::ranges::copy(hex(scheme), body.begin() + 4 + std::to_integer<int>(body[3]));
                               }),
                  Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  }
}

//= rfc5246#7.4.8-1
TEST(OlderRules, TheSchemeOfACertificateVerifyThatWasNotAskedFor) {
  for (const char* const scheme : {"0203", "0804", "0401"}) {
    Pair pair(with_client_certificate());
    expect_failed(server_meets(pair,
                               [&](Messages& messages) {
                                 std::ranges::copy(hex(scheme),
                                                   message_in(messages, HandshakeType::certificate_verify).body.begin());
                               }),
                  Errc::wrong_signature_scheme, AlertDescription::illegal_parameter);
  }
}

TEST(OlderRules, AParameterThatIsNotTheSignedOne) {
  Pair pair(ExchangePair{ecdhe_ecdsa});
  expect_failed(
      client_meets(pair,
                   [](Messages& messages) { message_in(messages, HandshakeType::server_key_exchange).body[10] ^= std::byte{1}; }),
      Errc::wrong_signature, AlertDescription::decrypt_error);
}

// ---- messages that are left out, and ChangeCipherSpec at the wrong place

//= rfc5246#7.4-1
TEST(OlderRules, AClientMissesWhatAServerSkips) {
  for (const HandshakeType type : {HandshakeType::certificate, HandshakeType::server_key_exchange}) {
    Pair pair(ExchangePair{ecdhe_ecdsa});
    expect_failed(client_meets(pair, [type](Messages& messages) { without(messages, type); }), Errc::unexpected_message,
                  AlertDescription::unexpected_message);
  }
}

TEST(OlderRules, AServerMissesWhatAClientSkips) {
  for (const HandshakeType type :
       {HandshakeType::certificate, HandshakeType::client_key_exchange, HandshakeType::certificate_verify}) {
    Pair pair(with_client_certificate());
    expect_failed(server_meets(pair, [type](Messages& messages) { without(messages, type); }), Errc::unexpected_message,
                  AlertDescription::unexpected_message);
  }
}

TEST(OlderRules, ChangeCipherSpecBeforeItsTime) {
  // A server: before the hello, behind it, and behind the key exchange that a CertificateVerify has to follow.
  Pair first(ExchangePair{ecdhe_ecdsa});
  first.server.give(change_cipher_spec);
  ASSERT_TRUE(first.server.error);
  EXPECT_EQ(first.server.error->alert(), AlertDescription::unexpected_message);
  Pair second(ExchangePair{ecdhe_ecdsa});
  second.server.give(second.client.take_output());
  second.server.give(change_cipher_spec);
  expect_failed(second.server, Errc::unexpected_message, AlertDescription::unexpected_message);
  Pair third(with_client_certificate());
  expect_failed(server_meets(third, [](Messages& messages) { without(messages, HandshakeType::certificate_verify); }),
                Errc::unexpected_message, AlertDescription::unexpected_message);
  // A client: behind the server's hello, and behind its whole flight, before our key exchange could have been read.
  for (const std::size_t records : {std::size_t{0}, std::size_t{1}}) {
    Pair pair(ExchangePair{ecdhe_ecdsa});
    pair.server.give(pair.client.take_output());
    const Messages messages = messages_of(ByteView(pair.server.take_output()).subspan(5));
    pair.client.give(plain_record(messages.front()));
    if (records != 0) pair.client.give(plain_record(messages[1]));
    ASSERT_FALSE(pair.client.error);
    pair.client.give(change_cipher_spec);
    expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
  }
}

TEST(OlderRules, ChangeCipherSpecTwiceOrNotAtAll) {
  Pair twice(ExchangePair{ecdhe_ecdsa});
  twice.server.give(twice.client.take_output());
  twice.client.give(twice.server.take_output());
  Bytes doubled;
  for (const Bytes& record : records_of(twice.client.take_output())) {
    doubled = std::move(doubled) + record;
    if (record.front() == std::byte{20}) doubled = std::move(doubled) + change_cipher_spec;
  }
  twice.server.give(doubled);
  // The second one is read with the keys of the first, under which it is no record.
  ASSERT_TRUE(twice.server.error);
  EXPECT_EQ(twice.server.error->code(), Errc::bad_record_mac);

  Pair never(ExchangePair{ecdhe_ecdsa});
  never.server.give(never.client.take_output());
  never.client.give(never.server.take_output());
  Bytes left;
  for (const Bytes& record : records_of(never.client.take_output())) {
    if (record.front() != std::byte{20}) left = std::move(left) + record;
  }
  never.server.give(left);  // Finished, sealed, is taken for a message in the clear
  ASSERT_TRUE(never.server.error);
  EXPECT_EQ(never.server.error->alert(), AlertDescription::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
