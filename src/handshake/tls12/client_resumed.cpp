// SPDX-License-Identifier: Apache-2.0
//
// Client: the abbreviated handshake (RFC 5246 7.3, figure 2; RFC 5077 3.1, figure 2), and what is kept for the next one.
#include "handshake/tls12/client_steps.h"
#include "session/client_selection.h"
#include "session/shared_bytes.h"
#include "session/ticket_age.h"

namespace keyway::handshake::tls12::client {

namespace {

/// RFC 5246 F.1.4: so long a session is kept where nobody says how long.
constexpr std::uint32_t day = 24 * 3600;
constexpr auto longest = static_cast<std::uint32_t>(session::max_lifetime.count());

/// A ticket goes into every hello that offers it; one that is longer is not worth it.
constexpr std::size_t max_ticket = 32768;

Result<void> check_terms(const Terms& terms, const Session& session, Flow& flow) {
  // RFC 5246 7.4.1.3: version and suite of a session do not change.
  if (flow.facts().info.version != session.version) return fail(Errc::session_version_changed);
  if (static_cast<CipherSuite>(terms.suite->code) != session.cipher_suite) return fail(Errc::session_cipher_suite_changed);
  //= rfc7627#5.3-5, 5.3-6
  if (terms.extended_master_secret != session.extended_master_secret) return fail(Errc::extended_master_secret_changed);
  return {};
}

Resumed go_on(MasterPtr master) {
  if (master->terms.new_ticket) return ResumedWaitNewSessionTicket{std::move(master)};
  return ResumedWaitChangeCipherSpec{std::move(master)};
}

/// Whether somebody wants what the server gave, and may have it.
bool wants_session(const Master& master, Flow& flow) {
  const ClientSessionOptions& options = flow.in().client().options.sessions;
  if (options.reuse_sessions == ReuseSessions::no) return false;
  if (!options.store && !options.tickets && options.reuse_sessions != ReuseSessions::save) return false;
  const ConnectionInfo& info = flow.facts().info;
  // Who was not verified is not remembered as anybody. RFC 4279: without a certificate, the key verifies.
  const bool verified = shape_of(*master.terms.suite).certificate
                            ? info.verified && *info.verified != TrustedChain::Basis::unchecked
                            : needs_psk(*master.terms.suite);
  return verified && is_resumable(master.terms, info.client_authenticated);
}

}  // namespace

Result<Begun> resume(const Terms& terms, const ClientOffer& offer, Flow& flow) {
  const SessionTicket& offered = *offer.session;
  const std::shared_ptr<const Session>& session = offered.session;
  KW_TRY(check_terms(terms, *session, flow));
  ConnectionInfo& info = flow.facts().info;
  info.resumed = offered.ticket.empty() ? Resumption::session_id : Resumption::ticket;
  info.session_id = session::share(offered.session_id);
  flow.transcript().forget_messages();
  KW_ASSIGN(MasterPtr master, resume_master(terms, session, flow));
  const bool again = offer.session_of_another || flow.in().client().options.peer.reverify_on_resumption;
  if (again && session->peer) return AskReverdict{question_about(*session, flow), std::move(master)};
  return go_on(std::move(master));
}

Result<void> keep_session(const Master& master, Flow& flow) {
  const bool by_ticket = !master.ticket.empty() && master.ticket.size() <= max_ticket;
  // A session that was resumed is kept already, unless there is a new ticket for it.
  const bool by_id = !by_ticket && !master.session && master.terms.session_id.size != 0;
  if (by_id) flow.facts().info.session_id = session::share(master.terms.session_id.view());
  if ((!by_ticket && !by_id) || !wants_session(master, flow)) return {};
  auto session = make_session(master, flow);
  const bool hinted = by_ticket && master.ticket_lifetime != 0;
  session->lifetime = hinted ? std::min(master.ticket_lifetime, longest) : day;
  // With a new ticket it speaks for whom it spoke before, who need not be who we are now.
  const Destination& own = *flow.in().destination;
  session->policy = master.session
                        ? master.session->policy
                        : session::ticket_policy(session::ticket_target(own.name, own.port, flow.in().common().verification));
  auto kept = std::make_shared<SessionTicket>();
  kept->session = std::move(session);
  if (by_ticket) kept->ticket = master.ticket;
  if (by_id) kept->session_id = to_bytes(master.terms.session_id.view());
  return flow.session_received(std::move(kept));
}

Result<Resumed> on(AskReverdict&& s, Verdict&& m, Flow& flow) {
  flow.facts().info.verified = m.chain.basis();
  return go_on(std::move(s.master));
}

Result<ResumedWaitChangeCipherSpec> on(ResumedWaitNewSessionTicket&& s, const NewSessionTicket& m, Flow&) {
  s.master->ticket = to_bytes(m.ticket);
  s.master->ticket_lifetime = m.ticket_lifetime_hint;
  return ResumedWaitChangeCipherSpec{std::move(s.master)};
}

Result<ResumedWaitFinished> on(ResumedWaitChangeCipherSpec&& s, const ChangeCipherSpec&, Flow& flow) {
  KW_TRY(change_read_keys(*s.master, flow));
  return ResumedWaitFinished{std::move(s.master)};
}

Result<Connected> on(ResumedWaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(*s.master, m, flow));
  KW_TRY(flow.check_flight_ended());
  remember_authenticated(*s.master, flow);
  KW_TRY(send_finished(*s.master, flow));
  KW_TRY(keep_session(*s.master, flow));
  return Connected{established_by(*s.master, flow.facts())};
}

}  // namespace keyway::handshake::tls12::client
