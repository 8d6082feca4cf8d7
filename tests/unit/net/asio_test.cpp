// SPDX-License-Identifier: Apache-2.0
//
// AsioStream: asio::async_read and async_write on it, futures, ends, late answers.
#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/use_future.hpp>

#include "fixture.h"
#include "fixtures/identities.h"
#include "keyway/asio.h"
#include "keyway/asio_reload.h"
#include "loop/credentials.h"

namespace keyway::test {
namespace {

using Stream = AsioStream<asio::local::stream_protocol::socket>;

class AsioTest : public testing::Test {
 protected:
  void open(std::shared_ptr<const ClientConfig> client_side, std::shared_ptr<const ServerConfig> server_side) {
    asio::local::stream_protocol::socket one(context);
    asio::local::stream_protocol::socket two(context);
    asio::local::connect_pair(one, two);
    client = std::make_unique<Stream>(*Stream::client(std::move(one), std::move(client_side), localhost()));
    server = std::make_unique<Stream>(*Stream::server(std::move(two), std::move(server_side)));
  }
  void shake_hands() {
    std::error_code ours = asio::error::would_block;
    std::error_code theirs = asio::error::would_block;
    client->async_handshake([&](std::error_code problem) { ours = problem; });
    server->async_handshake([&](std::error_code problem) { theirs = problem; });
    EXPECT_EQ(ours, asio::error::would_block) << "no handler runs inside the call that starts the operation";
    run();
    EXPECT_FALSE(ours) << ours.message();
    EXPECT_FALSE(theirs) << theirs.message();
  }
  void run() {
    context.restart();
    context.run_for(20s);
  }
  /// Until nothing moves: operations may still be under way.
  void settle() {
    context.restart();
    while (context.poll() != 0) context.restart();
  }

