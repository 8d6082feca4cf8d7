// SPDX-License-Identifier: Apache-2.0
//
// Raw public keys in the place of certificates (RFC 7250).
#include <ranges>

#include "loop/certificate_forms.h"

namespace keyway::test {
namespace {

using enum CertificateType;

class RawPublicKey : public testing::TestWithParam<ProtocolVersion> {};
INSTANTIATE_TEST_SUITE_P(Versions, RawPublicKey, testing::Values(ProtocolVersion::tls1_3, ProtocolVersion::tls1_2),
                         [](const auto& version) { return version.param == ProtocolVersion::tls1_3 ? "tls13" : "tls12"; });

// ---- both ways

//= rfc7250#4.2-3, 4.2-6, 4.2-7
//= rfc8446#4.4.2-7
TEST_P(RawPublicKey, OfAServerIsPinned) {
  RawPair options(GetParam());
  const Bytes key = key_of(options.server.certs_keys.front());
  for (const Bytes& pin : {key, sha256(key)}) {
    options.client.peer.raw_public_keys.pins = {Bytes(32), pin};
    Pair pair(options);
    pair.run();
    expect_all_well(pair);
    const ConnectionInfo& info = pair.client.connection.info();
    EXPECT_EQ(info.peer_certificate_type, raw_public_key);
    EXPECT_EQ(info.verified, TrustedChain::Basis::validated);
    ASSERT_TRUE(info.peer_chain && info.peer_chain->is_raw_public_key());
    EXPECT_EQ(chain_bytes(info.peer_chain), key);
    EXPECT_FALSE(info.peer_chain->certificate(0));
    EXPECT_EQ(pair.server.connection.info().own_certificate_type, raw_public_key);
    pair.send_from_client("a question");
    EXPECT_EQ(pair.server.data, "a question");
  }
}

//= rfc7250#4.2-2, 4.2-4, 4.1-1
TEST_P(RawPublicKey, OfAClientIsPinned) {
  RawPair options(GetParam());
  options.with_client_key();
  Pair pair(options);
  pair.run();
  expect_all_well(pair);
  const ConnectionInfo& info = pair.server.connection.info();
  EXPECT_EQ(info.peer_certificate_type, raw_public_key);
  EXPECT_TRUE(info.client_authenticated);
  EXPECT_EQ(chain_bytes(info.peer_chain), key_of(options.client.certs_keys.front()));
  EXPECT_EQ(pair.client.connection.info().own_certificate_type, raw_public_key);
}

TEST_P(RawPublicKey, OfEveryKindOfKey) {
  for (const NewKey kind : {NewKey::rsa_2048, NewKey::ec_p384, NewKey::ed25519, NewKey::ed448}) {
    RawPair options(GetParam());
    options.server.certs_keys = {raw_identity(kind)};
    options.client.peer = pinning(options.server.certs_keys.front());
    Pair pair(options);
    pair.run();
    expect_all_well(pair);
  }
}

//= rfc7250#4.1-2, 4.1-3, 4.1-4
TEST_P(RawPublicKey, IsOfferedOnlyWhereItIsConfigured) {
  RawPair options(GetParam());
  options.with_client_key();
  Pair both(options);
  const Hello offer = hello_of(both.client.take_output());
  EXPECT_EQ(Hello(offer).at(ExtensionType::client_certificate_type), hex("01 02"));
  EXPECT_EQ(Hello(offer).at(ExtensionType::server_certificate_type), hex("01 02"));
  options.client.certs_keys = {authority().leaf()};
  options.client.peer.certificate_types = {x509, raw_public_key};
  options.client.peer.cacerts = {authority().root()};
  Pair one(options);
  const Hello half = hello_of(one.client.take_output());
  EXPECT_FALSE(half.has(ExtensionType::client_certificate_type));
  EXPECT_EQ(Hello(half).at(ExtensionType::server_certificate_type), hex("02 00 02"));
  Pair none({.client = client_options(), .server = server_options()});
  const Hello plain = hello_of(none.client.take_output());
  EXPECT_FALSE(plain.has(ExtensionType::client_certificate_type));
  EXPECT_FALSE(plain.has(ExtensionType::server_certificate_type));
}

//= rfc7250#4.2-5
TEST_P(RawPublicKey, OfAClientIsNotAnsweredWhereNoneIsAskedFor) {
  RawPair options(GetParam());
  options.client.certs_keys = {raw_identity()};
  Pair pair(options);
  pair.run();
  expect_all_well(pair);
  EXPECT_FALSE(pair.client.connection.info().used_identity);
  EXPECT_EQ(pair.client.connection.info().own_certificate_type, x509);
}

// The server's order of identities decides among what the client takes, the server's order of types what a client shows.
TEST_P(RawPublicKey, AndCertificatesAreChosenByTheServersOrder) {
  const CertKey leaf = authority().leaf();
  const CertKey key = raw_identity();
  for (const bool key_first : {true, false}) {
    RawPair options(GetParam());
    options.server.certs_keys = key_first ? std::vector{key, leaf} : std::vector{leaf, key};
    options.client.certs_keys = {authority().leaf(), raw_identity()};
    options.client.peer = pinning(key, {x509, raw_public_key});
    options.client.peer.cacerts = {authority().root()};
    options.server.peer =
        pinning(options.client.certs_keys[1], key_first ? std::vector{raw_public_key, x509} : std::vector{x509, raw_public_key});
    options.server.peer.verify = VerifyMode::verify_peer;
    options.server.peer.cacerts = {authority().root()};
    Pair pair(options);
    pair.run();
    expect_all_well(pair);
    EXPECT_EQ(pair.client.connection.info().peer_certificate_type, key_first ? raw_public_key : x509);
    EXPECT_EQ(pair.server.connection.info().peer_certificate_type, key_first ? raw_public_key : x509);
  }
}

// ---- refusals

TEST_P(RawPublicKey, ThatNobodyKnowsIsRefused) {
  RawPair options(GetParam());
  options.client.peer.raw_public_keys.pins = {Bytes(32, std::byte{7})};
  Pair pair(options);
  pair.run();
  expect_refusal(pair.client, pair.server, Errc::raw_public_key_unknown, AlertDescription::certificate_unknown);
}

TEST_P(RawPublicKey, OfAClientThatNobodyKnowsIsRefused) {
  RawPair options(GetParam());
  options.with_client_key();
  options.server.peer.raw_public_keys.pins = {Bytes(32, std::byte{7})};
  Pair pair(options);
  pair.run();
  expect_refusal(pair.server, pair.client, Errc::raw_public_key_unknown, AlertDescription::certificate_unknown);
}

// Without verification of certificates keys are judged all the same.
//= rfc7250#4.4-1
TEST_P(RawPublicKey, ThatNobodyKnowsIsRefusedWithoutVerification) {
  RawPair options(GetParam());
  options.client.peer.verify = VerifyMode::verify_none;
  options.client.peer.raw_public_keys.pins = {Bytes(32, std::byte{7})};
  Pair pair(options);
  pair.run();
  expect_refusal(pair.client, pair.server, Errc::raw_public_key_unknown, AlertDescription::certificate_unknown);
  options.client.peer.raw_public_keys = {.dangerously_accept_any = true};
  Pair any(options);
  any.run();
  expect_all_well(any);
  EXPECT_EQ(any.client.connection.info().verified, TrustedChain::Basis::unchecked);
}

//= rfc7250#4.2-1
TEST_P(RawPublicKey, AClientThatTakesNothingThatTheServerHas) {
  RawPair options(GetParam());
  options.server.certs_keys = {authority().leaf()};
  Pair keys_alone(options);
  keys_alone.run();
  expect_refusal(keys_alone.server, keys_alone.client, Errc::wrong_certificate_type, AlertDescription::unsupported_certificate);
  RawPair other(GetParam());
  other.client.peer = client_options().peer;
  Pair certificates_alone(other);
  certificates_alone.run();
  expect_refusal(certificates_alone.server, certificates_alone.client, Errc::wrong_certificate_type,
                 AlertDescription::unsupported_certificate);
}

//= rfc7250#4.2-1
TEST_P(RawPublicKey, AClientThatHasNothingThatTheServerTakes) {
  for (const std::vector<CertKey>& identities : {std::vector<CertKey>{}, std::vector{authority().leaf()}}) {
    RawPair options(GetParam());
    options.with_client_key();
    options.client.certs_keys = identities;
    Pair pair(options);
    pair.run();
    expect_refusal(pair.server, pair.client, Errc::wrong_certificate_type, AlertDescription::unsupported_certificate);
  }
}

// The alert is for who sends the extension: others are not asked, unless they must show something.
//= rfc7250#4.2-1
TEST_P(RawPublicKey, AClientThatNeedNotShowAKeyIsNotAskedUnlessItOffersTypes) {
  for (const std::vector<CertKey>& identities : {std::vector<CertKey>{}, std::vector{authority().leaf()}}) {
    RawPair options(GetParam());
    options.with_client_key();
    options.server.fail_if_no_peer_cert = false;
    options.client.certs_keys = identities;
    Pair pair(options);
    pair.run();
    expect_all_well(pair);
    EXPECT_FALSE(pair.server.connection.info().client_authenticated);
    EXPECT_FALSE(pair.client.connection.info().used_identity);
    Pair offering(options);
    offering.server.give(edit_hello(offering.client.take_output(),
                                    [](Hello& hello) { hello.set(ExtensionType::client_certificate_type, hex("01 07")); }));
    expect_failed(offering.server, Errc::wrong_certificate_type, AlertDescription::unsupported_certificate);
  }
}

// RFC 7250 4.1: certificates alone are said by silence.
//= rfc7250#4.1-2, 4.1-4
TEST_P(RawPublicKey, AListOfCertificatesAloneIsIllegal) {
  for (const ExtensionType type : {ExtensionType::client_certificate_type, ExtensionType::server_certificate_type}) {
    const RawPair options(GetParam());
    Pair pair(options);
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) { hello.set(type, hex("01 00")); }));
    expect_failed(pair.server, Errc::invalid_value, AlertDescription::illegal_parameter);
  }
}

