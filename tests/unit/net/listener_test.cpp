// SPDX-License-Identifier: Apache-2.0
//
// Listener, PendingSocket and PendingHello over loopback.
#include "fixture.h"
#include "fixtures/identities.h"
#include "keyway/reload.h"

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

// ---- reloading

class Reloads : public testing::Test {
 protected:
  void write(std::string_view certificate, std::string_view key) const {
    // Another file takes its place, which its stamp tells whatever the clock of the file system is worth.
    std::filesystem::rename(folder.write("new", std::string(certificate) + std::string(key)), path);
  }
  Listener listen(ServerOptions options = {}) const {
    if (options.certs_keys.empty()) options.certs_keys = {{.certfile = path}};
    auto config = ServerConfig::make(std::move(options));
    EXPECT_TRUE(config) << config.error().message();
    return *Listener::listen(loopback, *config);
  }
  /// The subject of the certificate that a client is shown; it connects now, and the handshake is made by `accept`.
  std::string shown(Listener& listener, const std::function<void()>& before_handshake = [] {}) const {
    const auto client_config = ClientConfig::make({.peer = {.verify = VerifyMode::verify_none}}).value();
    auto transport = tcp_connect(*listener.local_endpoint(), 10s);
    auto pending = listener.transport_accept(10s);
    if (!transport || !pending) return "no connection";
    before_handshake();
    std::string subject;
    std::jthread client([&] {
      auto socket = upgrade(*std::move(transport), client_config, localhost(), 10s);
      if (socket) subject = socket->info()->peer_chain->certificate(0)->subject();
    });
    auto socket = std::move(*pending).handshake(10s);
    client.join();
    return socket ? subject : socket.error().message();
  }

  const TemporaryFolder folder;
  const std::string path = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  std::vector<Reloaded> told;
  ReloadWatch::Sink sink = [this](const Reloaded& what) { told.push_back(what); };
};

TEST_F(Reloads, TakesNewFilesForWhoComesLater) {
  Listener listener = listen();
  EXPECT_EQ(shown(listener), "CN=ec.example");
  // One that was accepted before keeps what it was accepted with.
  EXPECT_EQ(shown(listener,
                  [&] {
                    write(ed25519_certificate, ed25519_key);
                    const auto done = listener.reload();
                    EXPECT_TRUE(done) << done.error().message();
                  }),
            "CN=ec.example");
  EXPECT_EQ(shown(listener), "CN=ed.example");
}

TEST_F(Reloads, BrokenFilesChangeNothing) {
  Listener listener = listen();
  const auto before = listener.config();
  write("text\n-----BEGIN CERTIFICATE-----\n", "");
  const auto broken = listener.reload();
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code(), Errc::malformed_pem);
  EXPECT_EQ(broken.error().detail()->path, path);
  EXPECT_EQ(broken.error().detail()->position, 2u);
  EXPECT_EQ(broken.error().detail()->reason, "the block has no END line");
  EXPECT_EQ(listener.config(), before);
  EXPECT_EQ(shown(listener), "CN=ec.example");
}

TEST_F(Reloads, BrokenFilesOfAHostThatWasLookedUpChangeNothing) {
  const std::string own = folder.write("own.pem", std::string(ed25519_certificate) + std::string(ed25519_key));
  auto host = std::make_shared<const SniHost>(
      SniHost{.name = "localhost", .options = {.certs_keys = std::vector<CertKey>{{.certfile = path}}}});
  Listener listener = listen({.certs_keys = {{.certfile = own}},
                              .sni_lookup = [&host](const std::string&, Answer<std::shared_ptr<const SniHost>> answer) {
                                std::move(answer).give(host);
                              }});
  ReloadWatch watch(listener, sink);
  EXPECT_EQ(shown(listener), "CN=ec.example");
  auto before = listener.config();
  write("no certificate", "");
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(watch.look());
  ASSERT_EQ(told.size(), 1u);
  ASSERT_TRUE(told[0].error);
  EXPECT_EQ(told[0].error->code(), Errc::malformed_pem);
  EXPECT_EQ(told[0].error->detail()->option, "sni_lookup[localhost].certs_keys[0].certfile");
  EXPECT_EQ(listener.config(), before);
  EXPECT_EQ(shown(listener), "CN=ec.example");
  write(p256_certificate, p256_key);
  EXPECT_FALSE(watch.look());
  EXPECT_TRUE(watch.look());
  EXPECT_NE(listener.config(), before);
  EXPECT_EQ(listener.config()->files(), (std::vector{own, path})) << "the file is still watched";
  EXPECT_EQ(shown(listener), "CN=ec.example");
  // Nobody can name a host again that the program has dropped: its files may go.
  host.reset();
  before.reset();
  std::filesystem::remove(path);
  EXPECT_FALSE(watch.look());
  EXPECT_TRUE(watch.look());
  EXPECT_EQ(listener.config()->files(), std::vector{own});
}

