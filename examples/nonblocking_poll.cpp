// SPDX-License-Identifier: Apache-2.0
//
// One thread, poll(), many connections: an echo server whose event loop is the program's own.
//   nonblocking_poll PORT CERT_FILE KEY_FILE [CONNECTIONS]  port 0: the kernel chooses, the first line says which
#include <poll.h>

#include <cstdlib>
#include <iostream>
#include <list>
#include <vector>

#include "keyway/listener.h"
#include "keyway/nonblocking.h"

namespace {

// False: the connection has ended.
bool serve(keyway::NonBlockingSocket& socket) {
  // Whatever poll reported, a hang-up too: the calls that were wanted find out what it means.
  if (socket.want_write() && !socket.on_writable()) return false;
  if (socket.want_read() && !socket.on_readable()) return false;
  while (!socket.plaintext().empty()) {
    const auto taken = socket.send(socket.plaintext());
    if (!taken) return false;
    if (*taken == 0) return true;  // the peer does not read: neither do we, until on_writable makes room
    if (!socket.plaintext_used(*taken)) return false;
  }
  if (!socket.peer_closed()) return true;
  return socket.close_write() && !socket.flushed();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) return std::cerr << "usage: nonblocking_poll PORT CERT_FILE KEY_FILE [CONNECTIONS]\n", 2;
  const auto config = keyway::ServerConfig::make({.certs_keys = {{.certfile = argv[2], .keyfile = argv[3]}}});
  if (!config) return std::cerr << config.error().message() << '\n', 2;
  auto listener = keyway::Listener::listen({.port = static_cast<std::uint16_t>(std::atoi(argv[1]))}, *config);
  if (!listener) return std::cerr << listener.error().message() << '\n', 4;
  std::cout << "listening on port " << listener->local_endpoint()->port << std::endl;

  int left = argc > 4 ? std::atoi(argv[4]) : -1;
  std::list<keyway::NonBlockingSocket> sockets;
  while (left != 0 || !sockets.empty()) {
    std::vector<pollfd> watched{{left != 0 ? listener->poll_handle() : -1, POLLIN, 0}};
    for (const auto& socket : sockets) {
      const int events = (socket.want_read() ? POLLIN : 0) | (socket.want_write() ? POLLOUT : 0);
      // A hang-up is reported to those as well who ask for nothing: so they are not watched.
      watched.push_back({events != 0 ? socket.descriptor() : -1, static_cast<short>(events), 0});
    }
    if (::poll(watched.data(), watched.size(), -1) < 0) continue;
    auto entry = watched.begin() + 1;
    for (auto socket = sockets.begin(); socket != sockets.end(); ++entry) {
      const bool goes_on = entry->revents == 0 || serve(*socket);
      socket = goes_on ? std::next(socket) : sockets.erase(socket);
    }
    if (watched.front().revents == 0) continue;
    auto pending = listener->transport_accept(keyway::Duration::zero());
    if (!pending) {  // out of descriptors, perhaps: those that are open go on, and make room
      if (pending.error().code() != keyway::Errc::timeout) ::poll(nullptr, 0, 100);
      continue;
    }
    if (left > 0) --left;
    auto socket = keyway::NonBlockingSocket::server(std::move(*pending).release(), *config);
    if (socket) sockets.push_back(*std::move(socket));
  }
  return 0;
}