TEST(RawPublicKeys, AServerOfTls12MustChooseWhatWasOffered) {
  struct Case {
    ExtensionType type;
    const char* body;  ///< null: no answer
    Errc code;
    AlertDescription alert;
  };
  for (const Case& one :
       {Case{ExtensionType::server_certificate_type, "00", Errc::certificate_type_not_offered,
             AlertDescription::illegal_parameter},
        Case{ExtensionType::server_certificate_type, "05", Errc::certificate_type_not_offered,
             AlertDescription::illegal_parameter},
        Case{ExtensionType::server_certificate_type, "0202", Errc::trailing_data, AlertDescription::decode_error},
        Case{ExtensionType::server_certificate_type, nullptr, Errc::wrong_certificate_type,
             AlertDescription::unsupported_certificate},
        Case{ExtensionType::client_certificate_type, "02", Errc::unsolicited_extension,
             AlertDescription::unsupported_extension}}) {
    Pair pair{RawPair(ProtocolVersion::tls1_2)};
    pair.server.give(pair.client.take_output());
    pair.client.give(edit_hello(pair.server.take_output(), [&](Hello& hello) {
      if (one.body == nullptr) return hello.remove(one.type);
      hello.set(one.type, hex(one.body));
    }));
    expect_failed(pair.client, one.code, one.alert);
  }
}

