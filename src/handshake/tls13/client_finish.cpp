// SPDX-License-Identifier: Apache-2.0
//
// Client: the server's Finished, our own flight, and tickets afterwards (RFC 8446 4.4.4, 4.6.1).
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/key_setup.h"
#include "names/cipher_suite_table.h"
#include "session/client_selection.h"
#include "session/ticket_age.h"

namespace keyway::handshake::tls13::client {

namespace {

/// Our Finished; then both directions are under application keys.
Result<Traffic> finish(HandshakeKeys& keys, Flow& flow) {
  KW_TRY(send_finished(keys.client_handshake, flow));
  Traffic traffic = make_traffic(keys, flow);
  //= rfc8446#4.4.4-3
  KW_TRY(flow.install_write(traffic.client));
  KW_TRY(flow.install_read(traffic.server));
  return traffic;
}

/// RFC 8446 4.6.1: what we need to come back.
std::shared_ptr<const SessionTicket> make_ticket(const NewSessionTicket& m, const Traffic& traffic, Flow& flow) {
  const Facts& facts = flow.facts();
  auto session = std::make_shared<Session>();
  session->cipher_suite = *facts.info.cipher_suite;
  session->secret = schedule::resumption_psk(*facts.hash, traffic.resumption, m.ticket_nonce);
  session->age_add = m.ticket_age_add;
  session->lifetime = m.ticket_lifetime;
  if (const auto& early = m.extensions.get<wire::EarlyDataTicket>()) session->max_early_data = early->max_early_data_size;
  session->issued = flow.in().now.wall;
  session->alpn = facts.info.alpn;
  session->server_name = facts.info.server_name;
  const Destination& destination = *flow.in().destination;
  session->policy =
      session::ticket_policy(session::ticket_target(destination.name, destination.port, flow.in().common().verification));
  remember_in(*session, facts);
  auto ticket = std::make_shared<SessionTicket>();
  ticket->session = std::move(session);
  ticket->ticket = to_bytes(m.ticket);
  return ticket;
}

}  // namespace

Result<OneOf<AskIdentity, Connected>> on(WaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(s.keys->server_handshake, m, flow));
  remember_authenticated(s.peer, flow);
  derive_application_secrets(*s.keys, flow);
  if (flow.facts().authenticated_at == WallTime{}) flow.facts().authenticated_at = flow.in().now.wall;
  if (s.request) {
    ChooseIdentity question = question_for(*s.request, flow);
    return AskIdentity{std::move(question), std::move(s.keys), std::move(s.request)};
  }
  KW_ASSIGN(Traffic traffic, finish(*s.keys, flow));
  return Connected{std::move(traffic)};
}

Result<OneOf<AskSignature, Connected>> on(AskIdentity&& s, const IdentityChosen& m, Flow& flow) {
  if (!m.index) {
    // RFC 8446 4.4.2: nothing suitable is said with an empty list; the server decides.
    //= rfc8446#4.4.2-2
    KW_TRY(send_certificate(nullptr, *s.request, flow));
    KW_ASSIGN(Traffic traffic, finish(*s.keys, flow));
    return Connected{std::move(traffic)};
  }
  KW_ASSIGN(const SignatureScheme scheme, scheme_for(*m.index, *s.request, flow));
  KW_TRY(send_certificate(flow.in().common().identities[*m.index].get(), *s.request, flow));
  remember_identity(*m.index, flow);
  return AskSignature{{*m.index, scheme, signature_content(Role::client, flow)}, std::move(s.keys)};
}

Result<Connected> on(AskSignature&& s, const Signed& m, Flow& flow) {
  //= rfc8446#4.4.3-1
  KW_TRY(send_certificate_verify(s.question.scheme, m.signature, flow));
  KW_ASSIGN(Traffic traffic, finish(*s.keys, flow));
  return Connected{std::move(traffic)};
}

Result<Connected> on(Connected&& s, const NewSessionTicket& m, Flow& flow) {
  // RFC 8446 4.6.1: more than a week is a broken server; zero means: forget it at once.
  //= rfc8446#4.6.1-2
  if (std::chrono::seconds(m.ticket_lifetime) > session::max_lifetime) return fail(Errc::wrong_ticket_lifetime);
  //= rfc8446#4.6.1-3
  if (m.ticket_lifetime != 0) KW_TRY(flow.ticket_received(make_ticket(m, s.traffic, flow)));
  return std::move(s);
}

Result<Connected> on(Connected&& s, const KeyUpdate& m, Flow& flow) {
  KW_TRY(follow_key_update(s.traffic, m, flow));
  return std::move(s);
}

Result<Connected> on(Connected&& s, const UpdateKeys& m, Flow& flow) {
  KW_TRY(update_own_key(s.traffic, m.request, flow));
  return std::move(s);
}

}  // namespace keyway::handshake::tls13::client
