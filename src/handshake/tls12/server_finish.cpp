// SPDX-License-Identifier: Apache-2.0
//
// Server: ChangeCipherSpec and Finished both ways, and what comes afterwards (RFC 5246 7.1, 7.4.9).
#include "handshake/tls12/server_steps.h"

namespace keyway::handshake::tls12::server {

namespace {

/// A handshake costs a server more than a client: one that the client wants, in so much time.
constexpr std::chrono::seconds renegotiation_pause{12};

bool may_renegotiate(const Established& now, const Flow& flow) {
  if (!now.can_renegotiate) return false;
  if (now.asked) return true;
  return flow.in().server().options.client_renegotiation &&
         (!now.client_may_ask_again || flow.in().now.monotonic >= *now.client_may_ask_again);
}

}  // namespace

Result<OneOf<WaitNextProtocol, WaitFinished>> on(WaitChangeCipherSpec&& s, const ChangeCipherSpec&, Flow& flow) {
  KW_TRY(change_read_keys(*s.master, flow));
  if (s.master->terms.next_protocol) return WaitNextProtocol{std::move(s.master)};
  return WaitFinished{std::move(s.master)};
}

Result<Connected> on(WaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(*s.master, m, flow));
  remember_authenticated(*s.master, flow);
  KW_TRY(flow.check_flight_ended());
  KW_TRY(keep_session(*s.master, flow));
  KW_TRY(send_finished(*s.master, flow));
  auto established = established_by(*s.master, flow.facts());
  if (const Established* enclosing = flow.enclosing()) established->client_may_ask_again = enclosing->client_may_ask_again;
  return Connected{std::move(established)};
}

Result<OneOf<Connected, Renegotiate>> on(Connected&& s, const ClientHello&, Flow& flow) {
  Established& now = *s.now;
  if (!may_renegotiate(now, flow)) {
    // RFC 5746 4.5, RFC 5246 7.2.2: a warning, and the connection goes on.
    //= rfc5746#4.5-1
    KW_TRY(flow.decline_renegotiation());
    return std::move(s);
  }
  KW_TRY(flow.check_flight_ended());
  const bool by_client = !now.asked;
  if (by_client) now.client_may_ask_again = flow.in().now.monotonic + renegotiation_pause;
  auto hello = std::make_unique<ReceivedHello>();
  hello->message = flow.keep(flow.received());
  KW_ASSIGN(hello->hello, ClientHello::decode(hello->body()));
  return Renegotiate{std::move(hello), std::move(s.now), by_client};
}

Result<Connected> on(Connected&& s, const Renegotiation&, Flow& flow) {
  KW_TRY(flow.send(HandshakeType::hello_request, [](wire::Writer&) {}));
  s.now->asked = true;
  return std::move(s);
}

}  // namespace keyway::handshake::tls12::server
