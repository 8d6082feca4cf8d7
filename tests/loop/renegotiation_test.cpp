// SPDX-License-Identifier: Apache-2.0
//
// A handshake within a connection (RFC 5246 7.4.1.1, RFC 5746): who may begin it, what it is bound to, and what becomes of
// the data around it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection/impl.h"
#include "loop/renegotiation.h"
#include "names/legacy.h"

namespace keyway::test {
namespace {

using enum ProtocolVersion;

std::optional<bool> renegotiated_by_peer(const End& end) {
  for (const Progress& event : end.events) {
    if (const auto* told = std::get_if<Renegotiated>(&event)) return told->by_peer;
  }
  return std::nullopt;
}

class EachSide : public testing::TestWithParam<std::tuple<Role, std::size_t>> {};

//= rfc5746#3.5-1, 3.5-3, 3.7-3
//= rfc5246#7.4.1.1-1
TEST_P(EachSide, BeginsItAndNewKeysAreThere) {
  const auto [role, chunk] = GetParam();
  Pair pair{WillingPair()};
  pair.run();
  expect_connected(pair);
  const Bytes before = exported(pair.client);
  End& asking = role == Role::client ? pair.client : pair.server;
  End& other = role == Role::client ? pair.server : pair.client;
  ASSERT_TRUE(asking.connection.renegotiate());
  EXPECT_EQ(asking.connection.renegotiate().error().code(), Errc::already_renegotiating);
  EXPECT_EQ(asking.connection.update_keys(KeyUpdateRequest::update_requested).error().code(), Errc::not_available);
  pair.run(chunk);
  expect_connected(pair);
  EXPECT_EQ(asking.connection.update_keys(KeyUpdateRequest::update_requested).error().code(), Errc::not_available);
  EXPECT_NE(exported(pair.client), before);
  // Who sent ClientHello began it: a server can only ask.
  EXPECT_EQ(renegotiated_by_peer(pair.client), role == Role::server);
  EXPECT_EQ(renegotiated_by_peer(pair.server), role == Role::client);
  EXPECT_EQ(asking.count<HandshakeDone>(), 1u);
  EXPECT_EQ(other.count<HandshakeDone>(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Roles, EachSide, testing::Combine(testing::Values(Role::client, Role::server), testing::Values(0, 1)));

//= rfc5746#4.5-1
TEST(Renegotiation, ByDefaultBothSidesDeclineAndGoOn) {
  WillingPair options;
  options.client.server_renegotiation = false;
  options.server.client_renegotiation = false;
  Pair pair(options);
  pair.run();
  const Bytes before = exported(pair.client);
  for (End* asking : {&pair.client, &pair.server}) {
    ASSERT_TRUE(asking->connection.renegotiate());
    pair.run();
    expect_connected(pair);
    ASSERT_EQ(asking->count<AlertReceived>(), 1u);
    EXPECT_TRUE(std::ranges::any_of(asking->events, [](const Progress& event) {
      const auto* alert = std::get_if<AlertReceived>(&event);
      return alert != nullptr && alert->description == AlertDescription::no_renegotiation;
    }));
    EXPECT_EQ(asking->count<Renegotiated>(), 0u);
    EXPECT_EQ(exported(pair.client), before);
    ASSERT_TRUE(asking->connection.renegotiate()) << "it may be asked again";
    pair.run();
    expect_connected(pair);
  }
}

class EachOlderVersion : public testing::TestWithParam<ProtocolVersion> {};

INSTANTIATE_TEST_SUITE_P(Older, EachOlderVersion,
                         testing::ValuesIn(legacy_is_built() ? std::vector{tls1_2, tls1_1, tls1_0} : std::vector{tls1_2}));

TEST_P(EachOlderVersion, LetsClientsBeginOneInTwelveSeconds) {
  WillingPair options;
  options.client.protocol.versions = options.server.protocol.versions = {GetParam()};
  Pair pair(options);
  pair.run();
  const auto attempt = [&] {
    const std::size_t before = pair.client.count<Renegotiated>();
    EXPECT_TRUE(pair.client.connection.renegotiate());
    pair.run();
    EXPECT_FALSE(pair.client.error);
    return pair.client.count<Renegotiated>() != before;
  };
  EXPECT_TRUE(attempt());
  EXPECT_FALSE(attempt());
  pair.advance(std::chrono::seconds(11));
  EXPECT_FALSE(attempt());
  pair.advance(std::chrono::seconds(1));
  EXPECT_TRUE(attempt());
  EXPECT_FALSE(attempt());
  // What the server wants itself is not counted.
  ASSERT_TRUE(pair.server.connection.renegotiate());
  pair.run();
  EXPECT_EQ(pair.server.count<Renegotiated>(), 3u);
  expect_connected(pair);
}

// An RSA key that signs, and one that deciphers (in TLS 1.1 and below with the version in the premaster secret).
//= rfc5246#7.4.7.1-1
TEST_P(EachOlderVersion, HasItWithKeysOfRsa) {
  constexpr auto usage = static_cast<std::uint16_t>(pki::key_usage::digital_signature | pki::key_usage::key_encipherment);
  std::vector<const char*> suites{"ECDHE-RSA-AES128-SHA", "DHE-RSA-AES128-SHA"};
  if (legacy_is_built()) suites.push_back("AES128-SHA");
  for (const char* suite : suites) {
    for (const Role role : {Role::client, Role::server}) {
      WillingPair options;
      options.client.protocol.versions = options.server.protocol.versions = {GetParam()};
      options.client.protocol.ciphers = options.server.protocol.ciphers = {cipher_suite_from(suite).value()};
      options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048, .key_usage = usage})};
      Pair pair(options);
      pair.run();
      expect_connected(pair);
      const Bytes before = exported(pair.client);
      ASSERT_TRUE((role == Role::client ? pair.client : pair.server).connection.renegotiate());
      pair.run();
      expect_connected(pair);
      EXPECT_NE(exported(pair.client), before) << suite;
      EXPECT_EQ(pair.client.count<Renegotiated>(), 1u) << suite;
    }
  }
}

TEST(Renegotiation, WhereThereIsNone) {
  PairOptions newer{client_options(), server_options()};
  Pair pair(newer);
  EXPECT_EQ(pair.client.connection.renegotiate().error().code(), Errc::handshake_incomplete);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.renegotiate().error().code(), Errc::not_available);
  Pair older{WillingPair()};
  older.run();
  ASSERT_TRUE(older.client.connection.close_write());
  EXPECT_EQ(older.client.connection.renegotiate().error().code(), Errc::write_closed);
}

