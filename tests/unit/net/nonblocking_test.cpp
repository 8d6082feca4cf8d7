// SPDX-License-Identifier: Apache-2.0
//
// NonBlockingSocket: two of them in one thread over a socket pair, driven by nothing but readiness.
#include <sys/socket.h>

#include "fixture.h"
#include "keyway/nonblocking.h"

namespace keyway::test {
namespace {

struct Loop {
  NonBlockingSocket client;
  NonBlockingSocket server;

  static Loop make(std::shared_ptr<const ClientConfig> client = client_config(),
                   std::shared_ptr<const ServerConfig> server = server_config()) {
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) throw std::runtime_error("socketpair");
    return {*NonBlockingSocket::client(ends[0], client, localhost()), *NonBlockingSocket::server(ends[1], server)};
  }

  static Loop over_memory(std::shared_ptr<const ClientConfig> client, std::shared_ptr<const ServerConfig> server) {
    MemoryTransports ends = memory_transports(std::size_t{1} << 21);
    return {*NonBlockingSocket::client(std::move(ends.first), client, localhost()),
            *NonBlockingSocket::server(std::move(ends.second), server)};
  }

  // What an event loop does, as often as it takes.
  void turn(int times = 1) {
    for (int i = 0; i < times; ++i) {
      for (NonBlockingSocket* socket : {&client, &server}) {
        if (socket->want_write()) { EXPECT_TRUE(socket->on_writable()); }
        if (socket->want_read()) { EXPECT_TRUE(socket->on_readable()); }
      }
    }
  }
  void shake_hands() {
    for (int i = 0; i < 20 && !(client.handshake_done() && server.handshake_done()); ++i) turn();
    ASSERT_TRUE(client.handshake_done());
    ASSERT_TRUE(server.handshake_done());
  }
};

std::string_view text_of(NonBlockingSocket& socket) { return as_text(socket.plaintext()); }

TEST(NonBlockingSocket, TheClientBeginsByWriting) {
  Loop loop = Loop::make();
  EXPECT_TRUE(loop.client.want_write());
  EXPECT_FALSE(loop.server.want_write());
  EXPECT_TRUE(loop.server.want_read());
}

TEST(NonBlockingSocket, EchoesWithoutWaiting) {
  Loop loop = Loop::make();
  loop.shake_hands();
  EXPECT_EQ(loop.client.send(as_bytes("ping")), 4U);
  loop.turn(2);
  EXPECT_EQ(text_of(loop.server), "ping");
  EXPECT_FALSE(loop.server.want_read()) << "plaintext waits: that is the back-pressure";
  ASSERT_TRUE(loop.server.plaintext_used(1));
  EXPECT_EQ(text_of(loop.server), "ing");
  ASSERT_TRUE(loop.server.plaintext_used(3));
  EXPECT_TRUE(loop.server.want_read());
}

TEST(NonBlockingSocket, SendTakesNothingMoreWhenAllIsFull) {
  Loop loop = Loop::make();
  loop.shake_hands();
  const Bytes much(65536, std::byte{'x'});
  std::size_t sent = 0;
  for (;;) {
    const auto taken = loop.client.send(much);
    ASSERT_TRUE(taken);
    if (*taken == 0) break;
    sent += *taken;
    ASSERT_LT(sent, std::size_t{1} << 30);
  }
  EXPECT_TRUE(loop.client.want_write());
  std::size_t received = 0;
  for (int i = 0; i < 100000 && received < sent; ++i) {
    loop.turn();
    while (!loop.server.plaintext().empty()) {
      received += loop.server.plaintext().size();
      ASSERT_TRUE(loop.server.plaintext_used(loop.server.plaintext().size()));
    }
  }
  EXPECT_EQ(received, sent);
}

/// Bytes taken until no more are.
std::size_t send_all_it_takes(NonBlockingSocket& socket, ByteView bytes) {
  for (std::size_t sent = 0;;) {
    const auto taken = socket.send(bytes.subspan(sent));
    EXPECT_EQ(code_of(taken), Errc{});
    if (!taken || *taken == 0) return sent;
    sent += *taken;
  }
}

// As an echo does: what has come is not used up before there is room for the answer.
TEST(NonBlockingSocket, ReadsOnWhereSendingWaitsForThePeerBehindPlaintext) {
  const auto [client_side, server_side] = willing_options();
  Loop loop = Loop::make(client_config(client_side), server_config(server_side));
  loop.shake_hands();
  ASSERT_EQ(loop.server.send(as_bytes("early")), 5U);
  ASSERT_TRUE(loop.client.on_readable());
  ASSERT_TRUE(loop.client.plaintext_used(2));
  ASSERT_TRUE(loop.client.renegotiate());
  const Bytes much(std::size_t{1} << 20, std::byte{'x'});
  std::size_t sent = send_all_it_takes(loop.client, much);
  ASSERT_LT(sent, much.size());
  EXPECT_FALSE(loop.client.want_write());
  EXPECT_TRUE(loop.client.want_read());
  EXPECT_EQ(text_of(loop.client), "rly");
  ASSERT_EQ(loop.server.send(as_bytes(" bird")), 5U);
  std::size_t received = 0;
  for (int i = 0; i < 10000 && received < much.size(); ++i) {
    loop.turn();
    sent += send_all_it_takes(loop.client, ByteView(much).subspan(sent));
    while (!loop.server.plaintext().empty()) {
      received += loop.server.plaintext().size();
      ASSERT_TRUE(loop.server.plaintext_used(loop.server.plaintext().size()));
    }
  }
  EXPECT_EQ(received, much.size());
  EXPECT_EQ(text_of(loop.client), "rly bird");
  ASSERT_TRUE(loop.client.plaintext_used(6));
  EXPECT_EQ(text_of(loop.client), "rd");
  EXPECT_FALSE(loop.client.want_read()) << "the back-pressure is there again";
  ASSERT_TRUE(loop.client.plaintext_used(2));
  EXPECT_TRUE(loop.client.want_read());
}

// The answer was read together with the data before it: nothing comes that would tell of it.
TEST(NonBlockingSocket, FindsWhatSendingWaitsForInWhatWasRead) {
  auto [client_side, server_side] = willing_options();
  server_side.client_renegotiation = false;
  Loop loop = Loop::over_memory(client_config(client_side), server_config(server_side));
  loop.shake_hands();
  ASSERT_TRUE(loop.client.renegotiate());
  ASSERT_EQ(loop.server.send(as_bytes("early")), 5U);
  ASSERT_TRUE(loop.server.on_readable()) << "declines";
  ASSERT_TRUE(loop.client.on_readable());
  EXPECT_EQ(text_of(loop.client), "early");
  const Bytes much(std::size_t{1} << 19, std::byte{'x'});
  const std::size_t sent = send_all_it_takes(loop.client, much);
  ASSERT_LT(sent, much.size());
  EXPECT_TRUE(loop.client.flushed());
  EXPECT_TRUE(loop.client.want_write()) << "more is taken at once";
  ASSERT_TRUE(loop.client.on_writable());
  EXPECT_FALSE(loop.client.want_write()) << "once is enough";
  EXPECT_EQ(send_all_it_takes(loop.client, ByteView(much).subspan(sent)), much.size() - sent);
  EXPECT_EQ(text_of(loop.client), "early");
}

// The key has protected all it may, and a question that is open keeps it from being changed.
TEST(NonBlockingSocket, TakesNothingWhileNewKeysWaitForAnAnswer) {
  const auto store = std::make_shared<Held>();
  ServerOptions options = held_by(store);
  options.protocol.key_update_at = 1000;
  options.tickets.count = 1;
  Loop loop = Loop::make(client_config(), server_config(options));
  int signals = 0;
  loop.server.set_waker([&] { ++signals; });
  loop.shake_hands();
  ASSERT_TRUE(loop.server.waits_for_answer());
  EXPECT_EQ(loop.server.send(Bytes(1000)), 1000U);
  EXPECT_EQ(loop.server.send(as_bytes("x")), 0U);
  EXPECT_FALSE(loop.server.want_write()) << "it is the answer that is missing";
  store->decline();
  EXPECT_EQ(signals, 1);
  ASSERT_TRUE(loop.server.on_woken());
  EXPECT_EQ(loop.server.send(as_bytes("x")), 1U);
  EXPECT_EQ(loop.server.connection().info().key_updates_sent, 1U);
}

// It waits for the peer, and the peer says that nothing more comes.
TEST(NonBlockingSocket, SendsNoMoreWhereThePeerEndsInTheMidstOfARenegotiation) {
  const auto [client_side, server_side] = willing_options();
  Loop loop = Loop::make(client_config(client_side), server_config(server_side));
  loop.shake_hands();
  ASSERT_TRUE(loop.client.renegotiate());
  const Bytes much(std::size_t{1} << 20, std::byte{'x'});
  ASSERT_LT(send_all_it_takes(loop.client, much), much.size());
  ASSERT_TRUE(loop.server.close_write());
  ASSERT_TRUE(loop.client.on_readable());
  EXPECT_EQ(code_of(loop.client.send(as_bytes("x"))), Errc::closed);
}

// A peer that never answers is not kept in memory without end.
TEST(NonBlockingSocket, KeepsNoMoreThanAMebibyteWhileSendingWaits) {
  const auto [client_side, server_side] = willing_options();
  Loop loop = Loop::make(client_config(client_side), server_config(server_side));
  loop.shake_hands();
  ASSERT_TRUE(loop.client.renegotiate());
  const Bytes much(std::size_t{1} << 22, std::byte{'x'});
  send_all_it_takes(loop.client, much);
  for (std::size_t sent = 0, idle = 0; idle < 3; ++idle) {
    if (loop.server.want_write()) { ASSERT_TRUE(loop.server.on_writable()); }
    const std::size_t more = send_all_it_takes(loop.server, ByteView(much).subspan(sent));
    sent += more;
    if (more != 0) idle = 0;
    if (loop.client.want_read()) { ASSERT_TRUE(loop.client.on_readable()); }
    EXPECT_EQ(send_all_it_takes(loop.client, much), 0U);
    ASSERT_LT(sent, much.size());
  }
  EXPECT_FALSE(loop.client.want_read());
  EXPECT_GT(loop.client.plaintext().size(), std::size_t{1} << 19);
  EXPECT_LE(loop.client.plaintext().size(), std::size_t{1} << 20);
}

TEST(NonBlockingSocket, CloseOfOneDirectionLeavesTheOther) {
  Loop loop = Loop::make();
  loop.shake_hands();
  ASSERT_TRUE(loop.client.close_write());
  loop.turn(2);
  EXPECT_TRUE(loop.server.peer_closed());
  EXPECT_FALSE(loop.server.want_read());
  EXPECT_EQ(loop.server.send(as_bytes("bye")), 3U);
  loop.turn(2);
  EXPECT_EQ(text_of(loop.client), "bye");
}

TEST(NonBlockingSocket, AnEndInTheMiddleIsTruncated) {
  Loop loop = Loop::make();
  loop.shake_hands();
  ::shutdown(loop.client.descriptor(), SHUT_WR);
  const auto read = loop.server.on_readable();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::truncated);
}