/// Bytes behind a length of three bytes.
Bytes vector24(ByteView bytes) { return Bytes{std::byte{0}} + vector16(bytes); }

TEST(RawPublicKeys, AServerOfTls13MustChooseWhatWasOffered) {
  for (const auto& [body, code, alert] :
       {std::tuple("0005 0014 0001 00", Errc::certificate_type_not_offered, AlertDescription::illegal_parameter),
        std::tuple("0000", Errc::wrong_certificate_type, AlertDescription::unsupported_certificate),
        std::tuple("0005 0013 0001 02", Errc::unsolicited_extension, AlertDescription::unsupported_extension)}) {
    KeyBook book;
    RawPair options(ProtocolVersion::tls1_3);
    options.server.observe.key_log = book.sink();
    Pair pair(options);
    meet_changed(pair, book, HandshakeType::encrypted_extensions, [&](HandshakeMessage& message) { message.body = hex(body); });
    expect_failed(pair.client, code, alert);
  }
}

//= rfc8446#4.4.2-7
TEST(RawPublicKeys, OfTls13IsOneWholeKey) {
  const Bytes key = key_of(raw_identity());
  const Bytes entry = vector24(key) + hex("0000");
  for (const auto& [list, code, alert] :
       {std::tuple(entry + entry, Errc::malformed_raw_public_key, AlertDescription::decode_error),
        std::tuple(vector24(key + Bytes{std::byte{0}}) + hex("0000"), Errc::malformed_raw_public_key,
                   AlertDescription::decode_error)}) {
    KeyBook book;
    RawPair options(ProtocolVersion::tls1_3);
    options.server.observe.key_log = book.sink();
    Pair pair(options);
    meet_changed(pair, book, HandshakeType::certificate,
                 [&, all = list](HandshakeMessage& message) { message.body = hex("00") + vector24(all); });
    expect_failed(pair.client, code, alert);
  }
}

