// SPDX-License-Identifier: Apache-2.0
//
// AsioStream: asio::async_read and async_write on it, futures, ends, late answers.
#include <asio/io_context.hpp>
#include <asio/local/connect_pair.hpp>
#include <asio/local/stream_protocol.hpp>
#include <asio/read.hpp>
#include <asio/use_future.hpp>

#include "fixture.h"
#include "keyway/asio.h"

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

}  // namespace
}  // namespace keyway::test