// What poll reports without being asked, again and again: there is nothing to watch then.
TEST(NonBlockingSocket, AHangUpWhilePlaintextWaitsIsNotWatched) {
  Loop loop = Loop::make();
  loop.shake_hands();
  ASSERT_EQ(loop.client.send(as_bytes("last words")), 10U);
  ASSERT_TRUE(loop.server.on_readable());
  { const NonBlockingSocket gone = std::move(loop.client); }
  EXPECT_FALSE(loop.server.want_read());
  EXPECT_FALSE(loop.server.want_write());
  EXPECT_EQ(text_of(loop.server), "last words");
  ASSERT_TRUE(loop.server.plaintext_used(10));
  EXPECT_TRUE(loop.server.want_read());
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code_of(loop.server.on_readable()), Errc::truncated);
  EXPECT_FALSE(loop.server.want_read());
}

TEST(NonBlockingSocket, WhatCannotBeWrittenAnyMoreIsToldEachTime) {
  Loop loop = Loop::make();
  loop.shake_hands();
  { const NonBlockingSocket gone = std::move(loop.client); }
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code_of(loop.server.send(as_bytes("x"))), Errc::reset);
  EXPECT_EQ(code_of(loop.server.on_writable()), Errc::reset);
  EXPECT_FALSE(loop.server.want_write());
}

