// SPDX-License-Identifier: Apache-2.0
//
// Server: the client's Finished, tickets, and key updates afterwards (RFC 8446 4.4.4, 4.6.1, 4.6.3).
#include "handshake/tls13/key_setup.h"
#include "handshake/tls13/server_machine.h"

namespace keyway::handshake::tls13::server {

namespace {

/// A session for one ticket. The nonce is the ticket's number: unique within the connection (RFC 8446 4.6.1).
Result<std::shared_ptr<const Session>> make_session(const Traffic& traffic, std::size_t number, Flow& flow) {
  const Facts& facts = flow.facts();
  const ServerSettings& settings = flow.in().server();
  auto session = std::make_shared<Session>();
  session->cipher_suite = *facts.info.cipher_suite;
  //= rfc8446#4.6.1-7
  const std::byte nonce[] = {static_cast<std::byte>(number)};
  session->secret = schedule::resumption_psk(*facts.hash, traffic.resumption, nonce);
  std::array<std::byte, 4> random;
  KW_TRY(flow.in().provider().random(random));
  for (const std::byte b : random) session->age_add = session->age_add << 8 | std::to_integer<std::uint32_t>(b);
  session->lifetime = static_cast<std::uint32_t>(settings.options.tickets.lifetime.count());
  session->issued = flow.in().now.wall;
  session->alpn = facts.info.alpn;
  session->server_name = facts.info.server_name;
  remember_in(*session, facts);
  session->policy = policy_for(*session, settings);
  return session;
}

Result<OneOf<AskTicket, Connected>> next_ticket(std::unique_ptr<Traffic> traffic, std::size_t left, Flow& flow) {
  if (left == 0) return Connected{std::move(*traffic)};
  KW_ASSIGN(auto session, make_session(*traffic, left, flow));
  return AskTicket{{std::move(session)}, std::move(traffic), left};
}

}  // namespace

Result<OneOf<AskTicket, Connected>> on(WaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(s.keys->client_handshake, m, flow));
  remember_authenticated(s.peer, flow);
  if (flow.facts().authenticated_at == WallTime{}) flow.facts().authenticated_at = flow.in().now.wall;
  auto traffic = std::make_unique<Traffic>(make_traffic(*s.keys, flow));
  KW_TRY(flow.install_read(traffic->client));
  const bool tickets = flow.in().server().tickets && flow.facts().peer_takes_tickets;
  return next_ticket(std::move(traffic), tickets ? flow.in().server().options.tickets.count : 0, flow);
}

Result<OneOf<AskTicket, Connected>> on(AskTicket&& s, const TicketIssued& m, Flow& flow) {
  if (!m.ticket.empty()) {
    const Session& session = *s.question.session;
    KW_TRY(flow.send(HandshakeType::new_session_ticket, [&](wire::Writer& w) {
      const std::byte nonce[] = {static_cast<std::byte>(s.left)};
      w.u32(session.lifetime);
      w.u32(session.age_add);
      w.vec8(ByteView(nonce));
      w.vec16(ByteView(m.ticket));
      w.u16(0);
    }));
  }
  return next_ticket(std::move(s.traffic), s.left - 1, flow);
}

Result<Connected> on(Connected&& s, const KeyUpdate& m, Flow& flow) {
  KW_TRY(follow_key_update(s.traffic, m, flow));
  return std::move(s);
}

Result<Connected> on(Connected&& s, const UpdateKeys& m, Flow& flow) {
  KW_TRY(update_own_key(s.traffic, m.request, flow));
  return std::move(s);
}

}  // namespace keyway::handshake::tls13::server