TEST(RawPublicKeys, OfTls12StandInThePlaceOfTheList) {
  RawPair options(ProtocolVersion::tls1_2);
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(edit_clear(pair.server.take_output(), [&](Messages& flight) {
    ASSERT_EQ(flight[1].type, HandshakeType::certificate);
    const Bytes key = key_of(options.server.certs_keys.front());
    EXPECT_TRUE(std::ranges::equal(ByteView(flight[1].body).subspan(3), key)) << "no list around it";
    // What is a list of one element is no key.
    flight[1].body = hex("000006 000003 020100");
  }));
  expect_failed(pair.client, Errc::malformed_raw_public_key, AlertDescription::decode_error);
}

// ---- the program's function

TEST_P(RawPublicKey, IsTheProgramsDecisionWithoutAPin) {
  for (const bool accepted : {true, false}) {
    RawPair options(GetParam());
    const Bytes key = key_of(options.server.certs_keys.front());
    std::optional<Answer<bool>> waiting;
    std::size_t asked = 0;
    options.client.peer.raw_public_keys = {.accept = [&](const RawPublicKeyQuestion& question, Answer<bool> answer) {
      ++asked;
      EXPECT_EQ(to_bytes(question.subject_public_key_info), key);
      EXPECT_EQ(question.peer, Role::server);
      EXPECT_TRUE(question.name != nullptr);
      waiting.emplace(std::move(answer));
    }};
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(waiting);
    EXPECT_TRUE(pair.client.connection.blocked());
    std::move(*waiting).give(accepted);
    ASSERT_TRUE(pair.client.connection.resume().has_value() == accepted);
    pair.client.work();
    pair.run();
    EXPECT_EQ(asked, 1u);
    EXPECT_EQ(pair.connected(), accepted);
    if (accepted) {
      EXPECT_EQ(pair.client.connection.info().verified, TrustedChain::Basis::accepted_by_user);
    } else {
      EXPECT_EQ(alert_at(pair.server), AlertDescription::certificate_unknown);
    }
  }
}

TEST_P(RawPublicKey, IsRefusedWhereTheFunctionThrowsOrDrops) {
  RawPair options(GetParam());
  options.client.peer.raw_public_keys = {.accept = [](const auto&, Answer<bool>) { throw std::runtime_error("on purpose"); }};
  Pair thrown(options);
  thrown.run();
  expect_failed(thrown.client, Errc::callback_threw, AlertDescription::internal_error);
  options.client.peer.raw_public_keys.accept = [](const auto&, Answer<bool> answer) { const auto dropped = std::move(answer); };
  Pair dropped(options);
  dropped.run();
  expect_failed(dropped.client, Errc::answer_dropped, AlertDescription::internal_error);
}

// ---- resumption

TEST_P(RawPublicKey, IsKeptBySessions) {
  RawPair options(GetParam());
  options.with_client_key();
  options.server.tickets.mode = TicketMode::stateful;
  options.client.tickets.store = memory_client_tickets();
  options.client.sessions.store = memory_client_sessions();
  options.client.peer.reverify_on_resumption = options.server.peer.reverify_on_resumption = true;
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  Pair first(client, server, options);
  first.run();
  expect_all_well(first);
  Pair second(client, server, options);
  second.run();
  expect_all_well(second);
  ASSERT_NE(second.client.connection.info().resumed, Resumption::none);
  for (const auto& [end, key] : {std::pair(&second.client, key_of(options.server.certs_keys.front())),
                                 std::pair(&second.server, key_of(options.client.certs_keys.front()))}) {
    const ConnectionInfo& info = end->connection.info();
    EXPECT_EQ(info.peer_certificate_type, raw_public_key);
    EXPECT_EQ(chain_bytes(info.peer_chain), key);
    EXPECT_EQ(info.verified, TrustedChain::Basis::validated);
  }
  // Who trusts other keys resumes nothing of it.
  options.client.peer.raw_public_keys.pins.push_back(Bytes(32));
  Pair third(make_config(options.client), server, options);
  third.run();
  expect_all_well(third);
  EXPECT_EQ(third.client.connection.info().resumed, Resumption::none);
}

