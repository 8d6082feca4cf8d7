// SPDX-License-Identifier: Apache-2.0
//
// Client: our flight from Certificate to Finished (RFC 5246 7.4.6 to 7.4.9).
#include "handshake/tls12/client_steps.h"
#include "handshake/tls12/derivation.h"

namespace keyway::handshake::tls12::client {

namespace {

Result<MasterPtr> send_key_exchange(Progress& all, Flow& flow) {
  wire::Writer& writer = flow.begin_message(HandshakeType::client_key_exchange);
  KW_TRY(all.exchange->write_public(writer, flow));
  KW_TRY(flow.end_message());
  KW_ASSIGN(MasterPtr master, make_master(all.terms, *all.exchange, flow));
  master->peer = std::move(all.peer);
  return master;
}

/// RFC 7918 3, 4: once, in a full handshake, under a version and suite that could hardly have been better; and with an
/// application that both sides have agreed on, so that what leaves is meant for it.
//= rfc7918#4-1
bool may_start_falsely(const Terms& terms, Flow& flow) {
  const ConnectionInfo& info = flow.facts().info;
  return flow.in().client().options.false_start && flow.enclosing() == nullptr && terms.profile->false_start &&
         may_start_falsely(*terms.suite) && (!info.alpn.empty() || info.npn);
}

Result<FlightSent> finish(MasterPtr master, Flow& flow) {
  flow.transcript().forget_messages();
  KW_TRY(send_finished(*master, flow));
  if (may_start_falsely(master->terms, flow)) {
    remember_authenticated(*master, flow);  // for whoever wants to know to whom the data go
    flow.begin_false_start(established_by(*master, flow.facts()));
  }
  if (master->terms.new_ticket) return WaitNewSessionTicket{std::move(master)};
  return WaitChangeCipherSpec{std::move(master)};
}

}  // namespace

Result<OneOf<AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>> answer_without_identity(ProgressPtr all, Flow& flow) {
  if (KeyQuestion* const question = all->exchange->question(flow)) return AskSecret{{question}, std::move(all)};
  KW_ASSIGN(MasterPtr master, send_key_exchange(*all, flow));
  KW_ASSIGN(auto next, finish(std::move(master), flow));
  return next;
}

Result<OneOf<AskIdentity, AskSecret, WaitNewSessionTicket, WaitChangeCipherSpec>> on(AskVerdict&& s, Verdict&& m, Flow& flow) {
  Progress& all = *s.all;
  // RFC 5246 7.4.2: the key that the suite names.
  if (!suits(*all.terms.suite, m.chain.leaf_key().type())) return fail(Errc::certificate_key_type);
  auto peer = shape_of(*all.terms.suite).signs
                  ? prove_possession(std::move(m.chain), all.parameters.signature, all.parameters.content, flow)
                  : exchange_with(std::move(m.chain), *all.exchange, flow);
  KW_ASSIGN(all.peer, std::move(peer));
  if (all.requested) return AskIdentity{question_for(*all.requested, flow), std::move(s.all)};
  KW_ASSIGN(auto next, answer_without_identity(std::move(s.all), flow));
  return next;
}

Result<FlightSent> on(AskSecret&& s, const KeyAnswered&, Flow& flow) {
  KW_ASSIGN(MasterPtr master, send_key_exchange(*s.all, flow));
  return finish(std::move(master), flow);
}

Result<OneOf<AskSignature, WaitNewSessionTicket, WaitChangeCipherSpec>> on(AskIdentity&& s, const IdentityChosen& m, Flow& flow) {
  if (!m.index) {
    //= rfc5246#7.4.6-1
    KW_TRY(send_certificate(nullptr, flow));
    KW_ASSIGN(MasterPtr master, send_key_exchange(*s.all, flow));
    KW_ASSIGN(auto next, finish(std::move(master), flow));
    return next;
  }
  KW_ASSIGN(const SignatureScheme scheme, scheme_for(*m.index, *s.all->requested, flow));
  KW_TRY(send_certificate(flow.in().common().identities[*m.index].get(), flow));
  remember_identity(*m.index, flow);
  KW_ASSIGN(MasterPtr master, send_key_exchange(*s.all, flow));
  KW_ASSIGN(const ToSign to_sign, certificate_verify_of(*master, scheme, flow));
  return AskSignature{{*m.index, to_sign.scheme, to_sign.content}, std::move(master)};
}

Result<FlightSent> on(AskSignature&& s, const Signed& m, Flow& flow) {
  flow.facts().info.own_signature_scheme = s.question.scheme;
  flow.facts().info.client_authenticated = true;
  KW_TRY(flow.send(HandshakeType::certificate_verify, [&](wire::Writer& w) {
    wire::DigitallySigned{s.question.scheme, m.signature}.write(w, s.master->terms.profile->signature);
  }));
  return finish(std::move(s.master), flow);
}

}  // namespace keyway::handshake::tls12::client
