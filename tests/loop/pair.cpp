// SPDX-License-Identifier: Apache-2.0
//
// The in-memory pair.
#include "loop/pair.h"

#include <stdexcept>

namespace keyway::test {

namespace {

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

}  // namespace

Bytes End::take_output() {
  Bytes bytes;
  for (const ByteView piece : connection.output()) bytes.insert(bytes.end(), piece.begin(), piece.end());
  connection.output_sent(bytes.size());
  return bytes;
}

void End::work() {
  std::size_t used = 0;
  while (!error) {
    auto step = connection.receive(MutableBytes(inbox).subspan(used));
    if (!step) {
      error = step.error();
      break;
    }
    used += step->consumed;
    if (std::holds_alternative<NeedBytes>(step->progress)) break;
    if (const auto* plain = std::get_if<ApplicationData>(&step->progress)) {
      data += as_text(plain->plaintext);
      continue;
    }
    const bool stop = std::holds_alternative<Blocked>(step->progress) || std::holds_alternative<PeerClosed>(step->progress);
    if (!stop || events.empty() || events.back().index() != step->progress.index()) events.push_back(std::move(step->progress));
    if (stop) break;
  }
  inbox.erase(inbox.begin(), inbox.begin() + static_cast<std::ptrdiff_t>(used));
}

void End::give(ByteView bytes) {
  inbox.insert(inbox.end(), bytes.begin(), bytes.end());
  work();
}

ClientOptions client_options() {
  ClientOptions options;
  options.peer.cacerts = {authority().root()};
  return options;
}

ServerOptions server_options() {
  ServerOptions options;
  static const CertKey identity = authority().leaf();
  options.certs_keys = {identity};
  return options;
}

std::shared_ptr<const ClientConfig> make_config(ClientOptions options) { return must(ClientConfig::make(std::move(options))); }
std::shared_ptr<const ServerConfig> make_config(ServerOptions options) { return must(ServerConfig::make(std::move(options))); }

Pair::Pair(const PairOptions& options) : Pair(make_config(options.client), make_config(options.server), options) {}

Pair::Pair(std::shared_ptr<const ClientConfig> client_config, std::shared_ptr<const ServerConfig> server_config,
           const PairOptions& options)
    : now(options.now),
      client(
          must(Connection::client(std::move(client_config), options.host.empty() ? PeerName{} : must(PeerName::of(options.host)),
                                  options.now, options.port))),
      server(must(Connection::server(std::move(server_config), options.now))) {}

bool Pair::move(End& from, End& to, std::size_t chunk) {
  const Bytes bytes = from.take_output();
  if (bytes.empty()) return false;
  const std::size_t step = chunk == 0 ? bytes.size() : chunk;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    const std::size_t end = std::min(bytes.size(), at + step);
    to.give(ByteView(bytes).subspan(at, end - at));
  }
  return true;
}

void Pair::run(std::size_t chunk) {
  for (int round = 0; round < 1000; ++round) {
    const bool there = move(client, server, chunk);
    const bool back = move(server, client, chunk);
    if (!there && !back) return;
  }
  throw std::runtime_error("the pair never comes to rest");
}

void Pair::send_from_client(std::string_view text) {
  must(client.connection.send(as_bytes(text)));
  run();
}

void Pair::send_from_server(std::string_view text) {
  must(server.connection.send(as_bytes(text)));
  run();
}

void Pair::advance(std::chrono::seconds by) {
  now.monotonic += by;
  now.wall += by;
  client.connection.advance_to(now);
  server.connection.advance_to(now);
}

}  // namespace keyway::test