//= rfc5246#6.2.1-3
TEST(Renegotiation, DataAroundItStayInOrder) {
  Pair pair{WillingPair()};
  pair.run();
  ASSERT_TRUE(pair.server.connection.send(as_bytes("one ")));
  ASSERT_TRUE(pair.client.connection.send(as_bytes("eins ")));
  ASSERT_TRUE(pair.client.connection.renegotiate());
  ASSERT_TRUE(pair.client.connection.send(as_bytes("zwei ")));
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(pair.server.data, "eins ");
  ASSERT_TRUE(pair.server.connection.send(as_bytes("two ")));
  ASSERT_TRUE(pair.client.connection.send(as_bytes("drei")));
  pair.run();
  ASSERT_TRUE(pair.server.connection.send(as_bytes("three")));
  pair.run();
  EXPECT_EQ(pair.server.data, "eins zwei drei");
  EXPECT_EQ(pair.client.data, "one two three");
  EXPECT_EQ(pair.client.count<Renegotiated>(), 1u);
  EXPECT_FALSE(pair.client.error);
  EXPECT_FALSE(pair.server.error);
}

TEST(Renegotiation, DataThatWaitAreBoundedAndSentWhenItIsDeclined) {
  WillingPair options;
  options.server.client_renegotiation = false;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  const Bytes much(std::size_t{1} << 20, std::byte{'x'});
  const std::size_t capacity = pair.client.connection.send_capacity();
  EXPECT_LE(capacity, std::size_t{1} << 18);
  EXPECT_EQ(pair.client.connection.send(much), capacity);
  EXPECT_EQ(pair.client.connection.send_capacity(), 0u);
  EXPECT_EQ(pair.client.connection.send(much), 0u);
  pair.run();
  EXPECT_EQ(pair.server.data.size(), capacity);
}

