// SPDX-License-Identifier: Apache-2.0
//
// Client: what ServerHello of TLS 1.2 or below settles (RFC 5246 7.4.1.3, 7.4.1.4).
#include <algorithm>

#include "handshake/hello/answers.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/client_steps.h"
#include "handshake/tls12/legacy/next_protocol.h"
#include "names/protocol_version.h"
#include "session/shared_bytes.h"

namespace keyway::handshake::tls12::client {

namespace {

using wire::ServerHello;

Result<const CipherSuiteInfo*> accept_suite(const ServerHello& m, Flow& flow) {
  const auto& suites = flow.in().common().cipher_suites;
  if (std::ranges::find(suites, m.cipher_suite) == suites.end()) return fail(Errc::wrong_cipher_suite);
  if (!negotiation::has_suite(flow.facts().info.version, m.cipher_suite)) return fail(Errc::cipher_suite_not_for_version);
  const CipherSuiteInfo* row = find_cipher_suite(m.cipher_suite);
  if (flow.in().client().options.psk.required && !needs_psk(*row)) return fail(Errc::no_common_psk);
  return row;
}

/// RFC 5746 3.4: the answer to an initial handshake is empty, and without one the peer could be the victim of a splice.
/// 3.5: the answer within a connection is bound to both its Finished. False: the server does not know it, and need not.
Result<bool> check_renegotiation(const ServerHello& m, Flow& flow) {
  const auto& info = m.extensions12.get<wire::RenegotiationInfo>();
  const Established* enclosing = flow.enclosing();
  if (enclosing != nullptr && !enclosing->bound) {
    //= rfc5746#4.2-1
    return info ? Result<bool>(fail(Errc::wrong_renegotiation_info)) : false;
  }
  if (!info && enclosing == nullptr && !flow.in().protocol().secure_renegotiate) {
    flow.decided("renegotiation_info", "the server does not know it: tolerated");
    return false;
  }
  //= rfc5746#3.5-2, 4.1-1
  if (!info) return fail(Errc::insecure_renegotiation);
  const ByteView bound = info->renegotiated_connection;
  //= rfc5746#3.4-2
  if (enclosing == nullptr) return bound.empty() ? Result<bool>(true) : fail(Errc::wrong_renegotiation_info);
  const auto& [client, server] = enclosing->finished;
  //= rfc5746#3.5-3
  if (bound.size() != client.size() + server.size() || !std::ranges::equal(bound.first(client.size()), client) ||
      !std::ranges::equal(bound.subspan(client.size()), server))
    return fail(Errc::wrong_renegotiation_info);
  return true;
}

/// RFC 7366 3: never with a suite that has no MAC beside its cipher.
//= rfc7366#3-2
Result<bool> accept_encrypt_then_mac(const ServerHello& m, const CipherSuiteInfo& suite) {
  const bool agreed = m.extensions12.get<wire::EncryptThenMac>().has_value();
  if (agreed && !has_mac_of_its_own(suite)) return fail(Errc::wrong_encrypt_then_mac);
  return agreed;
}

Result<void> accept_alpn(const ServerHello& m, Flow& flow) {
  const auto& alpn = m.extensions12.get<wire::Alpn>();
  if (!alpn) return {};
  KW_ASSIGN(flow.facts().info.alpn, negotiation::accept_alpn(*alpn, flow.in().client().options, flow.in().common().alpn));
  return {};
}

/// Everything that the hello settles, whether or not it resumes.
Result<Terms> accept(const ServerHello& m, const ClientOffer& offer, Flow& flow) {
  Terms terms;
  KW_ASSIGN(terms.suite, accept_suite(m, flow));
  // Who showed a certificate does not go on without.
  if (flow.enclosing() != nullptr && flow.facts().info.peer_chain && !shape_of(*terms.suite).certificate)
    return fail(Errc::certificate_changed);
  KW_TRY(check_solicited(m.extensions12.all(), offer.sent, flow.facts().info.version));
  KW_ASSIGN(const bool bound, check_renegotiation(m, flow));
  terms.unbound = !bound;
  terms.secure_renegotiation = bound && is_tls(flow.facts().info.version);
  // RFC 8422 5.2: a list without the uncompressed form is a server that cannot be talked to.
  const auto& formats = m.extensions12.get<wire::EcPointFormats>();
  if (formats && !formats->formats.contains(wire::EcPointFormat::uncompressed)) return fail(Errc::invalid_value);
  KW_ASSIGN(terms.encrypt_then_mac, accept_encrypt_then_mac(m, *terms.suite));
  KW_TRY(accept_alpn(m, flow));
  if (flow.enclosing() == nullptr) { KW_ASSIGN(terms.next_protocol, accept_next_protocol(m, flow)); }
  KW_TRY(accept_sizes(m.extensions12.get<wire::MaxFragmentLength>(), m.extensions12.get<wire::RecordSizeLimit>(), flow));
  // RFC 6962 3.3.1: before TLS 1.3 the list comes with the hello.
  if (const auto& timestamps = m.extensions12.get<wire::SignedCertificateTimestamps>())
    flow.facts().info.signed_certificate_timestamps = session::share(timestamps->list);
  terms.offered = std::min(offer.versions.front(), ProtocolVersion::tls1_2);
  terms.client_random = offer.random;
  std::ranges::copy(m.random, terms.server_random.begin());
  flow.facts().info.server_random = terms.server_random;
  terms.session_id = SessionId::of(m.legacy_session_id_echo);
  terms.new_ticket = m.extensions12.get<wire::SessionTicketExtension>().has_value();
  terms.extended_master_secret = m.extensions12.get<wire::ExtendedMasterSecret>().has_value();
  // RFC 7627 5.2: may be refused.
  if (flow.in().protocol().require_extended_master_secret && !terms.extended_master_secret)
    return fail(Errc::extended_master_secret_missing);
  KW_TRY(settle(terms, flow));
  flow.hash_received();
  return terms;
}

}  // namespace

Result<Begun> enter(hello::client::Accepted12&& from, Flow& flow) {
  const ServerHello& m = from.answer->hello;
  const ByteView own_id = from.offer->session_id_view();
  const bool echoed = !own_id.empty() && std::ranges::equal(m.legacy_session_id_echo, own_id);
  const SessionTicket* offered = from.offer->session.get();
  // RFC 8446 4.1.3 and D.4: the id that we made up for middleboxes names no session.
  if (echoed && offered == nullptr) return fail(Errc::wrong_session_id_echo);
  KW_ASSIGN(const Terms terms, accept(m, *from.offer, flow));
  // RFC 5246 7.4.1.3, RFC 5077 3.4: the echo says that it resumes.
  if (echoed) return resume(terms, *from.offer, flow);
  //= rfc5246#7.4.1.3-2
  if (offered != nullptr) KW_TRY(flow.session_refused());
  auto all = std::make_unique<Progress>();
  all->terms = terms;
  if (const auto& timestamps = m.extensions12.get<wire::SignedCertificateTimestamps>())
    all->timestamps = flow.keep(timestamps->list);
  all->status_announced = m.extensions12.get<wire::EmptyStatusRequest>().has_value();
  KW_ASSIGN(all->exchange, make_exchange(all->terms));
  const Shape shape = shape_of(*all->terms.suite);
  if (shape.certificate) {
    KW_TRY(accept_types(m.extensions12.get<wire::SelectedServerCertificateType>(),
                        m.extensions12.get<wire::SelectedClientCertificateType>(), flow));
    return WaitCertificate{std::move(all)};
  }
  // RFC 4279 2: the hint of a pre-shared key may be left out, all other parameters may not.
  if (shape.parameters == Shape::Parameters::perhaps) return WaitHintOrServerHelloDone{{std::move(all)}};
  return WaitServerKeyExchange{std::move(all)};
}

}  // namespace keyway::handshake::tls12::client
