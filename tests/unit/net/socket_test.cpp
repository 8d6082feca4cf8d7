// SPDX-License-Identifier: Apache-2.0
//
// Socket: receiving in lengths, ends, time-outs, two threads, callbacks that come back in.
#include <random>

#include "fixture.h"
#include "keyway/nonblocking.h"
#include "loop/credentials.h"

namespace keyway::test {
namespace {

TEST(Socket, EchoesOverMemory) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.send(as_bytes("ping")));
  EXPECT_EQ(text(server.recv(0, 5s)), "ping");
  ASSERT_TRUE(server.send(as_bytes("pong")));
  EXPECT_EQ(text(client.recv(4, 5s)), "pong");
  EXPECT_EQ(client.info()->version, ProtocolVersion::tls1_3);
  EXPECT_EQ(client.info()->resumed, Resumption::external_psk);
}

TEST(Socket, RecvOfALengthWaitsForAllOfItAndKeepsTheRest) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.send(as_bytes("abc")));
  ASSERT_TRUE(client.send(as_bytes("defgh")));
  EXPECT_EQ(text(server.recv(5, 5s)), "abcde");
  EXPECT_EQ(text(server.recv(0, 5s)), "fgh");
}

TEST(Socket, RecvOfNothingInParticularTakesAllThatIsThere) {
  auto [client, server] = socket_pair();
  for (const char* part : {"a", "b", "c"}) ASSERT_TRUE(client.send(as_bytes(part)));
  EXPECT_EQ(text(server.recv(0, 5s)), "abc");
}

TEST(Socket, ATimeOutLosesNothing) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.send(as_bytes("abc")));
  EXPECT_EQ(code_of(server.recv(6, 30ms)), Errc::timeout);
  ASSERT_TRUE(client.send(as_bytes("def")));
  EXPECT_EQ(text(server.recv(6, 5s)), "abcdef");
}

TEST(Socket, WhatIsLeftComesBeforeTheEnd) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.send(as_bytes("abc")));
  std::jthread closer([&c = client] { EXPECT_TRUE(c.close(5s)); });
  EXPECT_EQ(text(server.recv(10, 5s)), "abc");
  EXPECT_EQ(code_of(server.recv(10, 5s)), Errc::closed);
  EXPECT_EQ(code_of(server.recv(0, 5s)), Errc::closed);
  EXPECT_TRUE(server.close(5s));
}

TEST(Socket, AnEndWithoutCloseNotifyIsTruncated) {
  auto ends = memory_transports();
  Transport* wire = ends.first.get();
  auto pair = join(std::move(ends), client_config(), server_config());
  ASSERT_TRUE(pair);
  ASSERT_TRUE(pair->client.send(as_bytes("abc")));
  ASSERT_TRUE(wire->shutdown_write());
  EXPECT_EQ(text(pair->server.recv(10, 5s)), "abc");
  EXPECT_EQ(code_of(pair->server.recv(10, 5s)), Errc::truncated);
}

TEST(Socket, ShutdownOfWritingSendsCloseNotifyAndReadingGoesOn) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.shutdown(Socket::Ways::write));
  EXPECT_EQ(code_of(client.send(as_bytes("x"))), Errc::write_closed);
  EXPECT_EQ(code_of(server.recv(0, 5s)), Errc::closed);
  ASSERT_TRUE(server.send(as_bytes("still here")));
  EXPECT_EQ(text(client.recv(10, 5s)), "still here");
}

TEST(Socket, ShutdownOfReadingRefusesToReceive) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.shutdown(Socket::Ways::read));
  EXPECT_EQ(code_of(client.recv(0, 5s)), Errc::canceled);
  EXPECT_TRUE(client.send(as_bytes("x")));
  EXPECT_EQ(text(server.recv(1, 5s)), "x");
}

TEST(Socket, CallsAfterOurOwnCloseAreCanceledForClosedMeansThePeersCloseNotify) {
  auto [client, server] = socket_pair();
  EXPECT_TRUE(client.close());
  EXPECT_TRUE(client.close());
  EXPECT_EQ(code_of(client.recv(0, 1s)), Errc::canceled);
  EXPECT_EQ(code_of(client.send(as_bytes("x"))), Errc::canceled);
  EXPECT_EQ(code_of(server.recv(0, 5s)), Errc::closed);
}

