// SPDX-License-Identifier: Apache-2.0
//
// Client: who the server is, and whether it wants to know who we are (RFC 8446 4.3.2, 4.4.2, 4.4.3).
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls13/client_machine.h"

namespace keyway::handshake::tls13 {

std::unique_ptr<Requested> remember_request(const wire::CertificateRequest13& m, Flow& flow) {
  auto request = std::make_unique<Requested>();
  request->context = to_bytes(m.certificate_request_context);
  request->schemes = negotiation::known_schemes(m.extensions.get<wire::SignatureAlgorithms>()->schemes);
  const auto& of_certificates = m.extensions.get<wire::SignatureAlgorithmsCert>();
  request->schemes_of_chain = !of_certificates;
  if (of_certificates) request->certificate_schemes = negotiation::known_schemes(of_certificates->schemes);
  if (const auto& names = m.extensions.get<wire::CertificateAuthorities>()) {
    for (const ByteView name : names->authorities) request->authorities.push_back(to_bytes(name));
  }
  if (const auto& filters = m.extensions.get<wire::OidFilters>()) {
    for (const wire::OidFilter& filter : filters->filters) {
      request->filters.push_back({to_bytes(filter.certificate_extension_oid), to_bytes(filter.certificate_extension_values)});
    }
  }
  request->ocsp = m.extensions.get<wire::EmptyStatusRequest>().has_value();
  request->signed_certificate_timestamps = m.extensions.get<wire::SctRequest>().has_value();
  request->types = negotiation::CertificateTypes::only(flow.facts().client_certificates);
  if (const auto& offer = m.extensions.get<wire::CompressCertificate>())
    request->compression.assign(offer->algorithms.begin(), offer->algorithms.end());
  return request;
}

namespace client {

Result<WaitCertificate> on(WaitCertificateOrRequest&& s, const CertificateRequest& m, Flow& flow) {
  // RFC 8446 4.3.2: empty during the handshake; signature_algorithms must be there.
  if (!m.certificate_request_context.empty()) return fail(Errc::wrong_request_context);
  if (!m.extensions.get<wire::SignatureAlgorithms>()) return wire::missing(ExtensionType::signature_algorithms);
  s.then.request = remember_request(m, flow);
  return std::move(s.then);
}

Result<AskVerdict> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  if (!m.certificate_request_context.empty()) return fail(Errc::wrong_request_context);
  // RFC 8446 4.4.2.4: a server always has a certificate here.
  //= rfc8446#4.4.2.4-1
  if (m.entries.empty()) return fail(Errc::empty_certificate);
  KW_ASSIGN(VerifyPeer question, question_about(m, s.sent.contains(ExtensionType::status_request),
                                                s.sent.contains(ExtensionType::signed_certificate_timestamp), flow));
  return AskVerdict{std::move(question), std::move(s.keys), std::move(s.request)};
}

Result<AskVerdict> on(WaitCertificate&& s, const CompressedCertificate& m, Flow& flow) {
  KW_ASSIGN(const Decompressed certificate, decompress(m, s.sent.contains(ExtensionType::compress_certificate), flow));
  return on(std::move(s), certificate.message, flow);
}

Result<WaitCertificateVerify> on(AskVerdict&& s, Verdict&& m, Flow&) {
  return WaitCertificateVerify{std::move(s.keys), std::move(s.request), std::move(m.chain)};
}

Result<WaitFinished> on(WaitCertificateVerify&& s, const CertificateVerify& m, Flow& flow) {
  KW_ASSIGN(AuthenticatedPeer peer, prove_possession(std::move(s.peer), m, Role::server, flow));
  return WaitFinished{std::move(s.keys), std::move(s.request), std::move(peer)};
}

}  // namespace client

}  // namespace keyway::handshake::tls13
