// SPDX-License-Identifier: Apache-2.0
//
// Renegotiation where something of old is tolerated: peers without RFC 5746, and ciphers with small blocks. And where a key has
// served for as many records as an option says, and where something comes between its messages.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection/impl.h"
#include "keyway/cipher_suites.h"
#include "loop/renegotiation.h"
#include "names/legacy.h"

namespace keyway::test {
namespace {

void without_its_signal(Hello& hello) { hello.remove(ExtensionType::renegotiation_info); }

TEST(UnboundRenegotiation, PeersWithoutTheExtensionAreToleratedWhereTheOptionSaysSo) {
  if (!legacy_is_built()) return;
  WillingPair options;
  std::vector<std::string> decisions;
  for (ObserveOptions* observe : {&options.client.observe, &options.server.observe}) {
    observe->trace = [&](const TraceEvent& event) {
      if (event.kind == TraceKind::decision) decisions.push_back(std::string(event.name) + ": " + std::string(event.text));
    };
  }
  options.client.protocol.secure_renegotiate = options.server.protocol.secure_renegotiate = false;
  Pair tolerant(options);
  tolerant.server.give(edit_hello(tolerant.client.take_output(), without_its_signal));
  ASSERT_FALSE(tolerant.server.error);
  EXPECT_FALSE(tolerant.server.connection.info().secure_renegotiation);
  EXPECT_EQ(decisions, std::vector<std::string>{"renegotiation_info: the client does not know it: tolerated"});
  EXPECT_FALSE(hello_of(tolerant.server.take_output()).has(ExtensionType::renegotiation_info)) << "who does not ask is not told";

  Pair other(options);
  other.server.give(other.client.take_output());
  const Bytes record = other.server.take_output();
  Messages flight = messages_of(ByteView(record).subspan(5));
  Hello hello = Hello::of(flight.front());
  without_its_signal(hello);
  flight.front() = hello.message();
  other.client.give(plain_record(ContentType::handshake, encode(flight)));
  ASSERT_FALSE(other.client.error);
  EXPECT_FALSE(other.client.connection.info().secure_renegotiation);
  EXPECT_EQ(decisions.back(), "renegotiation_info: the server does not know it: tolerated");
  EXPECT_FALSE(other.client.take_output().empty()) << "it goes on";

  // Who knows it is bound all the same.
  Pair bound(options);
  bound.run();
  expect_connected(bound);
  EXPECT_TRUE(bound.client.connection.info().secure_renegotiation);
  EXPECT_TRUE(bound.server.connection.info().secure_renegotiation);
  ASSERT_TRUE(bound.client.connection.renegotiate());
  bound.run();
  expect_connected(bound);
  EXPECT_EQ(bound.client.count<Renegotiated>(), 1u);
}

TEST(UnboundRenegotiation, AWrongBindingIsRefusedAllTheSame) {
  if (!legacy_is_built()) return;
  const auto bind = [](Hello& hello) { hello.set(ExtensionType::renegotiation_info, hex("0c 000102030405060708090a0b")); };
  WillingPair options;
  options.client.protocol.secure_renegotiate = options.server.protocol.secure_renegotiate = false;
  Pair one(options);
  one.server.give(edit_hello(one.client.take_output(), bind));
  expect_failed(one.server, Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
  Pair two(options);
  two.server.give(two.client.take_output());
  two.client.give(edit_hello(two.server.take_output(), bind));
  expect_failed(two.client, Errc::wrong_renegotiation_info, AlertDescription::handshake_failure);
}

TEST(UnboundRenegotiation, AHelloWithoutExtensionsIsAnsweredWithoutABlockOfThem) {
  if (!legacy_is_built()) return;
  WillingPair options;
  options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
  options.client.protocol.ciphers = options.server.protocol.ciphers = {static_cast<CipherSuite>(0x009c)};
  options.server.protocol.secure_renegotiate = false;
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(), [](Hello& hello) { hello.extensions.clear(); }));
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  const Bytes hello = messages_of(ByteView(pair.server.take_output()).subspan(5)).front().body;
  constexpr std::size_t before_id = 2 + 32;
  EXPECT_EQ(hello.size(), before_id + 1 + std::to_integer<std::size_t>(hello[before_id]) + 2 + 1);
}

/// Two ends within reach, so that one can be made to believe that the other did not know RFC 5746.
struct Ends {
  Ends() : client(Role::client, options.now), server(Role::server, options.now) {
    options.client.protocol.secure_renegotiate = options.server.protocol.secure_renegotiate = false;
    options.client.observe.trace = [this](const TraceEvent& event) {
      if (event.kind == TraceKind::message && event.name == "client_hello") last_hello = to_bytes(event.body);
    };
    client.in_.config = make_config(options.client);
    client.find_observers();
    client.in_.destination = std::make_unique<handshake::Destination>();
    client.in_.destination->name = PeerName::of(options.host).value();
    server.in_.config = make_config(options.server);
    server.handshaker_.start_server();
    EXPECT_TRUE(client.start_client());
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(carry(client, server));
      EXPECT_TRUE(carry(server, client));
    }
    EXPECT_TRUE(client.done() && server.done());
  }
  static void forget_binding(ConnectionImpl& end) { const_cast<handshake::Established*>(end.established())->bound = false; }
  /// All that waits goes over; an error of the end that gets it.
  static Result<void> carry(ConnectionImpl& from, ConnectionImpl& to) {
    Bytes wire;
    for (const ByteView piece : from.output_.views()) wire.insert(wire.end(), piece.begin(), piece.end());
    from.output_.sent(wire.size());
    for (MutableBytes rest(wire);;) {
      KW_ASSIGN(const Step step, to.receive(rest));
      rest = rest.subspan(step.consumed);
      if (std::holds_alternative<NeedBytes>(step.progress)) return {};
    }
  }
  WillingPair options;
  Bytes last_hello;
  ConnectionImpl client;
  ConnectionImpl server;
};