TEST(Socket, ALateRefusalReachesThePeerAsAnAlert) {
  std::vector<std::jthread> answering;
  ServerOptions options;
  options.psk.lookup = [&](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    answering.emplace_back([answer = std::move(answer)]() mutable {
      std::this_thread::sleep_for(20ms);
      std::move(answer).give(fail(Errc::unknown_psk_identity));
    });
  };
  const auto config = ServerConfig::make(std::move(options));
  ASSERT_TRUE(config) << config.error().message();
  auto ends = memory_transports();
  std::optional<Result<Socket>> accepted;
  std::jthread server([&] { accepted = upgrade(std::move(ends.second), *config).handshake(10s); });
  const auto connected = upgrade(std::move(ends.first), client_config(), localhost(), 10s);
  server.join();
  EXPECT_EQ(code_of(*accepted), Errc::unknown_psk_identity);
  ASSERT_EQ(code_of(connected), Errc::alert_received);
  EXPECT_EQ(connected.error().detail()->received_alert, AlertDescription::unknown_psk_identity);
}

TEST(Socket, CloseWithoutAnAnswerSaysSo) {
  auto [client, server] = socket_pair();
  EXPECT_EQ(code_of(client.close(50ms)), Errc::timeout);
}

/// The test itself looks from time to time whether somebody reads; that is no reason to stop.
Result<Bytes> receive_when_free(Socket& socket) {
  for (;;) {
    auto received = socket.recv(0, 60s);
    if (code_of(received) != Errc::busy) return received;
  }
}

TEST(Socket, CloseBesideAReaderThatNeverEndsSaysSo) {
  auto [client, server] = socket_pair();
  std::jthread reader([&s = server] { EXPECT_EQ(code_of(receive_when_free(s)), Errc::canceled); });
  while (code_of(server.recv(1, 0ms)) != Errc::busy) std::this_thread::yield();
  EXPECT_EQ(code_of(server.close(50ms)), Errc::timeout);
}

TEST(Socket, CloseBesideAWriterThatNeverEndsSaysSo) {
  auto [client, server] = socket_pair({}, {}, 4096);
  const Bytes much(1'000'000);
  ASSERT_TRUE(server.shutdown(Socket::Ways::write)) << "the peer's end is there: ours is what is missing";
  std::jthread writer([&, &c = client] { EXPECT_EQ(code_of(c.send(much)), Errc::canceled); });
  while (code_of(client.send(as_bytes("x"), 0ms)) != Errc::timeout) std::this_thread::yield();
  EXPECT_EQ(code_of(client.close(50ms)), Errc::timeout);
}

