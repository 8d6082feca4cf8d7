// SPDX-License-Identifier: Apache-2.0
//
// KeyUpdate (RFC 8446 4.6.3, 7.2): answers, records under old and new keys, boundaries, limits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

constexpr auto not_requested = KeyUpdateRequest::update_not_requested;
constexpr auto requested = KeyUpdateRequest::update_requested;

HandshakeMessage key_update(unsigned request = 0) { return {HandshakeType::key_update, Bytes{static_cast<std::byte>(request)}}; }

struct Connected {
  explicit Connected(PairOptions options = {.client = client_options(), .server = server_options()}) : pair(options) {
    pair.run();
    if (!pair.connected()) throw std::runtime_error("not connected");
  }
  /// Sends in the place of the server.
  Forger server() const { return Forger::instead_of(pair.server.connection); }
  void expect_client_refused(Errc code, AlertDescription alert) {
    ASSERT_TRUE(pair.client.error);
    EXPECT_EQ(pair.client.error->code(), code) << pair.client.error->message();
    EXPECT_EQ(pair.client.error->alert(), alert);
    EXPECT_EQ(pair.client.connection.send(as_bytes("x")).error().code(), code) << "the first error stays";
  }
  Pair pair;
};

//= rfc8446#4.6.3-4, 4.6.3-5, 7.2-1
TEST(KeyUpdate, OfTheServerIsFollowedAndAnsweredWhereAsked) {
  Connected c;
  ASSERT_TRUE(c.pair.server.connection.update_keys(not_requested));
  c.pair.run();
  EXPECT_EQ(c.pair.client.connection.info().key_updates_received, 1u);
  EXPECT_EQ(c.pair.client.connection.info().key_updates_sent, 0u);
  ASSERT_TRUE(c.pair.server.connection.update_keys(requested));
  c.pair.run();
  EXPECT_EQ(c.pair.client.connection.info().key_updates_received, 2u);
  EXPECT_EQ(c.pair.client.count<KeysUpdated>(), 2u);
  c.pair.send_from_client("up");
  EXPECT_EQ(c.pair.client.connection.info().key_updates_sent, 1u);
  EXPECT_EQ(c.pair.server.connection.info().key_updates_received, 1u);
  c.pair.send_from_server("down");
  EXPECT_EQ(c.pair.server.data + c.pair.client.data, "updown");
}

TEST(KeyUpdate, BothAskAtTheSameTime) {
  Connected c;
  ASSERT_TRUE(c.pair.client.connection.update_keys(requested));
  ASSERT_TRUE(c.pair.server.connection.update_keys(requested));
  c.pair.run();
  c.pair.send_from_client("up");
  c.pair.send_from_server("down");
  EXPECT_EQ(c.pair.server.data + c.pair.client.data, "updown");
  EXPECT_EQ(c.pair.client.connection.info().key_updates_sent, c.pair.server.connection.info().key_updates_received);
}

TEST(KeyUpdate, SeveralRequestsAreAnsweredOnce) {
  Connected c;
  Forger server = c.server();
  for (int i = 0; i < 3; ++i) {
    c.pair.client.give(server.seal(key_update(1)));
    server.update();
  }
  EXPECT_EQ(c.pair.client.connection.info().key_updates_received, 3u);
  c.pair.send_from_client("once");
  EXPECT_EQ(c.pair.client.connection.info().key_updates_sent, 1u);
  EXPECT_EQ(c.pair.server.connection.info().key_updates_received, 1u);
  EXPECT_EQ(c.pair.server.data, "once");
}

TEST(KeyUpdate, OneThatAsksInItsTurnIsNoAnswer) {
  Connected c;
  ASSERT_TRUE(c.pair.server.connection.update_keys(requested));
  c.pair.run();
  ASSERT_TRUE(c.pair.client.connection.update_keys(requested));
  c.pair.send_from_client("up");
  EXPECT_EQ(c.pair.client.connection.info().key_updates_sent, 2u) << "the one that asks, and the answer before the data";
  EXPECT_EQ(c.pair.server.data, "up");
}

//= rfc8446#7.2-2
TEST(KeyUpdate, TheOldKeyOpensNothingMore) {
  Connected c;
  Forger server = c.server();
  c.pair.client.give(server.seal(key_update()));
  EXPECT_FALSE(c.pair.client.error);
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("under the old key")));
  c.expect_client_refused(Errc::bad_record_mac, AlertDescription::bad_record_mac);
  EXPECT_EQ(c.pair.client.data, "");
}

//= rfc8446#5.1-2
TEST(KeyUpdate, EndsAtARecordBoundary) {
  Connected c;
  Forger server = c.server();
  c.pair.client.give(server.seal(ContentType::handshake, encode(Messages{key_update(), key_update()})));
  c.expect_client_refused(Errc::excess_handshake_data, AlertDescription::unexpected_message);
}

TEST(KeyUpdate, MayHaveNothingBehindItNotEvenOneByte) {
  Connected c;
  Forger server = c.server();
  c.pair.client.give(server.seal(ContentType::handshake, encode(key_update()) + Bytes(1, std::byte{24})));
  c.expect_client_refused(Errc::excess_handshake_data, AlertDescription::unexpected_message);
}

TEST(KeyUpdate, MayComeInPieces) {
  Connected c;
  Forger server = c.server();
  const Bytes message = encode(key_update());
  c.pair.client.give(server.seal(ContentType::handshake, ByteView(message).first(2)));
  c.pair.client.give(server.seal(ContentType::handshake, ByteView(message).subspan(2)));
  EXPECT_FALSE(c.pair.client.error);
  server.update();
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("new")));
  EXPECT_EQ(c.pair.client.data, "new");
}

