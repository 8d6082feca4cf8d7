// SPDX-License-Identifier: Apache-2.0
//
// Next protocol negotiation (draft-agl-tls-nextprotoneg-04) between our two sides and against peers that break its rules; and
// False Start (RFC 7918), which needs a protocol to be agreed on.
#include <gmock/gmock.h>

#include "loop/key_exchange.h"
#include "loop/older_forger.h"
#include "loop/older_sessions.h"

namespace keyway::test {
namespace {

using enum ProtocolVersion;
constexpr int ecdhe_ecdsa = 0xc02b;
using Strings = std::vector<std::string>;

/// The ClientHellos that a client has sent.
struct Hellos {
  std::shared_ptr<Strings> bodies = std::make_shared<Strings>();
  void watch(ClientOptions& options) {
    options.observe.trace = [to = bodies](const TraceEvent& event) {
      if (event.kind == TraceKind::message && event.name == "client_hello") to->emplace_back(as_text(event.body));
    };
  }
  /// Whether the last ClientHello has the extension, which is empty.
  bool last_offers_next_protocol() const { return bodies->back().find(std::string_view("\x33\x74\0\0", 4)) != std::string::npos; }
};

Errc sending(End& end) {
  const auto sent = end.connection.send(as_bytes(std::string_view("early")));
  return sent ? Errc{} : sent.error().code();
}

#if defined(KEYWAY_LEGACY)

using Precedence = NextProtocolOptions::Precedence;

struct NextPair : ExchangePair {
  explicit NextPair(Strings ours = {"one", "two"}, Strings theirs = {"two", "one"}, Precedence precedence = Precedence::server)
      : ExchangePair(ecdhe_ecdsa) {
    client.client_preferred_next_protocols = {.protocols = std::move(ours), .precedence = precedence};
    server.next_protocols_advertised = std::move(theirs);
  }
};

/// Both ends say the same about it.
void expect_next(const Pair& pair, std::string_view protocol) {
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_TRUE(end->connection.info().npn);
    EXPECT_EQ(end->connection.info().alpn, protocol);
  }
}
void expect_none(const Pair& pair) {
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_FALSE(end->connection.info().npn);
    EXPECT_EQ(end->connection.info().alpn, "");
  }
}

TEST(NextProtocol, TheFirstOfWhoseOrderCounts) {
  for (const std::size_t chunk : {std::size_t{0}, std::size_t{1}}) {
    for (const auto& [precedence, protocol] : {std::pair(Precedence::server, "two"), std::pair(Precedence::client, "one")}) {
      Pair pair(NextPair({"none of theirs", "one", "two"}, {"none of ours", "two", "one"}, precedence));
      pair.run(chunk);
      expect_connected(pair);
      expect_next(pair, protocol);
    }
  }
}

// The manual of 2015: the default, or without one the first that the client has; also where the server shows nothing at all.
TEST(NextProtocol, WhereNothingIsCommonTheClientFallsBack) {
  for (const Strings& shown : {Strings{"other"}, Strings{}}) {
    for (const Precedence precedence : {Precedence::server, Precedence::client}) {
      NextPair options({"one", "two"}, shown, precedence);
      Pair first(options);
      first.run();
      expect_connected(first);
      expect_next(first, "one");
      options.client.client_preferred_next_protocols.default_protocol = "three";
      Pair second(options);
      second.run();
      expect_connected(second);
      expect_next(second, "three");
      options.client.client_preferred_next_protocols.default_protocol = "";
      Pair empty(options);
      empty.run();
      expect_connected(empty);
      expect_next(empty, "");
    }
  }
}

TEST(NextProtocol, IsOfEveryVersionBelowTls13) {
  for (const ProtocolVersion version : {tls1_2, tls1_1, tls1_0}) {
    NextPair options;
    options.client.protocol.versions = options.server.protocol.versions = {version};
    options.client.protocol.ciphers = options.server.protocol.ciphers = {CipherSuite(0xc009)};
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    expect_next(pair, "two");
  }
  // SSL 3.0 has no extensions.
  NextPair oldest;
  oldest.client.protocol.versions = oldest.server.protocol.versions = {ssl3};
  oldest.client.protocol.ciphers = oldest.server.protocol.ciphers = {CipherSuite(0x002f)};
  oldest.with_rsa();
  Pair pair(oldest);
  pair.run();
  expect_connected(pair);
  expect_none(pair);
}