TEST(Socket, ShutdownOfBothWaysWaitsForAnotherThreadsSend) {
  auto [client, server] = socket_pair({}, {}, 4096);
  const Bytes much(100'000, std::byte{'m'});
  std::jthread writer([&, &c = client] { EXPECT_TRUE(c.send(much)); });
  EXPECT_EQ(text(server.recv(1, 60s)), "m") << "it has begun, and more is under way than fits";
  EXPECT_EQ(code_of(client.shutdown(Socket::Ways::both, 0ms)), Errc::timeout) << "and nothing is cut off";
  EXPECT_EQ(code_of(client.recv(0, 0ms)), Errc::canceled);
  std::jthread ending([&c = client] { EXPECT_TRUE(c.shutdown(Socket::Ways::both, 60s)); });
  EXPECT_EQ(server.recv(much.size() - 1, 60s), Bytes(much.size() - 1, std::byte{'m'}));
  EXPECT_EQ(code_of(server.recv(0, 60s)), Errc::closed);
}

// A reader that waits for a late answer gives its token up at once, so that the end of the peer can be awaited.
TEST(Socket, CloseWakesAReaderThatWaitsForAnAnswer) {
  const auto store = std::make_shared<Held>();
  auto [client, server] = socket_pair({}, held_by(store));
  Result<Bytes> received;
  std::jthread reader([&, &s = server] { received = receive_when_free(s); });
  while (!store->asked || code_of(server.recv(1, 0ms)) != Errc::busy) std::this_thread::yield();
  std::jthread peer([&, &c = client] {
    reader.join();
    EXPECT_TRUE(c.close(60s));
  });
  EXPECT_TRUE(server.close(60s));
  peer.join();
  EXPECT_EQ(code_of(received), Errc::canceled);
}

TEST(Socket, NothingWorksWithoutAConfiguration) {
  const auto expect_missing = [](const auto& result) {
    ASSERT_EQ(code_of(result), Errc::missing_option);
    EXPECT_EQ(result.error().detail()->option, "config");
  };
  const std::shared_ptr<const ClientConfig> no_client;
  const std::shared_ptr<const ServerConfig> no_server;
  expect_missing(connect({"127.0.0.1", 1}, no_client, 5s));
  expect_missing(upgrade(memory_transports().first, no_client, localhost()));
  expect_missing(upgrade(memory_transports().first, no_server).handshake());
  expect_missing(upgrade(memory_transports().first, server_config()).handshake(no_server));
  expect_missing(upgrade(memory_transports().first, no_server).receive_hello());
  expect_missing(NonBlockingSocket::client(memory_transports().first, no_client, localhost()));
  expect_missing(NonBlockingSocket::server(memory_transports().first, no_server));
  expect_missing(Listener::listen({"127.0.0.1", 0}, no_server));
}

TEST(Socket, NothingWorksWithoutATransport) {
  const auto expect_missing = [](const auto& result) {
    ASSERT_EQ(code_of(result), Errc::missing_option);
    EXPECT_EQ(result.error().detail()->option, "transport");
  };
  expect_missing(upgrade(nullptr, client_config(), localhost()));
  expect_missing(upgrade(nullptr, server_config()).handshake());
  expect_missing(upgrade(nullptr, server_config({.pause_after_hello = true})).receive_hello());
  expect_missing(upgrade(nullptr, server_config()).peer_name());
  expect_missing(upgrade(nullptr, server_config()).socket_name());
  expect_missing(NonBlockingSocket::client(nullptr, client_config(), localhost()));
  expect_missing(NonBlockingSocket::server(nullptr, server_config()));
  // One that was used up, and the object afterwards.
  PendingSocket pending = upgrade(memory_transports().first, server_config());
  EXPECT_EQ(code_of(std::move(pending).handshake(0ms)), Errc::truncated) << "the other end is gone";
  expect_missing(std::move(pending).handshake(server_config(), 0ms));
  expect_missing(std::move(pending).receive_hello(0ms));
}

TEST(Socket, AHelloIsContinuedOnce) {
  auto ends = memory_transports();
  std::jthread client([&] { EXPECT_TRUE(upgrade(std::move(ends.first), client_config(), localhost(), 10s)); });
  auto hello = upgrade(std::move(ends.second), server_config({.pause_after_hello = true})).receive_hello(10s);
  ASSERT_TRUE(hello) << hello.error().message();
  EXPECT_TRUE(std::move(*hello).continue_with(nullptr, 10s));
  EXPECT_EQ(code_of(std::move(*hello).continue_with(nullptr, 10s)), Errc::not_available);
  EXPECT_EQ(code_of(hello->hello()), Errc::not_available);
  std::move(*hello).cancel();
}

TEST(Socket, CloseWakesAReaderOnAnotherThread) {
  auto [client, server] = socket_pair();
  std::jthread closer([&c = client] {
    std::this_thread::sleep_for(30ms);
    static_cast<void>(c.close());
  });
  const auto received = client.recv(0, 10s);
  ASSERT_FALSE(received);
  EXPECT_NE(received.error().code(), Errc::timeout);
}

TEST(Socket, ASecondReaderGetsBusyAndTheFirstGoesOn) {
  auto [client, server] = socket_pair();
  Result<Bytes> first;
  std::jthread reader([&, &s = server] { first = s.recv(4, 10s); });
  std::this_thread::sleep_for(100ms);  // the first reader is the other thread's
  Errc second{};
  for (int i = 0; i < 200 && second != Errc::busy; ++i) {
    second = code_of(server.recv(1, 0ms));
    std::this_thread::sleep_for(5ms);
  }
  EXPECT_EQ(second, Errc::busy);
  ASSERT_TRUE(client.send(as_bytes("data")));
  reader.join();
  EXPECT_EQ(text(first), "data");
}

// Each side writes and reads at the same time, far more than what fits on the way.
TEST(Socket, CarriesBothDirectionsAtOnce) {
  auto [client, server] = socket_pair({}, {}, 4096);
  constexpr std::size_t size = 3'000'000;
  const auto pattern = [](unsigned seed) {
    std::minstd_rand random(seed);
    Bytes bytes(size);
    for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
    return bytes;
  };
  const Bytes up = pattern(1);
  const Bytes down = pattern(2);
  std::jthread client_writer([&, &c = client] { EXPECT_TRUE(c.send(up)); });
  std::jthread server_writer([&, &s = server] { EXPECT_TRUE(s.send(down)); });
  std::jthread server_reader([&, &s = server] {
    const auto got = s.recv(size, 60s);
    EXPECT_TRUE(got && *got == up);
  });
  const auto got = client.recv(size, 60s);
  EXPECT_TRUE(got && *got == down);
}

TEST(Socket, SendsOfSeveralThreadsStayWhole) {
  auto [client, server] = socket_pair({}, {}, 4096);
  constexpr std::size_t size = 100'000;
  std::vector<std::jthread> writers;
  for (int i = 0; i < 4; ++i) {
    writers.emplace_back([&c = client, i] { EXPECT_TRUE(c.send(Bytes(size, static_cast<std::byte>('a' + i)))); });
  }
  for (int i = 0; i < 4; ++i) {
    const auto part = server.recv(size, 60s);
    ASSERT_TRUE(part);
    EXPECT_EQ(*part, Bytes(size, part->front()));
  }
}

TEST(Socket, GathersPieces) {
  auto [client, server] = socket_pair();
  const ByteView pieces[] = {as_bytes("one "), {}, as_bytes("two "), as_bytes("three")};
  ASSERT_TRUE(client.send(pieces));
  EXPECT_EQ(text(server.recv(13, 5s)), "one two three");
}

TEST(Socket, UpdatesKeysAndTellsIt) {
  auto [client, server] = socket_pair();
  ASSERT_TRUE(client.update_keys(KeyUpdateRequest::update_requested));
  ASSERT_TRUE(client.send(as_bytes("new keys")));
  EXPECT_EQ(text(server.recv(8, 5s)), "new keys");
  ASSERT_TRUE(server.send(as_bytes("answer")));
  EXPECT_EQ(text(client.recv(6, 5s)), "answer");
  EXPECT_EQ(client.info()->key_updates_sent, 1U);
  EXPECT_EQ(client.info()->key_updates_received, 1U);
  const auto events = client.take_events();
  ASSERT_TRUE(events);
  EXPECT_TRUE(std::ranges::any_of(*events, [](const SocketEvent& event) { return std::holds_alternative<KeysUpdated>(event); }));
}

// The key has protected all it may, and a question that is open keeps it from being changed: nothing of that is the caller's.
TEST(Socket, SendsMuchWhileAQuestionIsOpen) {
  const auto store = std::make_shared<Held>();
  ServerOptions options = held_by(store);
  options.protocol.key_update_at = 1000;
  auto [client, server] = socket_pair({}, options);
  ASSERT_TRUE(store->asked);
  Bytes much(1'000'000);
  std::minstd_rand random(3);
  for (std::byte& byte : much) byte = static_cast<std::byte>(random());
  EXPECT_EQ(code_of(server.send(ByteView(much).first(1000), 5s)), Errc{});
  EXPECT_EQ(code_of(server.send(as_bytes("x"), 1ms)), Errc::timeout) << "nothing of it was taken";
  std::jthread clerk([&](const std::stop_token& stop) {
    for (; !stop.stop_requested(); std::this_thread::yield()) store->decline();
  });
  std::jthread sender([&, &s = server] { EXPECT_TRUE(s.send(ByteView(much).subspan(1000), 60s)); });
  EXPECT_EQ(client.recv(much.size(), 60s), much);
  sender.join();
  EXPECT_GT(server.info()->key_updates_sent, 0u);
}

// The answer is there, and nobody has looked for it yet: it is taken on the way, without waiting for a peer that is silent.
TEST(Socket, SendsOnWhereTheAnswerHasComeBefore) {
  const auto store = std::make_shared<Held>();
  ServerOptions options = held_by(store);
  options.protocol.key_update_at = 1000;
  options.tickets.count = 1;
  auto [client, server] = socket_pair({}, options);
  EXPECT_EQ(code_of(server.send(Bytes(1000), 5s)), Errc{});
  EXPECT_EQ(code_of(server.send(as_bytes("x"), 1ms)), Errc::timeout);
  store->decline();
  EXPECT_EQ(code_of(server.send(as_bytes("y"), 5s)), Errc{});
  EXPECT_EQ(server.info()->key_updates_sent, 1u);
  EXPECT_EQ(text(client.recv(1001, 5s)).back(), 'y');
}

SocketPair willing_sockets(std::size_t capacity = 65536) {
  const auto [client, server] = willing_options();
  return socket_pair(client, server, capacity);
}

TEST(Socket, RenegotiatesAndTellsIt) {
  auto [client, server] = willing_sockets();
  ASSERT_TRUE(client.renegotiate());
  ASSERT_TRUE(client.send(as_bytes("waits")));
  std::thread answering([&peer = server] {
    EXPECT_EQ(text(peer.recv(5, 5s)), "waits");
    EXPECT_TRUE(peer.send(as_bytes("answer")));
  });
  EXPECT_EQ(text(client.recv(6, 5s)), "answer");
  answering.join();
  const auto events = client.take_events();
  ASSERT_TRUE(events);
  EXPECT_TRUE(std::ranges::any_of(*events, [](const SocketEvent& event) { return std::holds_alternative<Renegotiated>(event); }));
}

TEST(Socket, MayWaitForARenegotiation) {
  auto [client, server] = willing_sockets();
  ASSERT_TRUE(server.send(as_bytes("data")));
  std::thread answering([&peer = server] {
    EXPECT_EQ(text(peer.recv(3, 5s)), "end");
    EXPECT_TRUE(peer.renegotiate(5s));
    EXPECT_TRUE(peer.send(as_bytes("done")));
  });
  ASSERT_TRUE(client.renegotiate(5s));
  EXPECT_EQ(client.renegotiate(5s).error().code(), Errc::renegotiation_rejected) << "one in twelve seconds";
  EXPECT_EQ(text(client.recv(4, 5s)), "data");
  ASSERT_TRUE(client.send(as_bytes("end")));
  EXPECT_EQ(text(client.recv(4, 5s)), "done");
  answering.join();
}

TEST(Socket, ARenegotiationThatNobodyAnswersTimesOut) {
  auto [client, server] = willing_sockets();
  EXPECT_EQ(client.renegotiate(20ms).error().code(), Errc::timeout);
  EXPECT_EQ(client.renegotiate(5s).error().code(), Errc::already_renegotiating);
  std::thread answering([&peer = server] {
    EXPECT_EQ(text(peer.recv(3, 5s)), "end");
    EXPECT_TRUE(peer.send(as_bytes("done")));
  });
  ASSERT_TRUE(client.send(as_bytes("end")));
  EXPECT_EQ(text(client.recv(4, 5s)), "done");
  answering.join();
  const auto events = client.take_events();
  ASSERT_TRUE(events);
  EXPECT_TRUE(std::ranges::any_of(*events, [](const SocketEvent& event) { return std::holds_alternative<Renegotiated>(event); }));
}

// More than a connection keeps: the sender reads for itself, and loses nothing of what comes.
TEST(Socket, SendsMuchInTheMidstOfARenegotiation) {
  auto [client, server] = willing_sockets();
  const Bytes much(std::size_t{3} << 20, std::byte{'x'});
  ASSERT_TRUE(server.send(as_bytes("early")));
  EXPECT_EQ(text(client.recv(2, 5s)), "ea") << "the rest stays where the next record would come";
  ASSERT_TRUE(client.renegotiate());
  std::thread answering([&] { EXPECT_EQ(server.recv(much.size(), 30s), much); });
  EXPECT_TRUE(client.send(much, 30s));
  answering.join();
  EXPECT_EQ(text(client.recv(3, 5s)), "rly");
}

/// Tells that somebody reads.
class Watched final : public Transport {
 public:
  explicit Watched(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}
  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    is_read = true;
    return inner_->read(into, timeout);
  }
  Result<std::size_t> write(ByteViews from, Duration timeout) override { return inner_->write(from, timeout); }
  Result<void> shutdown_write() override { return inner_->shutdown_write(); }
  void close() noexcept override { inner_->close(); }
  Result<Endpoint> peer_name() const override { return inner_->peer_name(); }
  Result<Endpoint> socket_name() const override { return inner_->socket_name(); }

  std::atomic<bool> is_read = false;

 private:
  std::unique_ptr<Transport> inner_;
};