TEST(Renegotiation, ClosingLosesNothingThatWasGivenBefore) {
  for (const bool server_has_answered : {false, true}) {
    Pair pair{WillingPair()};
    pair.run();
    ASSERT_TRUE(pair.client.connection.renegotiate());
    ASSERT_TRUE(pair.client.connection.send(as_bytes("last words")));
    if (server_has_answered) {
      pair.server.give(pair.client.take_output());
      pair.client.give(pair.server.take_output());
    }
    ASSERT_TRUE(pair.client.connection.close_write());
    pair.run();
    EXPECT_EQ(pair.server.data, "last words");
    EXPECT_EQ(pair.server.count<PeerClosed>(), 1u);
    EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  }
}

/// Answers one identity after the other.
IdentityFunction in_turns() {
  return [next = std::make_shared<std::size_t>(0)](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(std::optional((*next)++ % 2));
  };
}

TEST(Renegotiation, AnotherCertificateOfTheServerIsRefused) {
  WillingPair options;
  options.server.certs_keys.push_back(authority().leaf());
  options.server.identity_select = in_turns();
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  expect_failed(pair.client, Errc::certificate_changed, AlertDescription::illegal_parameter);
}

TEST(Renegotiation, AServerThatShowedACertificateDoesNotGoOnWithout) {
  WillingPair options;
  options.client.protocol.ciphers =
      options.server.protocol.ciphers = {CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, static_cast<CipherSuite>(0x00a8)};
  options.client.psk.keys = options.server.psk.keys = {Psk::make("shared", Bytes(32, std::byte{7}))};
  options.server.identity_select = [first = true](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) mutable {
    std::move(answer).give(std::exchange(first, false) ? std::optional<std::size_t>(0) : std::nullopt);
  };
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  expect_failed(pair.client, Errc::certificate_changed, AlertDescription::illegal_parameter);
}

TEST(Renegotiation, AnotherCertificateOfTheClientIsRefused) {
  WillingPair options;
  options.server.peer = options.client.peer;
  options.client.certs_keys = {authority().leaf(), authority().leaf()};
  options.client.identity_select = in_turns();
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.server.connection.renegotiate());
  pair.run();
  expect_failed(pair.server, Errc::certificate_changed, AlertDescription::illegal_parameter);
}

// ---- RFC 5746: what is not bound to this connection may be spliced into it

/// The hellos of the first handshake, which have an empty renegotiation_info.
struct FirstHellos {
  HandshakeMessage client;
  HandshakeMessage server;
};

FirstHellos connect(Pair& pair) {
  const auto first = [](ByteView flight) { return hello_of(flight).message(); };
  FirstHellos hellos{};
  Bytes flight = pair.client.take_output();
  hellos.client = first(flight);
  pair.server.give(flight);
  flight = pair.server.take_output();
  hellos.server = first(flight);
  pair.client.give(flight);
  pair.run();
  EXPECT_TRUE(pair.connected());
  return hellos;
}

HandshakeMessage without_info(const HandshakeMessage& message) {
  Hello hello = Hello::of(message);
  hello.remove(ExtensionType::renegotiation_info);
  return hello.message();
}

