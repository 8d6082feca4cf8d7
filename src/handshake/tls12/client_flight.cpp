// SPDX-License-Identifier: Apache-2.0
//
// Client: the server's flight from Certificate to ServerHelloDone (RFC 5246 7.4.2 to 7.4.5).
#include "handshake/tls12/client_steps.h"
#include "session/shared_bytes.h"

namespace keyway::handshake::tls12::client {

namespace {

/// RFC 5246 7.4.4, RFC 8422 5.5: the kinds of keys that the server asks for; others are not shown to it.
std::vector<crypto::KeyType> key_types_of(const wire::U8List<ClientCertificateType>& asked) {
  std::vector<crypto::KeyType> types;
  //= rfc5246#7.4.4-1
  if (asked.contains(ClientCertificateType::rsa_sign))
    types.insert(types.end(), {crypto::KeyType::rsa, crypto::KeyType::rsa_pss});
  if (asked.contains(ClientCertificateType::dss_sign)) types.push_back(crypto::KeyType::dsa);
  if (asked.contains(ClientCertificateType::ecdsa_sign))
    types.insert(types.end(), {crypto::KeyType::ec, crypto::KeyType::ed25519, crypto::KeyType::ed448});
  return types;
}

/// What comes behind Certificate, and behind the status if there is one.
AfterCertificate after_certificate(ProgressPtr all) {
  const bool status = all->status_announced;
  switch (shape_of(*all->terms.suite).parameters) {
    case Shape::Parameters::always: break;
    case Shape::Parameters::never: {
      WaitRequestOrServerHelloDone next{{std::move(all)}};
      if (status) return WaitStatusOrRequest{std::move(next)};
      return next;
    }
    case Shape::Parameters::perhaps: {
      WaitHintOrServerHelloDone next{{std::move(all)}};
      if (status) return WaitStatusOrHint{std::move(next)};
      return next;
    }
  }
  WaitServerKeyExchange next{std::move(all)};
  // RFC 6066 8: announced in ServerHello, and still the server's choice.
  if (status) return WaitStatusOrServerKeyExchange{std::move(next)};
  return next;
}

/// RFC 6066 8: it speaks of a certificate; a raw public key has none.
void keep_status(Progress& all, const CertificateStatus& m, Flow& flow) {
  if (all.chain.raw_public_key) return;
  all.chain.ocsp_response = flow.keep(m.response);
  flow.facts().info.ocsp_response = session::share(m.response);
}

/// The parameters, and their signature where the suite has one; it is checked once the chain is judged.
Result<void> read_parameters(Progress& all, const ServerKeyExchange& m, Flow& flow) {
  wire::Reader reader(m.body);
  KW_TRY(all.exchange->read_parameters(reader, flow));
  const ByteView parameters = m.body.first(m.body.size() - reader.rest().size());
  if (shape_of(*all.terms.suite).signs) {
    KW_ASSIGN(const auto signature, wire::DigitallySigned::read(reader, all.terms.profile->signature));
    all.parameters = {{signature.algorithm, flow.keep(signature.signature)}, signed_parameters(all.terms, parameters, flow)};
  }
  return reader.finish();
}

}  // namespace

Result<AfterCertificate> on(WaitCertificate&& s, const Certificate& m, Flow& flow) {
  // RFC 5246 7.4.2: a server that sends the message has a certificate.
  if (m.content.empty()) return fail(Errc::empty_certificate);
  KW_ASSIGN(s.all->chain, question_about(m, flow));
  if (s.all->chain.raw_public_key) {
    flow.facts().info.signed_certificate_timestamps = nullptr;  // RFC 6962 3: of a certificate, which did not come
  } else {
    s.all->chain.signed_certificate_timestamps = s.all->timestamps;
  }
  return after_certificate(std::move(s.all));
}

Result<WaitServerKeyExchange> on(WaitStatusOrServerKeyExchange&& s, const CertificateStatus& m, Flow& flow) {
  keep_status(*s.then.all, m, flow);
  return std::move(s.then);
}

Result<WaitRequestOrServerHelloDone> on(WaitStatusOrRequest&& s, const CertificateStatus& m, Flow& flow) {
  keep_status(*s.then.then.all, m, flow);
  return std::move(s.then);
}

Result<WaitHintOrServerHelloDone> on(WaitStatusOrHint&& s, const CertificateStatus& m, Flow& flow) {
  keep_status(*s.then.then.all, m, flow);
  return std::move(s.then);
}

Result<WaitRequestOrServerHelloDone> on(WaitServerKeyExchange&& s, const ServerKeyExchange& m, Flow& flow) {
  KW_TRY(read_parameters(*s.all, m, flow));
  return WaitRequestOrServerHelloDone{{std::move(s.all)}};
}

Result<WaitServerHelloDone> on(WaitHintOrServerHelloDone&& s, const ServerKeyExchange& m, Flow& flow) {
  KW_TRY(read_parameters(*s.then.all, m, flow));
  return std::move(s.then);
}

Result<WaitServerHelloDone> on(WaitRequestOrServerHelloDone&& s, const CertificateRequest& m, Flow& flow) {
  Progress& all = *s.then.all;
  // RFC 5246 7.4.4: who shows none asks for none.
  //= rfc5246#7.4.4-2
  if (!shape_of(*all.terms.suite).requests) return fail(Errc::unwanted_certificate_request);
  KW_ASSIGN(const auto fields, m.read(all.terms.profile->signature));
  Requested asked;
  asked.schemes = negotiation::known_schemes(fields.supported_signature_algorithms);
  //= rfc5246#7.4.6-2
  asked.schemes_of_chain = true;
  for (const ByteView name : fields.certificate_authorities) asked.authorities.push_back(to_bytes(name));
  asked.key_types = key_types_of(fields.certificate_types);
  asked.types = negotiation::CertificateTypes::only(flow.facts().client_certificates);
  all.requested = std::move(asked);
  return std::move(s.then);
}

Result<OneOf<AskVerdict, AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>> on(WaitServerHelloDone&& s,
                                                                                    const ServerHelloDone&, Flow& flow) {
  flow.hash_received();
  KW_TRY(flow.check_flight_ended());
  if (shape_of(*s.all->terms.suite).certificate) {
    VerifyPeer question = s.all->chain;
    return AskVerdict{std::move(question), std::move(s.all)};
  }
  KW_ASSIGN(auto next, answer_without_identity(std::move(s.all), flow));
  return next;
}

}  // namespace keyway::handshake::tls12::client
