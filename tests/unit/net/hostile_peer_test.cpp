// SPDX-License-Identifier: Apache-2.0
//
// Sockets before peers that speak something else, stop anywhere or say nothing; and over a transport of the user's own.
// Each case ends with a precise error, with the alert that is due, and never hangs.
#include "fixture.h"
#include "keyway/nonblocking.h"
#include "loop/forge.h"

namespace keyway::test {
namespace {

using namespace std::string_view_literals;

Bytes bytes_of(std::string_view text) { return to_bytes(as_bytes(text)); }

/// A peer that has said all it will say. What is written to it is kept.
class Script final : public Transport {
 public:
  enum class Then { end, silence, reset };
  Script(Bytes says, Then then, std::shared_ptr<Bytes> heard) : says_(std::move(says)), then_(then), heard_(std::move(heard)) {}

  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    if (at_ == says_.size()) {
      if (then_ == Then::end) return std::size_t{0};
      if (then_ == Then::reset) return fail(Errc::reset);
      std::this_thread::sleep_for(std::min<Duration>(timeout, 20ms));
      return fail(Errc::timeout);
    }
    const std::size_t count = std::min(into.size(), says_.size() - at_);
    std::ranges::copy(ByteView(says_).subspan(at_, count), into.begin());
    at_ += count;
    return count;
  }
  Result<std::size_t> write(ByteViews from, Duration) override {
    std::size_t count = 0;
    for (const ByteView piece : from) {
      heard_->insert(heard_->end(), piece.begin(), piece.end());
      count += piece.size();
    }
    return count;
  }
  Result<void> shutdown_write() override { return {}; }
  void close() noexcept override {}
  Result<Endpoint> peer_name() const override { return Endpoint{"script", 1}; }
  Result<Endpoint> socket_name() const override { return Endpoint{"us", 2}; }

 private:
  Bytes says_;
  Then then_;
  std::shared_ptr<Bytes> heard_;
  std::size_t at_ = 0;
};
using Then = Script::Then;

struct Outcome {
  Errc code{};
  Bytes heard;

