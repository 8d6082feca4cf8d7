// SPDX-License-Identifier: Apache-2.0
//
// Server: suite and identity for a ClientHello of TLS 1.2 or below (RFC 5246 7.4.1.2, 7.4.1.3; RFC 8422 4).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/kx/dhe.h"
#include "handshake/tls12/legacy/next_protocol.h"
#include "handshake/tls12/server_machine.h"
#include "handshake/tls12/server_steps.h"
#include "names/protocol_version.h"

namespace keyway::handshake::tls12::server {

namespace {

/// RFC 5246 7.4.1.2: null compression must be there. RFC 8422 5.1.2: so must uncompressed points, where forms are named.
Result<void> check_values(const ClientHello& hello) {
  //= rfc5246#7.4.1.2-3
  if (std::ranges::find(hello.legacy_compression_methods, std::byte{0}) == hello.legacy_compression_methods.end())
    return fail(Errc::wrong_compression);
  const auto& formats = hello.extensions.get<wire::EcPointFormats>();
  if (formats && !formats->formats.contains(wire::EcPointFormat::uncompressed)) return fail(Errc::invalid_value);
  return {};
}

/// RFC 5746 3.6: the extension empty, or the suite that stands for it; who has neither may be the victim of a splice.
/// 3.7: within a connection it is bound to the client's Finished, and the suite has no place. False: the client does not know it,
/// and need not.
Result<bool> check_renegotiation(const ClientHello& hello, Flow& flow) {
  const auto& info = hello.extensions.get<wire::RenegotiationInfo>();
  const bool by_suite = hello.cipher_suites.contains(CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
  const Established* enclosing = flow.enclosing();
  if (enclosing != nullptr && !enclosing->bound) {
    //= rfc5746#4.4-1, 4.4-2
    return info || by_suite ? Result<bool>(fail(Errc::wrong_renegotiation_info)) : false;
  }
  if (enclosing != nullptr) {
    //= rfc5746#3.7-1, 3.7-2
    const bool bound = info && std::ranges::equal(info->renegotiated_connection, enclosing->finished.client);
    return bound && !by_suite ? Result<bool>(true) : fail(Errc::wrong_renegotiation_info);
  }
  //= rfc5746#3.6-1, 3.6-2
  if (info && !info->renegotiated_connection.empty()) return fail(Errc::wrong_renegotiation_info);
  if (info || by_suite) return true;
  if (flow.in().protocol().secure_renegotiate) return fail(Errc::insecure_renegotiation);
  flow.decided("renegotiation_info", "the client does not know it: tolerated");
  return false;
}

/// Suites that both sides have, that the version has, and whose key exchange can run, in the order that counts; each once,
/// however often the hello names it.
std::vector<const CipherSuiteInfo*> common_suites(const ClientHello& hello, Flow& flow) {
  const auto& ours = flow.in().common().cipher_suites;
  std::vector<const CipherSuiteInfo*> common;
  common.reserve(ours.size());
  Possible possible(hello, flow);
  const auto add = [&](CipherSuite suite) {
    //= rfc5246#7.4.1.2-1
    if (!negotiation::has_suite(flow.facts().info.version, suite)) return;
    const CipherSuiteInfo* row = find_cipher_suite(suite);
    if (flow.in().server().options.psk.required && !needs_psk(*row)) return;
    // Who showed a certificate shows it again: a suite that asks for none would leave it beside another proof.
    if (flow.enclosing() != nullptr && flow.facts().info.peer_chain && !shape_of(*row).requests) return;
    if (possible.can_exchange(*row)) common.push_back(row);
  };
  if (flow.in().server().options.honor_cipher_order) {
    for (const CipherSuite suite : ours) {
      if (hello.cipher_suites.contains(suite)) add(suite);
    }
    return common;
  }
  std::vector<bool> taken(ours.size());
  for (const CipherSuite suite : hello.cipher_suites) {
    const auto place = static_cast<std::size_t>(std::ranges::find(ours, suite) - ours.begin());
    if (place == ours.size() || taken[place]) continue;
    taken[place] = true;
    add(suite);
  }
  return common;
}

/// No suite is left. A client that names finite fields, and none of ours, learns that it asks for better ones than we have, or
/// worse.
std::unexpected<Error> no_suite(Errc why, const ClientHello& hello, Flow& flow) {
  //= rfc7919#4-3
  if (why != Errc::unknown_psk_identity && names_other_fields(hello, flow))
    return fail(Errc::weak_group, {.reason = "the client names finite fields, and none that this server has"});
  return fail(why);
}

/// An identity is of use with a suite that its key authenticates.
std::vector<crypto::KeyType> key_types_for(const std::vector<const CipherSuiteInfo*>& suites) {
  std::vector<crypto::KeyType> types;
  for (const crypto::KeyType type : {crypto::KeyType::rsa, crypto::KeyType::rsa_pss, crypto::KeyType::ec,
                                     crypto::KeyType::ed25519, crypto::KeyType::ed448, crypto::KeyType::dsa}) {
    if (std::ranges::any_of(suites, [&](const CipherSuiteInfo* suite) { return suits(*suite, type); })) types.push_back(type);
  }
  return types;
}

bool serves(const pki::Identity& identity, const CipherSuiteInfo& suite, const ClientHello& hello) {
  return negotiation::types_for_server(hello).has(identity.type()) && suits(suite, identity.signer->type()) &&
         (shape_of(suite).signs || can_exchange_with(suite, identity, hello));
}

/// The first suite that needs no certificate, or that some identity has the kind of key for.
const CipherSuiteInfo* first_possible(const std::vector<const CipherSuiteInfo*>& suites, Flow& flow) {
  const auto& identities = flow.in().common().identities;
  for (const CipherSuiteInfo* suite : suites) {
    const auto fits = [&](const auto& identity) { return suits(*suite, identity->signer->type()); };
    if (!shape_of(*suite).certificate || std::ranges::any_of(identities, fits)) return suite;
  }
  return nullptr;
}

/// An identity that signs; or else one for the suites whose key decrypts or agrees, which need no scheme (RFC 5246 7.4.1.4.1).
ChooseIdentity question_of(Requested& asked, const std::vector<const CipherSuiteInfo*>& suites, Flow& flow) {
  asked.key_types = key_types_for(suites);
  asked.signs = std::ranges::any_of(suites, [](const CipherSuiteInfo* suite) { return shape_of(*suite).signs; });
  ChooseIdentity question = question_for(asked, flow);
  if (question.preferred || !asked.signs) return question;
  std::vector<const CipherSuiteInfo*> silent;
  std::ranges::copy_if(suites, std::back_inserter(silent),
                       [](const CipherSuiteInfo* suite) { return shape_of(*suite).certificate && !shape_of(*suite).signs; });
  if (silent.empty()) return question;
  asked.signs = false;
  asked.key_types = key_types_for(silent);
  return question_for(asked, flow);
}

}  // namespace

Result<void> choose_suite(Progress& all, std::optional<std::size_t> identity, Flow& flow) {
  const ClientHello& hello = all.hello->hello;
  const auto& identities = flow.in().common().identities;
  if (identity && *identity >= identities.size()) KW_TRY(scheme_for(*identity, {}, flow));
  Result<void> signs;
  const auto fits = [&](const CipherSuiteInfo& suite) {
    const Shape shape = shape_of(suite);
    if (!shape.certificate) return true;
    if (!identity || !serves(*identities[*identity], suite, hello)) return false;
    //= rfc5246#7.4.3-1
    if (shape.signs && signs) {
      if (auto scheme = scheme_for(*identity, requested_of_chosen(hello), flow); !scheme) signs = std::unexpected(scheme.error());
    }
    return !shape.signs || signs.has_value();
  };
  const CipherSuiteInfo* chosen = nullptr;
  for (const CipherSuiteInfo* suite : all.suites) {
    // A suite that the key must not be used for gives way to another with a certificate, and to none without.
    const Shape shape = shape_of(*suite);
    if ((chosen != nullptr && !shape.certificate) || !fits(*suite)) continue;
    const bool allowed = !shape.certificate || negotiation::has_usage_for(*identities[*identity], shape.signs);
    if (chosen == nullptr || allowed) chosen = suite;
    if (allowed) break;
  }
  if (chosen != nullptr) {
    all.terms.suite = chosen;
    if (shape_of(*chosen).certificate) all.identity = identity;
    return {};
  }
  KW_TRY(std::move(signs));
  if (identity) return no_suite(Errc::no_common_cipher_suite, hello, flow);
  return fail(negotiation::why_no_identity(identities, requested_of_chosen(hello).schemes, negotiation::types_for_server(hello),
                                           flow.facts().info.version));
}

Result<Full> begin_full(ProgressPtr all, Flow& flow) {
  const ClientHello& hello = all->hello->hello;
  all->suites = common_suites(hello, flow);
  const auto& suites = all->suites;
  if (suites.empty())
    return no_suite(flow.in().server().options.psk.required ? Errc::no_common_psk : why_no_suite(hello, flow), hello, flow);
  const CipherSuiteInfo* first = first_possible(suites, flow);
  // RFC 5246 7.4.1.2: our keys are of other kinds than the suites that are left.
  if (first == nullptr && !flow.in().common().identities.empty()) return no_suite(Errc::no_common_cipher_suite, hello, flow);
  const bool needs_identity = first == nullptr || shape_of(*first).certificate;
  Requested asked = requested_by(hello, flow.facts().info.version);
  if (const auto& groups = hello.extensions.get<wire::SupportedGroups>())
    asked.curves = negotiation::known_groups(groups->groups);
  if (needs_identity) return AskIdentity{question_of(asked, suites, flow), std::move(all)};
  all->terms.suite = first;
  KW_TRY(settle_terms(*all, flow));
  if (KeyQuestion* const question = all->exchange->question(flow)) return AskParameters{{question}, std::move(all)};
  KW_ASSIGN(auto sent, send_without_certificate(std::move(all), flow));
  return sent;
}

Result<Begun> enter(Renegotiate&& from, Flow& flow) {
  std::ranges::copy(from.hello->hello.random, flow.facts().info.client_random.begin());
  // The records and the application are of one version.
  KW_TRY(negotiation::choose_version(from.hello->hello, {flow.facts().info.version}));
  return enter(hello::server::Chosen12{std::move(from.hello)}, flow);
}

Result<Begun> enter(hello::server::Chosen12&& from, Flow& flow) {
  const ClientHello& hello = from.hello->hello;
  KW_TRY(check_values(hello));
  KW_ASSIGN(const bool bound, check_renegotiation(hello, flow));
  // RFC 7366 3.1, RFC 7627 5.1 and the rest: a version that has no extensions answers none but the one above.
  if (!is_tls(flow.facts().info.version)) from.hello->hello.extensions = {};
  // RFC 7627 5.2: may be refused.
  if (flow.in().protocol().require_extended_master_secret && !hello.extensions.get<wire::ExtendedMasterSecret>())
    return fail(Errc::extended_master_secret_missing);
  const ServerSettings& settings = flow.in().server();
  if (flow.enclosing() == nullptr) {
    KW_ASSIGN(flow.facts().info.alpn, negotiation::choose_alpn(hello, settings.options, settings.common.alpn));
  }
  flow.follow_older_version();
  auto all = std::make_unique<Progress>();
  all->terms.next_protocol = flow.enclosing() == nullptr && shows_next_protocols(hello, flow);
  // A client of SSL 3.0 has no extension to bind the next one with.
  all->terms.secure_renegotiation = bound && is_tls(flow.facts().info.version);
  all->terms.unbound = !bound;
  all->hello = std::move(from.hello);
  // Within a connection the peer stays who it is; a session could be another's.
  const bool first = flow.enclosing() == nullptr;
  if (auto question = first ? find_session(all->hello->hello, flow) : std::nullopt) return AskSession{*question, std::move(all)};
  KW_ASSIGN(auto begun, begin_full(std::move(all), flow));
  return begun;
}

}  // namespace keyway::handshake::tls12::server
