// SPDX-License-Identifier: Apache-2.0
//
// The smallest client: connects, verifies the server, sends a line, prints what comes back.
//   echo_client HOST PORT CA_FILE [TEXT]
#include <cstdlib>
#include <iostream>

#include "keyway/socket.h"

int main(int argc, char** argv) {
  if (argc < 4) return std::cerr << "usage: echo_client HOST PORT CA_FILE [TEXT]\n", 2;
  const keyway::Endpoint server{.host = argv[1], .port = static_cast<std::uint16_t>(std::atoi(argv[2]))};
  const std::string text = argc > 4 ? argv[4] : "hello";

  const auto config = keyway::ClientConfig::make({.peer = {.cacertfile = argv[3]}});
  if (!config) return std::cerr << config.error().message() << '\n', 2;

  auto socket = keyway::connect(server, *config, std::chrono::seconds(10));
  if (!socket) return std::cerr << socket.error().message() << '\n', 1;

  if (const auto sent = socket->send(keyway::as_bytes(text)); !sent) return std::cerr << sent.error().message() << '\n', 1;
  const auto echo = socket->recv(text.size(), std::chrono::seconds(10));
  if (!echo) return std::cerr << echo.error().message() << '\n', 1;
  std::cout.write(reinterpret_cast<const char*>(echo->data()), static_cast<std::streamsize>(echo->size())) << '\n';

  const auto closed = socket->close(std::chrono::seconds(5));  // close_notify both ways
  return closed ? 0 : 1;
}