// The sender needs the peer and reads; that is not a second receiver.
TEST(Socket, AReceiverWaitsForASenderThatReads) {
  auto ends = memory_transports();
  auto watched = std::make_unique<Watched>(std::move(ends.first));
  Watched& wire = *watched;
  ends.first = std::move(watched);
  const auto [client_side, server_side] = willing_options();
  auto pair = join(std::move(ends), client_config(client_side), server_config(server_side));
  ASSERT_TRUE(pair);
  auto& [client, server] = *pair;
  const Bytes much(std::size_t{3} << 20, std::byte{'x'});
  ASSERT_TRUE(client.renegotiate());
  wire.is_read = false;
  std::jthread sending([&, &c = client] { EXPECT_EQ(code_of(c.send(much, 60s)), Errc{}); });
  while (!wire.is_read) std::this_thread::yield();
  EXPECT_EQ(code_of(client.recv(4, 0ms)), Errc::timeout) << "the peer says nothing";
  std::jthread answering([&, &s = server] {
    EXPECT_TRUE(s.send(as_bytes("some")));
    EXPECT_EQ(s.recv(much.size(), 60s), much);
    EXPECT_TRUE(s.send(as_bytes("done")));
  });
  EXPECT_EQ(text(client.recv(4, 60s)), "some");
  EXPECT_EQ(text(client.recv(4, 60s)), "done");
}

