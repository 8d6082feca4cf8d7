// SPDX-License-Identifier: Apache-2.0
//
// TLS over something of one's own: a transport that counts what passes, around a pair of transports in memory.
//   own_transport CERT_FILE KEY_FILE CA_FILE
#include <iostream>
#include <thread>

#include "keyway/listener.h"

namespace {

// Everything is passed on to the transport inside; a modem, a tunnel or a message bus would stand in its place.
class CountingTransport final : public keyway::Transport {
 public:
  CountingTransport(std::unique_ptr<keyway::Transport> inner, std::size_t& bytes) : inner_(std::move(inner)), bytes_(bytes) {}

  keyway::Result<std::size_t> read(keyway::MutableBytes into, keyway::Duration timeout) override {
    return counted(inner_->read(into, timeout));
  }
  keyway::Result<std::size_t> write(keyway::ByteViews from, keyway::Duration timeout) override {
    return counted(inner_->write(from, timeout));
  }
  keyway::Result<void> shutdown_write() override { return inner_->shutdown_write(); }
  void close() noexcept override { inner_->close(); }
  keyway::Result<keyway::Endpoint> peer_name() const override { return inner_->peer_name(); }
  keyway::Result<keyway::Endpoint> socket_name() const override { return inner_->socket_name(); }

 private:
  keyway::Result<std::size_t> counted(keyway::Result<std::size_t> result) {
    if (result) bytes_ += *result;
    return result;
  }

  std::unique_ptr<keyway::Transport> inner_;
  std::size_t& bytes_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::cerr << "usage: own_transport CERT_FILE KEY_FILE CA_FILE\n", 2;
  const auto server_config = keyway::ServerConfig::make({.certs_keys = {{.certfile = argv[1], .keyfile = argv[2]}}});
  const auto client_config = keyway::ClientConfig::make({.peer = {.cacertfile = argv[3]}});
  if (!server_config) return std::cerr << server_config.error().message() << '\n', 2;
  if (!client_config) return std::cerr << client_config.error().message() << '\n', 2;

  auto ends = keyway::memory_transports();
  std::jthread server([&] {
    auto socket = keyway::upgrade(std::move(ends.second), *server_config).handshake(std::chrono::seconds(10));
    if (!socket) return static_cast<void>(std::cerr << socket.error().message() << '\n');
    if (const auto request = socket->recv()) static_cast<void>(socket->send(*request));
    static_cast<void>(socket->close(std::chrono::seconds(5)));
  });

  std::size_t bytes = 0;
  auto socket = keyway::upgrade(std::make_unique<CountingTransport>(std::move(ends.first), bytes), *client_config,
                                *keyway::PeerName::of("localhost"), std::chrono::seconds(10));
  if (!socket) return std::cerr << socket.error().message() << '\n', 1;
  const std::size_t handshake = bytes;
  if (!socket->send(keyway::as_bytes("over memory"))) return 1;
  const auto echo = socket->recv(11, std::chrono::seconds(10));
  if (!echo) return std::cerr << echo.error().message() << '\n', 1;
  static_cast<void>(socket->close(std::chrono::seconds(5)));
  std::cout << "handshake " << handshake << " bytes, then " << bytes - handshake << " bytes for an echo of " << echo->size()
            << '\n';
  return 0;
}
