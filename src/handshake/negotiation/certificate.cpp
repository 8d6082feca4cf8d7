// SPDX-License-Identifier: Apache-2.0
//
// Which of our identities fits what the peer said (RFC 8446 4.4.2.2 and 4.4.2.3), and with which scheme it signs.
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "names/named_group.h"
#include "names/signature_scheme.h"

namespace keyway::handshake::negotiation {

namespace {

/// In the peer's order. What is kept is as short as the table that `find` looks into.
template <class Enum, class Find>
std::vector<Enum> known_once(const wire::U16List<Enum>& list, Find find) {
  constexpr std::size_t usual = 64;  // more than there are rows
  std::vector<Enum> known;
  known.reserve(std::min(list.size(), usual));
  for (const Enum value : list) {
    if (find(value) != nullptr && std::ranges::find(known, value) == known.end()) known.push_back(value);
  }
  return known;
}

}  // namespace

std::vector<SignatureScheme> known_schemes(const wire::U16List<SignatureScheme>& list) {
  return known_once(list, [](SignatureScheme scheme) { return find_signature_scheme(scheme); });
}

std::vector<NamedGroup> known_groups(const wire::U16List<NamedGroup>& list) {
  return known_once(list, [](NamedGroup group) { return find_named_group(group); });
}

std::optional<SignatureScheme> choose_scheme(const pki::Identity& identity, const std::vector<SignatureScheme>& accepted,
                                             ProtocolVersion version) {
  // The peer names schemes from TLS 1.2 on.
  if (version < ProtocolVersion::tls1_2) return identity.implied_scheme;
  for (const SignatureScheme scheme : identity.schemes) {
    if (identity.may_use(scheme, version) && std::ranges::find(accepted, scheme) != accepted.end()) return scheme;
  }
  return std::nullopt;
}

namespace {

/// What would have to be dropped for an identity, the worst in the highest bit: of another host than was asked for it is refused
/// for certain; a key or a chain that should not be shown, by who minds; an issuer whom the peer does not name, hardly ever.
enum Misses : unsigned { nothing = 0, issuer = 1, chain = 2, usage = 4, name = 8, too_much = 16 };

bool has_curve_of(const std::vector<NamedGroup>& curves, const pki::Identity& identity) {
  const auto parts = identity.key();
  return !parts || parts->type != crypto::KeyType::ec || std::ranges::find(curves, parts->curve) != curves.end();
}

bool issued_as_asked(const pki::Identity& identity, const IdentityCriteria& criteria) {
  return criteria.authorities.empty() ? !identity.must_match_issuer : identity.issued_by_any(criteria.authorities);
}

/// Whether it can be shown at all, whatever is dropped.
bool is_possible(const pki::Identity& identity, const IdentityCriteria& criteria) {
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
  return !identity.must_match_issuer || issued_as_asked(identity, criteria);
}

unsigned compare(const pki::Identity& identity, const IdentityCriteria& criteria) {
  if (!is_possible(identity, criteria)) return Misses::too_much;
  unsigned misses = Misses::nothing;
  if (criteria.server_name && !identity.matches_name(*criteria.server_name)) misses |= Misses::name;
  if (!has_usage_for(identity, criteria.signs)) misses |= Misses::usage;
  const auto& schemes = criteria.certificate_schemes;
  if (!schemes.empty() && !identity.chain_signed_with_any(schemes)) misses |= Misses::chain;
  // Both lists of the request: its schemes above, its authorities here; those only as long as an identity has them.
  //= rfc8446#4.4.2.3-1
  if (!issued_as_asked(identity, criteria)) misses |= Misses::issuer;
  return misses;
}

}  // namespace

bool has_usage_for(const pki::Identity& identity, bool signs) {
  if (signs) return identity.may(pki::KeyUsage::digital_signature);
  const bool agrees = identity.signer->type() == crypto::KeyType::ec;
  return identity.may(agrees ? pki::KeyUsage::key_agreement : pki::KeyUsage::key_encipherment);
}

std::optional<std::size_t> choose_identity(const std::vector<std::shared_ptr<const pki::Identity>>& identities,
                                           const IdentityCriteria& criteria) {
  if (identities.size() == 1)  // nothing to compare it with
    return is_possible(*identities.front(), criteria) ? std::optional<std::size_t>(0) : std::nullopt;
  // From all criteria to the one that cannot be dropped: without a common scheme nobody can check our signature. Each identity is
  // compared once with the peer's lists, which can be long.
  std::optional<std::size_t> best;
  unsigned fewest = Misses::too_much;
  for (std::size_t i = 0; i < identities.size() && fewest != Misses::nothing; ++i) {
    const unsigned misses = compare(*identities[i], criteria);
    if (misses >= fewest) continue;
    fewest = misses;
    best = i;
  }
  return best;
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