//= rfc5746#3.7-2
TEST(Renegotiation, AClientHelloThatIsNotBoundIsRefused) {
  for (const bool has_info : {true, false}) {
    WillingPair options;
    OlderForger forger(options);
    Pair pair(options);
    const FirstHellos hellos = connect(pair);
    forger.start(pair.client.connection, Role::client, 1);
    pair.server.give(forger.seal(has_info ? hellos.client : without_info(hellos.client)));
    expect_failed(pair.server, Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
  }
}

// CVE-2021-3449: what the first hello named is not what this one names. SHA-1, which silence means, is not ours to sign with.
TEST(Renegotiation, AHelloWithoutSchemesNamesNone) {
  WillingPair options;
  OlderForger forger(options);
  Pair pair(options);
  const FirstHellos hellos = connect(pair);
  forger.start(pair.client.connection, Role::client, 1);
  Hello hello = Hello::of(hellos.client);
  const Bytes finished = pair.server.connection.channel_binding(ChannelBinding::tls_unique).value();
  hello.set(ExtensionType::renegotiation_info, Bytes{static_cast<std::byte>(finished.size())} + finished);
  hello.remove(ExtensionType::signature_algorithms);
  hello.set(ExtensionType::signature_algorithms_cert, hex("0002 0403"));
  pair.server.give(forger.seal(hello.message()));
  expect_failed(pair.server, Errc::no_common_signature_scheme, AlertDescription::handshake_failure);
}

//= rfc5746#3.5-2, 3.5-3
TEST(Renegotiation, AServerHelloThatIsNotBoundIsRefused) {
  for (const bool has_info : {true, false}) {
    WillingPair options;
    OlderForger forger(options);
    Pair pair(options);
    const FirstHellos hellos = connect(pair);
    forger.start(pair.client.connection, Role::server, 1);
    ASSERT_TRUE(pair.client.connection.renegotiate());
    pair.client.give(forger.seal(has_info ? hellos.server : without_info(hellos.server)));
    expect_failed(pair.client, has_info ? Errc::wrong_renegotiation_info : Errc::insecure_renegotiation,
                  AlertDescription::handshake_failure);
  }
}

// The configuration has TLS 1.3; the hello within the connection did not offer it.
TEST(Renegotiation, AHelloRetryRequestLeadsToNoOtherVersion) {
  WillingPair options;
  options.client.protocol.versions = {tls1_3, tls1_2};
  OlderForger forger(options);
  Pair pair(options);
  connect(pair);
  forger.start(pair.client.connection, Role::server, 1);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  const Bytes body =
      hex("0303 cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c 00 1301 00 000c 002b 0002 0304 0033 0002 001d");
  pair.client.give(forger.seal(HandshakeMessage{HandshakeType::server_hello, body}));
  expect_failed(pair.client, Errc::wrong_selected_version, AlertDescription::illegal_parameter);
}

/// The flight of a first handshake changed: what the other end makes of it.
template <class Edit>
void expect_first_hello_refused(Role of, Edit edit, Errc code) {
  Pair pair{WillingPair()};
  Bytes flight = pair.client.take_output();
  if (of == Role::client) flight = edit_hello(flight, edit);
  pair.server.give(flight);
  if (of == Role::client) return expect_failed(pair.server, code, AlertDescription::handshake_failure);
  pair.client.give(edit_hello(pair.server.take_output(), edit));
  expect_failed(pair.client, code, AlertDescription::handshake_failure);
}

//= rfc5746#3.4-2, 3.6-2, 4.1-1
TEST(Renegotiation, FirstHellosAreNotBoundButKnowIt) {
  const auto bind = [](Hello& hello) { hello.set(ExtensionType::renegotiation_info, hex("0c 000102030405060708090a0b")); };
  const auto remove = [](Hello& hello) { hello.remove(ExtensionType::renegotiation_info); };
  for (const Role role : {Role::client, Role::server}) {
    expect_first_hello_refused(role, bind, Errc::wrong_renegotiation_info);
    expect_first_hello_refused(role, remove, Errc::insecure_renegotiation);
  }
}

//= rfc5746#3.4-1, 3.6-1, 3.6-3
TEST(Renegotiation, TheSuiteStandsForAnEmptyExtension) {
  Pair pair{WillingPair()};
  const Bytes flight = pair.client.take_output();
  EXPECT_EQ(hello_of(flight).at(ExtensionType::renegotiation_info), hex("00"));
  pair.server.give(edit_hello(flight, add_suite));
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(hello_of(pair.server.take_output()).at(ExtensionType::renegotiation_info), hex("00"));
}

//= rfc5746#3.7-1
TEST(Renegotiation, TheSuiteHasNoPlaceWithinAConnection) {
  WillingPair options;
  OlderForger forger(options);
  std::optional<HandshakeMessage> bound;
  options.client.observe.trace = [&bound, before = options.client.observe.trace](const TraceEvent& event) {
    before(event);
    if (event.kind == TraceKind::message && event.name == "client_hello")
      bound = {HandshakeType::client_hello, to_bytes(event.body)};
  };
  Pair pair(options);
  connect(pair);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  ASSERT_TRUE(bound);
  Hello hello = Hello::of(*bound);
  const Bytes info = hello.at(ExtensionType::renegotiation_info);
  add_suite(hello);
  hello.set(ExtensionType::renegotiation_info, info);
  forger.start(pair.client.connection, Role::client, 1);
  pair.server.give(forger.seal(hello.message()));
  expect_failed(pair.server, Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
}

/// A server meets the hello of a renegotiation of ours, changed; what it is bound to stays right.
void server_meets(Pair& pair, OlderForger& forger, const std::optional<HandshakeMessage>& bound,
                  const std::function<void(Hello&)>& edit) {
  ASSERT_TRUE(pair.client.connection.renegotiate());
  ASSERT_TRUE(bound);
  Hello hello = Hello::of(*bound);
  edit(hello);
  forger.start(pair.client.connection, Role::client, 1);
  pair.server.give(forger.seal(hello.message()));
}

/// Keeps the newest ClientHello of a client.
void watch_hello(PairOptions& options, std::optional<HandshakeMessage>& hello) {
  options.client.observe.trace = [&hello, before = options.client.observe.trace](const TraceEvent& event) {
    before(event);
    if (event.kind == TraceKind::message && event.name == "client_hello")
      hello = {HandshakeType::client_hello, to_bytes(event.body)};
  };
}

// RFC 7627: the bindings of the application hold for all of a connection or for none of it.
TEST(Renegotiation, ExtendedMasterSecretsStay) {
  WillingPair options;
  OlderForger forger(options);
  std::optional<HandshakeMessage> hello;
  watch_hello(options, hello);
  Pair pair(options);
  connect(pair);
  server_meets(pair, forger, hello, [](Hello& bound) { bound.remove(ExtensionType::extended_master_secret); });
  expect_failed(pair.server, Errc::extended_master_secret_changed, AlertDescription::handshake_failure);
}

//= rfc7366#3.1-1
TEST(Renegotiation, EncryptThenMacIsNotGivenUp) {
  WillingPair options;
  options.client.protocol.ciphers = options.server.protocol.ciphers = {static_cast<CipherSuite>(0xc023)};
  OlderForger forger(options);
  std::optional<HandshakeMessage> hello;
  watch_hello(options, hello);
  Pair pair(options);
  connect(pair);
  ASSERT_TRUE(pair.server.connection.info().encrypt_then_mac);
  server_meets(pair, forger, hello, [](Hello& bound) { bound.remove(ExtensionType::encrypt_then_mac); });
  expect_failed(pair.server, Errc::wrong_encrypt_then_mac, AlertDescription::illegal_parameter);
}

TEST(Renegotiation, TheProtocolOfAConnectionStays) {
  WillingPair options;
  options.client.alpn_advertised_protocols = {"h2"};
  options.server.alpn_preferred_protocols = {"h2"};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().alpn, "h2");
  EXPECT_EQ(pair.server.connection.info().alpn, "h2");
}

// RFC 6066 4: what the next hello does not ask for does not go on.
TEST(Renegotiation, RecordSizesAreAgreedAnew) {
  WillingPair options;
  options.client.max_fragment_length = 512;
  OlderForger forger(options);
  std::optional<HandshakeMessage> hello;
  watch_hello(options, hello);
  std::vector<Hello> answers;
  options.server.observe.trace = [&answers](const TraceEvent& event) {
    if (event.kind == TraceKind::message && event.name == "server_hello")
      answers.push_back(Hello::of({HandshakeType::server_hello, to_bytes(event.body)}));
  };
  Pair pair(options);
  connect(pair);
  EXPECT_EQ(pair.server.connection.info().max_fragment_length, 512);
  server_meets(pair, forger, hello, [](Hello& bound) { bound.remove(ExtensionType::max_fragment_length); });
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_TRUE(answers[0].has(ExtensionType::max_fragment_length));
  EXPECT_FALSE(answers[1].has(ExtensionType::max_fragment_length));
  EXPECT_EQ(pair.server.connection.info().max_fragment_length, 512) << "until that handshake is done";
}

// What a handshake has settled is nothing before its Finished.
TEST(Renegotiation, UntilItIsDoneTheConnectionIsWhatItWas) {
  WillingPair options;
  OlderForger forger(options);
  std::optional<HandshakeMessage> hello;
  watch_hello(options, hello);
  Pair pair(options);
  connect(pair);
  const ConnectionInfo before = pair.server.connection.info();
  EXPECT_EQ(before.group, NamedGroup::x25519);
  EXPECT_EQ(before.cipher_suite, CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
  server_meets(pair, forger, hello, [](Hello& bound) {
    bound.at(ExtensionType::supported_groups) = hex("0002 0017");
    const auto suites = bound.head.begin() + 2 + 32 + 1;
    bound.head.erase(suites, bound.head.end());
    const Bytes one = hex("0002 c02b 01 00");
    bound.head.insert(bound.head.end(), one.begin(), one.end());
  });
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  const ConnectionInfo& meanwhile = pair.server.connection.info();
  EXPECT_EQ(meanwhile.group, before.group);
  EXPECT_EQ(meanwhile.cipher_suite, before.cipher_suite);
  EXPECT_TRUE(meanwhile.extended_master_secret);
  EXPECT_GT(meanwhile.bytes_in, before.bytes_in) << "bytes are counted all the time";
}

TEST(Renegotiation, AConnectionThatWasResumedIsNotAnyMore) {
  WillingPair options;
  options.client.sessions.store = memory_client_sessions();
  options.server.sessions.store = memory_session_store();
  Pair first(options);
  first.run();
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  for (const End* end : {&pair.client, &pair.server}) EXPECT_EQ(end->connection.info().resumed, Resumption::session_id);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  for (const End* end : {&pair.client, &pair.server}) EXPECT_EQ(end->connection.info().resumed, Resumption::session_id);
  pair.run();
  expect_connected(pair);
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_EQ(end->connection.info().resumed, Resumption::none);
    EXPECT_EQ(end->count<Renegotiated>(), 1u);
  }
}

// RFC 5246 7.3: our flight answers the hello; what is behind it was not sent as an answer to that.
TEST(Renegotiation, NothingComesBehindItsHello) {
  WillingPair options;
  OlderForger forger(options);
  std::optional<HandshakeMessage> hello;
  watch_hello(options, hello);
  Pair pair(options);
  connect(pair);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  ASSERT_TRUE(hello);
  forger.start(pair.client.connection, Role::client, 1);
  pair.server.give(forger.seal(ContentType::handshake, encode(*hello) + encode({HandshakeType::client_key_exchange, {}})));
  expect_failed(pair.server, Errc::excess_handshake_data, AlertDescription::unexpected_message);
}

TEST(Renegotiation, WhoShowedACertificateShowsItAgain) {
  WillingPair options;
  options.server.peer = options.client.peer;
  options.server.fail_if_no_peer_cert = false;
  options.client.certs_keys = {authority().leaf()};
  options.client.identity_select = [first = true](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) mutable {
    std::move(answer).give(std::exchange(first, false) ? std::optional<std::size_t>(0) : std::nullopt);
  };
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.server.connection.info().client_authenticated);
  ASSERT_TRUE(pair.server.connection.renegotiate());
  pair.run();
  expect_failed(pair.server, Errc::certificate_changed, AlertDescription::illegal_parameter);
}