TEST_F(Reloads, WhoSetsAnotherConfigurationMeanwhileHasTheLastWord) {
  const std::string certificate = folder.write("cert.pem", p256_certificate);
  const std::string encrypted = folder.write("enc.pem", p256_encrypted_key);
  std::function<void()> meanwhile = [] {};
  Listener listener =
      listen({.certs_keys = {{.certfile = certificate, .keyfile = encrypted, .password = [&]() -> Result<SecretBytes> {
                                meanwhile();
                                return SecretBytes(std::string_view("open-sesame"));
                              }}}});
  const auto other = ServerConfig::make({.certs_keys = {{.certfile = path}}, .alpn_preferred_protocols = {"other"}}).value();
  meanwhile = [&] { EXPECT_TRUE(listener.set_config(other)); };
  ASSERT_TRUE(listener.reload());
  EXPECT_EQ(listener.config()->options().alpn_preferred_protocols, other->options().alpn_preferred_protocols);
}

TEST_F(Reloads, OthersAcceptMeanwhile) {
  Listener listener = listen();
  std::atomic<bool> enough{false};
  std::atomic<int> failed{0};
  std::jthread reloading([&] {
    while (!enough) failed += listener.reload() ? 0 : 1;
  });
  for (int i = 0; i < 5; ++i) EXPECT_EQ(shown(listener), "CN=ec.example");
  enough = true;
  reloading.join();
  EXPECT_EQ(failed, 0);
}

TEST_F(Reloads, AHandshakeMayHaveOptionsOfItsOwn) {
  auto ends = memory_transports();
  const auto config = server_config();
  const auto other = config->host({.name = "other", .options = {.alpn_preferred_protocols = std::vector<std::string>{"own"}}});
  ASSERT_TRUE(other) << other.error().message();
  std::string protocol;
  std::jthread client([&] {
    auto socket = upgrade(std::move(ends.first), client_config({.alpn_advertised_protocols = {"x", "own"}}), localhost(), 10s);
    if (socket) protocol = *socket->negotiated_protocol();
  });
  EXPECT_TRUE(upgrade(std::move(ends.second), config).handshake(*other, 10s));
  client.join();
  EXPECT_EQ(protocol, "own");
}

TEST_F(Reloads, AWatchTakesChangesThatAreQuiet) {
  Listener listener = listen();
  ReloadWatch watch(listener, sink);
  const auto before = listener.config();
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(watch.look()) << "nothing has changed";
  write(ed25519_certificate, ed25519_key);
  EXPECT_FALSE(watch.look()) << "somebody may still be writing";
  EXPECT_EQ(listener.config(), before);
  EXPECT_TRUE(watch.look());
  EXPECT_NE(listener.config(), before);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_FALSE(told[0].error);
  EXPECT_EQ(told[0].files, std::vector{path});
  EXPECT_EQ(shown(listener), "CN=ed.example");
  EXPECT_FALSE(watch.look());
  EXPECT_EQ(told.size(), 1u);
}

TEST_F(Reloads, AWatchTellsOfBrokenFilesOnceAndTriesAgainWhenTheyChange) {
  Listener listener = listen();
  ReloadWatch watch(listener, sink);
  const auto before = listener.config();
  write(ed25519_certificate, p256_key);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(watch.look());
  EXPECT_EQ(listener.config(), before);
  ASSERT_EQ(told.size(), 1u);
  ASSERT_TRUE(told[0].error);
  EXPECT_EQ(told[0].error->code(), Errc::key_mismatch);
  EXPECT_EQ(told[0].error->detail()->path, path);
  EXPECT_FALSE(told[0].error->detail()->reason.empty());
  std::filesystem::remove(path);
  for (int i = 0; i < 4; ++i) EXPECT_FALSE(watch.look());
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[1].error->code(), Errc::file_unreadable);
  write(ed25519_certificate, ed25519_key);
  EXPECT_FALSE(watch.look());
  EXPECT_TRUE(watch.look());
  ASSERT_EQ(told.size(), 3u);
  EXPECT_FALSE(told[2].error);
}

TEST_F(Reloads, AWatchCleansTheCacheAndOutlivesItsListener) {
  const auto cache = std::make_shared<PemCache>();
  std::filesystem::last_write_time(path, std::filesystem::file_time_type::clock::now() - std::chrono::hours(1));
  std::optional<Listener> listener = listen({.certs_keys = {{.certfile = path}}, .pem_cache = cache});
  EXPECT_EQ(cache->use().files, 2u);
  const Endpoint where = *listener->local_endpoint();
  ReloadWatch watch(*listener, sink);
  listener.reset();
  EXPECT_TRUE(Listener::listen(where, server_config())) << "the watch does not keep the port";
  std::filesystem::remove(path);
  EXPECT_FALSE(watch.look());
  EXPECT_EQ(cache->use().files, 0u);
}

TEST_F(Reloads, ASinkMayThrowAndLook) {
  Listener listener = listen();
  std::optional<ReloadWatch> watch;
  watch.emplace(listener, [&](const Reloaded& what) {
    told.push_back(what);
    EXPECT_FALSE(watch->look()) << "one look at a time";
    throw std::runtime_error("on purpose");
  });
  write(ed25519_certificate, ed25519_key);
  EXPECT_FALSE(watch->look());
  EXPECT_TRUE(watch->look());
  EXPECT_EQ(told.size(), 1u);
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