TEST(NonBlockingSocket, PausesAfterTheHello) {
  Loop loop = Loop::make(client_config(), server_config({.pause_after_hello = true}));
  loop.turn(2);
  ASSERT_TRUE(loop.server.paused_after_hello());
  EXPECT_FALSE(loop.server.want_read());
  EXPECT_EQ(loop.server.connection().hello()->server_name, "localhost");
  ASSERT_TRUE(loop.server.continue_with(nullptr));
  loop.shake_hands();
}

TEST(NonBlockingSocket, TheWakerSignalsALateAnswer) {
  std::optional<Answer<std::shared_ptr<const Psk>>> kept;
  ServerOptions options;
  options.psk.lookup = [&](ByteView, Answer<std::shared_ptr<const Psk>> answer) { kept.emplace(std::move(answer)); };
  auto config = ServerConfig::make(std::move(options));
  ASSERT_TRUE(config) << config.error().message();
  Loop loop = Loop::make(client_config(), *config);
  int signals = 0;
  loop.server.set_waker([&] { ++signals; });
  loop.turn(2);
  ASSERT_TRUE(loop.server.waits_for_answer());
  ASSERT_TRUE(kept);
  EXPECT_EQ(signals, 0);
  std::move(*kept).give(std::make_shared<const Psk>(one_key().keys.front()));
  EXPECT_EQ(signals, 1);
  ASSERT_TRUE(loop.server.on_woken());
  loop.shake_hands();
}

TEST(NonBlockingSocket, ABrokenRecordEndsInAnAlertThatIsSent) {
  Loop loop = Loop::make();
  loop.shake_hands();
  const Bytes garbage =
      to_bytes(as_bytes(std::string_view("\x17\x03\x03\x00\x20"
                                         "0123456789abcdef0123456789abcdef",
                                         37)));
  ASSERT_EQ(::send(loop.client.descriptor(), garbage.data(), garbage.size(), MSG_NOSIGNAL), 37);
  const auto read = loop.server.on_readable();
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code(), Errc::bad_record_mac);
  EXPECT_TRUE(loop.server.flushed());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(code_of(loop.server.on_readable()), Errc::bad_record_mac) << "each call tells the first error";
    EXPECT_EQ(code_of(loop.server.on_writable()), Errc::bad_record_mac);
    EXPECT_EQ(code_of(loop.server.on_woken()), Errc::bad_record_mac);
  }
  const auto told = loop.client.on_readable();
  ASSERT_FALSE(told);
  EXPECT_EQ(told.error().code(), Errc::alert_received);
  EXPECT_EQ(told.error().detail()->received_alert, AlertDescription::bad_record_mac);
}

}  // namespace
}  // namespace keyway::test
