// SPDX-License-Identifier: Apache-2.0
//
// Which port is asked for which question.
#include "base/ascii.h"
#include "connection/oracle.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/negotiation/psk.h"
#include "pki/ocsp.h"

namespace keyway {

std::string_view Handshaker::Oracle::name_of(Blocked::On on) noexcept {
  switch (on) {
    case Blocked::On::hello: return "hello";
    case Blocked::On::certificate: return "certificate";
    case Blocked::On::private_key: return "private_key";
    case Blocked::On::verdict: return "verdict";
    case Blocked::On::psk: return "psk";
    case Blocked::On::ticket: return "ticket";
    case Blocked::On::session: return "session";
  }
  return "";
}

std::optional<handshake::IdentityChosen> Handshaker::Oracle::at_once(handshake::ChooseIdentity& question) {
  if (question.for_chooser) return std::nullopt;
  return handshake::IdentityChosen{question.preferred};
}

std::optional<handshake::SessionFound> Handshaker::Oracle::at_once(handshake::FindOlderSession& question) {
  if (question.ticket.empty()) return std::nullopt;
  return handshake::SessionFound{connection_.in_.server().ticket_keys->open(question.ticket, connection_.in_.now)};
}

namespace {

/// The host that sni_lookup names becomes a configuration on the thread that answers, whatever becomes of the connection.
void look_host_up(std::shared_ptr<const ServerConfig> listener, const std::string& name,
                  Answer<std::shared_ptr<const ServerConfig>> answer) {
  using Named = std::shared_ptr<const SniHost>;
  const auto slot = std::make_shared<AnswerSlot>();
  listener->options().sni_lookup(name, Answer<Named>(slot));
  // Runs while somebody holds the slot: in here, or in the call that gives the answer.
  auto go_on = [listener = std::move(listener), answer = std::move(answer), at = slot.get()]() mutable {
    const auto named = at->take<Named>();
    if (!named) return;
    if (!*named) return std::move(answer).give(std::unexpected(named->error()));
    std::move(answer).give(config::looked_up_host(listener->settings(), **named));
  };
  if (slot->answered()) return go_on();
  slot->set_continuation(std::move(go_on));
  slot->expect_later();
}

}  // namespace

void Handshaker::Oracle::put(handshake::ChooseConfiguration&, Answer<std::shared_ptr<const ServerConfig>> answer) {
  const ServerOptions& options = connection_.in_.server().options;
  if (options.sni_lookup) {
    const auto& present = std::get<std::shared_ptr<const ServerConfig>>(connection_.in_.config);
    return look_host_up(present, ascii_lower(*connection_.facts().info.server_name), std::move(answer));
  }
  if (options.sni_fun) {
    const auto hello = connection_.hello_info();
    return options.sni_fun(hello ? *hello : HelloInfo{}, std::move(answer));
  }
  connection_.scratch().paused.emplace(std::move(answer));
}

void Handshaker::Oracle::put(handshake::VerifyPeer& question, Answer<TrustedChain> answer) {
  const handshake::Inputs& in = connection_.in_;
  const bool client = in.role == Role::client;
  const VerifyOptions& options = client ? in.client().options.peer : in.server().options.peer;
  const bool named = client && options.check_host_name && !in.destination->name.empty();
  // Clients cannot staple before TLS 1.3 (RFC 8446 4.4.2.1).
  const bool staple_asked = client ? in.client().options.stapling
                                   : in.server().options.stapling && connection_.facts_.info.version == ProtocolVersion::tls1_3;
  // What a session was shown was asked for with a nonce of its own time.
  const bool nonce = client && staple_asked && in.client().options.ocsp_nonce && !question.of_session;
  const Bytes ocsp_nonce = nonce ? pki::ocsp_nonce(connection_.facts().info.client_random, in.provider()) : Bytes();
  const VerifyQuestion asked{.chain = question.chain,
                             .ocsp_response = question.ocsp_response,
                             .staple_asked = staple_asked,
                             .ocsp_nonce = ocsp_nonce,
                             .signed_certificate_timestamps = question.signed_certificate_timestamps,
                             .purpose = client ? Purpose::server_authentication : Purpose::client_authentication,
                             //= rfc9525#6.1-1
                             .name = named ? &in.destination->name : nullptr,
                             .now = in.now,
                             .provider = &in.provider(),
                             .certificate_schemes = in.common().certificate_schemes,
                             .max_rsa_bits = options.max_rsa_bits};
  const auto& verifier = question.raw_public_key ? in.common().raw_key_verifier : in.common().verifier;
  // A session of other options may have a peer of a kind that these do not take.
  if (!verifier) return std::move(answer).give(fail(Errc::wrong_certificate_type));
  verifier->verify(asked, std::move(answer));
}

void Handshaker::Oracle::put(handshake::ChooseIdentity& question, Answer<std::optional<std::size_t>> answer) {
  const handshake::Inputs& in = connection_.in_;
  const IdentityFunction& choose =
      in.role == Role::client ? in.client().options.identity_select : in.server().options.identity_select;
  choose(*question.for_chooser, std::move(answer));
}

void Handshaker::Oracle::put(handshake::Sign& question, Answer<Bytes> answer) {
  const auto& identity = *connection_.in_.common().identities[question.identity];
  identity.signer->sign(question.scheme, question.content, std::move(answer));
}

void Handshaker::Oracle::put(handshake::FindSession& question, Answer<std::shared_ptr<const Session>> answer) {
  connection_.in_.server().tickets->redeem(question.ticket, connection_.in_.now, std::move(answer));
}

void Handshaker::Oracle::put(handshake::FindOlderSession& question, Answer<std::shared_ptr<const Session>> answer) {
  connection_.in_.server().sessions->find(question.session_id, connection_.in_.now, std::move(answer));
}

void Handshaker::Oracle::put(handshake::FindPsk& question, Answer<std::shared_ptr<const Psk>> answer) {
  const PskOptions& options = connection_.in_.server().options.psk;
  if (const Psk* known = handshake::negotiation::find_external(options.keys, question.identity))
    return std::move(answer).give(std::make_shared<const Psk>(*known));
  if (options.lookup) return options.lookup(question.identity, std::move(answer));
  std::move(answer).give(std::shared_ptr<const Psk>());
}

Result<std::optional<handshake::KeyAnswered>> Handshaker::Oracle::ask(handshake::AskForKey& asked) {
  handshake::KeyQuestion& question = *asked.question;
  connection_.trace({.kind = TraceKind::question, .name = name_of(question.blocked_on())});
  auto slot = connection_.answers();
  {
    const Asking asking(connection_);
    KW_TRY(guarded([&] { question.put(slot, connection_.in_); }));
  }
  KW_ASSIGN(auto answered, take(asked));
  if (!answered) wait_for(question.blocked_on(), *slot);
  return answered;
}

Result<std::optional<handshake::KeyAnswered>> Handshaker::Oracle::take(const handshake::AskForKey& asked) {
  const auto told = asked.question->take(*connection_.answers_);
  if (!told) return std::nullopt;
  connection_.blocked_on_.reset();
  if (!*told) return std::unexpected(told->error());
  return handshake::KeyAnswered{};
}

void Handshaker::Oracle::put(handshake::IssueTicket& question, Answer<Bytes> answer) {
  connection_.in_.server().tickets->issue(question.session, connection_.in_.now, std::move(answer));
}

Result<HelloInfo> ConnectionImpl::hello_info() const {
  const handshake::ReceivedHello* hello = handshaker_.hello();
  if (hello == nullptr) return fail(Errc::not_available);
  return handshake::negotiation::describe(hello->hello, hello->body());
}

Result<HelloInfo> Connection::hello() const { return impl_->hello_info(); }

}  // namespace keyway
