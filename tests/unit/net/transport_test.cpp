// SPDX-License-Identifier: Apache-2.0
//
// Transports by themselves: bytes in order, ends, time-outs, waking, and the errors of TCP.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

#include "fixture.h"
#include "keyway/nonblocking.h"
#include "keyway/transport.h"
#include "net/system_error.h"

namespace keyway {
namespace {

using namespace std::chrono_literals;

// A listening TCP socket of the kernel alone.
class RawListener {
 public:
  explicit RawListener(int backlog = 8) : descriptor_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    socklen_t size = sizeof(address);
    ::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size);
    ::listen(descriptor_, backlog);
    port_ = ntohs(address.sin_port);
  }
  RawListener(const RawListener&) = delete;
  RawListener& operator=(const RawListener&) = delete;
  ~RawListener() { ::close(descriptor_); }
  Endpoint endpoint() const { return {"127.0.0.1", port_}; }
  std::unique_ptr<Transport> accept() const { return *tcp_from_descriptor(::accept(descriptor_, nullptr, nullptr)); }

 private:
  int descriptor_;
  std::uint16_t port_ = 0;
};

struct Ends {
  std::unique_ptr<Transport> first;
  std::unique_ptr<Transport> second;
};

Ends tcp_ends() {
  const RawListener listener;
  auto first = tcp_connect(listener.endpoint(), 5s);
  return {*std::move(first), listener.accept()};
}

Ends memory_ends() {
  auto ends = memory_transports(16);
  return {std::move(ends.first), std::move(ends.second)};
}

class AnyTransport : public testing::TestWithParam<Ends (*)()> {};

TEST_P(AnyTransport, CarriesBytesInOrderAndGathersPieces) {
  const Ends ends = GetParam()();
  const ByteView pieces[] = {as_bytes("one "), {}, as_bytes("two")};
  EXPECT_EQ(ends.first->write(pieces, 1s), 7U);
  Bytes into(16);
  EXPECT_EQ(ends.second->read(into, 1s), 7U);
  EXPECT_EQ(as_text(ByteView(into).first(7)), "one two");
}

TEST_P(AnyTransport, ReadsZeroBytesAtTheEnd) {
  const Ends ends = GetParam()();
  ASSERT_TRUE(ends.first->shutdown_write());
  Bytes into(4);
  EXPECT_EQ(ends.second->read(into, 1s), 0U);
  const ByteView piece = as_bytes("back");
  EXPECT_EQ(ends.second->write(ByteViews(&piece, 1), 1s), 4U) << "the other direction is still open";
  EXPECT_EQ(ends.first->read(into, 1s), 4U);
}

TEST_P(AnyTransport, TimesOut) {
  const Ends ends = GetParam()();
  Bytes into(4);
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(ends.first->read(into, 30ms).error().code(), Errc::timeout);
  EXPECT_GE(std::chrono::steady_clock::now() - began, 29ms);
  EXPECT_EQ(ends.first->read(into, 0ms).error().code(), Errc::timeout);
}

TEST_P(AnyTransport, AFullTransportTakesNothingMore) {
  const Ends ends = GetParam()();
  const Bytes much(1 << 20);
  const ByteView piece = much;
  Result<std::size_t> taken = 1;
  for (int i = 0; i < 10000 && taken; ++i) taken = ends.first->write(ByteViews(&piece, 1), 0ms);
  EXPECT_EQ(taken.error().code(), Errc::timeout);
}

TEST_P(AnyTransport, CloseWakesAReaderOnAnotherThread) {
  const Ends ends = GetParam()();
  std::jthread closer([&] {
    std::this_thread::sleep_for(30ms);
    ends.first->close();
  });
  Bytes into(4);
  EXPECT_EQ(ends.first->read(into, 10s).error().code(), Errc::canceled);
  ends.first->close();
  EXPECT_EQ(ends.first->read(into, 10s).error().code(), Errc::canceled);
}

INSTANTIATE_TEST_SUITE_P(All, AnyTransport, testing::Values(&tcp_ends, &memory_ends),
                         [](const auto& which) { return which.index == 0 ? "Tcp" : "Memory"; });

TEST(TcpTransport, RefusedNamesTheAddress) {
  Endpoint gone;
  {
    const RawListener listener;
    gone = listener.endpoint();
  }
  const auto transport = tcp_connect(gone, 5s);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code(), Errc::refused);
  EXPECT_EQ(transport.error().detail()->path, to_string(gone));
  EXPECT_EQ(transport.error().detail()->system_errno, ECONNREFUSED);
  EXPECT_EQ(transport.error().decided_by(), DecidedBy::transport);
}

TEST(TcpTransport, UnknownNamesAreResolveFailed) {
  const auto transport = tcp_connect({"no-such-host.invalid", 443}, 5s);
  ASSERT_FALSE(transport);
  EXPECT_EQ(transport.error().code(), Errc::resolve_failed);
  EXPECT_EQ(transport.error().detail()->path, "no-such-host.invalid:443");
}