  asio::io_context context{1};
  std::unique_ptr<Stream> client;
  std::unique_ptr<Stream> server;
};

TEST_F(AsioTest, CarriesMuchInBothDirectionsAtOnce) {
  open(client_config(), server_config());
  shake_hands();
  const std::string up(2'000'000, 'u');
  const std::string down(2'000'000, 'd');
  std::string got_up(up.size(), ' ');
  std::string got_down(down.size(), ' ');
  int done = 0;
  const auto count = [&](std::error_code problem, std::size_t) { done += problem ? 100 : 1; };
  asio::async_write(*client, asio::buffer(up), count);
  asio::async_write(*server, asio::buffer(down), count);
  asio::async_read(*client, asio::buffer(got_down), count);
  asio::async_read(*server, asio::buffer(got_up), count);
  run();
  EXPECT_EQ(done, 4);
  EXPECT_EQ(got_up, up);
  EXPECT_EQ(got_down, down);
}

// The key has protected all it may, and a question that is open keeps it from being changed: the write goes on after the answer,
// whether something is read meanwhile or not.
TEST_F(AsioTest, WritesMuchWhileAQuestionIsOpen) {
  for (const bool reads : {false, true}) {
    const auto store = std::make_shared<Held>();
    ServerOptions options = held_by(store);
    options.protocol.key_update_at = 1000;
    open(client_config(), server_config(options));
    shake_hands();
    const std::string much(100'000, 'm');
    std::string got(much.size(), ' ');
    std::array<char, 4> nothing{};
    std::optional<std::error_code> written;
    std::optional<std::error_code> read;
    if (reads) server->async_read_some(asio::buffer(nothing), [](std::error_code, std::size_t) {});
    asio::async_write(*server, asio::buffer(much), [&](std::error_code problem, std::size_t) { written = problem; });
    asio::async_read(*client, asio::buffer(got), [&](std::error_code problem, std::size_t) { read = problem; });
    settle();
    EXPECT_FALSE(written) << "nobody has answered";
    for (int i = 0; i < 10 && !read; ++i) {
      store->decline();
      settle();
    }
    EXPECT_EQ(written, std::error_code()) << (reads ? "reading" : "writing alone");
    EXPECT_EQ(read, std::error_code());
    EXPECT_TRUE(got == much);
    EXPECT_GT(server->connection().info().key_updates_sent, 0u);
  }
}

TEST_F(AsioTest, WritesMuchInTheMidstOfARenegotiation) {
  const auto [client_side, server_side] = willing_options();
  open(client_config(client_side), server_config(server_side));
  shake_hands();
  ASSERT_TRUE(client->renegotiate());
  const std::string much(1'000'000, 'm');
  std::string got(much.size(), ' ');
  std::array<char, 4> nothing{};
  std::optional<std::error_code> written;
  asio::async_write(*client, asio::buffer(much), [&](std::error_code problem, std::size_t) { written = problem; });
  client->async_read_some(asio::buffer(nothing), [](std::error_code, std::size_t) {});
  settle();
  EXPECT_FALSE(written);
  asio::async_read(*server, asio::buffer(got), [](std::error_code problem, std::size_t) { EXPECT_FALSE(problem); });
  settle();
  EXPECT_EQ(written, std::error_code());
  EXPECT_TRUE(got == much);
}

TEST_F(AsioTest, AWriteEndsWhereThePeerEndsInTheMidstOfARenegotiation) {
  const auto [client_side, server_side] = willing_options();
  open(client_config(client_side), server_config(server_side));
  shake_hands();
  ASSERT_TRUE(client->renegotiate());
  const std::string much(1'000'000, 'm');
  std::array<char, 4> nothing{};
  std::optional<std::error_code> written;
  std::optional<std::error_code> read;
  asio::async_write(*client, asio::buffer(much), [&](std::error_code problem, std::size_t) { written = problem; });
  client->async_read_some(asio::buffer(nothing), [&](std::error_code problem, std::size_t) { read = problem; });
  ASSERT_TRUE(server->close_write());
  settle();
  EXPECT_EQ(written, make_error_code(Errc::closed));
  EXPECT_EQ(read, asio::error::eof);
}

TEST_F(AsioTest, TheEndIsEof) {
  open(client_config(), server_config());
  shake_hands();
  std::error_code shut = asio::error::would_block;
  std::error_code read;
  std::array<char, 16> buffer{};
  client->async_shutdown([&](std::error_code problem) { shut = problem; });
  server->async_read_some(asio::buffer(buffer), [&](std::error_code problem, std::size_t) {
    read = problem;
    server->async_shutdown([](std::error_code) {});
  });
  run();
  EXPECT_FALSE(shut) << shut.message();
  EXPECT_EQ(read, asio::error::eof);
}

TEST_F(AsioTest, AnEndWithoutCloseNotifyIsTruncated) {
  open(client_config(), server_config());
  shake_hands();
  std::error_code read;
  std::array<char, 16> buffer{};
  server->async_read_some(asio::buffer(buffer), [&](std::error_code problem, std::size_t) { read = problem; });
  client.reset();
  run();
  EXPECT_EQ(read, make_error_code(Errc::truncated));
}

TEST_F(AsioTest, ASecondReadIsBusy) {
  open(client_config(), server_config());
  shake_hands();
  std::array<char, 4> one{};
  std::array<char, 4> two{};
  std::error_code first;
  std::error_code second;
  server->async_read_some(asio::buffer(one), [&](std::error_code problem, std::size_t) { first = problem; });
  server->async_read_some(asio::buffer(two), [&](std::error_code problem, std::size_t) { second = problem; });
  client->async_write_some(asio::buffer("abc", 3), [](std::error_code, std::size_t) {});
  run();
  EXPECT_FALSE(first);
  EXPECT_EQ(second, make_error_code(Errc::busy));
}

TEST_F(AsioTest, ShutdownBesideAReadSendsCloseNotifyAndSaysBusy) {
  open(client_config(), server_config());
  shake_hands();
  std::array<char, 4> ours{};
  std::array<char, 4> theirs{};
  std::error_code read;
  std::error_code shut;
  std::error_code met;
  client->async_read_some(asio::buffer(ours), [&](std::error_code problem, std::size_t) { read = problem; });
  client->async_shutdown([&](std::error_code problem) { shut = problem; });
  server->async_read_some(asio::buffer(theirs), [&](std::error_code problem, std::size_t) {
    met = problem;
    server->async_shutdown([](std::error_code) {});
  });
  run();
  EXPECT_EQ(shut, make_error_code(Errc::busy));
  EXPECT_EQ(met, asio::error::eof) << "close_notify was sent all the same";
  EXPECT_EQ(read, asio::error::eof);
}

TEST_F(AsioTest, NothingBeginsWithoutAConfiguration) {
  using Wire = asio::local::stream_protocol::socket;
  EXPECT_EQ(code_of(Stream::client(Wire(context), nullptr, localhost())), Errc::missing_option);
  EXPECT_EQ(code_of(Stream::server(Wire(context), nullptr)), Errc::missing_option);
}

TEST_F(AsioTest, DestroyingAStreamEndsItsOperations) {
  open(client_config(), server_config());
  shake_hands();
  std::error_code read;
  std::array<char, 16> buffer{};
  server->async_read_some(asio::buffer(buffer), [&](std::error_code problem, std::size_t) { read = problem; });
  server.reset();
  run();
  EXPECT_EQ(read, asio::error::operation_aborted);
}

// Unread bytes would make the kernel end the connection with a reset, which may destroy what the peer has not read.
TEST_F(AsioTest, DestroyingAStreamDropsWhatHasCome) {
  open(client_config(), server_config());
  shake_hands();
  client->async_write_some(asio::buffer("never read", 10), [](std::error_code problem, std::size_t) { EXPECT_FALSE(problem); });
  asio::async_write(*server, asio::buffer("last words", 10), [](std::error_code problem, std::size_t) { EXPECT_FALSE(problem); });
  settle();
  ASSERT_TRUE(server->close_write());
  settle();
  server.reset();
  std::array<char, 256> wire{};
  std::error_code end;
  std::size_t got = 0;
  while (!end) got += client->next_layer().read_some(asio::buffer(wire), end);
  EXPECT_EQ(end, asio::error::eof);
  EXPECT_GT(got, 10u);
}

TEST_F(AsioTest, WaitsForLateAnswersWithoutAThread) {
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
  open(client_config(), *config);
  shake_hands();
}

TEST_F(AsioTest, FuturesWork) {
  open(client_config(), server_config());
  auto server_done = server->async_handshake(asio::use_future);
  auto client_done = client->async_handshake(asio::use_future);
  run();
  EXPECT_NO_THROW(server_done.get());
  EXPECT_NO_THROW(client_done.get());
}

/// For operations that end with an error code alone.
auto write_to(std::optional<std::error_code>& result) {
  return [&result](std::error_code problem) { result = problem; };
}

TEST_F(AsioTest, ShowsTheHelloAndGoesOnWithAnotherConfiguration) {
  open(client_config({.alpn_advertised_protocols = {"a", "b"}}), server_config({.pause_after_hello = true}));
  std::optional<std::error_code> client_done;
  std::optional<std::error_code> paused;
  client->async_handshake(write_to(client_done));
  server->async_receive_hello(write_to(paused));
  EXPECT_FALSE(paused) << "no handler runs inside the call that starts the operation";
  settle();
  ASSERT_EQ(paused, std::error_code());
  ASSERT_TRUE(server->connection().hello());
  EXPECT_EQ(server->connection().hello()->server_name, "localhost");
  EXPECT_EQ(server->connection().hello()->alpn, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(server->connection().info().bytes_out, 0u);
  EXPECT_FALSE(client_done);
  paused.reset();
  server->async_receive_hello(write_to(paused));
  settle();
  EXPECT_EQ(paused, std::error_code()) << "the hello is still there";
  ASSERT_TRUE(server->continue_with(server_config({.alpn_preferred_protocols = {"b"}})));
  std::optional<std::error_code> server_done;
  server->async_handshake(write_to(server_done));
  settle();
  EXPECT_EQ(server_done, std::error_code());
  EXPECT_EQ(client_done, std::error_code());
  EXPECT_EQ(client->connection().info().alpn, "b");
}

TEST_F(AsioTest, AHandshakeOfAPausingConfigurationContinuesByItself) {
  open(client_config(), server_config({.pause_after_hello = true}));
  shake_hands();
}

TEST_F(AsioTest, AHandshakeGoesOnWithTheHelloThatWaits) {
  open(client_config(), server_config({.pause_after_hello = true}));
  std::optional<std::error_code> client_done;
  std::optional<std::error_code> server_done;
  client->async_handshake(write_to(client_done));
  server->async_receive_hello([&](std::error_code problem) {
    EXPECT_FALSE(problem) << problem.message();
    server->async_handshake(write_to(server_done));
  });
  settle();
  EXPECT_EQ(server_done, std::error_code());
  EXPECT_EQ(client_done, std::error_code());
}

TEST_F(AsioTest, PausingNeedsTheOption) {
  open(client_config(), server_config());
  for (Stream* stream : {server.get(), client.get()}) {
    std::optional<std::error_code> paused;
    stream->async_receive_hello(write_to(paused));
    settle();
    EXPECT_EQ(paused, make_error_code(Errc::missing_option));
  }
  shake_hands();
}

TEST_F(AsioTest, AConfigurationThatDoesNotFitTheHelloIsRefused) {
  open(client_config({.alpn_advertised_protocols = {"a"}}), server_config({.pause_after_hello = true}));
  std::optional<std::error_code> client_done;
  std::optional<std::error_code> server_done;
  client->async_handshake(write_to(client_done));
  server->async_receive_hello([&](std::error_code problem) {
    EXPECT_FALSE(problem) << problem.message();
    EXPECT_EQ(code_of(server->continue_with(server_config({.alpn_preferred_protocols = {"b"}}))), Errc::no_application_protocol);
    server->async_handshake(write_to(server_done));
  });
  settle();
  EXPECT_EQ(server_done, make_error_code(Errc::no_application_protocol));
  EXPECT_EQ(client_done, make_error_code(Errc::alert_received));
  EXPECT_EQ(client->failure()->detail()->received_alert, AlertDescription::no_application_protocol);
}

TEST_F(AsioTest, ShuttingDownRefusesAHelloThatWaits) {
  open(client_config(), server_config({.pause_after_hello = true}));
  std::optional<std::error_code> client_done;
  std::optional<std::error_code> shut;
  client->async_handshake(write_to(client_done));
  server->async_receive_hello([&](std::error_code problem) {
    EXPECT_FALSE(problem) << problem.message();
    server->async_shutdown(write_to(shut));
  });
  settle();
  EXPECT_EQ(shut, make_error_code(Errc::user_canceled));
  EXPECT_EQ(client_done, make_error_code(Errc::closed));
  EXPECT_EQ(client->failure()->decided_by(), DecidedBy::peer);
}

TEST_F(AsioTest, EventsWaitUntilTheyAreTaken) {
  open(client_config(), server_config());
  shake_hands();
  EXPECT_TRUE(client->take_events().empty());
  std::optional<std::error_code> waited;
  client->async_wait(write_to(waited));
  settle();
  EXPECT_FALSE(waited) << "nothing has come";
  ASSERT_TRUE(server->update_keys(KeyUpdateRequest::update_not_requested));
  settle();
  EXPECT_EQ(waited, std::error_code());
  const auto events = client->take_events();
  ASSERT_EQ(events.size(), 1u);
  ASSERT_TRUE(std::holds_alternative<KeysUpdated>(events.front()));
  EXPECT_TRUE(std::get<KeysUpdated>(events.front()).by_peer);
  EXPECT_TRUE(client->take_events().empty());
}

TEST_F(AsioTest, WaitingTakesNoDataAndLosesNoEvent) {
  open(client_config(), server_config());
  shake_hands();
  std::array<char, 16> buffer{};
  ASSERT_TRUE(server->update_keys(KeyUpdateRequest::update_not_requested));
  asio::async_write(*server, asio::buffer("abc", 3), [](std::error_code, std::size_t) {});
  std::size_t got = 0;
  client->async_read_some(asio::buffer(buffer, 1), [&](std::error_code, std::size_t bytes) { got = bytes; });
  settle();
  EXPECT_EQ(got, 1u);
  EXPECT_EQ(client->take_events().size(), 1u) << "it came before the data";
  std::optional<std::error_code> waited;
  client->async_wait(write_to(waited));
  settle();
  EXPECT_EQ(waited, std::error_code()) << "two bytes are left";
  asio::async_read(*client, asio::buffer(buffer, 2), [&](std::error_code, std::size_t bytes) { got = bytes; });
  settle();
  EXPECT_EQ(std::string_view(buffer.data(), got), "bc");
}

TEST_F(AsioTest, OnlyTheNewestEventsAreKept) {
  open(client_config(), server_config());
  shake_hands();
  std::array<char, 100> buffer{};
  std::size_t got = 0;
  asio::async_read(*client, asio::buffer(buffer), [&](std::error_code, std::size_t bytes) { got = bytes; });
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(server->update_keys(KeyUpdateRequest::update_not_requested));
    server->async_write_some(asio::buffer("x", 1), [](std::error_code problem, std::size_t) { EXPECT_FALSE(problem); });
  }
  settle();
  EXPECT_EQ(got, 100u);
  EXPECT_EQ(client->take_events().size(), 64u);
}

TEST_F(AsioTest, WaitingEndsWithTheConnection) {
  open(client_config(), server_config());
  shake_hands();
  std::optional<std::error_code> first;
  std::optional<std::error_code> second;
  server->async_wait(write_to(first));
  server->async_wait(write_to(second));
  settle();
  EXPECT_EQ(second, make_error_code(Errc::busy));
  ASSERT_TRUE(client->close_write());
  settle();
  EXPECT_EQ(first, asio::error::eof);
  // The other direction is open still (RFC 8446 6.1).
  std::array<char, 3> buffer{};
  std::size_t got = 0;
  asio::async_write(*server, asio::buffer("abc", 3), [](std::error_code problem, std::size_t) { EXPECT_FALSE(problem); });
  asio::async_read(*client, asio::buffer(buffer), [&](std::error_code, std::size_t bytes) { got = bytes; });
  settle();
  EXPECT_EQ(got, 3u);
  std::optional<std::error_code> written;
  client->async_write_some(asio::buffer("x", 1), [&](std::error_code problem, std::size_t) { written = problem; });
  settle();
  EXPECT_EQ(written, make_error_code(Errc::write_closed));
}

TEST_F(AsioTest, AsksForACertificateAfterTheHandshake) {
  // The clock is the real one: a certificate for all years, which is trusted as it is.
  const std::chrono::hours years(24 * 365 * 100);
  const CertKey identity =
      authority().leaf({.names = {"client.test"}, .not_before = test_time - years / 5, .not_after = test_time + years});
  ServerOptions options;
  options.peer = {.verify = VerifyMode::verify_none, .cacerts = {identity.cert.front()}};
  options.post_handshake_auth = true;
  for (const bool with_certificate : {true, false}) {
    ClientOptions own;
    if (with_certificate) own.certs_keys = {identity};
    own.post_handshake_auth = true;
    open(client_config(own), server_config(options));
    EXPECT_EQ(code_of(server->request_certificate()), Errc::handshake_incomplete);
    shake_hands();
    ASSERT_TRUE(server->request_certificate());
    EXPECT_EQ(code_of(server->request_certificate()), Errc::busy);
    std::optional<std::error_code> waited;
    std::array<char, 16> buffer{};
    client->async_read_some(asio::buffer(buffer), [](std::error_code, std::size_t) {});
    server->async_wait(write_to(waited));
    settle();
    EXPECT_EQ(waited, std::error_code());
    const auto events = server->take_events();
    ASSERT_EQ(events.size(), 1u);
    ASSERT_TRUE(std::holds_alternative<PeerAuthenticated>(events.front()));
    EXPECT_EQ(std::get<PeerAuthenticated>(events.front()).with_certificate, with_certificate);
    EXPECT_EQ(server->connection().info().peer_chain != nullptr, with_certificate);
  }
}

TEST_F(AsioTest, AsksForNoCertificateThatWasNotOffered) {
  open(client_config(), server_config());
  shake_hands();
  EXPECT_EQ(code_of(server->request_certificate()), Errc::not_available);
  EXPECT_EQ(code_of(client->request_certificate()), Errc::not_available);
}

TEST(AsioReloadTest, LooksAtEachIntervalUntilItIsDestroyed) {
  const TemporaryFolder folder;
  const std::string path = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  auto listener = Listener::listen({"127.0.0.1", 0}, ServerConfig::make({.certs_keys = {{.certfile = path}}}).value());
  ASSERT_TRUE(listener);
  const auto before = listener->config();
  asio::io_context context{1};
  std::vector<Reloaded> told;
  std::optional<AsioReload> reload;
  reload.emplace(context,
                 ReloadWatch(*listener,
                             [&](const Reloaded& what) {
                               told.push_back(what);
                               context.stop();
                             }),
                 1ms);
  reload->start();
  std::filesystem::rename(folder.write("new", std::string(ed25519_certificate) + std::string(ed25519_key)), path);
  context.run_for(20s);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_FALSE(told[0].error);
  EXPECT_NE(listener->config(), before);
  EXPECT_FALSE(reload->look());
  reload.reset();
  context.restart();
  EXPECT_LE(context.run_for(20s), 1u) << "nothing is left to wait for";
}

TEST(AsioReloadTest, ItsSinkMayStopItAndItMayStartAgain) {
  const TemporaryFolder folder;
  const std::string path = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  auto listener = Listener::listen({"127.0.0.1", 0}, ServerConfig::make({.certs_keys = {{.certfile = path}}}).value());
  ASSERT_TRUE(listener);
  asio::io_context context{1};
  int told = 0;
  std::optional<AsioReload> reload;
  const auto sink = [&](const Reloaded&) {
    ++told;
    reload->stop();
  };
  reload.emplace(context, ReloadWatch(*listener, sink), 1ms);
  const std::string renewed = std::string(ed25519_certificate) + std::string(ed25519_key);
  for (const std::string& content : {renewed, std::string(p256_certificate) + std::string(p256_key)}) {
    reload->start();
    std::filesystem::rename(folder.write("new", content), path);
    context.restart();
    context.run_for(20s);
    EXPECT_TRUE(context.stopped()) << "nothing is left to wait for";
  }
  EXPECT_EQ(told, 2);
}

}  // namespace
}  // namespace keyway::test
