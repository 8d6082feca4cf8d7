// SPDX-License-Identifier: Apache-2.0
//
// TCP to the runner; see transport.h.
#include "transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace keyway::bogo_shim {
namespace {

bool connect_to_loopback(int socket, const Flags& flags) {
  if (flags.ipv6) {
    sockaddr_in6 address{};
    address.sin6_family = AF_INET6;
    address.sin6_port = htons(flags.port);
    address.sin6_addr = in6addr_loopback;
    return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(flags.port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

std::unexpected<std::string> system_failure(const char* call) {
  return std::unexpected(std::string(call) + ": " + std::strerror(errno));
}

}  // namespace

std::expected<Transport, std::string> Transport::open(const Flags& flags) {
  const int socket = ::socket(flags.ipv6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return system_failure("socket");
  Transport transport(socket);
  const int on = 1;
  ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  if (!connect_to_loopback(socket, flags)) return system_failure("connect");
  std::array<std::byte, 8> id{};
  for (std::size_t i = 0; i < id.size(); ++i) id[i] = static_cast<std::byte>(flags.shim_id >> (8 * i) & 0xff);
  transport.write(id);
  return transport;
}

Transport::Transport(Transport&& from) noexcept : socket_(std::exchange(from.socket_, -1)) {}

Transport::~Transport() {
  if (socket_ < 0) return;
  ::shutdown(socket_, SHUT_WR);
  std::array<std::byte, 4096> rest;
  while (::recv(socket_, rest.data(), rest.size(), 0) > 0) {}
  ::close(socket_);
}

void Transport::write(ByteView bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

bool Transport::read_into(Bytes& buffer) {
  std::array<std::byte, 16384> chunk;
  ssize_t count = 0;
  do { count = ::recv(socket_, chunk.data(), chunk.size(), 0); } while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  buffer.insert(buffer.end(), chunk.begin(), chunk.begin() + count);
  return true;
}

}  // namespace keyway::bogo_shim
