// SPDX-License-Identifier: Apache-2.0
//
// Server: ChangeCipherSpec and Finished both ways, and what comes afterwards (RFC 5246 7.1, 7.4.9).
#include "handshake/tls12/server_steps.h"

namespace keyway::handshake::tls12::server {

Result<WaitFinished> on(WaitChangeCipherSpec&& s, const ChangeCipherSpec&, Flow& flow) {
  KW_TRY(change_read_keys(*s.master, flow));
  return WaitFinished{std::move(s.master)};
}

Result<Connected> on(WaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(*s.master, m, flow));
  remember_authenticated(*s.master, flow);
  KW_TRY(flow.check_flight_ended());
  KW_TRY(keep_session(*s.master, flow));
  KW_TRY(send_finished(*s.master, flow));
  return Connected{kept_of(std::move(*s.master))};
}

Result<Connected> on(Connected&& s, const ClientHello&, Flow& flow) {
  // RFC 5746 4.5, RFC 5246 7.2.2: a warning, and the connection goes on.
  KW_TRY(flow.decline_renegotiation());
  return std::move(s);
}

}  // namespace keyway::handshake::tls12::server
