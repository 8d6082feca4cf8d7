// SPDX-License-Identifier: Apache-2.0
//
// The end of a connection, in either direction and at any time (RFC 8446 6.1): closing, giving up, aborting; what still
// comes from the peer afterwards, and answers that come too late.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/pair.h"

namespace keyway::test {
namespace {

/// A verifier that never answers by itself: the test has the Answer.
class Held final : public Verifier {
 public:
  void verify(const VerifyQuestion&, Answer<TrustedChain> answer) const override { held.emplace(std::move(answer)); }
  Bytes fingerprint() const override { return Bytes(1); }
  mutable std::optional<Answer<TrustedChain>> held;
};

//= rfc8446#6.1-4, 6.1-1
TEST(Closing, HalfCloseLetsTheOtherSideGoOn) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.client.connection.close_write());
  pair.run();
  EXPECT_EQ(pair.server.count<PeerClosed>(), 1u);
  EXPECT_EQ(pair.client.connection.send(as_bytes("late")).error().code(), Errc::write_closed);
  pair.send_from_server("still here");
  EXPECT_EQ(pair.client.data, "still here");
  ASSERT_TRUE(pair.server.connection.close());
  pair.run();
  EXPECT_EQ(pair.client.count<PeerClosed>(), 1u);
  EXPECT_TRUE(pair.client.connection.end_of_input());
}

//= rfc8446#6.1-3
TEST(Closing, WithoutCloseNotifyIsTruncation) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  const auto end = pair.client.connection.end_of_input();
  ASSERT_FALSE(end);
  EXPECT_EQ(end.error().code(), Errc::truncated);
}

TEST(Closing, AfterHalfCloseAKeyUpdateIsFollowedButNotAnswered) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.client.connection.close_write());
  pair.run();
  ASSERT_TRUE(pair.server.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(pair.server.connection.info().key_updates_received, 0u);
  pair.send_from_server("under the new key");
  EXPECT_EQ(pair.client.data, "under the new key");
}

TEST(Closing, AServerThatClosedAsksForNothing) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.post_handshake_auth = true;
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.server.peer = {.verify = VerifyMode::verify_none, .cacerts = {authority().root()}};
  options.server.post_handshake_auth = true;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.connection.close_write());
  const auto asked = pair.server.connection.request_certificate();
  ASSERT_FALSE(asked);
  EXPECT_EQ(asked.error().code(), Errc::write_closed);
}

TEST(Closing, InTheHandshakeGivesItUpOnBothSides) {
  Pair pair({.client = client_options(), .server = server_options()});
  ASSERT_TRUE(pair.client.connection.close_write());
  ASSERT_TRUE(pair.client.connection.failure());
  EXPECT_EQ(pair.client.connection.failure()->code(), Errc::user_canceled);
  pair.run();
  EXPECT_FALSE(pair.client.done());
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::closed);
  EXPECT_EQ(pair.server.error->decided_by(), DecidedBy::peer);
}

TEST(Closing, AServerMayEndItsDataBeforeTheClientHasFinished) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.server.inbox = pair.client.take_output();
  pair.server.work();
  ASSERT_FALSE(pair.server.done());
  ASSERT_TRUE(pair.server.connection.send(as_bytes("all there is")));
  ASSERT_TRUE(pair.server.connection.close_write());
  pair.run();
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.data, "all there is");
  EXPECT_EQ(pair.client.count<PeerClosed>(), 1u);
  pair.send_from_client("heard");
  EXPECT_EQ(pair.server.data, "heard");
}

TEST(Closing, NoTicketComesAfterCloseNotify) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.tickets.mode = TicketMode::stateful;
  Pair pair(options);
  pair.server.inbox = pair.client.take_output();
  pair.server.work();
  ASSERT_TRUE(pair.server.connection.close_write());
  pair.run();
  EXPECT_TRUE(pair.server.done());
  EXPECT_EQ(pair.client.count<TicketReceived>(), 0u);
  EXPECT_TRUE(pair.server.connection.output().empty());
}

TEST(Closing, AbortAfterHalfCloseEndsTheConnection) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.client.connection.close_write());
  ASSERT_TRUE(pair.client.connection.abort(AlertDescription::internal_error));
  const auto step = pair.client.connection.receive({});
  ASSERT_FALSE(step);
  EXPECT_EQ(step.error().code(), Errc::canceled);
}

TEST(Closing, AFailureWithoutAnAlertOfItsOwnStillEndsTheHandshakeForThePeer) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const auto held = std::make_shared<Held>();
  options.client.peer.verifier = held;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(held->held);
  std::move(*held->held).give(fail(Errc::file_unreadable));
  EXPECT_EQ(pair.client.connection.resume().error().code(), Errc::file_unreadable);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::internal_error);
}

TEST(Closing, AnAnswerAfterTheConnectionWasReplacedWakesNobody) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const auto held = std::make_shared<Held>();
  options.client.peer.verifier = held;
  Pair pair(options);
  int woken = 0;
  pair.client.connection.set_waker([&] { ++woken; });
  pair.run();
  ASSERT_TRUE(held->held);
  Pair other({.client = client_options(), .server = server_options()});
  pair.client.connection = std::move(other.client.connection);
  std::move(*held->held).give(fail(Errc::certificate_refused));
  EXPECT_EQ(woken, 0);
}

TEST(Closing, APausedServerIsDestroyedWithoutWaking) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.pause_after_hello = true;
  int woken = 0;
  {
    Pair pair(options);
    pair.server.connection.set_waker([&] { ++woken; });
    pair.run();
    EXPECT_EQ(pair.server.count<HelloReceived>(), 1u);
  }
  EXPECT_EQ(woken, 0);
}

TEST(Closing, AWakerSetWhileBlockedIsTheOneThatIsCalled) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const auto held = std::make_shared<Held>();
  options.client.peer.verifier = held;
  Pair pair(options);
  int first = 0;
  int second = 0;
  pair.client.connection.set_waker([&] { ++first; });
  pair.run();
  pair.client.connection.set_waker([&] { ++second; });
  std::move(*held->held).give(fail(Errc::certificate_refused));
  EXPECT_EQ(first, 0);
  EXPECT_EQ(second, 1);
}

}  // namespace
}  // namespace keyway::test