TEST(NextProtocol, IsNotInTls13) {
  NextPair options;
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) {
    protocol->versions = {tls1_3, tls1_2};
    protocol->ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  }
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().version, tls1_3);
  expect_none(pair);
  // A server that answers with it all the same: no extension of ServerHello in TLS 1.3.
  Pair wrong(options);
  wrong.server.give(wrong.client.take_output());
  wrong.client.give(edit_hello(wrong.server.take_output(),
                               [](Hello& hello) { hello.set(ExtensionType::next_protocol_negotiation, hex("03 6f6e65")); }));
  ASSERT_TRUE(wrong.client.error);
  EXPECT_EQ(wrong.client.error->code(), Errc::unsolicited_extension);
  EXPECT_EQ(wrong.client.error->alert(), AlertDescription::unsupported_extension);
}

TEST(NextProtocol, WithoutTheOtherSideThereIsNone) {
  NextPair alone;
  alone.server.next_protocols_advertised.reset();
  Pair client_alone(alone);
  client_alone.run();
  expect_connected(client_alone);
  expect_none(client_alone);
  alone.client.client_preferred_next_protocols.required = true;
  Pair demanding(alone);
  demanding.run();
  expect_failed(demanding.client, Errc::no_next_protocol, AlertDescription::handshake_failure);
  NextPair others;
  others.client.client_preferred_next_protocols = {};
  Pair server_alone(others);
  server_alone.run();
  expect_connected(server_alone);
  expect_none(server_alone);
}

TEST(NextProtocol, AlpnIsPreferredAndExcludesIt) {
  NextPair options;
  options.client.client_preferred_next_protocols.required = true;
  options.client.alpn_advertised_protocols = {"h2"};
  options.server.alpn_preferred_protocols = {"h2"};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_FALSE(end->connection.info().npn);
    EXPECT_EQ(end->connection.info().alpn, "h2");
  }
  // A server that has no ALPN.
  options.server.alpn_preferred_protocols.clear();
  Pair older(options);
  older.run();
  expect_connected(older);
  expect_next(older, "two");
  // Both at once.
  options.server.alpn_preferred_protocols = {"h2"};
  Pair both(options);
  both.server.give(both.client.take_output());
  both.client.give(edit_hello(both.server.take_output(),
                              [](Hello& hello) { hello.set(ExtensionType::next_protocol_negotiation, hex("03 6f6e65")); }));
  expect_failed(both.client, Errc::alpn_and_npn, AlertDescription::illegal_parameter);
}

TEST(NextProtocol, OfAServerMustBeAskedForAndWellFormed) {
  for (const auto& [asks, body, code, alert] :
       {std::tuple(false, "03 6f6e65", Errc::unsolicited_extension, AlertDescription::unsupported_extension),
        std::tuple(true, "00", Errc::decode_error, AlertDescription::decode_error),
        std::tuple(true, "04 6f6e65", Errc::decode_error, AlertDescription::decode_error)}) {
    NextPair options;
    if (!asks) options.client.client_preferred_next_protocols = {};
    Pair pair(options);
    pair.server.give(pair.client.take_output());
    const auto answer = [bytes = hex(body)](Hello& hello) { hello.set(ExtensionType::next_protocol_negotiation, bytes); };
    pair.client.give(edit_hello(pair.server.take_output(), answer));
    expect_failed(pair.client, code, alert);
  }
}

// It is of the connection, not of the session: both negotiate anew.
TEST(NextProtocol, ResumedHandshakesNegotiateAnew) {
  for (const Resumption way : {Resumption::session_id, Resumption::ticket}) {
    Visits visits(way);
    visits.options.client.client_preferred_next_protocols.protocols = {"one", "two"};
    visits.options.server.next_protocols_advertised = Strings{"two", "one"};
    expect_next(visits.meet(Resumption::none), "two");
    expect_next(visits.meet(way), "two");
    visits.options.client.client_preferred_next_protocols.precedence = Precedence::client;
    visits.chunk = 1;
    expect_next(visits.meet(way), "one");
    visits.options.client.client_preferred_next_protocols = {};
    expect_none(visits.meet(way));
  }
}

