// SPDX-License-Identifier: Apache-2.0
//
// Listener, PendingSocket and PendingHello over loopback.
#include "fixture.h"

namespace keyway::test {
namespace {

const Endpoint loopback{"127.0.0.1", 0};

TEST(Listener, AcceptsAndShakesHands) {
  auto listener = Listener::listen(loopback, server_config());
  ASSERT_TRUE(listener) << listener.error().message();
  const auto where = listener->local_endpoint();
  ASSERT_TRUE(where);
  std::jthread client([&] {
    auto socket = connect(*where, client_config(), localhost(), 10s);
    ASSERT_TRUE(socket) << socket.error().message();
    EXPECT_EQ(*socket->peer_name(), *where);
    ASSERT_TRUE(socket->send(as_bytes("hello")));
    EXPECT_EQ(text(socket->recv(5, 5s)), "HELLO");
    EXPECT_TRUE(socket->close(5s));
  });
  auto pending = listener->transport_accept(10s);
  ASSERT_TRUE(pending);
  auto socket = std::move(*pending).handshake(10s);
  ASSERT_TRUE(socket) << socket.error().message();
  EXPECT_EQ(text(socket->recv(5, 5s)), "hello");
  ASSERT_TRUE(socket->send(as_bytes("HELLO")));
  EXPECT_EQ(code_of(socket->recv(0, 5s)), Errc::closed);
  EXPECT_TRUE(socket->close(5s));
}

TEST(Listener, APortInUseSaysSo) {
  auto first = Listener::listen(loopback, server_config());
  ASSERT_TRUE(first);
  const auto second = Listener::listen(*first->local_endpoint(), server_config());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code(), Errc::address_in_use);
  EXPECT_EQ(second.error().detail()->path, to_string(*first->local_endpoint()));
}

TEST(Listener, AnAddressOfAnotherMachineIsUnreachable) {
  const auto listener = Listener::listen({"192.0.2.1", 0}, server_config());
  ASSERT_FALSE(listener);
  EXPECT_EQ(listener.error().code(), Errc::unreachable);
}

TEST(Listener, AcceptTimesOutAndCloseWakesIt) {
  auto listener = Listener::listen(loopback, server_config());
  ASSERT_TRUE(listener);
  EXPECT_EQ(code_of(listener->transport_accept(20ms)), Errc::timeout);
  std::jthread closer([&] {
    std::this_thread::sleep_for(30ms);
    listener->close();
  });
  EXPECT_EQ(code_of(listener->transport_accept(10s)), Errc::canceled);
}

TEST(Listener, TheWildcardServesIPv4) {
  auto listener = Listener::listen({.port = 0}, server_config());
  ASSERT_TRUE(listener) << listener.error().message();
  EXPECT_TRUE(tcp_connect({"127.0.0.1", listener->local_endpoint()->port}, 5s));
}

TEST(Listener, LaterConnectionsUseTheNewConfiguration) {
  auto listener = Listener::listen(loopback, server_config({.alpn_preferred_protocols = {"old"}}));
  ASSERT_TRUE(listener);
  ASSERT_TRUE(listener->set_config(server_config({.alpn_preferred_protocols = {"new"}})));
  EXPECT_EQ(code_of(listener->set_config(nullptr)), Errc::missing_option) << "and the present one stays";
  std::jthread client([&] {
    auto socket = connect(*listener->local_endpoint(), client_config({.alpn_advertised_protocols = {"new"}}), localhost(), 10s);
    ASSERT_TRUE(socket) << socket.error().message();
    EXPECT_EQ(*socket->negotiated_protocol(), "new");
  });
  EXPECT_TRUE(std::move(*listener->transport_accept(10s)).handshake(10s));
}

TEST(PendingHello, ShowsTheOfferAndGoesOnWithAnotherConfiguration) {
  auto ends = memory_transports();
  std::optional<Result<Socket>> connected;
  std::jthread client([&] {
    connected = upgrade(std::move(ends.first), client_config({.alpn_advertised_protocols = {"a", "b"}}), localhost(), 10s);
  });
  auto paused = upgrade(std::move(ends.second), server_config({.pause_after_hello = true})).receive_hello(10s);
  ASSERT_TRUE(paused) << paused.error().message();
  const auto hello = paused->hello();
  ASSERT_TRUE(hello);
  EXPECT_EQ(hello->server_name, "localhost");
  EXPECT_EQ(hello->alpn, (std::vector<std::string>{"a", "b"}));
  auto socket = std::move(*paused).continue_with(server_config({.alpn_preferred_protocols = {"b"}}), 10s);
  ASSERT_TRUE(socket) << socket.error().message();
  client.join();
  ASSERT_TRUE(*connected) << connected->error().message();
  EXPECT_EQ(*(*connected)->negotiated_protocol(), "b");
}

TEST(PendingHello, CancelTellsTheClient) {
  auto ends = memory_transports();
  std::optional<Result<Socket>> connected;
  std::jthread client([&] { connected = upgrade(std::move(ends.first), client_config(), localhost(), 10s); });
  auto paused = upgrade(std::move(ends.second), server_config({.pause_after_hello = true})).receive_hello(10s);
  ASSERT_TRUE(paused) << paused.error().message();
  std::move(*paused).cancel();
  client.join();
  ASSERT_FALSE(*connected);
  EXPECT_EQ(connected->error().decided_by(), DecidedBy::peer) << connected->error().message();
}

TEST(PendingSocket, HandshakeOfAPausingConfigurationContinuesByItself) {
  auto pair = join(memory_transports(), client_config(), server_config({.pause_after_hello = true}));
  ASSERT_TRUE(pair);
}

TEST(PendingSocket, PausingNeedsTheOption) {
  auto ends = memory_transports();
  const auto paused = upgrade(std::move(ends.second), server_config()).receive_hello(1s);
  ASSERT_FALSE(paused);
  EXPECT_EQ(paused.error().code(), Errc::missing_option);
}

}  // namespace
}  // namespace keyway::test