// Each waits for the other to read: who sends does not keep the receiver from it.
TEST(Socket, BothSidesSendMuchInTheMidstOfARenegotiation) {
  auto [client, server] = willing_sockets(4096);
  const Bytes much(std::size_t{2} << 20, std::byte{'x'});
  ASSERT_TRUE(client.renegotiate());
  std::vector<std::jthread> threads;
  for (Socket* socket : {&client, &server}) {
    threads.emplace_back([&, socket] { EXPECT_EQ(code_of(socket->send(much, 60s)), Errc{}); });
    threads.emplace_back([&, socket] {
      for (std::size_t size = 0; size < much.size();) {
        const auto part = socket->recv(0, 60s);
        ASSERT_EQ(code_of(part), Errc{});
        size += part->size();
      }
    });
  }
}

TEST(Socket, BothSidesExportTheSameKeys) {
  auto [client, server] = socket_pair();
  Bytes ours(32);
  Bytes theirs(32);
  ASSERT_TRUE(client.export_key("EXPORTER-test", as_bytes("context"), ours));
  ASSERT_TRUE(server.export_key("EXPORTER-test", as_bytes("context"), theirs));
  EXPECT_EQ(ours, theirs);
  ASSERT_TRUE(client.export_key("EXPORTER-other", as_bytes("context"), theirs));
  EXPECT_NE(ours, theirs);
}

