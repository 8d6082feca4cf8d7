// SPDX-License-Identifier: Apache-2.0
//
// A program of a stranger that uses sockets: a transport in memory, and the error that a silent server causes.
#include <cstdio>

#include <keyway/socket.h>

int main() {
  auto config = keyway::ClientConfig::make({.peer = {.verify = keyway::VerifyMode::verify_none}});
  if (!config) return std::fprintf(stderr, "%s\n", config.error().message().c_str()), 1;
  auto transports = keyway::memory_transports();
  auto socket = keyway::upgrade(std::move(transports.first), *config, {}, std::chrono::milliseconds(10));
  if (socket || socket.error().code() != keyway::Errc::timeout) return std::fprintf(stderr, "expected a time-out\n"), 1;
  return std::puts(socket.error().message().c_str()) < 0;
}