WillingPair with_keys() {
  WillingPair options;
  options.client.protocol.ciphers = options.server.protocol.ciphers = {static_cast<CipherSuite>(0xd001)};
  options.client.psk.keys = {Psk::make("alice", Bytes(32, std::byte{7}))};
  options.server.psk.keys = {Psk::make("alice", Bytes(32, std::byte{7})), Psk::make("bob", Bytes(32, std::byte{8}))};
  return options;
}

// RFC 4279 5.3: an identity may be empty, and is one.
TEST(Renegotiation, AnotherKeyIsAnotherPeer) {
  for (const std::string first : {"alice", ""}) {
    WillingPair options = with_keys();
    options.client.psk.keys.clear();
    options.server.psk.keys.front() = Psk::make(first, Bytes(32, std::byte{7}));
    options.server.psk.hint = "who?";
    options.client.psk.lookup = [&first, begun = false](ByteView, Answer<std::shared_ptr<const Psk>> answer) mutable {
      const bool again = std::exchange(begun, true);
      std::move(answer).give(std::make_shared<const Psk>(again ? Psk::make("bob", Bytes(32, std::byte{8}))
                                                               : Psk::make(first, Bytes(32, std::byte{7}))));
    };
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(as_text(pair.server.connection.info().psk_identity), first);
    ASSERT_TRUE(pair.client.connection.renegotiate());
    pair.run();
    EXPECT_TRUE(pair.client.error && pair.client.error->code() == Errc::certificate_changed)
        << "refused before the server learns of it";
  }
}

