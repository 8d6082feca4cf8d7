// SPDX-License-Identifier: Apache-2.0
//
// Server: which session a hello may resume, the abbreviated handshake (RFC 5246 7.3, figure 2), and what a handshake leaves
// behind: a session in the store, or a ticket with the client (RFC 5077 3).
#include <algorithm>
#include <chrono>

#include "base/guarded.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/server_steps.h"
#include "session/shared_bytes.h"
#include "session/ticket_age.h"
#include "wire/messages/new_session_ticket12.h"

namespace keyway::handshake::tls12::server {

namespace {

/// What is left of a session. A ticket that follows another one has the same secret: all of them end when the first would.
std::chrono::seconds time_left(const Session& session, Flow& flow) {
  const std::chrono::seconds lifetime = flow.in().server().options.sessions.lifetime;
  if (session.authenticated_at == WallTime{}) return lifetime;
  return std::chrono::floor<std::chrono::seconds>(session.authenticated_at + lifetime - flow.in().now.wall);
}

/// Whether the terms of a session are still those of both sides, and of this host.
bool same_terms(const Session& session, const ClientHello& hello, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  const ConnectionInfo& info = flow.facts().info;
  const auto& ours = settings.common.cipher_suites;
  if (session.version != info.version || !negotiation::has_suite(session.version, session.cipher_suite)) return false;
  // RFC 5246 7.4.1.2: a client that resumes offers the session's suite.
  if (!hello.cipher_suites.contains(session.cipher_suite) || std::ranges::find(ours, session.cipher_suite) == ours.end())
    return false;
  if (!session::is_live(session, flow.in().now.wall) || time_left(session, flow) <= std::chrono::seconds::zero()) return false;
  // RFC 6066 3, and the virtual host's policies of ALPN and client authentication: part of what was agreed on. So are the keys
  // and users that are known here, where one of them was proved.
  //= rfc6066#3-6
  return session.server_name == info.server_name && session.policy == policy_for(session, settings) &&
         (session.peer || !settings.require_certificate);
}

/// Whether a session that would fit may be resumed with its kind of master secret. Error extended_master_secret_changed.
Result<bool> same_master_secret(const Session& session, const ClientHello& hello, Flow& flow) {
  const bool offered = hello.extensions.get<wire::ExtendedMasterSecret>().has_value();
  //= rfc7627#5.3-3
  if (session.extended_master_secret && !offered) return fail(Errc::extended_master_secret_changed);
  //= rfc7627#5.3-2
  if (!session.extended_master_secret && offered) return false;
  // RFC 7627 5.3, 5.4: neither has it, so that a client's certificate could be that of another connection.
  return offered || !flow.in().server().request_certificate;
}

/// The program's last word.
Result<bool> allowed(const Session& session, ByteView id, Flow& flow) {
  const ReuseFunction& ask = flow.in().server().options.sessions.reuse_session;
  if (!ask) return true;
  return guarded([&] { return ask({.session_id = id, .peer = session.peer.get(), .cipher_suite = session.cipher_suite}); });
}

Result<bool> may_resume(const Session& session, const FindOlderSession& found_by, const ClientHello& hello, Flow& flow) {
  if (!same_terms(session, hello, flow)) return false;
  KW_ASSIGN(const bool same, same_master_secret(session, hello, flow));
  if (!same) return false;
  return allowed(session, found_by.ticket.empty() ? found_by.session_id : ByteView(), flow);
}

/// A ticket in the second half of its life is followed by another.
bool must_renew(const Session& session, Flow& flow) {
  return flow.in().now.wall - session.issued >= std::chrono::seconds(session.lifetime) / 2;
}

Result<void> send_ticket(const Session& session, Flow& flow) {
  KW_ASSIGN(const Bytes ticket, flow.in().server().ticket_keys->seal(session, flow.in().now));
  // RFC 5077 3.3: an empty one says that there is none after all.
  const wire::NewSessionTicket12 message{.ticket_lifetime_hint = session.lifetime, .ticket = ticket};
  return flow.send(HandshakeType::new_session_ticket, [&](wire::Writer& w) { message.encode(w); });
}

/// ServerHello to Finished of figure 2.
Result<ResumedWaitChangeCipherSpec> resume(ProgressPtr all, Flow& flow) {
  const Session& session = *all->session;
  Terms& terms = all->terms;
  terms.suite = find_cipher_suite(session.cipher_suite);
  terms.extended_master_secret = session.extended_master_secret;
  //= rfc5077#3.4-2
  terms.session_id = SessionId::of(all->hello->hello.legacy_session_id);
  terms.new_ticket = flow.facts().info.resumed == Resumption::ticket && must_renew(session, flow);
  KW_TRY(settle_hello(*all, flow));
  KW_TRY(send_hello(*all, flow));
  flow.transcript().forget_messages();
  KW_ASSIGN(MasterPtr master, resume_master(terms, all->session, flow));
  if (terms.new_ticket) {
    Session renewed = session.duplicate();
    renewed.issued = flow.in().now.wall;
    renewed.lifetime =
        static_cast<std::uint32_t>(std::clamp<std::int64_t>(time_left(session, flow).count(), 0, session.lifetime));
    renewed.alpn = flow.facts().info.alpn;
    KW_TRY(send_ticket(renewed, flow));
  }
  KW_TRY(send_finished(*master, flow));
  return ResumedWaitChangeCipherSpec{std::move(master)};
}

}  // namespace

std::optional<FindOlderSession> find_session(const ClientHello& hello, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  const auto& ticket = hello.extensions.get<wire::SessionTicketExtension>();
  //= rfc5077#3.4-1
  if (ticket && !ticket->ticket.empty()) {
    return settings.ticket_keys ? std::optional(FindOlderSession{ticket->ticket, {}}) : std::nullopt;
  }
  if (!settings.sessions || hello.legacy_session_id.empty()) return std::nullopt;
  return FindOlderSession{{}, hello.legacy_session_id};
}

Result<OneOf<AskReverdict, ResumedWaitChangeCipherSpec, AskIdentity, AskParameters, WaitClientKeyExchange>> on(
    AskSession&& s, const SessionFound& m, Flow& flow) {
  if (m.session && m.session->secret.size() != schedule::master_secret_size) {
    return fail(Errc::wrong_answer, {.option = "sessions.store",
                                     .mend = "keep sessions whole, or answer with nothing",
                                     .reason = "the session has no master secret"});
  }
  bool resumes = false;
  if (m.session) { KW_ASSIGN(resumes, may_resume(*m.session, s.question, s.all->hello->hello, flow)); }
  if (!resumes) {
    KW_ASSIGN(auto full, begin_full(std::move(s.all), flow));
    return full;
  }
  ConnectionInfo& info = flow.facts().info;
  info.resumed = s.question.ticket.empty() ? Resumption::session_id : Resumption::ticket;
  info.session_id = session::share(s.question.session_id);
  s.all->session = m.session;
  if (m.session->peer && flow.in().server().options.peer.reverify_on_resumption)
    return AskReverdict{question_about(*m.session, flow), std::move(s.all)};
  KW_ASSIGN(auto waiting, resume(std::move(s.all), flow));
  return waiting;
}

Result<ResumedWaitChangeCipherSpec> on(AskReverdict&& s, Verdict&& m, Flow& flow) {
  flow.facts().info.verified = m.chain.basis();
  return resume(std::move(s.all), flow);
}

Result<OneOf<ResumedWaitNextProtocol, ResumedWaitFinished>> on(ResumedWaitChangeCipherSpec&& s, const ChangeCipherSpec&,
                                                               Flow& flow) {
  KW_TRY(change_read_keys(*s.master, flow));
  if (s.master->terms.next_protocol) return ResumedWaitNextProtocol{std::move(s.master)};
  return ResumedWaitFinished{std::move(s.master)};
}

Result<Connected> on(ResumedWaitFinished&& s, const Finished& m, Flow& flow) {
  KW_TRY(check_finished(*s.master, m, flow));
  remember_authenticated(*s.master, flow);
  return Connected{established_by(*s.master, flow.facts())};
}

Result<void> name_session(Progress& all, Flow& flow) {
  const ServerSettings& settings = flow.in().server();
  if (!is_resumable(all.terms, settings.request_certificate)) return {};
  // RFC 5077 3.4: who gets a ticket needs no id.
  all.terms.new_ticket = settings.ticket_keys && all.hello->hello.extensions.get<wire::SessionTicketExtension>();
  if (all.terms.new_ticket || !settings.sessions) return {};
  all.terms.session_id.size = static_cast<std::uint8_t>(all.terms.session_id.bytes.size());
  return flow.in().provider().random(all.terms.session_id.bytes);
}

Result<void> keep_session(const Master& master, Flow& flow) {
  if (!master.terms.new_ticket && master.terms.session_id.size == 0) return {};
  const ServerSettings& settings = flow.in().server();
  auto session = make_session(master, flow);
  session->lifetime = static_cast<std::uint32_t>(settings.options.sessions.lifetime.count());
  session->policy = policy_for(*session, settings);
  //= rfc5077#3.3-2, 3.3-3
  if (master.terms.new_ticket) return send_ticket(*session, flow);
  auto& id = flow.facts().info.session_id;
  // RFC 5246 7.2.2: where a connection fails, none of its sessions stays; it has one at a time.
  if (flow.enclosing() != nullptr && id && settings.sessions) KW_TRY(guarded([&] { settings.sessions->remove(*id); }));
  id = session::share(master.terms.session_id.view());
  return flow.session_made(master.terms.session_id.view(), std::move(session));
}

}  // namespace keyway::handshake::tls12::server