TEST(Socket, NegotiatesAProtocol) {
  auto [client, server] =
      socket_pair({.alpn_advertised_protocols = {"h2", "http/1.1"}}, {.alpn_preferred_protocols = {"http/1.1"}});
  EXPECT_EQ(*client.negotiated_protocol(), "http/1.1");
  EXPECT_EQ(*server.negotiated_protocol(), "http/1.1");
}

// The server takes nothing of the client's second flight before the client's socket is there.
TEST(Socket, AFalseStartSavesARoundTrip) {
  ClientOptions options;
  options.protocol.versions = {ProtocolVersion::tls1_2};
  options.alpn_advertised_protocols = {"h2"};
  options.false_start = true;
  auto ends = memory_transports();
  std::optional<Result<Socket>> client;
  std::thread connecting([&] { client.emplace(upgrade(std::move(ends.first), client_config(options), localhost(), 5s)); });
  ServerOptions taking;
  taking.protocol.versions = {ProtocolVersion::tls1_2};
  taking.alpn_preferred_protocols = {"h2"};
  taking.certs_keys = {authority().leaf()};
  auto server = Connection::server(server_config(taking), {std::chrono::steady_clock::now(), std::chrono::system_clock::now()});
  ASSERT_TRUE(server);
  Bytes input(65536);
  std::size_t held = 0;
  std::string data;
  const auto serve = [&] {
    const auto count = ends.second->read(MutableBytes(input).subspan(held), 5s);
    ASSERT_TRUE(count);
    held += *count;
    for (MutableBytes rest = MutableBytes(input).first(held);;) {
      const auto step = server->receive(rest);
      ASSERT_TRUE(step) << step.error().message();
      rest = rest.subspan(step->consumed);
      if (const auto* part = std::get_if<ApplicationData>(&step->progress)) data += as_text(part->plaintext);
      if (!std::holds_alternative<NeedBytes>(step->progress)) continue;
      std::ranges::copy(rest, input.begin());
      held = rest.size();
      break;
    }
    while (total_size(server->output()) != 0) {
      const auto written = ends.second->write(server->output(), 5s);
      ASSERT_TRUE(written);
      server->output_sent(*written);
    }
  };
  serve();
  connecting.join();
  ASSERT_TRUE(*client) << client->error().message();
  ASSERT_TRUE((*client)->send(as_bytes("early")));
  while (data.size() < 5) serve();
  EXPECT_EQ(data, "early");
  ASSERT_TRUE(server->send(as_bytes("answer")));
  const auto written = ends.second->write(server->output(), 5s);
  ASSERT_TRUE(written);
  EXPECT_EQ(text((*client)->recv(6, 5s)), "answer");
}