//= rfc5746#4.2-1, 4.4-2
TEST(UnboundRenegotiation, WhoSuddenlyKnowsItIsAnother) {
  if (!legacy_is_built()) return;
  Ends first;
  Ends::forget_binding(first.server);
  ASSERT_TRUE(first.client.or_fail(first.client.renegotiate()));
  const auto server = Ends::carry(first.client, first.server);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code(), Errc::wrong_renegotiation_info);
  EXPECT_EQ(server.error().alert(), AlertDescription::handshake_failure);
  Ends second;
  Ends::forget_binding(second.client);
  ASSERT_TRUE(second.client.or_fail(second.client.renegotiate()));
  ASSERT_TRUE(Ends::carry(second.client, second.server));
  const auto client = Ends::carry(second.server, second.client);
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code(), Errc::wrong_renegotiation_info);
  EXPECT_EQ(client.error().alert(), AlertDescription::handshake_failure);
}

//= rfc5746#4.4-1
TEST(UnboundRenegotiation, WhoStillDoesNotKnowItRenegotiates) {
  if (!legacy_is_built()) return;
  for (const bool by_suite : {true, false}) {
    Ends ends;
    Ends::forget_binding(ends.server);
    ASSERT_TRUE(ends.client.renegotiate());
    Hello hello = Hello::of({HandshakeType::client_hello, ends.last_hello});
    EXPECT_EQ(hello.at(ExtensionType::renegotiation_info).size(), 13u);
    by_suite ? add_suite(hello) : without_its_signal(hello);
    const auto handled = ends.server.handle_message(HandshakeType::client_hello, encode(hello.message()), 0);
    ASSERT_EQ(handled.has_value(), !by_suite);
    if (by_suite) {
      EXPECT_EQ(handled.error().code(), Errc::wrong_renegotiation_info);
      EXPECT_EQ(handled.error().alert(), AlertDescription::handshake_failure);
    } else {
      EXPECT_TRUE(ends.server.renegotiating());
      EXPECT_FALSE(ends.server.facts().info.secure_renegotiation);
    }
  }
}

