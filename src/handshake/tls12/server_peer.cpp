// SPDX-License-Identifier: Apache-2.0
//
// Server: the client's certificate and key exchange (RFC 5246 7.4.6 to 7.4.8).
#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12::server {

Result<OneOf<AskVerdict, WaitClientKeyExchange>> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  if (m.certificates.empty()) {
    // RFC 5246 7.4.6: handshake_failure, where TLS 1.3 has an alert of its own.
    if (flow.in().server().require_certificate) return fail(Errc::client_certificate_missing);
    flow.transcript().forget_messages();
    return WaitClientKeyExchange{std::move(s.all), nullptr};
  }
  KW_ASSIGN(VerifyPeer question, question_about(m, flow));
  return AskVerdict{std::move(question), std::move(s.all)};
}

Result<WaitClientKeyExchange> on(AskVerdict&& s, Verdict&& m, Flow&) {
  return WaitClientKeyExchange{std::move(s.all), std::make_unique<TrustedChain>(std::move(m.chain))};
}

Result<OneOf<WaitCertificateVerify, WaitChangeCipherSpec>> on(WaitClientKeyExchange&& s, const ClientKeyExchange& m, Flow& flow) {
  KW_ASSIGN(const Premaster premaster, s.all->exchange->read_public(m, flow));
  KW_ASSIGN(MasterPtr master, make_master(s.all->terms, premaster, flow));
  if (s.peer) return WaitCertificateVerify{std::move(master), std::move(s.peer)};
  flow.transcript().forget_messages();
  return WaitChangeCipherSpec{std::move(master)};
}

Result<WaitChangeCipherSpec> on(WaitCertificateVerify&& s, const CertificateVerify& m, Flow& flow) {
  KW_ASSIGN(const wire::DigitallySigned signature, m.read(s.master->terms.profile->signature));
  KW_ASSIGN(s.master->peer, prove_possession(std::move(*s.peer), signature, flow.transcript().messages(), flow));
  flow.transcript().forget_messages();
  return WaitChangeCipherSpec{std::move(s.master)};
}

}  // namespace keyway::handshake::tls12::server
