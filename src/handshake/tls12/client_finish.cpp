// SPDX-License-Identifier: Apache-2.0
//
// Client: NewSessionTicket, the server's ChangeCipherSpec and Finished, and what comes afterwards (RFC 5077 3.3, RFC 5246 7.1,
// 7.4.9, 7.4.1.1).
#include "handshake/tls12/client_steps.h"

namespace keyway::handshake::tls12::client {

Result<WaitChangeCipherSpec> on(WaitNewSessionTicket&& s, const NewSessionTicket& m, Flow&) {
  s.master->ticket = to_bytes(m.ticket);
  s.master->ticket_lifetime = m.ticket_lifetime_hint;
  return WaitChangeCipherSpec{std::move(s.master)};
}

Result<WaitFinished> on(WaitChangeCipherSpec&& s, const ChangeCipherSpec&, Flow& flow) {
  KW_TRY(change_read_keys(*s.master, flow));
  return WaitFinished{std::move(s.master)};
}

Result<Connected> on(WaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(*s.master, m, flow));
  remember_authenticated(*s.master, flow);
  //= rfc5077#3.3-4
  KW_TRY(keep_session(*s.master, flow));
  return Connected{established_by(*s.master, flow.facts())};
}

Result<OneOf<Connected, Renegotiate>> on(Connected&& s, const HelloRequest&, Flow& flow) {
  // RFC 5746 4.5, RFC 5246 7.4.1.1: a warning, and the connection goes on.
  if (flow.in().client().options.server_renegotiation && s.now->can_renegotiate) return Renegotiate{std::move(s.now), true};
  //= rfc5746#4.5-1
  KW_TRY(flow.decline_renegotiation());
  return std::move(s);
}

Result<Renegotiate> on(Connected&& s, const Renegotiation&, Flow&) { return Renegotiate{std::move(s.now), false}; }

}  // namespace keyway::handshake::tls12::client