//= rfc8446#5.1-1
TEST(KeyUpdate, HasNothingBetweenItsPieces) {
  Connected c;
  Forger server = c.server();
  c.pair.client.give(server.seal(ContentType::handshake, ByteView(encode(key_update())).first(2)));
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("between")));
  c.expect_client_refused(Errc::interleaved_handshake, AlertDescription::unexpected_message);
}

//= rfc8446#4.6.3-3
TEST(KeyUpdate, AsksOrDoesNotAndNothingElse) {
  Connected c;
  c.pair.client.give(c.server().seal(key_update(2)));
  c.expect_client_refused(Errc::wrong_key_update, AlertDescription::illegal_parameter);
}

TEST(KeyUpdate, ThirtyTwoInARowAndDataBetweenCountsAnew) {
  Connected c;
  Forger server = c.server();
  const auto updates = [&](int count) {
    for (int i = 0; i < count && !c.pair.client.error; ++i) {
      c.pair.client.give(server.seal(key_update()));
      server.update();
    }
  };
  updates(32);
  ASSERT_FALSE(c.pair.client.error);
  c.pair.client.give(server.seal(ContentType::application_data, as_bytes("x")));
  updates(32);
  ASSERT_FALSE(c.pair.client.error);
  EXPECT_EQ(c.pair.client.connection.info().key_updates_received, 64u);
  updates(1);
  c.expect_client_refused(Errc::too_many_key_updates, AlertDescription::unexpected_message);
}

// Empty records are no data: they do not make a flood of updates legal.
TEST(KeyUpdate, EmptyRecordsBetweenDoNotCountAsData) {
  Connected c;
  Forger server = c.server();
  for (int i = 0; i < 33 && !c.pair.client.error; ++i) {
    c.pair.client.give(server.seal(ContentType::application_data, {}));
    c.pair.client.give(server.seal(key_update()));
    server.update();
  }
  c.expect_client_refused(Errc::too_many_key_updates, AlertDescription::unexpected_message);
}

//= rfc8446#4.6.3-2
TEST(KeyUpdate, DuringTheHandshakeIsUnexpected) {
  KeyBook book;
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(records_of(pair.server.take_output()).front());
  const CipherSuite suite = *pair.client.connection.info().cipher_suite;
  pair.client.give(Forger(suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET")).seal(key_update()));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::unexpected_message);
  EXPECT_EQ(pair.client.error->alert(), AlertDescription::unexpected_message);
}

//= rfc8446#4.6.3-1
TEST(KeyUpdate, OnlyWhileThereIsAConnection) {
  Pair pair({.client = client_options(), .server = server_options()});
  EXPECT_EQ(pair.client.connection.update_keys(requested).error().code(), Errc::handshake_incomplete);
  pair.run();
  ASSERT_TRUE(pair.client.connection.close_write());
  EXPECT_EQ(pair.client.connection.update_keys(requested).error().code(), Errc::write_closed);
}

TEST(KeyUpdate, IsFollowedButNotAnsweredAfterOurCloseNotify) {
  Connected c;
  ASSERT_TRUE(c.pair.client.connection.close_write());
  c.pair.run();
  ASSERT_TRUE(c.pair.server.connection.update_keys(requested));
  c.pair.send_from_server("still here");
  EXPECT_EQ(c.pair.client.data, "still here");
  EXPECT_TRUE(c.pair.client.connection.output().empty());
  EXPECT_EQ(c.pair.server.connection.info().key_updates_received, 0u);
}

class AutomaticKeyUpdate : public testing::TestWithParam<bool> {};
//= rfc8446#5.5-1
TEST_P(AutomaticKeyUpdate, ComesBeforeMoreThanTheLimitIsSealed) {
  PairOptions options{.client = client_options(), .server = server_options()};
  (GetParam() ? options.client.protocol : options.server.protocol).key_update_at = 1000;
  Connected c(options);
  const Pair& pair = c.pair;
  const ConnectionInfo& info = (GetParam() ? pair.client : pair.server).connection.info();
  const auto send = [&](std::size_t size) {
    GetParam() ? c.pair.send_from_client(std::string(size, 'x')) : c.pair.send_from_server(std::string(size, 'x'));
    return info.key_updates_sent;
  };
  EXPECT_EQ(send(999), 0u);
  EXPECT_EQ(send(1), 1u);
  EXPECT_EQ(send(999), 1u) << "the new key begins to count at nothing";
  EXPECT_EQ(send(1), 2u);
  EXPECT_EQ((GetParam() ? pair.server : pair.client).data.size(), 2000u);
}
INSTANTIATE_TEST_SUITE_P(Roles, AutomaticKeyUpdate, testing::Bool());

// Many updates of a side that only sends: they are told once, and nothing piles up.
TEST(KeyUpdate, OfASenderThatNeverReceivesIsToldOnce) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.key_update_at = 100;
  Connected c(options);
  Connection& client = c.pair.client.connection;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(client.send(Bytes(100)));
  EXPECT_EQ(client.info().key_updates_sent, 20u);
  const auto told = client.receive({});
  ASSERT_TRUE(told);
  ASSERT_TRUE(std::holds_alternative<KeysUpdated>(told->progress));
  EXPECT_FALSE(std::get<KeysUpdated>(told->progress).by_peer);
  EXPECT_TRUE(std::holds_alternative<NeedBytes>(client.receive({})->progress));
  c.pair.run();
  EXPECT_EQ(c.pair.server.data.size(), 2000u);
}

}  // namespace
}  // namespace keyway::test