/// A cipher whose keys may protect little: one with small blocks, and one with a biased stream.
struct PairOfWeakCipher : WillingPair {
  explicit PairOfWeakCipher(std::string_view suite) {
    client.protocol.ciphers = server.protocol.ciphers = {str_to_suite(suite).value()};
  }
};

struct Spender {
  const char* suite;
  Role role;
};
constexpr Spender spenders[] = {{"ECDHE-ECDSA-DES-CBC3-SHA", Role::client},
                                {"ECDHE-ECDSA-DES-CBC3-SHA", Role::server},
                                {"ECDHE-ECDSA-RC4-SHA", Role::client},
                                {"ECDHE-ECDSA-RC4-SHA", Role::server}};

/// As much as such a key may protect.
void spend_key(Pair& pair, End& from, End& to) {
  const Bytes much(std::size_t{1} << 18, std::byte{'x'});
  for (std::size_t sent = 0; sent < std::size_t{8} << 20;) {
    const auto taken = from.connection.send(much);
    ASSERT_TRUE(taken) << taken.error().message();
    ASSERT_NE(*taken, 0u);
    sent += *taken;
    pair.run();
    to.data.clear();
  }
}

TEST(SpentKeys, RenegotiationBringsAnotherOne) {
  if (!legacy_is_built()) return;
  for (const auto& [suite, role] : spenders) {
    SCOPED_TRACE(suite);
    Pair pair{PairOfWeakCipher(suite)};
    pair.run();
    End& from = role == Role::client ? pair.client : pair.server;
    End& to = role == Role::client ? pair.server : pair.client;
    const Bytes before = exported(from);
    spend_key(pair, from, to);
    EXPECT_EQ(exported(from), before);
    const auto taken = from.connection.send(as_bytes("more"));
    // A server can only ask for it, and what it was to send is not taken until then.
    if (role == Role::client) {
      EXPECT_EQ(taken, 4u);
    } else {
      EXPECT_EQ(taken, 0u);
      EXPECT_EQ(from.connection.send_capacity(), 0u);
      EXPECT_EQ(from.connection.send(as_bytes("more")), 0u);
    }
    pair.run();
    EXPECT_EQ(from.count<Renegotiated>(), 1u);
    EXPECT_NE(exported(from), before);
    if (role == Role::server) { EXPECT_EQ(from.connection.send(as_bytes("more")), 4u); }
    pair.run();
    EXPECT_EQ(to.data, "more");
  }
}

TEST(SpentKeys, WithoutItNoMoreIsSent) {
  if (!legacy_is_built()) return;
  for (const auto& [suite, role] : spenders) {
    SCOPED_TRACE(suite);
    PairOfWeakCipher options(suite);
    options.client.server_renegotiation = options.server.client_renegotiation = false;
    Pair pair(options);
    pair.run();
    End& from = role == Role::client ? pair.client : pair.server;
    End& to = role == Role::client ? pair.server : pair.client;
    spend_key(pair, from, to);
    (void)from.connection.send(as_bytes("more"));
    pair.run();
    const auto taken = from.connection.send(as_bytes("more"));
    ASSERT_FALSE(taken);
    EXPECT_EQ(taken.error().code(), Errc::aead_limit);
    ASSERT_TRUE(to.connection.send(as_bytes("still here")));
    ASSERT_TRUE(from.connection.close_write());
    pair.run();
    EXPECT_EQ(from.data, "still here");
    EXPECT_EQ(to.count<PeerClosed>(), 1u);
  }
}

/// Two ends of which one asks for another key after `limit` records.
struct Worn {
  Worn(WillingPair options, Role role, std::uint64_t limit)
      : pair(with_limit(std::move(options), role, limit)),
        from(role == Role::client ? pair.client : pair.server),
        to(role == Role::client ? pair.server : pair.client) {
    pair.run();
  }
  /// Sends letters, one a record, and lets both ends run after each: what the other end got.
  std::string send(std::string_view text) {
    for (const char letter : text) {
      EXPECT_EQ(from.connection.send(as_bytes(std::string_view(&letter, 1))), 1u);
      pair.run();
    }
    return std::exchange(to.data, {});
  }