TEST(Socket, TheHandshakeTimesOutWhenNobodyAnswers) {
  auto ends = memory_transports();
  const auto began = std::chrono::steady_clock::now();
  const auto socket = upgrade(std::move(ends.first), client_config(), localhost(), 50ms);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code(), Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
}

TEST(Socket, AServerTellsHttpFromTls) {
  auto ends = memory_transports();
  const ByteView request = as_bytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(ends.first->write(ByteViews(&request, 1), 1s));
  const auto socket = upgrade(std::move(ends.second), server_config()).handshake(5s);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code(), Errc::http_request);
}

TEST(Socket, APeerThatLeavesInTheMiddleOfARecordIsTruncated) {
  auto ends = memory_transports();
  const ByteView half = as_bytes(std::string_view("\x16\x03\x01\x02", 4));
  ASSERT_TRUE(ends.first->write(ByteViews(&half, 1), 1s));
  ends.first->close();
  const auto socket = upgrade(std::move(ends.second), server_config()).handshake(5s);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code(), Errc::truncated);
}

// A callback that calls its own socket: every member says reentrant, and nothing locks up.
TEST(Socket, EveryMemberRefusesCallsFromItsOwnCallbacks) {
  std::atomic<Socket*> target{nullptr};
  std::atomic<int> calls{0};
  const auto check = [&](auto&& result, const char* member) { EXPECT_EQ(code_of(result), Errc::reentrant) << member; };
  ClientOptions options;
  options.observe.trace = [&](const TraceEvent&) {
    Socket* socket = target.exchange(nullptr);
    if (socket == nullptr) return;
    ++calls;
    Bytes out(4);
    check(socket->send(as_bytes("x")), "send");
    check(socket->recv(0, 1s), "recv");
    check(socket->recv_some(out, 1s), "recv_some");
    check(socket->wait(1s), "wait");
    check(socket->close(), "close");
    check(socket->shutdown(Socket::Ways::both), "shutdown");
    check(socket->update_keys(KeyUpdateRequest::update_not_requested), "update_keys");
    check(socket->renegotiate(), "renegotiate");
    check(socket->request_certificate(), "request_certificate");
    check(socket->take_events(), "take_events");
    check(socket->info(), "info");
    check(socket->negotiated_protocol(), "negotiated_protocol");
    check(socket->peer_name(), "peer_name");
    check(socket->socket_name(), "socket_name");
    check(socket->export_key("EXPORTER-x", std::nullopt, out), "export_key");
  };
  auto [client, server] = socket_pair(options);
  target = &client;
  ASSERT_TRUE(client.update_keys(KeyUpdateRequest::update_not_requested));
  ASSERT_TRUE(client.send(as_bytes("after")));
  EXPECT_EQ(text(server.recv(5, 5s)), "after");
  EXPECT_EQ(calls, 1);
}

