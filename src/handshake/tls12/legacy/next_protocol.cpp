// SPDX-License-Identifier: Apache-2.0
//
// What each side does about the next protocol, and the server's handlers of its message.
#include "handshake/tls12/legacy/next_protocol.h"

#include "handshake/negotiation/legacy/next_protocol.h"
#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12 {

namespace client {

Result<bool> accept_next_protocol(const wire::ServerHello& m, Flow& flow) {
  const NextProtocolOptions& options = flow.in().client().options.client_preferred_next_protocols;
  ConnectionInfo& info = flow.facts().info;
  const auto& shown = m.extensions12.get<wire::NextProtocolList>();
  if (!shown) {
    // The manual of 2015: who needs a protocol does without such a server.
    if (options.required && info.alpn.empty()) return fail(Errc::no_next_protocol);
    return false;
  }
  // RFC 7301 3.1: a server that has selected one protocol does not leave the choice of another to us.
  if (!info.alpn.empty()) return fail(Errc::alpn_and_npn);
  info.npn = true;
  info.alpn = negotiation::choose_next_protocol(*shown, options);
  return true;
}

Result<void> send_next_protocol(Flow& flow) {
  const wire::NextProtocol message{as_bytes(flow.facts().info.alpn)};
  return flow.send(HandshakeType::next_protocol, [&](wire::Writer& w) { message.encode(w); });
}

}  // namespace client

namespace server {

namespace {

/// Draft 3: under encryption, and whatever the client likes.
void note(const wire::NextProtocol& m, Flow& flow) {
  flow.facts().info.npn = true;
  flow.facts().info.alpn = std::string(as_text(m.selected_protocol));
}

}  // namespace

bool shows_next_protocols(const wire::ClientHello& hello, Flow& flow) {
  return flow.in().server().options.next_protocols_advertised && hello.extensions.get<wire::NextProtocolOffer>() &&
         flow.facts().info.alpn.empty();
}

void show_next_protocols(wire::Writer& w, Flow& flow) {
  w.u16(static_cast<std::uint16_t>(ExtensionType::next_protocol_negotiation));
  w.vec16([&] {
    for (const std::string& protocol : *flow.in().server().options.next_protocols_advertised) w.vec8(as_bytes(protocol));
  });
}

Result<WaitFinished> on(WaitNextProtocol&& s, const NextProtocol& m, Flow& flow) {
  note(m, flow);
  return WaitFinished{std::move(s.master)};
}

Result<ResumedWaitFinished> on(ResumedWaitNextProtocol&& s, const NextProtocol& m, Flow& flow) {
  note(m, flow);
  return ResumedWaitFinished{std::move(s.master)};
}

}  // namespace server

}  // namespace keyway::handshake::tls12
