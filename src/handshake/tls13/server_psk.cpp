// SPDX-License-Identifier: Apache-2.0
//
// Server: which of the offered PSKs is used (RFC 8446 4.2.9, 4.2.11). Each identity is looked up among tickets, then
// among external keys; what does not fit is passed over, a wrong binder ends the connection.
#include "base/ct.h"
#include "config/validate.h"
#include "handshake/negotiation/psk.h"
#include "handshake/tls13/server_machine.h"
#include "handshake/tls13/server_steps.h"
#include "names/cipher_suite_table.h"
#include "schedule/binder.h"
#include "session/ticket_age.h"

namespace keyway::handshake::tls13 {

Result<AuthenticatedPsk> check_binder(const OfferedBinder& offered, ByteView binder, Flow& flow) {
  const crypto::HashMethods& hash = *flow.facts().hash;
  const auto kind = offered.session    ? schedule::BinderKind::resumption
                    : offered.imported ? schedule::BinderKind::imported
                                       : schedule::BinderKind::external;
  const auto expected = schedule::psk_binder(hash, offered.key, kind, flow.transcript().hash_with(hash, offered.truncated_hello));
  // RFC 8446 4.2.11.2 and 6.2: decrypt_error.
  //= rfc8446#4.2.11-3
  if (!ct::equal(binder, expected.view())) return fail(Errc::psk_binder_mismatch);
  return AuthenticatedPsk(offered.session);
}

namespace server {

namespace {

bool wants_psk(const ClientHello& hello, const Parameters& parameters, const ServerSettings& settings) {
  if (!hello.extensions.get<wire::PreSharedKeyClientHello>()) return false;
  //= rfc8446#4.1.1-2
  if (!(parameters.psk_dhe_ke && parameters.group) && !parameters.psk_ke) return false;
  return settings.tickets || !settings.options.psk.keys.empty() || settings.options.psk.lookup;
}

bool has_external(const ServerSettings& settings) {
  return !settings.options.psk.keys.empty() || bool(settings.options.psk.lookup);
}

std::optional<Candidate> candidate_at(const ClientHello& hello, std::size_t index) {
  if (index >= negotiation::max_candidates) return std::nullopt;
  std::size_t at = 0;
  for (const wire::PskIdentity& identity : hello.extensions.get<wire::PreSharedKeyClientHello>()->identities) {
    if (at++ == index) return Candidate{index, identity};
  }
  return std::nullopt;
}

AskIdentity ask_identity(std::unique_ptr<ReceivedHello> hello, Parameters parameters, Flow& flow) {
  ChooseIdentity question = question_for(requested_by(hello->hello, ProtocolVersion::tls1_3), flow);
  return {std::move(question), std::move(hello), std::move(parameters)};
}

Chosen look_up(std::size_t index, std::unique_ptr<ReceivedHello> hello, Parameters parameters, Flow& flow) {
  const auto candidate = candidate_at(hello->hello, index);
  //= rfc8446#4.2.11-8
  if (!candidate) return ask_identity(std::move(hello), std::move(parameters), flow);
  if (flow.in().server().tickets)
    return AskSession{{candidate->identity.identity}, *candidate, std::move(hello), std::move(parameters)};
  return AskPsk{{candidate->identity.identity}, *candidate, std::move(hello), std::move(parameters)};
}

/// Whether a session may be used again in this connection.
bool usable(const Session& session, const Candidate& candidate, const ClientHello& hello, const Parameters& parameters,
            Flow& flow) {
  if (session.version != flow.facts().info.version) return false;
  if (suite_hash(session.cipher_suite) != suite_hash(parameters.cipher_suite)) return false;
  // A client that does not offer the suite of its session any more has left the policy under which the session was made.
  if (!hello.cipher_suites.contains(session.cipher_suite)) return false;
  if (!session::is_live(session, flow.in().now.wall)) return false;
  // The virtual host, its ALPN policy and its policy of client authentication are part of what was agreed on.
  //= rfc6066#3-6
  if (session.server_name != flow.facts().info.server_name || session.policy != policy_for(session, flow.in().server()))
    return false;
  const auto skew = session::age_skew(session, candidate.identity.obfuscated_ticket_age, flow.in().now.wall);
  flow.facts().info.ticket_age_skew = std::chrono::duration_cast<std::chrono::duration<std::int32_t>>(skew);
  return true;
}

/// A look-up is the program's code. Without a secret in it, a key would be anybody's.
Result<void> check_found(const Psk& psk, Flow& flow) {
  const auto checked = config::check_psk_key("psk.lookup", psk, ProtocolVersion::tls1_3, flow.in().provider());
  if (checked) return {};
  return fail(Errc::wrong_answer, *checked.error().detail());
}

ByteView binder_at(const ClientHello& hello, std::size_t index) {
  std::size_t at = 0;
  for (const ByteView binder : hello.extensions.get<wire::PreSharedKeyClientHello>()->binders) {
    if (at++ == index) return binder;
  }
  return {};
}

Result<AfterPsk> accept(std::unique_ptr<AcceptedPsk> psk, bool imported, std::unique_ptr<ReceivedHello> hello,
                        Parameters parameters, Flow& flow) {
  const std::size_t binders = hello->hello.binders_size();
  const OfferedBinder offered{psk->session, imported, psk->secret(), hello->message.first(hello->message.size() - binders)};
  //= rfc8446#4.2.11-4
  KW_ASSIGN(AuthenticatedPsk proved, check_binder(offered, binder_at(hello->hello, psk->index), flow));
  flow.facts().info.resumed = psk->session ? Resumption::ticket : Resumption::external_psk;
  if (psk->external) flow.facts().info.psk_identity = psk->external->identity;
  if (psk->session && psk->session->peer && flow.in().server().options.peer.reverify_on_resumption) {
    VerifyPeer question = question_about(*psk->session, flow);
    return AskReverdict{std::move(question), std::move(hello), std::move(parameters), std::move(psk), std::move(proved)};
  }
  KW_ASSIGN(Keys keys, send_hello(*hello, parameters, psk.get(), flow));
  KW_TRY(finish_flight(*keys, flow));
  return WaitFinished{std::move(keys), std::move(proved)};
}

}  // namespace

Chosen first_candidate(std::unique_ptr<ReceivedHello> hello, Parameters parameters, Flow& flow) {
  if (!wants_psk(hello->hello, parameters, flow.in().server()))
    return ask_identity(std::move(hello), std::move(parameters), flow);
  return look_up(0, std::move(hello), std::move(parameters), flow);
}

Result<AfterPsk> on(AskSession&& s, const SessionFound& m, Flow& flow) {
  if (m.session && m.session->secret.empty()) {
    return fail(Errc::wrong_answer, {.option = "tickets.store",
                                     .mend = "keep sessions whole, or answer with nothing",
                                     .reason = "the session has no secret"});
  }
  if (m.session && usable(*m.session, s.candidate, s.hello->hello, s.parameters, flow)) {
    auto psk = std::make_unique<AcceptedPsk>(AcceptedPsk{.index = s.candidate.index, .session = m.session});
    return accept(std::move(psk), false, std::move(s.hello), std::move(s.parameters), flow);
  }
  if (!m.session && has_external(flow.in().server()))
    return AskPsk{{s.candidate.identity.identity}, s.candidate, std::move(s.hello), std::move(s.parameters)};
  return look_up(s.candidate.index + 1, std::move(s.hello), std::move(s.parameters), flow);
}

Result<AfterPsk> on(AskPsk&& s, const PskFound& m, Flow& flow) {
  if (m.psk) {
    KW_TRY(check_found(*m.psk, flow));
    auto key =
        negotiation::usable_external(*m.psk, s.candidate.identity.identity, flow.facts().hash->algorithm, flow.in().provider());
    if (key) {
      auto psk = std::make_unique<AcceptedPsk>(
          AcceptedPsk{.index = s.candidate.index, .session = nullptr, .external = m.psk, .key = std::move(*key)});
      return accept(std::move(psk), m.psk->imported, std::move(s.hello), std::move(s.parameters), flow);
    }
  }
  return look_up(s.candidate.index + 1, std::move(s.hello), std::move(s.parameters), flow);
}

Result<WaitFinished> on(AskReverdict&& s, Verdict&& m, Flow& flow) {
  flow.facts().info.verified = m.chain.basis();
  KW_ASSIGN(Keys keys, send_hello(*s.hello, s.parameters, s.psk.get(), flow));
  KW_TRY(finish_flight(*keys, flow));
  return WaitFinished{std::move(keys), std::move(s.proved)};
}

}  // namespace server

}  // namespace keyway::handshake::tls13