// The look-up of a key answers from another thread, later: the blocking handshake waits for it.
TEST(Socket, WaitsForLateAnswers) {
  std::jthread answering;
  ServerOptions options;
  options.psk.lookup = [&](ByteView, Answer<std::shared_ptr<const Psk>> answer) {
    answering = std::jthread([answer = std::move(answer)]() mutable {
      std::this_thread::sleep_for(50ms);
      std::move(answer).give(std::make_shared<const Psk>(one_key().keys.front()));
    });
  };
  auto config = ServerConfig::make(std::move(options));
  ASSERT_TRUE(config) << config.error().message();
  auto pair = join(memory_transports(), client_config(), *config);
  ASSERT_TRUE(pair);
  ASSERT_TRUE(pair->client.send(as_bytes("late but here")));
  EXPECT_EQ(text(pair->server.recv(13, 5s)), "late but here");
}

/// The clock of sockets is the system's, and the certificates of tests have another time.
class AcceptAll final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(question, "by the test"));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("all")); }
};

// Keys of both ends sign on other threads than those that drive the connections.
TEST(Socket, KeysSignOnThreadsOfTheirOwn) {
  for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
    std::mutex mutex;
    std::vector<std::jthread> threads;
    const auto driver = std::this_thread::get_id();
    const Executor run = [&](std::move_only_function<void()> task) {
      const std::lock_guard lock(mutex);
      threads.emplace_back([&, task = std::move(task)]() mutable {
        EXPECT_NE(std::this_thread::get_id(), driver);
        task();
      });
    };
    CertKey identity = authority().leaf({.names = {"localhost"}});
    identity.sign_on = run;
    const auto client = ClientConfig::make(
        {.certs_keys = {identity}, .protocol = {.versions = {version}}, .peer = {.verifier = std::make_shared<AcceptAll>()}});
    const auto server =
        ServerConfig::make({.certs_keys = {identity},
                            .protocol = {.versions = {version}},
                            .peer = {.verify = VerifyMode::verify_peer, .verifier = std::make_shared<AcceptAll>()}});
    ASSERT_TRUE(client) << client.error().message();
    ASSERT_TRUE(server) << server.error().message();
    auto pair = join(memory_transports(), *client, *server);
    ASSERT_TRUE(pair);
    ASSERT_TRUE(pair->client.send(as_bytes("signed elsewhere")));
    EXPECT_EQ(text(pair->server.recv(16, 5s)), "signed elsewhere");
    ASSERT_TRUE(pair->server.send(as_bytes("both")));
    EXPECT_EQ(text(pair->client.recv(4, 5s)), "both");
    const std::lock_guard lock(mutex);
    EXPECT_EQ(threads.size(), 2u);
  }
}

TEST(Socket, AnAnswerThatNeverComesIsATimeOut) {
  std::optional<Answer<std::shared_ptr<const Psk>>> kept;
  ServerOptions options;
  options.psk.lookup = [&](ByteView, Answer<std::shared_ptr<const Psk>> answer) { kept.emplace(std::move(answer)); };
  auto config = ServerConfig::make(std::move(options));
  ASSERT_TRUE(config) << config.error().message();
  auto ends = memory_transports();
  std::jthread client([&] { static_cast<void>(upgrade(std::move(ends.first), client_config(), localhost(), 5s)); });
  const auto socket = upgrade(std::move(ends.second), *config).handshake(100ms);
  ASSERT_FALSE(socket);
  EXPECT_EQ(socket.error().code(), Errc::timeout);
}

}  // namespace
}  // namespace keyway::test
