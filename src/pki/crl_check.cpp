// SPDX-License-Identifier: Apache-2.0
//
// RFC 5280 6.3.3 for one certificate: its distribution points in their order, then what its issuer published elsewhere, until
// all reasons are covered or the certificate is found.
#include "pki/crl_check.h"

#include <algorithm>
#include <array>

#include "pki/chain_builder.h"
#include "pki/der.h"
#include "pki/der_writer.h"
#include "pki/time_text.h"

namespace keyway::pki {

namespace {

bool same_bytes(ByteView a, ByteView b) noexcept { return as_text(a) == as_text(b); }

/// Big-endian numbers without leading zeros.
bool less(ByteView a, ByteView b) noexcept {
  return a.size() != b.size() ? a.size() < b.size() : std::ranges::lexicographical_compare(a, b);
}

std::int64_t seconds_of(WallTime now) noexcept {
  return std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
}

/// RFC 5280 6.3.3 c: a delta list is of the same issuer, scope and key as the complete one, which is neither older than its base
/// nor as new as itself.
//= rfc5280#6.3.3-4
bool belongs(const ParsedCrl& delta, const ParsedCrl& complete) noexcept {
  const PointOfList& a = delta.point;
  const PointOfList& b = complete.point;
  return same_name(delta.issuer, complete.issuer) && a.present == b.present && same_bytes(a.name.full, b.name.full) &&
         same_bytes(a.name.relative, b.name.relative) && a.only_user == b.only_user && a.only_authorities == b.only_authorities &&
         a.only_attributes == b.only_attributes && a.indirect == b.indirect && a.reasons == b.reasons &&
         same_bytes(delta.authority_key_id, complete.authority_key_id) && !complete.number.empty() && !delta.number.empty() &&
         !less(complete.number, delta.base_number) && less(complete.number, delta.number);
}

std::unexpected<Error> revoked(const RevokedEntry& entry, const ParsedCrl& crl) {
  return fail(Errc::certificate_revoked,
              {.reason = "it was revoked on " + date_text(entry.date) + " (" + std::string(text_of(entry.reason)) +
                         "), says the revocation list of " + name_text(crl.issuer)});
}

}  // namespace

/// The state of section 6.3.2 for one certificate.
struct CrlCheckOfPath::Search {
  Path path;
  std::size_t at;
  Reasons covered = 0;
  std::string why{};  ///< the last list that could not be used
  const ParsedCertificate& certificate() const { return *path[at].certificate; }
  bool complete() const noexcept { return covered == all_reasons; }
  bool refuse(const char* reason) {
    why = reason;
    return false;
  }
};

Result<void> CrlCheckOfPath::check(Path path, std::size_t at) {
  Search state{path, at};
  const ParsedCertificate& certificate = state.certificate();
  Points points;
  if (certificate.extensions.has(ExtensionId::crl_distribution_points)) {
    auto read = read_points(certificate.extensions.value(ExtensionId::crl_distribution_points));
    if (!read) return fail(Errc::certificate_status_unknown, {.reason = "its CRL distribution points are malformed"});
    points = *read;
  }
  // RFC 5280 6.3.3: lists that no point names count as those of a point that is called like the issuer.
  const Bytes issuer = der::write(der::tag::context_constructed(4), certificate.issuer);
  const PointOfCertificate implicit{.name = {.full = issuer}};
  for (std::size_t i = 0; i <= points.size() && !state.complete(); ++i) {
    const bool last = i == points.size();
    const PointOfCertificate& point = last ? implicit : points[i];
    const CrlList* lists = lists_of(point, certificate, last);
    if (lists == nullptr) return fail(Errc::certificate_status_unknown);
    KW_TRY(search(state, point, *lists));
    if (lookups_->waiting()) return fail(Errc::certificate_status_unknown);
  }
  if (state.complete()) return {};
  return fail(Errc::certificate_status_unknown,
              {.reason = state.why.empty() ? "there is no revocation list of its issuer, " + name_text(certificate.issuer)
                                           : "the revocation list of its issuer cannot be used: " + state.why});
}

/// Null: an answer is still to come.
const CrlList* CrlCheckOfPath::lists_of(const PointOfCertificate& point, const ParsedCertificate& certificate, bool implicit) {
  const ByteView named = directory_name_of(point.list_issuer);
  const ByteView issuer = named.empty() ? certificate.issuer : named;
  if (implicit) return lookups_->select(issuer);
  const DistributionPoint asked{.uris = uris_of(point.name), .issuer = to_bytes(issuer)};
  const CrlList* lists = lookups_->lookup(asked, certificate.issuer);
  if (lists == nullptr) return nullptr;
  if (lists->empty()) return lookups_->select(issuer);
  const auto outdated = [&](const std::shared_ptr<const Bytes>& der) {
    const auto crl = parse_crl(*der);
    return crl && crl->next_update && *crl->next_update < seconds_of(rules_->now);
  };
  if (!std::ranges::all_of(*lists, outdated)) return lists;
  const CrlList* newer = lookups_->fresh_crl(asked, *lists);
  return newer == nullptr || !newer->empty() ? newer : lists;
}

Result<void> CrlCheckOfPath::search(Search& state, const PointOfCertificate& point, const CrlList& lists) {
  InplaceVector<ParsedCrl, max_lists_of_answer> complete, deltas;
  for (const auto& der : lists) {
    auto crl = parse_crl(*der);
    if (!crl) {
      const ErrorDetail* detail = crl.error().detail();
      state.why = detail != nullptr ? detail->reason : std::string(description(crl.error().code()));
      continue;
    }
    (void)(crl->base_number.empty() ? complete : deltas).push_back(*crl);
  }
  for (const ParsedCrl& crl : complete) {
    if (state.complete()) break;
    KW_TRY(use(state, point, crl, deltas.view()));
    if (lookups_->waiting()) break;
  }
  return {};
}

/// One complete list: steps b to l.
Result<void> CrlCheckOfPath::use(Search& state, const PointOfCertificate& point, const ParsedCrl& crl,
                                 std::span<const ParsedCrl> given) {
  if (!in_scope(state, point, crl) || !in_force(state, crl)) return {};
  // RFC 5280 6.3.3 d, e.
  //= rfc5280#6.3.3-5
  const auto covers = static_cast<Reasons>(crl.point.reasons & point.reasons);
  if ((covers & ~state.covered) == 0) return {};
  InplaceVector<ParsedCrl, max_lists_of_answer> deltas;
  for (const ParsedCrl& delta : given) (void)deltas.push_back(delta);
  // Only then where it says that delta lists are: whoever could forge it would choose whom we ask.
  if (!genuine(state, crl)) return {};
  lookups_->found_genuine(crl.signed_part);
  if (!add_deltas(state, crl, deltas)) return {};
  // RFC 5280 6.3.3 i to k: what the delta list says stands before what the complete one says.
  //= rfc5280#6.3.3-9
  const ParsedCrl* delta = newest(state, crl, deltas.view());
  for (const ParsedCrl* list : {delta, &crl}) {
    if (list == nullptr) continue;
    const auto entry = find_entry(*list, state.certificate().serial, state.certificate().issuer);
    if (!entry) {
      state.why = entry.error().detail()->reason;
      return {};
    }
    if (*entry && (*entry)->reason != RevocationReason::remove_from_crl) return revoked(**entry, *list);
    if (*entry) break;
  }
  state.covered = static_cast<Reasons>(state.covered | covers);
  return {};
}

/// The newest delta list to a complete one; each holds all changes since its base. Null: there is none.
const ParsedCrl* CrlCheckOfPath::newest(Search& state, const ParsedCrl& complete, std::span<const ParsedCrl> deltas) {
  const ParsedCrl* found = nullptr;
  for (const ParsedCrl& delta : deltas) {
    const bool newer = found == nullptr || less(found->number, delta.number);
    if (newer && belongs(delta, complete) && in_force(state, delta) && genuine(state, delta)) found = &delta;
  }
  if (found != nullptr) lookups_->found_genuine(found->signed_part);
  return found;
}

/// RFC 5280 5.2.6, 4.2.1.15: the delta lists that certificate and list tell of. False: an answer is still to come.
bool CrlCheckOfPath::add_deltas(Search& state, const ParsedCrl& crl, InplaceVector<ParsedCrl, max_lists_of_answer>& deltas) {
  const Extensions& extensions = state.certificate().extensions;
  for (const ByteView value :
       {extensions.has(ExtensionId::freshest_crl) ? extensions.value(ExtensionId::freshest_crl) : ByteView(), crl.freshest}) {
    const auto points = value.empty() ? Result<Points>() : read_points(value);
    if (!points) continue;
    for (const PointOfCertificate& point : *points) {
      const CrlList* lists =
          lookups_->lookup({.uris = uris_of(point.name), .issuer = to_bytes(crl.issuer)}, state.certificate().issuer);
      if (lists == nullptr) return false;
      for (const auto& der : *lists) {
        const auto delta = parse_crl(*der);
        if (delta && !delta->base_number.empty()) (void)deltas.push_back(*delta);
      }
    }
  }
  return true;
}

bool CrlCheckOfPath::in_force(Search& state, const ParsedCrl& crl) const {
  const std::int64_t now = seconds_of(rules_->now);
  if (crl.this_update > now) {
    state.why = "it is in force from " + time_text(crl.this_update);
    return false;
  }
  // RFC 5280 5.1.2.5: every list says when the next one is due.
  if (!crl.next_update) return state.refuse("it does not say when the next one is due");
  if (*crl.next_update < now) {
    state.why = "the next one was due on " + time_text(*crl.next_update);
    return false;
  }
  // RFC 5280 5.2.3: every list has a number.
  if (rules_->strict && crl.number.empty()) return state.refuse("it has no number");
  return true;
}

/// RFC 5280 6.3.3 b.
//= rfc5280#6.3.3-1, 6.3.3-2, 6.3.3-3
bool CrlCheckOfPath::in_scope(Search& state, const PointOfCertificate& point, const ParsedCrl& crl) const {
  const ParsedCertificate& certificate = state.certificate();
  if (point.list_issuer.empty()) {
    if (!same_name(crl.issuer, certificate.issuer)) return false;
  } else {
    bool named = false;
    for (GeneralNames names(point.list_issuer); !names.empty() && !named;) {
      const auto name = names.next();
      if (!name) break;
      named = name->kind == NameKind::directory && same_name(name->value, crl.issuer);
    }
    if (!named) return false;
    if (!crl.point.indirect) return state.refuse("it is not about certificates of other issuers");
  }
  const PointOfList& scope = crl.point;
  if (!scope.name.empty() && !same_point(scope, point, crl.issuer)) return state.refuse("it is of another distribution point");
  if (scope.only_user && certificate.extensions.ca) return state.refuse("it is not about authorities");
  if (scope.only_authorities && !certificate.extensions.ca) return state.refuse("it is about authorities alone");
  if (scope.only_attributes) return state.refuse("it is about attribute certificates");
  return true;
}

/// RFC 5280 6.3.3 f, g.
//= rfc5280#6.3.3-6, 6.3.3-7
bool CrlCheckOfPath::genuine(Search& state, const ParsedCrl& crl) {
  for (std::size_t i = state.at + 1; i < state.path.size(); ++i) {
    const ParsedCertificate& authority = *state.path[i].certificate;
    if (same_name(authority.subject, crl.issuer) && signed_by(state, crl, authority, nullptr)) return true;
  }
  const ParsedCertificate& anchor = *state.path.back().certificate;
  for (const ByteView der : received_.first(std::min(received_.size(), max_received_certificates))) {
    const auto in_path = [&](const PathCertificate& other) { return same_bytes(other.certificate->der, der); };
    if (std::ranges::any_of(state.path, in_path)) continue;
    const auto other = parse_certificate(der);
    if (!other || !same_name(other->subject, crl.issuer)) continue;
    if (signed_by(state, crl, *other, &anchor)) return true;
  }
  if (state.why.empty()) state.why = "nobody in the chain signed it";
  return false;
}

/// `anchor`: who must vouch for the issuer; null: the path does.
bool CrlCheckOfPath::signed_by(Search& state, const ParsedCrl& crl, const ParsedCertificate& issuer,
                               const ParsedCertificate* anchor) {
  if (!issuer.extensions.allows(KeyUsage::crl_sign)) return state.refuse("the key usage of its issuer does not allow signing it");
  ParsedCertificate like{};
  like.signature_algorithm = crl.signature_algorithm;
  const auto algorithm = check_signature_algorithm(like, *rules_);
  if (!algorithm) return state.refuse("its signature algorithm is weak or not supported");
  const auto parts = public_key_parts(issuer.key_algorithm, issuer.key_bits);
  if (!parts || !check_key(issuer, *rules_)) return state.refuse("the key of its issuer cannot be used");
  const auto verify = [&]() -> const char* {
    const auto key = provider_->public_key(*parts);
    if (!key) return "the key of its issuer cannot be used";
    if (!(*key)->verify(*algorithm, crl.signed_part, crl.signature)) return "its signature is wrong";
    // Whom nobody vouches for says nothing about the list.
    return anchor == nullptr || may_speak(issuer.der, *anchor) ? nullptr : "";
  };
  const char* against = lookups_->verify_once(crl.signed_part, issuer.der, anchor == nullptr ? ByteView() : anchor->der, verify);
  if (against == nullptr) return true;
  return *against != '\0' && state.refuse(against);
}

/// A path of its own leads from who signed a list to the anchor of the certificate (RFC 5280 6.3.3 f).
bool CrlCheckOfPath::may_speak(ByteView issuer, const ParsedCertificate& anchor) const {
  PathRules rules = *rules_;
  rules.name = nullptr;
  rules.policies = nullptr;
  rules.leaf_signs = rules.strict = rules.web_pki = false;
  std::vector<ByteView> chain{issuer};
  chain.insert(chain.end(), received_.begin(), received_.end());
  std::array<std::byte, 6144> room;
  std::pmr::monotonic_buffer_resource memory(room.data(), room.size());
  auto builder = ChainBuilder::prepare(chain, *anchors_, rules, *provider_, memory);
  PathBudget budget;
  return builder && builder->find([&](Path path) {
    return same_bytes(path.back().certificate->der, anchor.der) && validate_path(path, rules, budget).empty();
  });
}

}  // namespace keyway::pki