TEST(NextProtocol, ARenegotiationLeavesItAsItIs) {
  for (const Role role : {Role::client, Role::server}) {
    NextPair options;
    options.client.server_renegotiation = options.server.client_renegotiation = true;
    Hellos hellos;
    hellos.watch(options.client);
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_TRUE(hellos.last_offers_next_protocol());
    End& asking = role == Role::client ? pair.client : pair.server;
    ASSERT_TRUE(asking.connection.renegotiate());
    pair.run();
    ASSERT_EQ(pair.client.count<Renegotiated>(), 1u);
    ASSERT_EQ(pair.server.count<Renegotiated>(), 1u);
    EXPECT_EQ(hellos.bodies->size(), 2u);
    EXPECT_FALSE(hellos.last_offers_next_protocol());
    expect_next(pair, "two");
  }
}

/// A handshake up to the client's flight behind ServerHelloDone, whose Finished is not sent; records are sealed in its place.
struct Tampering {
  explicit Tampering(NextPair options) : forger(options), pair(options) {
    pair.server.give(pair.client.take_output());
    pair.client.give(pair.server.take_output());
    records = records_of(pair.client.take_output());
    forger.start(pair.client.connection, Role::client, 0);
  }
  /// ClientKeyExchange and ChangeCipherSpec.
  void change_cipher_spec() {
    pair.server.give(records.at(0));
    pair.server.give(records.at(1));
    ASSERT_FALSE(pair.server.error);
  }
  void refused(Errc code, AlertDescription alert) { expect_failed(pair.server, code, alert); }

  OlderForger forger;
  Pair pair;
  std::vector<Bytes> records;
};
const HandshakeMessage next_protocol{HandshakeType::next_protocol, hex("03 6f6e65 1b") + Bytes(27)};
const HandshakeMessage finished{HandshakeType::finished, Bytes(12)};

TEST(NextProtocol, OfAClientMustComeOnceAndInItsPlace) {
  using A = AlertDescription;
  {
    Tampering missing{NextPair()};
    missing.change_cipher_spec();
    missing.pair.server.give(missing.forger.seal(finished));
    missing.refused(Errc::unexpected_message, A::unexpected_message);
  }
  {
    Tampering twice{NextPair()};
    twice.change_cipher_spec();
    twice.pair.server.give(twice.forger.seal(next_protocol));
    ASSERT_FALSE(twice.pair.server.error);
    twice.pair.server.give(twice.forger.seal(next_protocol));
    twice.refused(Errc::unexpected_message, A::unexpected_message);
  }
  {
    Tampering early{NextPair()};
    early.pair.server.give(early.records.at(0));
    early.pair.server.give(plain_record(next_protocol));
    early.refused(Errc::unexpected_message, A::unexpected_message);
  }
  {
    Tampering across{NextPair()};
    across.pair.server.give(across.records.at(0));
    across.pair.server.give(plain_record(ContentType::handshake, ByteView(encode(next_protocol)).first(8)));
    across.pair.server.give(across.records.at(1));
    across.refused(Errc::interleaved_handshake, A::unexpected_message);
  }
  {
    NextPair options;
    options.server.next_protocols_advertised.reset();
    Tampering unasked{options};
    unasked.change_cipher_spec();
    unasked.pair.server.give(unasked.forger.seal(next_protocol));
    unasked.refused(Errc::unexpected_message, A::unexpected_message);
  }
  {
    Tampering broken{NextPair()};
    broken.change_cipher_spec();
    broken.pair.server.give(broken.forger.seal({HandshakeType::next_protocol, hex("03 6f6e65 02 00")}));
    broken.refused(Errc::decode_error, A::decode_error);
  }
  {
    Tampering changed{NextPair()};
    changed.change_cipher_spec();
    changed.pair.server.give(changed.forger.seal(next_protocol));
    changed.pair.server.give(changed.forger.seal(finished));
    changed.refused(Errc::finished_mismatch, A::decrypt_error);
  }
}

