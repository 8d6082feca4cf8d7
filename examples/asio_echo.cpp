// SPDX-License-Identifier: Apache-2.0
//
// Both ends of an echo over standalone Asio in one thread; asio::async_write and asio::async_read work as on any stream.
//   asio_echo CERT_FILE KEY_FILE CA_FILE
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/read.hpp>
#include <iostream>
#include <string>

#include "keyway/asio.h"

namespace {

using Stream = keyway::AsioStream<asio::ip::tcp::socket>;

class EchoSession : public std::enable_shared_from_this<EchoSession> {
 public:
  explicit EchoSession(Stream stream) : stream_(std::move(stream)) {}
  void start() {
    stream_.async_handshake([self = shared_from_this()](std::error_code problem) {
      if (problem) return static_cast<void>(std::cerr << "handshake: " << problem.message() << '\n');
      self->read();
    });
  }

 private:
  void read() {
    stream_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](std::error_code problem, std::size_t bytes) {
      if (problem == asio::error::eof) return self->close();
      if (!problem) self->write(bytes);
    });
  }
  void write(std::size_t bytes) {
    asio::async_write(stream_, asio::buffer(buffer_, bytes), [self = shared_from_this()](std::error_code problem, std::size_t) {
      if (!problem) self->read();
    });
  }
  void close() {
    stream_.async_shutdown([self = shared_from_this()](std::error_code) {});
  }

  Stream stream_;
  std::array<char, 4096> buffer_{};
};

class EchoClient : public std::enable_shared_from_this<EchoClient> {
 public:
  EchoClient(Stream stream, bool& equal) : stream_(std::move(stream)), equal_(equal) {}
  void start() {
    stream_.async_handshake([self = shared_from_this()](std::error_code problem) {
      if (problem) return static_cast<void>(std::cerr << "handshake: " << self->stream_.failure()->message() << '\n');
      self->exchange();
    });
  }

 private:
  // Both directions at once: the request is larger than what the buffers on the way hold.
  void exchange() {
    asio::async_write(stream_, asio::buffer(request_), [self = shared_from_this()](std::error_code problem, std::size_t) {
      if (problem) std::cerr << "write: " << problem.message() << '\n';
    });
    asio::async_read(stream_, asio::buffer(echo_), [self = shared_from_this()](std::error_code problem, std::size_t) {
      if (problem) return static_cast<void>(std::cerr << "read: " << problem.message() << '\n');
      self->equal_ = self->echo_ == self->request_;
      self->stream_.async_shutdown([self](std::error_code) {});
    });
  }

  Stream stream_;
  bool& equal_;
  std::string request_ = std::string(8'000'000, 'x');
  std::string echo_ = std::string(request_.size(), ' ');
};

}  // namespace

int main(int argc, char** argv) try {
  if (argc < 4) return std::cerr << "usage: asio_echo CERT_FILE KEY_FILE CA_FILE\n", 2;
  const auto server_config = keyway::ServerConfig::make({.certs_keys = {{.certfile = argv[1], .keyfile = argv[2]}}});
  const auto client_config = keyway::ClientConfig::make({.peer = {.cacertfile = argv[3]}});
  if (!server_config) return std::cerr << server_config.error().message() << '\n', 2;
  if (!client_config) return std::cerr << client_config.error().message() << '\n', 2;

  asio::io_context context;
  asio::ip::tcp::acceptor acceptor(context, {asio::ip::address_v4::loopback(), 0});
  acceptor.async_accept([&](std::error_code problem, asio::ip::tcp::socket socket) {
    if (problem) return;
    auto stream = Stream::server(std::move(socket), *server_config);
    if (stream) std::make_shared<EchoSession>(*std::move(stream))->start();
  });

  asio::ip::tcp::socket socket(context);
  socket.connect(acceptor.local_endpoint());
  auto stream = Stream::client(std::move(socket), *client_config, *keyway::PeerName::of("localhost"));
  if (!stream) return std::cerr << stream.error().message() << '\n', 1;
  bool equal = false;
  std::make_shared<EchoClient>(*std::move(stream), equal)->start();
  context.run();
  std::cout << (equal ? "the echo is equal\n" : "there was no equal echo\n");
  return equal ? 0 : 1;
} catch (const std::exception& problem) { return std::cerr << problem.what() << '\n', 1; }
