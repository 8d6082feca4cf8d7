// SPDX-License-Identifier: Apache-2.0
//
// Our identity by what the peer accepts (RFC 8446 4.4.2.2, 4.4.2.3; RFC 5246 7.4.4), and the peer in facts and sessions.
#include "handshake/parties/parties.h"

#include "names/cipher_suite_table.h"
#include "session/shared_bytes.h"

namespace keyway::handshake {

namespace {

TrustedChain::Basis basis_of(const Session& session) {
  if (session.peer_validated) return TrustedChain::Basis::validated;
  return session.peer_accepted ? TrustedChain::Basis::accepted_by_user : TrustedChain::Basis::unchecked;
}

CertificateType type_of(const CertificateChain& chain) {
  return chain.is_raw_public_key() ? CertificateType::raw_public_key : CertificateType::x509;
}

std::span<const ByteView> chain_views(const CertificateChain& chain, Flow& flow) {
  std::vector<ByteView> views;
  for (std::size_t i = 0; i < chain.size(); ++i) views.push_back(chain.der(i));
  return flow.keep(views);
}

}  // namespace

bool asks_for_ocsp(const wire::ClientHello& hello) {
  const auto& request = hello.extensions.get<wire::StatusRequest>();
  return request && request->status_type == wire::status_type_ocsp;
}

Requested requested_of_chosen(const wire::ClientHello& hello, ProtocolVersion chosen) {
  Requested asked;
  const auto& extensions = hello.extensions;
  if (const auto& schemes = extensions.get<wire::SignatureAlgorithms>()) {
    asked.schemes = negotiation::known_schemes(schemes->schemes);
  } else if (chosen < ProtocolVersion::tls1_3) {
    // RFC 5246 7.4.1.4.1: what is meant by silence; identities sign so where our own options name it.
    asked.schemes = {SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::dsa_sha1, SignatureScheme::ecdsa_sha1};
  }
  asked.ocsp = asks_for_ocsp(hello);
  asked.signed_certificate_timestamps = extensions.get<wire::SctRequest>().has_value();
  asked.types = negotiation::types_for_server(hello);
  if (const auto& offer = extensions.get<wire::CompressCertificate>())
    asked.compression.assign(offer->algorithms.begin(), offer->algorithms.end());
  return asked;
}

Requested requested_by(const wire::ClientHello& hello, ProtocolVersion chosen) {
  Requested asked = requested_of_chosen(hello, chosen);
  const auto& extensions = hello.extensions;
  //= rfc8446#4.2.3-8
  if (const auto& schemes = extensions.get<wire::SignatureAlgorithmsCert>()) {
    asked.certificate_schemes = negotiation::known_schemes(schemes->schemes);
  } else if (chosen >= ProtocolVersion::tls1_2 && extensions.get<wire::SignatureAlgorithms>()) {
    asked.schemes_of_chain = true;
  }
  if (const auto& names = extensions.get<wire::CertificateAuthorities>()) {
    for (const ByteView name : names->authorities) asked.authorities.push_back(to_bytes(name));
  }
  return asked;
}

std::vector<ByteView> authorities_to_name(const ServerSettings& settings) {
  std::vector<ByteView> names;
  if (settings.options.client_ca_names) {
    for (const Bytes& name : *settings.options.client_ca_names) names.emplace_back(name);
  } else if (settings.options.certificate_authorities && settings.common.anchors) {
    names = settings.common.anchors->subject_names();
  }
  std::size_t bytes = 0;
  for (const ByteView name : names) bytes += 2 + name.size();
  if (bytes > max_authority_bytes) names.clear();
  return names;
}

Result<SignatureScheme> scheme_for(std::size_t identity, const Requested& asked, Flow& flow) {
  const auto& identities = flow.in().common().identities;
  if (identity >= identities.size())
    return fail(Errc::wrong_answer,
                {.option = "identity_select", .value = std::to_string(identity), .reason = "no such identity"});
  if (!asked.types.has(identities[identity]->type()))
    return fail(
        Errc::wrong_answer,
        {.option = "identity_select", .value = std::to_string(identity), .reason = "the peer takes no certificate of this type"});
  //= rfc8446#4.4.3-3, 4.4.3-4
  const auto scheme = negotiation::choose_scheme(*identities[identity], asked.schemes, flow.facts().info.version);
  if (!scheme) return fail(Errc::no_common_signature_scheme);
  return *scheme;
}

void remember_peer(const TrustedChain& chain, std::optional<SignatureScheme> scheme, Flow& flow) {
  Facts& facts = flow.facts();
  facts.info.peer_chain = chain.chain();
  facts.info.peer_certificate_type = type_of(*chain.chain());
  facts.info.verified = chain.basis();
  facts.info.peer_signature_scheme = scheme;
  facts.info.client_authenticated = flow.in().role == Role::server || facts.info.client_authenticated;
  facts.peer_not_after = chain.not_after();
}

void remember_session(const Session& session, Flow& flow) {
  Facts& facts = flow.facts();
  facts.info.peer_chain = session.peer;
  if (session.peer) facts.info.peer_certificate_type = type_of(*session.peer);
  facts.info.peer_signature_scheme = session.peer_signature_scheme;
  facts.info.ocsp_response = session.ocsp_response;
  facts.info.signed_certificate_timestamps = session.signed_certificate_timestamps;
  facts.info.psk_identity = session.psk_identity;
  // A chain that was judged again rests on the new verdict.
  if (session.peer && !facts.info.verified) facts.info.verified = basis_of(session);
  if (flow.in().role == Role::server) facts.info.client_authenticated = session.peer != nullptr;
  facts.peer_not_after = session.peer_not_after;
  facts.authenticated_at = session.authenticated_at;
}

void remember_identity(std::size_t index, Flow& flow) {
  flow.facts().info.used_identity = true;
  flow.facts().info.identity_index = static_cast<std::uint32_t>(index);
  flow.facts().info.own_certificate_type = flow.in().common().identities[index]->type();
}

void remember_in(Session& session, const Facts& facts) {
  session.peer = facts.info.peer_chain;
  session.peer_validated = facts.info.verified == TrustedChain::Basis::validated;
  session.peer_accepted = facts.info.verified == TrustedChain::Basis::accepted_by_user;
  session.peer_not_after = facts.peer_not_after;
  session.authenticated_at = facts.authenticated_at;
  session.psk_identity = facts.info.psk_identity;
  if (!session.peer) return;
  session.peer_signature_scheme = facts.info.peer_signature_scheme;
  session.ocsp_response = facts.info.ocsp_response;
  session.signed_certificate_timestamps = facts.info.signed_certificate_timestamps;
}

bool is_by_key(const CipherSuiteInfo& suite) noexcept { return needs_psk(suite) || suite.key_exchange == KeyExchange::srp; }

const Bytes& policy_for(const Session& session, const ServerSettings& settings) {
  const CipherSuiteInfo* suite = find_cipher_suite(session.cipher_suite);
  const bool by_suite = suite != nullptr && is_by_key(*suite);
  return by_suite || !session.psk_identity.empty() ? settings.key_policy : settings.resumption_policy;
}

VerifyPeer question_about(const Session& session, Flow& flow) {
  return {.chain = chain_views(*session.peer, flow),
          .ocsp_response = session::view_of(session.ocsp_response),
          .signed_certificate_timestamps = session::view_of(session.signed_certificate_timestamps),
          .of_session = true,
          .raw_public_key = session.peer->is_raw_public_key()};
}

ChooseIdentity question_for(const Requested& asked, Flow& flow) {
  const CommonSettings& common = flow.in().common();
  static const std::optional<std::string> no_name;
  const auto& name = flow.in().role == Role::server ? flow.facts().info.server_name : no_name;
  const auto& of_chain = asked.schemes_of_chain ? asked.schemes : asked.certificate_schemes;
  const auto preferred = negotiation::choose_identity(
      common.identities, {asked.schemes, of_chain, asked.authorities, name, asked.filters, asked.key_types, asked.curves,
                          flow.facts().info.version, asked.signs, asked.types});
  const bool chooser = flow.in().role == Role::client ? bool(flow.in().client().options.identity_select)
                                                      : bool(flow.in().server().options.identity_select);
  if (!chooser) return {preferred, nullptr};
  std::vector<CertificateType> types;
  for (const CertificateType type : {CertificateType::x509, CertificateType::raw_public_key}) {
    if (asked.types.has(type)) types.push_back(type);
  }
  return {preferred, std::make_shared<const IdentityQuestion>(
                         IdentityQuestion{asked.schemes, asked.authorities, name, preferred, std::move(types)})};
}

}  // namespace keyway::handshake