TEST(NextProtocol, IsNoMessageForAClient) {
  Pair pair{NextPair()};
  pair.server.give(pair.client.take_output());
  pair.client.give(plain_record(next_protocol));
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

// It is part of what both Finished cover: a resumed handshake with a wrong one ends, too.
TEST(NextProtocol, OfAResumingClientMustComeBeforeItsFinished) {
  Visits visits(Resumption::session_id);
  visits.options.client.client_preferred_next_protocols.protocols = {"one"};
  visits.options.server.next_protocols_advertised = Strings{"one"};
  visits.meet(Resumption::none);
  OlderForger forger(visits.options);
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  ASSERT_TRUE(pair.client.done());
  const auto records = records_of(pair.client.take_output());
  pair.server.give(records.at(0));  // ChangeCipherSpec
  forger.start(pair.client.connection, Role::client, 0);
  pair.server.give(forger.seal(finished));
  expect_failed(pair.server, Errc::unexpected_message, AlertDescription::unexpected_message);
}

#endif

// ---- False Start

struct FalsePair : ExchangePair {
  explicit FalsePair(int code = ecdhe_ecdsa) : ExchangePair(code) {
    client.alpn_advertised_protocols = server.alpn_preferred_protocols = {"h2"};
    client.false_start = true;
  }
};

/// The client has the server's flight, and the server not yet what the client makes of it.
Pair half(const PairOptions& options) {
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  EXPECT_FALSE(pair.client.error);
  return pair;
}

TEST(FalseStart, DataLeaveBehindFinished) {
  Pair pair = half(FalsePair());
  ASSERT_EQ(pair.client.count<FalseStarted>(), 1u);
  EXPECT_FALSE(pair.client.done());
  EXPECT_GT(pair.client.connection.send_capacity(), 0u);
  const ConnectionInfo& info = pair.client.connection.info();
  EXPECT_EQ(info.verified, TrustedChain::Basis::validated);
  EXPECT_NE(info.peer_chain, nullptr) << "who gets the data is known";
  Bytes early(32);
  ASSERT_TRUE(pair.client.connection.export_key("EXPORTER-x", std::nullopt, early));
  ASSERT_EQ(sending(pair.client), Errc{});
  pair.server.give(pair.client.take_output());
  EXPECT_TRUE(pair.server.done());
  EXPECT_EQ(pair.server.data, "early");
  pair.server.data.clear();
  pair.run();
  EXPECT_EQ(pair.client.count<HandshakeDone>(), 1u);
  Bytes later(32);
  ASSERT_TRUE(pair.client.connection.export_key("EXPORTER-x", std::nullopt, later));
  EXPECT_EQ(early, later);
  expect_connected(pair);
}

// Who has not seen the server's Finished cannot begin another handshake.
TEST(FalseStart, NewKeysWaitForTheEndOfTheHandshake) {
  FalsePair options;
  options.client.protocol.renegotiate_at = 1;
  options.server.client_renegotiation = true;
  Pair pair = half(options);
  for (int i = 0; i < 3; ++i) ASSERT_EQ(sending(pair.client), Errc{});
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.count<Renegotiated>(), 1u);
}

TEST(FalseStart, IsOffUnlessAskedFor) {
  FalsePair options;
  options.client.false_start = false;
  Pair pair = half(options);
  EXPECT_EQ(pair.client.count<FalseStarted>(), 0u);
  EXPECT_EQ(sending(pair.client), Errc::handshake_incomplete);
  EXPECT_EQ(pair.client.connection.send_capacity(), 0u);
}

//= rfc7918#4-1
TEST(FalseStart, NeedsEphemeralKeysACertificateAndAnAead) {
  FalsePair cbc(0xc023);
  cbc.client.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  FalsePair psk(0xd001);  // TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256
  psk.with_psk();
  psk.client.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  std::vector<FalsePair> pairs{cbc, psk};
#if defined(KEYWAY_LEGACY)
  FalsePair rsa(0x009c);
  rsa.with_rsa();
  rsa.client.protocol.ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  pairs.push_back(rsa);
#endif
  for (const FalsePair& options : pairs) {
    Pair pair = half(options);
    EXPECT_EQ(sending(pair.client), Errc::handshake_incomplete) << to_string(*pair.client.connection.info().cipher_suite);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.count<FalseStarted>(), 0u);
  }
  FalsePair finite(0x009e);  // TLS_DHE_RSA_WITH_AES_128_GCM_SHA256
  finite.with_rsa();
  Pair pair = half(finite);
  EXPECT_EQ(sending(pair.client), Errc{});
}