  static WillingPair with_limit(WillingPair options, Role role, std::uint64_t limit) {
    (role == Role::client ? options.client.protocol : options.server.protocol).renegotiate_at = limit;
    return options;
  }

  Pair pair;
  End& from;
  End& to;
};

TEST(RenegotiateAt, ComesByItselfAtTheLimit) {
  for (const Role role : {Role::client, Role::server}) {
    Worn worn({}, role, 4);
    // Finished was the first record under the key; a record that asks is one, too.
    EXPECT_EQ(worn.send("abc"), "abc");
    EXPECT_EQ(worn.from.count<Renegotiated>(), 0u);
    EXPECT_EQ(worn.send("d"), "d");
    EXPECT_EQ(worn.from.count<Renegotiated>(), 1u);
    EXPECT_EQ(worn.to.count<Renegotiated>(), 1u);
    // The next key serves as long; a server's throttle of clients does not let it come so soon.
    if (role == Role::server) {
      EXPECT_EQ(worn.send("efghi"), "efghi");
      EXPECT_EQ(worn.from.count<Renegotiated>(), 2u);
    }
  }
}

TEST(RenegotiateAt, WhoDeclinesIsNotAskedAgain) {
  for (const Role role : {Role::client, Role::server}) {
    WillingPair options;
    options.client.server_renegotiation = options.server.client_renegotiation = false;
    Worn worn(options, role, 2);
    EXPECT_EQ(worn.send("abcdefgh"), "abcdefgh");
    EXPECT_EQ(worn.from.count<Renegotiated>(), 0u);
    EXPECT_EQ(worn.from.count<AlertReceived>(), 1u);
    EXPECT_FALSE(worn.from.error);
    EXPECT_FALSE(worn.to.error);
  }
}

TEST(RenegotiateAt, NewerVersionsKnowNoneOfIt) {
  for (const Role role : {Role::client, Role::server}) {
    WillingPair options;
    options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_3};
    options.client.server_renegotiation = options.server.client_renegotiation = false;
    Worn worn(options, role, 1);
    ASSERT_EQ(worn.from.connection.info().version, ProtocolVersion::tls1_3);
    EXPECT_EQ(worn.send("abc"), "abc");
  }
}

// RFC 5246 6.2.1: data may come between the records of a handshake message, and alerts.
//= rfc5246#6.2.1-3
TEST(Renegotiation, DataBetweenThePartsOfAMessageIsDelivered) {
  for (const bool alert : {false, true}) {
    WillingPair options;
    OlderForger forger(options);
    Pair pair(options);
    pair.run();
    ASSERT_TRUE(pair.client.connection.renegotiate());
    pair.server.give(pair.client.take_output());
    (void)pair.server.take_output();
    forger.start(pair.client.connection, Role::server, 1);
    pair.client.give(forger.seal(ContentType::handshake, hex("02 000046 0303")));
    pair.client.give(alert ? forger.seal(ContentType::alert, hex("02 28"))
                           : forger.seal(ContentType::application_data, as_bytes("between")));
    if (alert) {
      ASSERT_TRUE(pair.client.error);
      EXPECT_EQ(pair.client.error->code(), Errc::alert_received) << "the peer's, and no fault of ours";
      continue;
    }
    ASSERT_FALSE(pair.client.error) << pair.client.error->message();
    EXPECT_EQ(pair.client.data, "between");
    static constexpr std::array one{std::byte{1}};
    pair.client.give(forger.seal(ContentType::change_cipher_spec, ByteView(one)));
    expect_failed(pair.client, Errc::interleaved_handshake, AlertDescription::unexpected_message);
  }
}

}  // namespace
}  // namespace keyway::test