// RFC 5246 7.4.9: whose key it is, is known behind Finished and not before.
TEST(Renegotiation, TheOwnerOfAKeyIsNotToldBeforeItsFinished) {
  Pair pair{with_keys()};
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  Bytes flight = pair.client.take_output();
  const auto records = records_of(flight);
  ASSERT_EQ(records.size(), 3u) << "ClientKeyExchange, ChangeCipherSpec, Finished";
  pair.server.give(records[0]);
  pair.server.give(records[1]);
  EXPECT_TRUE(pair.server.connection.info().psk_identity.empty());
  pair.server.give(records[2]);
  EXPECT_EQ(as_text(pair.server.connection.info().psk_identity), "alice");
}

// Whatever is sent between, and although nobody reads our answers.
TEST(Renegotiation, RefusalsThatAreNotReadAreBounded) {
  WillingPair options;
  options.client.server_renegotiation = false;
  OlderForger forger(options);
  Pair pair(options);
  connect(pair);
  forger.start(pair.client.connection, Role::server, 1);
  for (int i = 0; i < 4; ++i) {
    pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
    pair.client.give(forger.seal(ContentType::application_data, as_bytes("x")));
    ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  }
  pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::too_many_warning_alerts);
}

TEST(Renegotiation, AServerThatClosesInItSendsItsDataOnce) {
  Pair pair{WillingPair()};
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.server.give(pair.client.take_output());
  ASSERT_TRUE(pair.server.connection.send(as_bytes("last words")));
  ASSERT_TRUE(pair.server.connection.close_write());
  pair.run();
  EXPECT_EQ(pair.client.data, "last words");
  EXPECT_EQ(pair.client.count<PeerClosed>(), 1u);
  EXPECT_EQ(pair.server.count<Renegotiated>(), 0u);
}

