// SPDX-License-Identifier: Apache-2.0
//
// Options of the comparison: one suite, one group, chain and host name verified, no tickets unless they are what is compared.
#include "keyway_peer.h"

#include <cstring>

#include "keyway/cipher_suites.h"
#include "must.h"

namespace keyway::bench {
namespace {

Now now() { return {std::chrono::steady_clock::now(), std::chrono::system_clock::now()}; }

ProtocolOptions protocol_with(NamedGroup group, Mode mode) {
  ProtocolOptions protocol;
  protocol.versions = {mode == Mode::tls13 ? ProtocolVersion::tls1_3 : ProtocolVersion::tls1_2};
  protocol.ciphers = {mode == Mode::tls13       ? CipherSuite::TLS_AES_128_GCM_SHA256
                      : mode == Mode::tls12_cbc ? must(str_to_suite("ECDHE-ECDSA-AES128-SHA"))
                                                : CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  protocol.encrypt_then_mac = false;
  protocol.supported_groups = {group};
  return protocol;
}

ClientOptions client_options(const IdentityFiles& files, NamedGroup group, Mode mode, Memo memo) {
  ClientOptions options{.protocol = protocol_with(group, mode), .peer = {.cacertfile = files.root}};
  options.peer.remember_signatures = memo == Memo::on;
  if (resumes(mode)) options.sessions.store = memory_client_sessions();
  options.sessions.tickets = mode == Mode::tls12_by_ticket;
  return options;
}

ServerOptions server_options(const IdentityFiles& files, NamedGroup group, Mode mode) {
  ServerOptions options{.certs_keys = {{.certfile = files.chain, .keyfile = files.key}}, .protocol = protocol_with(group, mode)};
  options.sessions.reuse_sessions = mode == Mode::tls12_by_id;
  options.sessions.tickets = mode == Mode::tls12_by_ticket;
  return options;
}

}  // namespace

KeywayStack::KeywayStack(const IdentityFiles& files, NamedGroup group, Mode mode, Memo memo)
    : client_config_(must(ClientConfig::make(client_options(files, group, mode, memo)))),
      server_config_(must(ServerConfig::make(server_options(files, group, mode)))),
      name_(must(PeerName::of(host))),
      wire_(64 * 1024) {
  if (!resumes(mode)) return;
  (void)connect();
  require(connect().server.info().resumed != Resumption::none, "resumed");
}

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
