// SPDX-License-Identifier: Apache-2.0
//
// Two sockets that know each other by an external pre-shared key: no certificate, no file.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "keyway/listener.h"
#include "loop/credentials.h"

namespace keyway::test {

using namespace std::chrono_literals;

inline PskOptions one_key() {
  static const Bytes key(32, std::byte{0x5a});
  return {.keys = {Psk::make("tester", key)}};
}

/// The key is for TLS 1.3 alone: suites with keys are not among those that are there without being named.
inline bool has_tls13(const ProtocolOptions& options) {
  return std::ranges::find(options.versions, ProtocolVersion::tls1_3) != options.versions.end();
}

inline std::shared_ptr<const ClientConfig> client_config(ClientOptions options = {}) {
  if (has_tls13(options.protocol)) options.psk = one_key();
  options.peer.verify = VerifyMode::verify_none;
  auto config = ClientConfig::make(std::move(options));
  EXPECT_TRUE(config) << config.error().message();
  return config.value_or(nullptr);
}

inline std::shared_ptr<const ServerConfig> server_config(ServerOptions options = {}) {
  if (has_tls13(options.protocol)) options.psk = one_key();
  auto config = ServerConfig::make(std::move(options));
  EXPECT_TRUE(config) << config.error().message();
  return config.value_or(nullptr);
}

inline PeerName localhost() { return *PeerName::of("localhost"); }

struct SocketPair {
  Socket client;
  Socket server;
};

/// Handshakes over the transports, the server on a thread of its own.
inline std::optional<SocketPair> join(MemoryTransports ends, std::shared_ptr<const ClientConfig> client,
                                      std::shared_ptr<const ServerConfig> server) {
  std::optional<Result<Socket>> accepted;
  std::jthread thread([&] { accepted = upgrade(std::move(ends.second), std::move(server)).handshake(10s); });
  auto connected = upgrade(std::move(ends.first), std::move(client), localhost(), 10s);
  thread.join();
  EXPECT_TRUE(connected) << connected.error().message();
  EXPECT_TRUE(*accepted) << accepted->error().message();
  if (!connected || !*accepted) return std::nullopt;
  return SocketPair{*std::move(connected), **std::move(accepted)};
}

inline SocketPair socket_pair(ClientOptions client = {}, ServerOptions server = {}, std::size_t capacity = 65536) {
  auto pair = join(memory_transports(capacity), client_config(std::move(client)), server_config(std::move(server)));
  if (!pair) throw std::runtime_error("the two sockets did not find together");
  return *std::move(pair);
}

/// Keeps its answers.
class Held final : public TicketStore {
 public:
  void issue(std::shared_ptr<const Session>, Now, Answer<Bytes> answer) override {
    const std::lock_guard lock(mutex_);
    held_.push_back(std::move(answer));
    asked = true;
  }
  void redeem(ByteView, Now, Answer<std::shared_ptr<const Session>> answer) override {
    std::move(answer).give(std::shared_ptr<const Session>());
  }
  /// No tickets to all who have asked.
  void decline() {
    std::vector<Answer<Bytes>> held;
    {
      const std::lock_guard lock(mutex_);
      held.swap(held_);
    }
    for (Answer<Bytes>& answer : held) std::move(answer).give(Bytes());
  }
  std::atomic<bool> asked = false;

 private:
  std::mutex mutex_;
  std::vector<Answer<Bytes>> held_;
};

inline ServerOptions held_by(std::shared_ptr<Held> store) {
  ServerOptions options;
  options.tickets.mode = TicketMode::stateful;
  options.tickets.store = std::move(store);
  return options;
}

/// Both renegotiate, whoever begins.
inline std::pair<ClientOptions, ServerOptions> willing_options() {
  ClientOptions client;
  client.protocol.versions = {ProtocolVersion::tls1_2};
  client.server_renegotiation = true;
  ServerOptions server;
  server.protocol.versions = {ProtocolVersion::tls1_2};
  server.client_renegotiation = true;
  server.certs_keys = {authority().leaf()};
  return {client, server};
}

inline std::string text(const Result<Bytes>& bytes) {
  if (!bytes) return "error: " + std::string(to_string(bytes.error().code()));
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

template <class T>
Errc code_of(const Result<T>& result) {
  return result ? Errc{} : result.error().code();
}

}  // namespace keyway::test