TEST(FalseStart, NeedsAProtocolThatTheServerTook) {
  FalsePair options;
  options.server.alpn_preferred_protocols.clear();
  Pair pair = half(options);
  EXPECT_EQ(sending(pair.client), Errc::handshake_incomplete);
  pair.run();
  expect_connected(pair);
#if defined(KEYWAY_LEGACY)
  options.client.client_preferred_next_protocols.protocols = {"one"};
  options.server.next_protocols_advertised = Strings{"one"};
  Pair next = half(options);
  EXPECT_EQ(sending(next.client), Errc{});
  next.server.give(next.client.take_output());
  EXPECT_EQ(next.server.data, "early");
#endif
}

TEST(FalseStart, IsOfTls12AndFullHandshakesAlone) {
  FalsePair newest;
  for (ProtocolOptions* protocol : {&newest.client.protocol, &newest.server.protocol}) {
    protocol->versions = {tls1_3, tls1_2};
    protocol->ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  }
  Pair newer(newest);
  newer.run();
  expect_connected(newer);
  EXPECT_EQ(newer.client.count<FalseStarted>(), 0u);
  // A session that is resumed: the server has finished first.
  Visits visits(Resumption::session_id);
  visits.options.client.false_start = true;
  visits.options.client.alpn_advertised_protocols = visits.options.server.alpn_preferred_protocols = {"h2"};
  EXPECT_EQ(visits.meet(Resumption::none).client.count<FalseStarted>(), 1u);
  EXPECT_EQ(visits.meet(Resumption::session_id).client.count<FalseStarted>(), 0u);
  // Within a connection data wait for the new keys.
  FalsePair again;
  again.server.client_renegotiation = true;
  Pair pair(again);
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  EXPECT_EQ(pair.client.count<Renegotiated>(), 1u);
  EXPECT_EQ(pair.client.count<FalseStarted>(), 1u);
  expect_connected(pair);
}

//= rfc7918#3-1
TEST(FalseStart, NothingOfTheServerIsTakenBeforeItsFinished) {
  FalsePair options;
  OlderForger forger(options);
  Pair plain = half(options);
  plain.client.give(plain_record(ContentType::application_data, hex("00")));
  expect_failed(plain.client, Errc::unexpected_record, AlertDescription::unexpected_message);
  Pair sealed = half(options);
  forger.start(sealed.client.connection, Role::server, 0);
  sealed.client.give(hex("14 0303 0001 01"));
  ASSERT_FALSE(sealed.client.error);
  sealed.client.give(forger.seal(ContentType::application_data, hex("00")));
  expect_failed(sealed.client, Errc::unexpected_application_data, AlertDescription::unexpected_message);
}

TEST(FalseStart, AHandshakeThatFailsLaterEndsTheConnection) {
  FalsePair options;
  OlderForger forger(options);
  Pair pair = half(options);
  ASSERT_EQ(sending(pair.client), Errc{});
  forger.start(pair.client.connection, Role::server, 0);
  pair.client.give(hex("14 0303 0001 01"));
  pair.client.give(forger.seal({HandshakeType::finished, Bytes(12)}));
  expect_failed(pair.client, Errc::finished_mismatch, AlertDescription::decrypt_error);
  EXPECT_EQ(sending(pair.client), Errc::finished_mismatch);
  Bytes out(32);
  EXPECT_EQ(pair.client.connection.export_key("EXPORTER-x", std::nullopt, out).error().code(), Errc::finished_mismatch);
  EXPECT_EQ(pair.client.count<HandshakeDone>(), 0u);
}

TEST(FalseStart, MayBeClosedBeforeTheServerHasFinished) {
  Pair pair = half(FalsePair());
  ASSERT_EQ(sending(pair.client), Errc{});
  ASSERT_TRUE(pair.client.connection.close_write());
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(pair.server.data, "early");
  EXPECT_EQ(pair.server.count<PeerClosed>(), 1u);
  EXPECT_EQ(sending(pair.client), Errc::write_closed);
  pair.send_from_server("an answer");
  pair.run();
  EXPECT_TRUE(pair.client.done());
  EXPECT_EQ(pair.client.data, "an answer");
}

}  // namespace
}  // namespace keyway::test
