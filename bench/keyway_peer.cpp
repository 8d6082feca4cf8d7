// SPDX-License-Identifier: Apache-2.0
//
// Options of the comparison: TLS_AES_128_GCM_SHA256, one group, no tickets, chain and host name verified.
#include "keyway_peer.h"

#include <cstring>

#include "must.h"

namespace keyway::bench {
namespace {

Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

ProtocolOptions protocol_with(NamedGroup group) {
  ProtocolOptions protocol;
  protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  protocol.supported_groups = {group};
  return protocol;
}

}  // namespace

KeywayStack::KeywayStack(const IdentityFiles& files, NamedGroup group)
    : client_config_(must(ClientConfig::make({.protocol = protocol_with(group), .peer = {.cacertfile = files.root}}))),
      server_config_(must(ServerConfig::make(
          {.certs_keys = {{.certfile = files.chain, .keyfile = files.key}}, .protocol = protocol_with(group)}))),
      name_(must(PeerName::of(host))),
      wire_(64 * 1024) {}

Connection KeywayStack::make_client() const { return must(Connection::client(client_config_, name_, now(), 443)); }
Connection KeywayStack::make_server() const { return must(Connection::server(server_config_, now())); }

MutableBytes KeywayStack::carry(Connection& from) const {
  std::size_t size = 0;
  for (const ByteView piece : from.output()) {
    std::memcpy(wire_.data() + size, piece.data(), piece.size());
    size += piece.size();
  }
  from.output_sent(size);
  return MutableBytes(wire_).first(size);
}

void KeywayStack::take(Connection& to, MutableBytes wire) {
  for (;;) {
    const Step step = must(to.receive(wire));
    wire = wire.subspan(step.consumed);
    if (std::holds_alternative<NeedBytes>(step.progress)) break;
  }
  require(wire.empty(), "a record is cut");
}

}  // namespace keyway::bench