TEST(Renegotiation, HelloRequestThatCrossesOurHelloIsIgnored) {
  Pair pair{WillingPair()};
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  ASSERT_TRUE(pair.server.connection.renegotiate());
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.count<Renegotiated>(), 1u);
  EXPECT_EQ(pair.server.count<Renegotiated>(), 1u);
}

TEST(Renegotiation, HelloRequestsThatAreIgnoredAreBounded) {
  WillingPair options;
  OlderForger forger(options);
  Pair pair(options);
  connect(pair);
  forger.start(pair.client.connection, Role::server, 1);
  ASSERT_TRUE(pair.client.connection.renegotiate());
  for (int i = 0; i < 4; ++i) {
    pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
    ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  }
  pair.client.give(forger.seal({HandshakeType::hello_request, {}}));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::too_many_warning_alerts);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::unexpected_message);
}

// Under the new keys, but before Finished has shown that nobody changed the handshake.
//= rfc5246#7.3-1
TEST(Renegotiation, DataBeforeFinishedAreRefused) {
  WillingPair options;
  OlderForger forger(options);
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  pair.server.give(pair.client.take_output());
  const auto records = records_of(pair.server.take_output());
  ASSERT_EQ(records.size(), 2u) << "ChangeCipherSpec and Finished";
  pair.client.give(records.front());
  ASSERT_FALSE(pair.client.error);
  forger.start(pair.client.connection, Role::server, 0);
  pair.client.give(forger.seal(ContentType::application_data, as_bytes("too early")));
  expect_failed(pair.client, Errc::unexpected_application_data, AlertDescription::unexpected_message);
}