TEST(RawPublicKeys, SurviveTheSerialisedForm) {
  RawPair options(ProtocolVersion::tls1_3);
  options.server.tickets.mode = TicketMode::stateful;
  const Ticket ticket = get_tickets(options.client, make_config(options.server), options).front();
  const Ticket loaded = SessionTicket::load(ticket->save().expose()).value();
  ASSERT_TRUE(loaded->session->peer && loaded->session->peer->is_raw_public_key());
  EXPECT_EQ(*loaded->session->peer, *ticket->session->peer);
}

// However the handshake began, and whether the server takes keys alone or certificates too.
//= rfc7250#4.2-2
TEST(RawPublicKeys, OfAClientMayComeLate) {
  for (const Resumption kind : {Resumption::none, Resumption::ticket, Resumption::external_psk}) {
    for (const std::vector<CertificateType>& types : {std::vector{raw_public_key}, std::vector{raw_public_key, x509}}) {
      RawPair options(ProtocolVersion::tls1_3);
      options.with_client_key();
      options.server.peer = pinning(options.client.certs_keys.front(), types);
      options.server.peer.verify = VerifyMode::verify_none;
      options.server.peer.cacerts = {authority().root()};
      options.server.post_handshake_auth = options.client.post_handshake_auth = true;
      options.server.tickets.mode = TicketMode::stateful;
      if (kind == Resumption::external_psk)
        options.client.psk.keys = options.server.psk.keys = {Psk::make("tester", Bytes(32, std::byte{0x42}))};
      const auto server = make_config(options.server);
      if (kind == Resumption::ticket) options.client.tickets.use_ticket = {get_tickets(options.client, server, options).front()};
      Pair pair(make_config(options.client), server, options);
      pair.run();
      expect_resumption(pair, kind);
      EXPECT_FALSE(pair.server.connection.info().client_authenticated);
      ASSERT_TRUE(pair.server.connection.request_certificate());
      pair.run();
      expect_all_well(pair);
      const ConnectionInfo& info = pair.server.connection.info();
      EXPECT_TRUE(info.client_authenticated);
      EXPECT_EQ(info.peer_certificate_type, raw_public_key);
      EXPECT_EQ(chain_bytes(info.peer_chain), key_of(options.client.certs_keys.front()));
      EXPECT_EQ(pair.client.connection.info().own_certificate_type, raw_public_key);
    }
  }
}

// Resumed or not: who has nothing that the server takes is not asked.
TEST(RawPublicKeys, OfAClientThatHasNoneAreNotAskedForLate) {
  RawPair options(ProtocolVersion::tls1_3);
  options.server.peer = pinning(raw_identity());
  options.server.peer.verify = VerifyMode::verify_none;
  options.server.post_handshake_auth = options.client.post_handshake_auth = true;
  options.server.tickets.mode = TicketMode::stateful;
  const auto server = make_config(options.server);
  options.client.tickets.use_ticket = {get_tickets(options.client, server, options).front()};
  Pair pair(make_config(options.client), server, options);
  pair.run();
  expect_resumption(pair, Resumption::ticket);
  const auto asked = pair.server.connection.request_certificate();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code(), Errc::not_available);
}

//= rfc7250#4.2-3
TEST(RawPublicKeys, AServerThatResumesMustChooseWhatWasOffered) {
  KeyBook book;
  RawPair options(ProtocolVersion::tls1_3);
  options.with_client_key();
  options.server.peer.verify = VerifyMode::verify_none;
  options.server.post_handshake_auth = options.client.post_handshake_auth = true;
  options.server.tickets.mode = TicketMode::stateful;
  options.server.observe.key_log = book.sink();
  const auto server = make_config(options.server);
  options.client.tickets.use_ticket = {get_tickets(options.client, server, options).front()};
  Pair pair(make_config(options.client), server, options);
  meet_changed(pair, book, HandshakeType::encrypted_extensions,
               [](HandshakeMessage& message) { message.body = hex("0005 0013 0001 00"); });
  expect_failed(pair.client, Errc::certificate_type_not_offered, AlertDescription::illegal_parameter);
}

