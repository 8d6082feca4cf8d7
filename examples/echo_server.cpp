// SPDX-License-Identifier: Apache-2.0
//
// A server with a thread per connection: sends back what it gets until the client closes.
//   echo_server PORT CERT_FILE KEY_FILE [CONNECTIONS]       port 0: the kernel chooses, the first line says which
#include <atomic>
#include <cstdlib>
#include <iostream>
#include <thread>

#include "keyway/listener.h"

namespace {

std::atomic<int> serving = 0;  // connections that are open

void serve(keyway::PendingSocket pending) {
  auto socket = std::move(pending).handshake(std::chrono::seconds(10));
  if (!socket) {
    std::cerr << socket.error().message() << '\n';
    return;
  }
  while (const auto part = socket->recv()) {
    if (!socket->send(*part)) break;
  }
  static_cast<void>(socket->close(std::chrono::seconds(1)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::cerr << "usage: echo_server PORT CERT_FILE KEY_FILE [CONNECTIONS]\n", 2;
  const auto config = keyway::ServerConfig::make({.certs_keys = {{.certfile = argv[2], .keyfile = argv[3]}}});
  if (!config) return std::cerr << config.error().message() << '\n', 2;

  auto listener = keyway::Listener::listen({.port = static_cast<std::uint16_t>(std::atoi(argv[1]))}, *config);
  if (!listener) return std::cerr << listener.error().message() << '\n', 4;
  std::cout << "listening on port " << listener->local_endpoint()->port << std::endl;

  int left = argc > 4 ? std::atoi(argv[4]) : -1;
  while (left != 0) {
    auto pending = listener->transport_accept();
    if (!pending) {  // out of descriptors, most likely, which peers can bring about: those that are open go on
      std::cerr << pending.error().message() << '\n';
      if (pending.error().code() == keyway::Errc::canceled) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      continue;
    }
    if (left > 0) --left;
    ++serving;
    std::thread([p = *std::move(pending)]() mutable {
      serve(std::move(p));
      --serving;
      serving.notify_all();
    }).detach();
  }
  for (int open = serving; open != 0; open = serving) serving.wait(open);
  return 0;
}