TEST(Renegotiation, AChangeCipherSpecOutsideOfOneIsRefused) {
  WillingPair options;
  OlderForger forger(options);
  Pair pair(options);
  pair.run();
  forger.start(pair.client.connection, Role::server, 1);
  static constexpr std::array one{std::byte{1}};
  pair.client.give(forger.seal(ContentType::change_cipher_spec, ByteView(one)));
  expect_failed(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

// ---- RFC 5929, RFC 9266

Result<Bytes> bound(const End& end, ChannelBinding kind) { return end.connection.channel_binding(kind); }

TEST(ChannelBinding, TlsUniqueIsTheFirstFinishedOfTheLastHandshake) {
  Pair pair{WillingPair()};
  EXPECT_EQ(bound(pair.client, ChannelBinding::tls_unique).error().code(), Errc::handshake_incomplete);
  pair.run();
  const auto first = bound(pair.client, ChannelBinding::tls_unique);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->size(), 12u);
  EXPECT_EQ(*first, bound(pair.server, ChannelBinding::tls_unique));
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  const auto second = bound(pair.client, ChannelBinding::tls_unique);
  ASSERT_TRUE(second);
  EXPECT_NE(*first, *second);
  EXPECT_EQ(*second, bound(pair.server, ChannelBinding::tls_unique));
}

TEST(ChannelBinding, TlsUniqueIsNotOfTls13) {
  Pair pair(PairOptions{client_options(), server_options()});
  pair.run();
  EXPECT_EQ(bound(pair.client, ChannelBinding::tls_unique).error().code(), Errc::not_available);
  EXPECT_EQ(bound(pair.server, ChannelBinding::tls_unique).error().code(), Errc::not_available);
}

TEST(ChannelBinding, ServerEndPointIsTheHashOfTheCertificate) {
  for (const ProtocolVersion version : {tls1_2, tls1_3}) {
    PairOptions options{client_options(), server_options()};
    options.client.protocol.versions = options.server.protocol.versions = {version};
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.connected());
    crypto::HashState hash(crypto::default_provider()->hash(HashAlgorithm::sha256));
    hash.update(pair.client.connection.info().peer_chain->der(0));
    Bytes expected(32);
    hash.finish(expected.data());
    EXPECT_EQ(bound(pair.client, ChannelBinding::tls_server_end_point), expected);
    EXPECT_EQ(bound(pair.server, ChannelBinding::tls_server_end_point), expected);
  }
}

// RFC 5929 4.1: the certificate that was shown; in a connection that was resumed none was.
TEST(ChannelBinding, ServerEndPointIsNotOfAResumedConnection) {
  for (const ProtocolVersion version : {tls1_2, tls1_3}) {
    PairOptions options{client_options(), server_options()};
    options.client.protocol.versions = options.server.protocol.versions = {version};
    options.client.sessions.store = memory_client_sessions();
    options.client.tickets.store = memory_client_tickets();
    options.server.tickets.mode = TicketMode::stateful;
    const auto client = make_config(options.client);
    const auto server = make_config(options.server);
    Pair first(client, server, options);
    first.run();
    ASSERT_TRUE(first.connected());
    Pair resumed(client, server, options);
    resumed.run();
    ASSERT_TRUE(resumed.connected());
    EXPECT_NE(resumed.client.connection.info().resumed, Resumption::none);
    for (const End* end : {&resumed.client, &resumed.server}) {
      const auto binding = bound(*end, ChannelBinding::tls_server_end_point);
      ASSERT_FALSE(binding);
      EXPECT_EQ(binding.error().code(), Errc::not_available);
    }
  }
}

TEST(ChannelBinding, ExporterHasItsLabelAndAnEmptyContext) {
  for (const ProtocolVersion version : {tls1_2, tls1_3}) {
    PairOptions options{client_options(), server_options()};
    options.client.protocol.versions = options.server.protocol.versions = {version};
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.connected());
    Bytes expected(32);
    ASSERT_TRUE(pair.server.connection.export_key("EXPORTER-Channel-Binding", ByteView(), expected));
    EXPECT_EQ(bound(pair.client, ChannelBinding::tls_exporter), expected);
  }
}

TEST(Renegotiation, OptionsThatCannotWorkAreRefused) {
  ClientOptions client = client_options();
  client.server_renegotiation = true;
  client.protocol.versions = {tls1_3};
  const auto made = ClientConfig::make(client);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code(), Errc::conflicting_options);
  EXPECT_THAT(made.error().message(), testing::HasSubstr("server_renegotiation"));
  ServerOptions server = server_options();
  server.client_renegotiation = true;
  server.protocol.versions = {tls1_3};
  EXPECT_EQ(ServerConfig::make(server).error().code(), Errc::conflicting_options);
}

}  // namespace
}  // namespace keyway::test
