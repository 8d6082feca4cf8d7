// SPDX-License-Identifier: Apache-2.0
//
// Server: asking for a certificate after the handshake (RFC 8446 4.6.2). One request at a time; data goes on meanwhile.
#include <algorithm>

#include "handshake/tls13/server_machine.h"
#include "handshake/tls13/server_steps.h"

namespace keyway::handshake::tls13::server {

Result<LateWaitCertificate> on(Connected&& s, const RequestAuthentication&, Flow& flow) {
  LateWaitCertificate next{std::make_unique<Traffic>(std::move(s.traffic)), {}};
  //= rfc8446#4.3.2-2
  KW_TRY(flow.in().provider().random(next.context));
  flow.begin_late_authentication();
  KW_TRY(send_certificate_request(next.context, flow));
  return next;
}

Result<LateWaitCertificate> on(LateWaitCertificate&& s, const KeyUpdate& m, Flow& flow) {
  KW_TRY(follow_key_update(*s.traffic, m, flow));
  return std::move(s);
}

Result<LateWaitCertificate> on(LateWaitCertificate&& s, const UpdateKeys& m, Flow& flow) {
  KW_TRY(update_own_key(*s.traffic, m.request, flow));
  return std::move(s);
}

Result<OneOf<LateAskVerdict, LateWaitFinished>> on(LateWaitCertificate&& s, const Certificate& m, Flow& flow) {
  //= rfc8446#4.6.2-3
  if (!std::ranges::equal(m.certificate_request_context, s.context)) return fail(Errc::wrong_request_context);
  // The states that follow know no key update, and data may be sent in them.
  if (flow.key_update_owed()) KW_TRY(update_own_key(*s.traffic, KeyUpdateRequest::update_not_requested, flow));
  if (m.entries.empty()) {
    if (flow.in().server().require_certificate) return fail(Errc::client_certificate_required);
    return LateWaitFinished{std::move(s.traffic), NoneGiven{}};
  }
  KW_ASSIGN(VerifyPeer question, question_about(m, flow.in().server().options.stapling, false, flow));
  return LateAskVerdict{std::move(question), std::move(s.traffic)};
}

Result<OneOf<LateAskVerdict, LateWaitFinished>> on(LateWaitCertificate&& s, const CompressedCertificate& m, Flow& flow) {
  const bool offered = !flow.in().protocol().certificate_compression.empty();
  KW_ASSIGN(const Decompressed certificate, decompress(m, offered, flow));
  return on(std::move(s), certificate.message, flow);
}

Result<LateWaitCertificateVerify> on(LateAskVerdict&& s, Verdict&& m, Flow&) {
  return LateWaitCertificateVerify{std::move(s.traffic), std::move(m.chain)};
}

Result<LateWaitFinished> on(LateWaitCertificateVerify&& s, const CertificateVerify& m, Flow& flow) {
  KW_ASSIGN(AuthenticatedPeer peer, prove_possession(std::move(s.peer), m, Role::client, flow));
  return LateWaitFinished{std::move(s.traffic), std::move(peer)};
}

Result<Connected> on(LateWaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(s.traffic->client, m, flow));
  // Only now is the answer complete; an empty one leaves what was known before as it is.
  const auto* peer = std::get_if<AuthenticatedPeer>(&s.peer);
  if (peer != nullptr) remember_peer(peer->chain(), peer->scheme(), flow);
  flow.end_late_authentication(peer != nullptr);
  return Connected{std::move(*s.traffic)};
}

}  // namespace keyway::handshake::tls13::server
