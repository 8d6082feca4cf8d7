// SPDX-License-Identifier: Apache-2.0
//
// Server: the client's certificate and key exchange (RFC 5246 7.4.6 to 7.4.8).
#include "handshake/tls12/derivation.h"
#include "handshake/tls12/server_machine.h"

namespace keyway::handshake::tls12::server {

namespace {

/// Keys, once nothing is left to ask for them.
Result<SecretKnown> find_secret(ProgressPtr all, std::unique_ptr<TrustedChain> peer, Flow& flow) {
  if (KeyQuestion* const question = all->exchange->question(flow)) return AskSecret{{question}, std::move(all), std::move(peer)};
  KW_ASSIGN(MasterPtr master, make_master(all->terms, *all->exchange, flow));
  if (peer) return WaitCertificateVerify{std::move(master), std::move(peer)};
  flow.transcript().forget_messages();
  return WaitChangeCipherSpec{std::move(master)};
}

}  // namespace

Result<OneOf<AskVerdict, WaitClientKeyExchange>> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  if (m.content.empty()) {
    if (flow.enclosing() != nullptr && flow.facts().info.peer_chain) return fail(Errc::certificate_changed);
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

Result<SecretKnown> on(WaitClientKeyExchange&& s, const ClientKeyExchange& m, Flow& flow) {
  wire::Reader reader(m.body);
  KW_TRY(s.all->exchange->read_public(reader, flow));
  KW_TRY(reader.finish());
  return find_secret(std::move(s.all), std::move(s.peer), flow);
}

Result<SecretKnown> on(AskSecret&& s, const KeyAnswered&, Flow& flow) {
  return find_secret(std::move(s.all), std::move(s.peer), flow);
}

Result<WaitChangeCipherSpec> on(WaitCertificateVerify&& s, const CertificateVerify& m, Flow& flow) {
  KW_ASSIGN(wire::DigitallySigned signature, m.read(s.master->terms.profile->signature));
  KW_ASSIGN(signature.algorithm, scheme_of(signature, s.peer->leaf_key(), flow));
  KW_ASSIGN(const ToSign signed_part, certificate_verify_of(*s.master, signature.algorithm, flow));
  signature.algorithm = signed_part.scheme;
  KW_ASSIGN(s.master->peer, prove_possession(std::move(*s.peer), signature, signed_part.content, flow));
  flow.transcript().forget_messages();
  return WaitChangeCipherSpec{std::move(s.master)};
}

}  // namespace keyway::handshake::tls12::server
