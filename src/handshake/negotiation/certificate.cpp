// SPDX-License-Identifier: Apache-2.0
//
// Which of our identities fits what the peer said (RFC 8446 4.4.2.2 and 4.4.2.3), and with which scheme it signs.
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "names/signature_scheme.h"

namespace keyway::handshake::negotiation {

std::optional<SignatureScheme> choose_scheme(const pki::Identity& identity, const std::vector<SignatureScheme>& accepted,
                                             ProtocolVersion version) {
  // The peer names schemes from TLS 1.2 on.
  if (version < ProtocolVersion::tls1_2) return identity.implied_scheme;
  for (const SignatureScheme scheme : identity.schemes) {
    const bool allowed = version < ProtocolVersion::tls1_3 || find_signature_scheme(scheme)->in_handshake;
    if (allowed && std::ranges::find(accepted, scheme) != accepted.end()) return scheme;
  }
  return std::nullopt;
}

namespace {

bool has_curve_of(const std::vector<NamedGroup>& curves, const pki::Identity& identity) {
  const auto parts = identity.key();
  return !parts || parts->type != crypto::KeyType::ec || std::ranges::find(curves, parts->curve) != curves.end();
}

}  // namespace

std::optional<std::size_t> choose_identity(const std::vector<std::shared_ptr<const pki::Identity>>& identities,
                                           const IdentityCriteria& criteria) {
  const auto fits = [&](const pki::Identity& identity, bool name, bool issuer, bool chain) {
    //= rfc7250#4.2-6
    if (!criteria.types.has(identity.type())) return false;
    //= rfc8446#4.4.2.2-1
    if (criteria.signs && !choose_scheme(identity, criteria.schemes, criteria.version)) return false;
    if (criteria.key_types && std::ranges::find(*criteria.key_types, identity.signer->type()) == criteria.key_types->end())
      return false;
    // RFC 8422 5.1.1: a client's groups are those of keys in certificates, too; in TLS 1.3 they are not.
    if (criteria.curves && !has_curve_of(*criteria.curves, identity)) return false;
    //= rfc8446#4.2.5-2
    if (!identity.satisfies_all(criteria.filters)) return false;
    // Both lists of the request: its schemes above, its authorities here; those only as long as an identity has them.
    //= rfc8446#4.4.2.3-1
    const bool issued = criteria.authorities.empty() || identity.issued_by_any(criteria.authorities);
    if ((identity.must_match_issuer || issuer) && !(issued && !(identity.must_match_issuer && criteria.authorities.empty())))
      return false;
    if (chain && !criteria.certificate_schemes.empty() && !identity.chain_signed_with_any(criteria.certificate_schemes))
      return false;
    return !name || !criteria.server_name || identity.matches_name(*criteria.server_name);
  };
  // From all criteria to the one that cannot be dropped: without a common scheme nobody can check our signature.
  constexpr struct {
    bool name, issuer, chain;
  } rounds[] = {{true, true, true}, {false, true, true}, {false, false, true}, {false, false, false}};
  for (const auto& round : rounds) {
    for (std::size_t i = 0; i < identities.size(); ++i) {
      if (fits(*identities[i], round.name, round.issuer, round.chain)) return i;
    }
  }
  return std::nullopt;
}

Errc why_no_identity(const std::vector<std::shared_ptr<const pki::Identity>>& identities,
                     const std::vector<SignatureScheme>& accepted, CertificateTypes types, ProtocolVersion version) {
  const bool can_show = std::ranges::any_of(identities, [&](const auto& one) { return types.has(one->type()); });
  if (!can_show && !identities.empty()) return Errc::wrong_certificate_type;
  const bool can_sign =
      std::ranges::any_of(identities, [&](const auto& one) { return choose_scheme(*one, accepted, version).has_value(); });
  return can_sign ? Errc::no_usable_identity : Errc::no_common_signature_scheme;
}

}  // namespace keyway::handshake::negotiation