TEST(TcpTransport, ConnectTimesOutOnAFullBacklog) {
  const RawListener listener(0);
  std::vector<Result<std::unique_ptr<Transport>>> held;
  for (int i = 0; i < 8; ++i) held.push_back(tcp_connect(listener.endpoint(), 100ms));
  ASSERT_FALSE(held.back());
  EXPECT_EQ(held.back().error().code(), Errc::timeout);
  EXPECT_EQ(held.back().error().detail()->path, to_string(listener.endpoint()));
}

// Who gets timeout tries again; a connection that the kernel has given up does not come back.
TEST(TcpTransport, ATimeOutOfTheKernelIsOneWhileConnectingAlone) {
  EXPECT_EQ(net::connect_failure(ETIMEDOUT, "here").error().code(), Errc::timeout);
  EXPECT_EQ(net::connect_failure(ECONNREFUSED, "here").error().code(), Errc::refused);
  const Error lasting = net::transport_failure(ETIMEDOUT, "here").error();
  EXPECT_EQ(lasting.code(), Errc::system_error);
  EXPECT_EQ(lasting.detail()->system_errno, ETIMEDOUT);
  EXPECT_EQ(lasting.detail()->path, "here");
}

TEST(TcpTransport, WritingToAClosedPeerIsResetAndNoSignal) {
  Ends ends = tcp_ends();
  ends.second.reset();
  const ByteView piece = as_bytes("x");
  Result<std::size_t> written = 1;
  for (int i = 0; i < 100 && written; ++i) {
    written = ends.first->write(ByteViews(&piece, 1), 1s);
    std::this_thread::sleep_for(1ms);
  }
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code(), Errc::reset);
}

// ---- what was sent arrives, whatever lies unread on our side when we close

/// The first end takes `payload` bytes without the second reading; that one's window is far smaller.
struct UnevenEnds {
  static constexpr std::size_t payload = 150'000;
  int first = -1;
  MemoryTransports ends;

  UnevenEnds() {
    const int listening = ::socket(AF_INET, SOCK_STREAM, 0);
    const int small = 16384;
    const int large = 4 * static_cast<int>(payload);
    ::setsockopt(listening, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    ::bind(listening, reinterpret_cast<sockaddr*>(&address), size);
    ::listen(listening, 1);
    ::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size);
    first = ::socket(AF_INET, SOCK_STREAM, 0);
    ::setsockopt(first, SOL_SOCKET, SO_SNDBUF, &large, sizeof(large));
    if (::connect(first, reinterpret_cast<sockaddr*>(&address), size) != 0) throw std::runtime_error("connect");
    ends.first = *tcp_from_descriptor(first);
    ends.second = *tcp_from_descriptor(::accept(listening, nullptr, nullptr));
    ::close(listening);
  }
  /// Until something lies unread at the first end.
  void await_unread() const {
    pollfd entry{.fd = first, .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&entry, 1, 10'000), 1);
  }
};

std::shared_ptr<const ServerConfig> with_tickets() { return test::server_config({.tickets = {.mode = TicketMode::stateful}}); }

TEST(ClosingOverTcp, UnreadTicketsDoNotDestroyWhatWasSent) {
  UnevenEnds uneven;
  auto pair = test::join(std::move(uneven.ends), test::client_config(), with_tickets());
  ASSERT_TRUE(pair);
  const Bytes data(UnevenEnds::payload, std::byte{'d'});
  ASSERT_TRUE(pair->client.send(data, 10s));
  uneven.await_unread();
  ASSERT_TRUE(pair->client.close());
  EXPECT_EQ(pair->server.recv(data.size(), 10s), data);
  EXPECT_EQ(test::code_of(pair->server.recv(0, 10s)), Errc::closed) << "close_notify behind it";
}

TEST(ClosingOverTcp, UnreadTicketsDoNotDestroyWhatANonBlockingSocketSent) {
  UnevenEnds uneven;
  std::optional<Result<NonBlockingSocket>> client(
      NonBlockingSocket::client(std::move(uneven.ends.first), test::client_config(), test::localhost()));
  std::optional<Result<Socket>> server;
  std::jthread accepting([&] { server = upgrade(std::move(uneven.ends.second), with_tickets()).handshake(10s); });
  ASSERT_TRUE(*client);
  NonBlockingSocket& socket = **client;
  ASSERT_TRUE(socket.on_writable());
  while (!socket.handshake_done()) {
    uneven.await_unread();
    ASSERT_TRUE(socket.on_readable());
  }
  accepting.join();
  ASSERT_TRUE(*server);
  const Bytes data(UnevenEnds::payload, std::byte{'d'});
  EXPECT_EQ(socket.send(data), data.size());
  ASSERT_TRUE(socket.close_write());
  ASSERT_TRUE(socket.flushed());
  uneven.await_unread();
  client.reset();
  EXPECT_EQ((*server)->recv(data.size(), 10s), data);
  EXPECT_EQ(test::code_of((*server)->recv(0, 10s)), Errc::closed);
}

TEST(TcpTransport, KnowsBothNames) {
  const Ends ends = tcp_ends();
  EXPECT_EQ(*ends.first->peer_name(), *ends.second->socket_name());
  EXPECT_EQ(*ends.first->socket_name(), *ends.second->peer_name());
  EXPECT_EQ(ends.first->peer_name()->host, "127.0.0.1");
}

}  // namespace
}  // namespace keyway