// RFC 6066 8, RFC 6962 3: what speaks of a certificate is not told of a key, even where it was asked for.
TEST(RawPublicKeys, OfTls13HaveNoStapleAndNoTimestamps) {
  const Bytes beside = hex("0019 0005 0009 01 000005 30030a0100 0012 0008 0006 0004 01020304");
  for (const bool asked : {true, false}) {
    KeyBook book;
    RawPair options(ProtocolVersion::tls1_3);
    options.client.signed_certificate_timestamps = options.client.stapling = asked;
    options.server.observe.key_log = book.sink();
    const Bytes key = key_of(options.server.certs_keys.front());
    Pair pair(options);
    meet_changed(pair, book, HandshakeType::certificate,
                 [&](HandshakeMessage& message) { message.body = hex("00") + vector24(vector24(key) + beside); });
    // The signature over the unchanged flight ends what was asked for.
    if (asked) {
      expect_failed(pair.client, Errc::wrong_signature, AlertDescription::decrypt_error);
    } else {
      expect_failed(pair.client, Errc::unsolicited_extension, AlertDescription::unsupported_extension);
    }
    EXPECT_FALSE(pair.client.connection.info().ocsp_response);
    EXPECT_FALSE(pair.client.connection.info().signed_certificate_timestamps);
  }
}

TEST(RawPublicKeys, OfTls12HaveNoStapleAndNoTimestamps) {
  RawPair options(ProtocolVersion::tls1_2);
  options.client.signed_certificate_timestamps = options.client.stapling = true;
  Pair pair(options);
  give_changed_flight(pair, [](Messages& flight) {
    Hello hello = Hello::of(flight[0]);
    hello.set(ExtensionType::status_request, {});
    hello.set(ExtensionType::signed_certificate_timestamp, hex("0006 0004 01020304"));
    flight[0] = hello.message();
    flight.insert(flight.begin() + 2, {HandshakeType::certificate_status, hex("01 000005 30030a0100")});
  });
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  EXPECT_FALSE(pair.client.take_output().empty()) << "the key was taken, and the signature";
  EXPECT_FALSE(pair.client.connection.info().ocsp_response);
  EXPECT_FALSE(pair.client.connection.info().signed_certificate_timestamps);
}

// The function's answer outlives the configuration that asked it, as that of verify_fun does.
TEST_P(RawPublicKey, SessionsThatAFunctionAcceptedOutliveAReload) {
  RawPair options(GetParam());
  options.with_client_key();
  options.server.peer.raw_public_keys = {.accept = [](const auto&, Answer<bool> answer) { std::move(answer).give(true); }};
  options.server.tickets.mode = TicketMode::stateful;
  options.client.tickets.store = memory_client_tickets();
  options.client.sessions.store = memory_client_sessions();
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  Pair first(client, server, options);
  first.run();
  expect_all_well(first);
  const auto next = server->reload();
  ASSERT_TRUE(next) << next.error().message();
  Pair second(client, *next, options);
  second.run();
  expect_all_well(second);
  EXPECT_NE(second.client.connection.info().resumed, Resumption::none);
  EXPECT_EQ(chain_bytes(second.server.connection.info().peer_chain), key_of(options.client.certs_keys.front()));
}

#if defined(KEYWAY_LEGACY)
// RFC 8422 2.1: the key of the server takes part in the agreement itself.
TEST(RawPublicKeys12, OfAServerMayAgree) {
  for (const NewKey kind : {NewKey::ec_p256, NewKey::ec_p384}) {
    RawPair options(ProtocolVersion::tls1_2);
    options.server.certs_keys = {raw_identity(kind)};
    options.client.peer = pinning(options.server.certs_keys.front());
    for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
      protocol->ciphers = {static_cast<CipherSuite>(0xc004)};  // TLS_ECDH_ECDSA_WITH_AES_128_CBC_SHA
    Pair pair(options);
    pair.run();
    expect_all_well(pair);
    EXPECT_EQ(pair.client.connection.info().peer_certificate_type, raw_public_key);
    pair.send_from_client("a question");
    EXPECT_EQ(pair.server.data, "a question");
  }
}
#endif

TEST(RawPublicKeys, AChooserMustKeepToTheTypes) {
  for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
    RawPair options(version);
    options.server.certs_keys.insert(options.server.certs_keys.begin(), authority().leaf());
    std::vector<CertificateType> told;
    options.server.identity_select = [&](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
      told = question.certificate_types;
      EXPECT_EQ(question.preferred, 1u);
      std::move(answer).give(0u);
    };
    Pair pair(options);
    pair.run();
    EXPECT_EQ(told, std::vector{raw_public_key});
    ASSERT_TRUE(pair.server.error);
    const Errc expected = version == ProtocolVersion::tls1_3 ? Errc::wrong_answer : Errc::no_common_cipher_suite;
    EXPECT_EQ(pair.server.error->code(), expected) << pair.server.error->message();
  }
}

}  // namespace
}  // namespace keyway::test
