// SPDX-License-Identifier: Apache-2.0
//
// Client: authentication after the handshake (RFC 8446 4.6.2).
#include "handshake/tls13/client_machine.h"

namespace keyway::handshake::tls13::client {

Result<LateAskIdentity> on(Connected&& s, const CertificateRequest& m, Flow& flow) {
  // RFC 8446 4.6.2: only where we offered it.
  //= rfc8446#4.6.2-1
  if (!flow.in().client().options.post_handshake_auth) return fail(Errc::unexpected_message);
  if (!m.extensions.get<wire::SignatureAlgorithms>()) return wire::missing(ExtensionType::signature_algorithms);
  // The states that follow know no key update, and data may be sent in them.
  if (flow.key_update_owed()) KW_TRY(update_own_key(s.traffic, KeyUpdateRequest::update_not_requested, flow));
  flow.begin_late_authentication();
  auto request = remember_request(m, flow);
  ChooseIdentity question = question_for(*request, flow);
  return LateAskIdentity{std::move(question), std::make_unique<Traffic>(std::move(s.traffic)), std::move(request)};
}

Result<OneOf<LateAskSignature, Connected>> on(LateAskIdentity&& s, const IdentityChosen& m, Flow& flow) {
  if (!m.index) {
    KW_TRY(send_certificate(nullptr, *s.request, flow));
    KW_TRY(send_finished(s.traffic->client, flow));
    flow.end_late_authentication(false);
    return Connected{std::move(*s.traffic)};
  }
  KW_ASSIGN(const SignatureScheme scheme, scheme_for(*m.index, *s.request, flow));
  KW_TRY(send_certificate(flow.in().common().identities[*m.index].get(), *s.request, flow));
  remember_identity(*m.index, flow);
  return LateAskSignature{{*m.index, scheme, signature_content(Role::client, flow)}, std::move(s.traffic)};
}

Result<Connected> on(LateAskSignature&& s, const Signed& m, Flow& flow) {
  //= rfc8446#4.6.2-2
  KW_TRY(send_certificate_verify(s.question.scheme, m.signature, flow));
  KW_TRY(send_finished(s.traffic->client, flow));
  flow.end_late_authentication(true);
  return Connected{std::move(*s.traffic)};
}

}  // namespace keyway::handshake::tls13::client
