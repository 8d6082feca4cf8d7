// SPDX-License-Identifier: Apache-2.0
//
// A program of a stranger that brings its own input and output: the engine alone, up to its ClientHello.
#include <cstdio>

#include <keyway/connection.h>

int main() {
  auto config = keyway::ClientConfig::make({.peer = {.verify = keyway::VerifyMode::verify_none}});
  if (!config) return std::fprintf(stderr, "%s\n", config.error().message().c_str()), 1;
  const keyway::Now now{std::chrono::steady_clock::now(), std::chrono::system_clock::now()};
  auto connection = keyway::Connection::client(*config, {}, now);
  if (!connection) return std::fprintf(stderr, "%s\n", connection.error().message().c_str()), 1;
  const std::size_t hello = keyway::total_size(connection->output());
  return std::printf("ClientHello: %zu bytes\n", hello) < 0 || hello < 100;
}
