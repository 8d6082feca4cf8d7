// SPDX-License-Identifier: Apache-2.0
//
// Transports of the program that throw: what comes out of the socket is an error, or bad_alloc, and no token stays taken.
#include <stdexcept>

#include "fixture.h"
#include "keyway/nonblocking.h"

namespace keyway::test {
namespace {

enum class What { nothing, runtime_error, bad_alloc };
enum class Where { read, write, shutdown_write, names };

// Passes on, until it is told to throw.
class Throwing final : public Transport {
 public:
  explicit Throwing(std::unique_ptr<Transport> inner) : inner_(std::move(inner)) {}

  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    at(Where::read);
    return inner_->read(into, timeout);
  }
  Result<std::size_t> write(ByteViews from, Duration timeout) override {
    at(Where::write);
    return inner_->write(from, timeout);
  }
  Result<void> shutdown_write() override {
    at(Where::shutdown_write);
    return inner_->shutdown_write();
  }
  void close() noexcept override { inner_->close(); }
  Result<Endpoint> peer_name() const override {
    at(Where::names);
    return inner_->peer_name();
  }
  Result<Endpoint> socket_name() const override {
    at(Where::names);
    return inner_->socket_name();
  }

  What what = What::nothing;
  Where where = Where::read;

 private:
  void at(Where here) const {
    if (here != where) return;
    if (what == What::runtime_error) throw std::runtime_error("on purpose");
    if (what == What::bad_alloc) throw std::bad_alloc();
  }
  std::unique_ptr<Transport> inner_;
};

class ThrowingTransport : public testing::Test {
 protected:
  ThrowingTransport() {
    auto ends = memory_transports();
    auto wrapped = std::make_unique<Throwing>(std::move(ends.first));
    transport = wrapped.get();
    ends.first = std::move(wrapped);
    pair = join(std::move(ends), client_config(), server_config());
  }
  void throws(Where where, What what) { transport->where = where, transport->what = what; }

  Throwing* transport = nullptr;
  std::optional<SocketPair> pair;
};

TEST_F(ThrowingTransport, WriteIsAnErrorAndTheNextSendDoesNotHang) {
  ASSERT_TRUE(pair);
  throws(Where::write, What::runtime_error);
  const auto sent = pair->client.send(as_bytes("x"));
  ASSERT_EQ(code_of(sent), Errc::callback_threw);
  EXPECT_TRUE(sent.error().detail()->exception);
  throws(Where::write, What::nothing);
  EXPECT_EQ(code_of(pair->client.send(as_bytes("y"))), Errc::callback_threw) << "nobody knows what was written";
  EXPECT_EQ(code_of(pair->client.update_keys(KeyUpdateRequest::update_not_requested)), Errc::callback_threw);
}

TEST_F(ThrowingTransport, WriteWithoutMemoryThrowsAndTheNextSendDoesNotHang) {
  ASSERT_TRUE(pair);
  throws(Where::write, What::bad_alloc);
  EXPECT_THROW(static_cast<void>(pair->client.send(as_bytes("x"))), std::bad_alloc);
  throws(Where::write, What::nothing);
  EXPECT_EQ(code_of(pair->client.send(as_bytes("y"))), Errc::internal);
  EXPECT_EQ(code_of(pair->client.close(1s)), Errc::internal);
}

TEST_F(ThrowingTransport, ReadIsAnErrorThatStays) {
  ASSERT_TRUE(pair);
  throws(Where::read, What::runtime_error);
  EXPECT_EQ(code_of(pair->client.recv(0, 1s)), Errc::callback_threw);
  throws(Where::read, What::nothing);
  EXPECT_EQ(code_of(pair->client.recv(0, 1s)), Errc::callback_threw);
}

TEST_F(ThrowingTransport, ReadWithoutMemoryThrowsAndLosesNothing) {
  ASSERT_TRUE(pair);
  throws(Where::read, What::bad_alloc);
  EXPECT_THROW(static_cast<void>(pair->client.recv(0, 1s)), std::bad_alloc);
  throws(Where::read, What::nothing);
  ASSERT_TRUE(pair->server.send(as_bytes("still here")));
  EXPECT_EQ(text(pair->client.recv(10, 5s)), "still here");
}

TEST_F(ThrowingTransport, TheRestIsAnErrorToo) {
  ASSERT_TRUE(pair);
  throws(Where::names, What::runtime_error);
  EXPECT_EQ(code_of(pair->client.peer_name()), Errc::callback_threw);
  EXPECT_EQ(code_of(pair->client.socket_name()), Errc::callback_threw);
  throws(Where::shutdown_write, What::runtime_error);
  EXPECT_EQ(code_of(pair->client.shutdown(Socket::Ways::both)), Errc::callback_threw);
}

TEST(ThrowingTransports, HandshakesEndWithTheError) {
  for (const Where where : {Where::read, Where::write}) {
    auto wrapped = std::make_unique<Throwing>(memory_transports().first);
    wrapped->where = where;
    wrapped->what = What::runtime_error;
    // What cannot be written is no reason not to read, for the peer may say why: here it is gone without a word.
    const Errc expected = where == Where::read ? Errc::callback_threw : Errc::truncated;
    EXPECT_EQ(code_of(upgrade(std::move(wrapped), client_config(), localhost(), 5s)), expected);
  }
}

TEST(ThrowingTransports, NonBlockingSocketsGiveTheErrorAgainAndAgain) {
  auto ends = memory_transports();
  auto wrapped = std::make_unique<Throwing>(std::move(ends.first));
  Throwing* transport = wrapped.get();
  auto socket = NonBlockingSocket::client(std::move(wrapped), client_config(), localhost());
  ASSERT_TRUE(socket);
  transport->what = What::runtime_error;
  transport->where = Where::write;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code_of(socket->on_writable()), Errc::callback_threw);
  EXPECT_FALSE(socket->want_write());
  transport->where = Where::read;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(code_of(socket->on_readable()), Errc::callback_threw);
  EXPECT_FALSE(socket->want_read());
  transport->where = Where::names;
  EXPECT_EQ(code_of(socket->peer_name()), Errc::callback_threw);
}

}  // namespace
}  // namespace keyway::test
