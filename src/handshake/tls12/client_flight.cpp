// SPDX-License-Identifier: Apache-2.0
//
// Client: the server's flight from Certificate to ServerHelloDone (RFC 5246 7.4.2 to 7.4.5).
#include "handshake/tls12/client_machine.h"
#include "session/shared_bytes.h"

namespace keyway::handshake::tls12::client {

namespace {

/// RFC 5246 7.4.4, RFC 8422 5.5: the kinds of keys that the server asks for; others are not shown to it.
std::vector<crypto::KeyType> key_types_of(const wire::U8List<ClientCertificateType>& asked) {
  std::vector<crypto::KeyType> types;
  if (asked.contains(ClientCertificateType::rsa_sign))
    types.insert(types.end(), {crypto::KeyType::rsa, crypto::KeyType::rsa_pss});
  if (asked.contains(ClientCertificateType::ecdsa_sign))
    types.insert(types.end(), {crypto::KeyType::ec, crypto::KeyType::ed25519, crypto::KeyType::ed448});
  return types;
}

}  // namespace

Result<OneOf<WaitServerKeyExchange, WaitStatusOrServerKeyExchange>> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  // RFC 5246 7.4.2: a server that sends the message has a certificate.
  if (m.certificates.empty()) return fail(Errc::empty_certificate);
  KW_ASSIGN(s.all->chain, question_about(m, flow));
  WaitServerKeyExchange next{std::move(s.all)};
  // RFC 6066 8: announced in ServerHello, and still the server's choice.
  if (next.all->status_announced) return WaitStatusOrServerKeyExchange{std::move(next)};
  return next;
}

Result<WaitServerKeyExchange> on(WaitStatusOrServerKeyExchange&& s, const CertificateStatus& m, Flow& flow) {
  s.then.all->chain.ocsp_response = flow.keep(m.response);
  flow.facts().info.ocsp_response = session::share(m.response);
  return std::move(s.then);
}

Result<WaitRequestOrServerHelloDone> on(WaitServerKeyExchange&& s, const ServerKeyExchange& m, Flow& flow) {
  Progress& all = *s.all;
  KW_ASSIGN(const auto read, all.exchange->read_parameters(m, all.terms.profile->signature, flow));
  all.parameters = {{read.signature.algorithm, flow.keep(read.signature.signature)},
                    signed_parameters(all.terms, read.signed_part, flow)};
  return WaitRequestOrServerHelloDone{{std::move(s.all)}};
}

Result<WaitServerHelloDone> on(WaitRequestOrServerHelloDone&& s, const CertificateRequest& m, Flow&) {
  Progress& all = *s.then.all;
  KW_ASSIGN(const auto fields, m.read(all.terms.profile->signature));
  Requested asked;
  asked.schemes.assign(fields.supported_signature_algorithms.begin(), fields.supported_signature_algorithms.end());
  for (const ByteView name : fields.certificate_authorities) asked.authorities.push_back(to_bytes(name));
  asked.key_types = key_types_of(fields.certificate_types);
  all.requested = std::move(asked);
  return std::move(s.then);
}

Result<AskVerdict> on(WaitServerHelloDone&& s, const ServerHelloDone&, Flow& flow) {
  flow.hash_received();
  KW_TRY(flow.check_flight_ended());
  VerifyPeer question = s.all->chain;
  return AskVerdict{std::move(question), std::move(s.all)};
}

}  // namespace keyway::handshake::tls12::client