  /// The description of an alert in the clear at the end of what was sent, -1 for none.
  int alert() const {
    if (heard.size() < 7) return -1;
    const auto tail = ByteView(heard).last(7);
    if (tail[0] != std::byte{21} || tail[4] != std::byte{2} || tail[5] != std::byte{2}) return -1;
    return std::to_integer<int>(tail[6]);
  }
};

Outcome server_before(std::string_view says, Then then) {
  const auto heard = std::make_shared<Bytes>();
  const auto socket = upgrade(std::make_unique<Script>(bytes_of(says), then, heard), server_config()).handshake(200ms);
  return {code_of(socket), *heard};
}

Outcome client_before(std::string_view says, Then then) {
  const auto heard = std::make_shared<Bytes>();
  const auto socket = upgrade(std::make_unique<Script>(bytes_of(says), then, heard), client_config(), localhost(), 200ms);
  return {code_of(socket), *heard};
}

struct Stranger {
  const char* name;
  std::string_view says;
  Errc code;
  int alert;
};

constexpr int protocol_version = 70;
constexpr int unexpected_message = 10;
constexpr int decode_error = 50;
constexpr int record_overflow = 22;

class BeforeAServer : public testing::TestWithParam<Stranger> {};
TEST_P(BeforeAServer, IsNamedAndAnswered) {
  for (const Then then : {Then::end, Then::silence, Then::reset}) {
    const Outcome outcome = server_before(GetParam().says, then);
    EXPECT_EQ(outcome.code, GetParam().code) << to_string(outcome.code);
    EXPECT_EQ(outcome.alert(), GetParam().alert);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Strangers, BeforeAServer,
    testing::Values(
        Stranger{"HttpGet", "GET / HTTP/1.1\r\nHost: x\r\n\r\n"sv, Errc::http_request, -1},
        Stranger{"HttpPost", "POST /form HTTP/1.1\r\n\r\n"sv, Errc::http_request, -1},
        Stranger{"HttpConnect", "CONNECT example.org:443 HTTP/1.1\r\n\r\n"sv, Errc::http_request, -1},
        Stranger{"Http2Preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv, Errc::http_request, -1},
        Stranger{"Ssh", "SSH-2.0-OpenSSH_9.2\r\n"sv, Errc::ssh_peer, -1},
        Stranger{"Sslv2Hello", "\x80\x2e\x01\x03\x01\x00\x15\x00\x00\x00\x10"sv, Errc::sslv2_hello, protocol_version},
        Stranger{"Sslv2HelloOfSslv2", "\x80\x2e\x01\x00\x02\x00\x15\x00\x00\x00\x10"sv, Errc::sslv2_hello, protocol_version},
        Stranger{"Smtp", "EHLO mail.example\r\n"sv, Errc::not_tls, protocol_version},
        Stranger{"Zeros", "\0\0\0\0\0\0\0\0\0\0"sv, Errc::not_tls, protocol_version},
        Stranger{"Noise", "\xde\xad\xbe\xef\x01\x02\x03\x04\x05"sv, Errc::not_tls, protocol_version},
        Stranger{"VersionFour", "\x16\x04\x01\x00\x05\x01\x00\x00\x01\x00"sv, Errc::wrong_record_version, protocol_version},
        Stranger{"ApplicationDataFirst", "\x17\x03\x03\x00\x05hello"sv, Errc::unexpected_record, unexpected_message},
        Stranger{"UnknownType", "\x63\x03\x03\x00\x05hello"sv, Errc::unexpected_record, unexpected_message},
        Stranger{"TooLong", "\x16\x03\x01\x41\x01"sv, Errc::record_overflow, record_overflow},
        Stranger{"EmptyHandshakeRecord", "\x16\x03\x01\x00\x00"sv, Errc::empty_record, unexpected_message},
        Stranger{"FinishedFirst", "\x16\x03\x01\x00\x08\x14\x00\x00\x04\x00\x00\x00\x00"sv, Errc::unexpected_message,
                 unexpected_message},
        Stranger{"EmptyClientHello", "\x16\x03\x01\x00\x04\x01\x00\x00\x00"sv, Errc::decode_error, decode_error},
        Stranger{"AlertFirst", "\x15\x03\x01\x00\x02\x02\x28"sv, Errc::alert_received, -1}),
    [](const auto& stranger) { return stranger.param.name; });

class BeforeAClient : public testing::TestWithParam<Stranger> {};
TEST_P(BeforeAClient, IsNamedAndAnswered) {
  for (const Then then : {Then::end, Then::silence, Then::reset}) {
    const Outcome outcome = client_before(GetParam().says, then);
    EXPECT_EQ(outcome.code, GetParam().code) << to_string(outcome.code);
    EXPECT_EQ(outcome.alert(), GetParam().alert);
  }
}
INSTANTIATE_TEST_SUITE_P(
    Strangers, BeforeAClient,
    testing::Values(
        Stranger{"Http", "HTTP/1.1 400 Bad Request\r\n\r\n"sv, Errc::http_response, -1},
        Stranger{"Ssh", "SSH-2.0-OpenSSH_9.2\r\n"sv, Errc::ssh_peer, -1},
        Stranger{"Smtp", "220 mail.example ESMTP\r\n"sv, Errc::not_tls, protocol_version},
        Stranger{"Noise", "\xde\xad\xbe\xef\x01\x02\x03\x04\x05"sv, Errc::not_tls, protocol_version},
        Stranger{"VersionFour", "\x16\x04\x01\x00\x05\x02\x00\x00\x01\x00"sv, Errc::wrong_record_version, protocol_version},
        Stranger{"ClientHelloBack", "\x16\x03\x03\x00\x05\x01\x00\x00\x01\x00"sv, Errc::unexpected_message, unexpected_message},
        Stranger{"EmptyServerHello", "\x16\x03\x03\x00\x04\x02\x00\x00\x00"sv, Errc::decode_error, decode_error},
        Stranger{"ApplicationDataFirst", "\x17\x03\x03\x00\x05hello"sv, Errc::unexpected_record, unexpected_message},
        Stranger{"HandshakeFailure", "\x15\x03\x03\x00\x02\x02\x28"sv, Errc::alert_received, -1},
        Stranger{"CloseNotify", "\x15\x03\x03\x00\x02\x01\x00"sv, Errc::closed, -1}),
    [](const auto& stranger) { return stranger.param.name; });

struct Silence {
  const char* name;
  std::string_view says;
};
constexpr Silence silences[] = {{"nothing", ""sv},
                                {"one byte", "\x16"sv},
                                {"half a header", "\x16\x03\x03"sv},
                                {"a header", "\x16\x03\x03\x00\x40"sv},
                                {"half a record", "\x16\x03\x03\x00\x40\x02\x00\x00"sv},
                                {"half a message", "\x16\x03\x03\x00\x05\x02\x00\x10\x00\x03"sv}};

TEST(SilentPeer, IsATimeOutForBothRoles) {
  for (const Silence& silence : silences) {
    EXPECT_EQ(client_before(silence.says, Then::silence).code, Errc::timeout) << silence.name;
    std::string as_client(silence.says);
    if (as_client.size() > 5) as_client[5] = '\1';
    EXPECT_EQ(server_before(as_client, Then::silence).code, Errc::timeout) << silence.name;
  }
}

TEST(SilentPeer, IsTruncatedWhenItLeavesAndResetWhenItBreaks) {
  for (const Silence& silence : silences) {
    EXPECT_EQ(client_before(silence.says, Then::end).code, Errc::truncated) << silence.name;
    EXPECT_EQ(client_before(silence.says, Then::reset).code, Errc::reset) << silence.name;
    std::string as_client(silence.says);
    if (as_client.size() > 5) as_client[5] = '\1';
    EXPECT_EQ(server_before(as_client, Then::end).code, Errc::truncated) << silence.name;
    EXPECT_EQ(server_before(as_client, Then::reset).code, Errc::reset) << silence.name;
  }
}

// ---- a transport of our own: an honest peer in the same thread, cut off after some bytes

/// The other end as a connection, with at most `budget` bytes from it, in pieces of at most `piece`.
class Inline final : public Transport {
 public:
  Inline(Connection peer, std::size_t budget, std::size_t piece) : peer_(std::move(peer)), budget_(budget), piece_(piece) {}

  Result<std::size_t> read(MutableBytes into, Duration) override {
    work();
    const ByteViews waiting = peer_.output();
    if (waiting.empty() || budget_ == 0) return std::size_t{0};
    const std::size_t count = std::min({into.size(), waiting.front().size(), budget_, piece_});
    std::ranges::copy(waiting.front().first(count), into.begin());
    peer_.output_sent(count);
    budget_ -= count;
    delivered += count;
    return count;
  }
  Result<std::size_t> write(ByteViews from, Duration) override {
    for (const ByteView part : from) {
      if (part.empty()) continue;
      const std::size_t count = std::min(part.size(), piece_);
      heard_.insert(heard_.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(count));
      return count;
    }
    return std::size_t{0};
  }
  Result<void> shutdown_write() override { return {}; }
  void close() noexcept override { ++closed; }
  Result<Endpoint> peer_name() const override { return Endpoint{"inline", 7}; }
  Result<Endpoint> socket_name() const override { return Endpoint{"here", 8}; }

  const Connection& peer() const { return peer_; }
  void work() {
    std::size_t used = 0;
    for (bool more = true; more;) {
      const auto step = peer_.receive(MutableBytes(heard_).subspan(used));
      if (!step) break;
      used += step->consumed;
      if (const auto* data = std::get_if<ApplicationData>(&step->progress)) {
        EXPECT_TRUE(peer_.send(data->plaintext)) << "an echo";
      }
      more = !std::holds_alternative<NeedBytes>(step->progress) && !std::holds_alternative<PeerClosed>(step->progress);
    }
    heard_.erase(heard_.begin(), heard_.begin() + static_cast<std::ptrdiff_t>(used));
  }

  std::size_t delivered = 0;
  static inline int closed = 0;

 private:
  Connection peer_;
  Bytes heard_;
  std::size_t budget_;
  std::size_t piece_;
};

Connection peer_for_client() { return Connection::server(server_config(), Now{}).value(); }
Connection peer_for_server() { return Connection::client(client_config(), localhost(), Now{}).value(); }
constexpr std::size_t everything = SIZE_MAX;

TEST(OwnTransport, CarriesHandshakeAndDataInPiecesOfAnySize) {
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    auto socket = upgrade(std::make_unique<Inline>(peer_for_client(), everything, piece), client_config(), localhost(), 5s);
    ASSERT_TRUE(socket) << socket.error().message();
    EXPECT_EQ(socket->peer_name()->host, "inline");
    EXPECT_EQ(socket->socket_name()->port, 8);
    ASSERT_TRUE(socket->send(as_bytes("through a transport of our own")));
    EXPECT_EQ(text(socket->recv(30, 5s)), "through a transport of our own");
  }
}

/// Counts what is forgotten.
class CountingSessions final : public ClientSessionStore {
 public:
  void put(const TicketTarget& target, std::shared_ptr<const SessionTicket> session) override {
    kept_->put(target, std::move(session));
  }
  std::shared_ptr<const SessionTicket> find(const TicketTarget& target, ByteView id, Now now) override {
    return kept_->find(target, id, now);
  }
  void remove(const TicketTarget& target, const SessionTicket& session) override {
    ++removed;
    kept_->remove(target, session);
  }
  int removed = 0;

 private:
  std::shared_ptr<ClientSessionStore> kept_ = memory_client_sessions();
};

// A server that breaks off at a session would do so each time.
TEST(BrokenOff, TheSessionThatWasOfferedIsForgotten) {
  for (const bool blocking : {true, false}) {
    const auto sessions = std::make_shared<CountingSessions>();
    // TLS_PSK_WITH_AES_128_GCM_SHA256
    const ProtocolOptions older{.versions = {ProtocolVersion::tls1_2}, .ciphers = {static_cast<CipherSuite>(0x00a8)}};
    const auto client = client_config({.protocol = older, .sessions = {.store = sessions}, .psk = one_key()});
    auto server = Connection::server(server_config({.protocol = older, .psk = one_key()}), Now{}).value();
    ASSERT_TRUE(upgrade(std::make_unique<Inline>(std::move(server), everything, 100'000), client, localhost(), 5s));
    EXPECT_EQ(sessions->removed, 0);
    auto script = std::make_unique<Script>(Bytes(), Then::reset, std::make_shared<Bytes>());
    if (blocking) {
      EXPECT_EQ(code_of(upgrade(std::move(script), client, localhost(), 5s)), Errc::reset);
    } else {
      auto socket = NonBlockingSocket::client(std::move(script), client, localhost());
      ASSERT_TRUE(socket);
      EXPECT_EQ(code_of(socket->on_readable()), Errc::reset);
    }
    EXPECT_EQ(sessions->removed, 1);
  }
}

TEST(OwnTransport, IsClosedWithTheSocket) {
  const int before = Inline::closed;
  {
    const auto socket = upgrade(std::make_unique<Inline>(peer_for_client(), everything, 1000), client_config(), localhost(), 5s);
    ASSERT_TRUE(socket);
  }
  EXPECT_GT(Inline::closed, before);
}

TEST(CutOff, AtEveryByteOfTheServersFlightIsTruncated) {
  std::size_t flight = 0;
  for (std::size_t budget = 0; flight == 0; ++budget) {
    ASSERT_LT(budget, 5000u);
    auto socket = upgrade(std::make_unique<Inline>(peer_for_client(), budget, everything), client_config(), localhost(), 5s);
    if (socket) {
      flight = budget;
      // All of the handshake and nothing behind it: an end without close_notify.
      EXPECT_EQ(code_of(socket->recv(1, 5s)), Errc::truncated);
      break;
    }
    ASSERT_EQ(socket.error().code(), Errc::truncated) << "after byte " << budget;
  }
  EXPECT_GT(flight, 150u);
}

TEST(CutOff, AtEveryByteOfTheClientsFlightsIsTruncated) {
  std::size_t flights = 0;
  for (std::size_t budget = 0; flights == 0; ++budget) {
    ASSERT_LT(budget, 5000u);
    auto socket = upgrade(std::make_unique<Inline>(peer_for_server(), budget, everything), server_config()).handshake(5s);
    if (socket) {
      flights = budget;
      EXPECT_EQ(code_of(socket->recv(1, 5s)), Errc::truncated);
      break;
    }
    ASSERT_EQ(socket.error().code(), Errc::truncated) << "after byte " << budget;
  }
  EXPECT_GT(flights, 250u);
}

// ---- peers that never stop: there is always something to read, but nothing that was asked for

/// An honest server until the handshake is done; from then on records of its, one after the other, up to `limit` bytes.
class Talkative final : public Transport {
 public:
  static constexpr std::size_t limit = std::size_t{4} << 20;
  Talkative(ContentType type, Bytes content)
      : honest_(peer_for_client(), everything, everything), type_(type), content_(std::move(content)) {}

  Result<std::size_t> read(MutableBytes into, Duration timeout) override {
    if (!forger_) {
      honest_.work();
      if (!honest_.peer().handshake_done() || total_size(honest_.peer().output()) != 0) return honest_.read(into, timeout);
      forger_.emplace(Forger::instead_of(honest_.peer()));
    }
    if (said >= limit) return std::size_t{0};
    while (waiting_.size() < into.size()) waiting_ = std::move(waiting_) + forger_->seal(type_, content_);
    std::ranges::copy(ByteView(waiting_).first(into.size()), into.begin());
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(into.size()));
    said += into.size();
    return into.size();
  }
  Result<std::size_t> write(ByteViews from, Duration timeout) override {
    return forger_ ? total_size(from) : honest_.write(from, timeout);
  }
  Result<void> shutdown_write() override { return {}; }
  void close() noexcept override {}
  Result<Endpoint> peer_name() const override { return Endpoint{"talkative", 1}; }
  Result<Endpoint> socket_name() const override { return Endpoint{"us", 2}; }

  std::size_t said = 0;  // after the handshake

 private:
  Inline honest_;
  ContentType type_;
  Bytes content_;
  Bytes waiting_;
  std::optional<Forger> forger_;
};

/// Lifetime, age_add, nonce, ticket, extensions.
Bytes one_ticket() {
  return encode(HandshakeMessage{HandshakeType::new_session_ticket, hex("00000e10 00000000 01 00 0001 aa 0000")});
}

TEST(EndlessPeer, TicketsDoNotKeepReceivingBeyondItsTime) {
  auto transport = std::make_unique<Talkative>(ContentType::handshake, one_ticket());
  const std::size_t& said = transport->said;
  auto socket = upgrade(std::move(transport), client_config(), localhost(), 10s);
  ASSERT_TRUE(socket) << socket.error().message();
  EXPECT_EQ(code_of(socket->recv(0, 0ms)), Errc::timeout);
  EXPECT_EQ(code_of(socket->recv(5, 1ms)), Errc::timeout);
  EXPECT_LT(said, Talkative::limit);
}

TEST(EndlessPeer, NeitherTicketsNorDataKeepClosingBeyondItsTime) {
  for (const bool data : {true, false}) {
    auto transport = data ? std::make_unique<Talkative>(ContentType::application_data, Bytes(100))
                          : std::make_unique<Talkative>(ContentType::handshake, one_ticket());
    auto socket = upgrade(std::move(transport), client_config(), localhost(), 10s);
    ASSERT_TRUE(socket) << socket.error().message();
    EXPECT_EQ(code_of(socket->close(1ms)), Errc::timeout);
  }
}

TEST(EndlessPeer, TheEventLoopIsGivenBack) {
  auto transport = std::make_unique<Talkative>(ContentType::handshake, one_ticket());
  const std::size_t& said = transport->said;
  auto socket = NonBlockingSocket::client(std::move(transport), client_config(), localhost());
  ASSERT_TRUE(socket);
  ASSERT_TRUE(socket->on_writable());
  ASSERT_TRUE(socket->on_readable());
  EXPECT_TRUE(socket->handshake_done());
  for (int i = 0; i < 2; ++i) {
    const std::size_t before = said;
    EXPECT_TRUE(socket->want_read());
    ASSERT_TRUE(socket->on_readable());
    EXPECT_GT(said, before);
    EXPECT_LT(said, before + (std::size_t{200} << 10));
  }
}

// A message that takes its time: each part of it is there when it is asked for.
TEST(EndlessPeer, ALongMessageDoesNotKeepTheHandshakeBeyondItsTime) {
  std::string says;
  const std::string_view record = "\x16\x03\x03\x40\x00"sv;
  for (int i = 0; i < 12; ++i) {
    says += record;
    says += i == 0 ? "\x02\x03\xff\xff"sv : std::string_view();
    says += std::string(i == 0 ? 16380 : 16384, '\0');
  }
  const auto heard = std::make_shared<Bytes>();
  auto script = std::make_unique<Script>(bytes_of(says), Then::end, heard);
  EXPECT_EQ(code_of(upgrade(std::move(script), client_config(), localhost(), 0ms)), Errc::timeout);
}

// The bound is on what is not asked for.
TEST(Polling, GetsAllThatIsThereHoweverMuchItIs) {
  auto [client, server] = socket_pair({}, {}, std::size_t{1} << 20);
  const Bytes much(700'000, std::byte{7});
  ASSERT_TRUE(client.send(much, 10s));
  EXPECT_EQ(server.recv(much.size(), 0ms), much);
}

// ---- half-close

TEST(HalfClose, DataGoesOnInTheOtherDirectionBothWays) {
  for (const bool client_ends : {true, false}) {
    auto [client, server] = socket_pair();
    Socket& ender = client_ends ? client : server;
    Socket& other = client_ends ? server : client;
    ASSERT_TRUE(ender.send(as_bytes("last words")));
    ASSERT_TRUE(ender.shutdown(Socket::Ways::write));
    EXPECT_EQ(text(other.recv(10, 5s)), "last words");
    EXPECT_EQ(code_of(other.recv(0, 5s)), Errc::closed);
    for (int i = 0; i < 3; ++i) {
      ASSERT_TRUE(other.send(Bytes(50'000, std::byte{1})));
      EXPECT_EQ(ender.recv(50'000, 5s)->size(), 50'000u);
    }
    ASSERT_TRUE(other.shutdown(Socket::Ways::write));
    EXPECT_EQ(code_of(ender.recv(0, 5s)), Errc::closed);
    EXPECT_TRUE(ender.close(5s));
  }
}

}  // namespace
}  // namespace keyway::test
