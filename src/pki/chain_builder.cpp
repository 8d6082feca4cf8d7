// SPDX-License-Identifier: Apache-2.0
//
// The search for paths (RFC 4158), depth first, with verified signatures as edges.
#include "pki/chain_builder.h"

#include <algorithm>

#include "pki/distinguished_name.h"

namespace keyway::pki {

namespace {

constexpr std::size_t max_problems = 32;

bool same_bytes(ByteView a, ByteView b) noexcept { return as_text(a) == as_text(b); }

/// How well a certificate fits as the issuer of another; smaller is better.
int promise(const ParsedCertificate& issuer, const ParsedCertificate& child, WallTime now) {
  const ByteView wanted = child.extensions.authority_key_id;
  const ByteView offered = issuer.extensions.subject_key_id;
  // RFC 4158 3.5.12: key identifiers are hints, a mismatch makes a path unlikely, not wrong.
  int score = wanted.empty() || offered.empty() ? 1 : same_bytes(wanted, offered) ? 0 : 4;
  if (!check_validity(issuer, now)) score += 2;
  return score;
}

/// The key identifiers differ (RFC 5280 4.2.1.1), so that another authority of the same name is likelier. Signatures decide.
bool hints_at_another(const ParsedCertificate& anchor, const ParsedCertificate& child) {
  const ByteView wanted = child.extensions.authority_key_id;
  const ByteView own = anchor.extensions.subject_key_id;
  return !wanted.empty() && !own.empty() && !same_bytes(wanted, own);
}

}  // namespace

Result<ChainBuilder> ChainBuilder::prepare(std::span<const ByteView> chain, const TrustStore& store, const PathRules& rules,
                                           const crypto::Provider& provider, std::pmr::memory_resource& memory,
                                           const SignatureMemo* memo) {
  if (chain.empty()) return fail(Errc::empty_certificate);
  ChainBuilder builder(store, rules, provider, memory, memo);
  builder.received_ = chain.size();
  chain = chain.first(std::min(chain.size(), max_received_certificates));
  builder.nodes_.reserve(chain.size());
  for (std::size_t index = 0; index < chain.size(); ++index) {
    const auto repeated = [&](const Node& node) { return same_bytes(chain[node.index], chain[index]); };
    if (std::ranges::any_of(builder.nodes_, repeated)) continue;
    auto parsed = parse_certificate(chain[index]);
    if (!parsed && index == 0) return std::unexpected(std::move(parsed).error());
    Node& node = builder.nodes_.emplace_back();
    node.index = index;
    if (parsed) node.certificate = *parsed;
    // What nobody can read is the least telling problem: it must not take the room of the others.
    if (!parsed && builder.problems_.size() < max_problems / 2) builder.note(node, std::move(parsed).error());
  }
  return builder;
}

std::vector<CertificateNames> ChainBuilder::names(std::size_t most) const {
  std::vector<CertificateNames> names;
  for (const Node& node : nodes_) {
    if (!node.certificate || names.size() == most) continue;
    names.push_back({node.index, name_text(node.certificate->subject), name_text(node.certificate->issuer)});
  }
  return names;
}

bool ChainBuilder::find(const Judge& judge) {
  path_.clear();
  (void)path_.push_back(0);
  // A leaf that the user trusts as it is needs no path: the anchor is an input.
  //= rfc5280#6.1.1-1
  bool taken = false;
  store_->each_with_subject(leaf().subject, [&](const Anchor& anchor) {
    taken = same_bytes(anchor.der(), leaf().der) && offer(nullptr, judge);
    return taken;
  });
  return taken || extend(0, judge);
}

ChainBuilder::Path ChainBuilder::best() {
  if (refused_) return *refused_;
  be_tolerant();
  Path found;
  const auto take = [&](std::span<const PathCertificate> path) {
    found.anchored = true;
    for (const PathCertificate& at : path) (void)found.certificates.push_back(at);
    return true;
  };
  path_.clear();
  (void)path_.push_back(0);
  if (!spent() && extend(0, take)) return found;
  if (longest_.empty()) (void)longest_.push_back(0);
  return path_to(nullptr, longest_);
}

/// Forgets what was refused for what it is made with; a signature that is wrong stays wrong.
void ChainBuilder::be_tolerant() {
  tolerant_ = true;
  for (Node& node : nodes_) {
    if (node.usable_key && !*node.usable_key) node.usable_key.reset();
    if (node.acceptable_signature && !*node.acceptable_signature) node.acceptable_signature.reset();
  }
  std::ranges::replace(edges_, Edge::refused, Edge::unknown);
  std::erase_if(anchor_edges_, [](const AnchorEdge& known) { return known.edge == Edge::refused; });
}

bool ChainBuilder::extend(std::size_t from, const Judge& judge) {
  if (path_.size() > longest_.size()) longest_ = path_;
  if (path_.size() == max_path_certificates) {
    if (!exhausted_) exhausted_ = Errc::certificate_path_too_long;
    return false;
  }
  if (!acceptable_signature(nodes_[from])) return false;
  Known known = Known::nobody;
  // RFC 5280 6.1 asks for no key identifiers: what they speak against comes last, when nothing else is left.
  if (try_anchors(from, Hint::fits, judge, known) || try_intermediates(from, judge, known) ||
      try_anchors(from, Hint::differs, judge, known))
    return true;
  if (known == Known::somebody || spent()) return false;
  if (known == Known::namesake) {
    note(nodes_[from], Error(Errc::certificate_unknown_ca)
                           .with({.reason = "the authority that is trusted under the name of its issuer (" +
                                            name_text(nodes_[from].certificate->issuer) +
                                            ") has another key: it did not sign this certificate"}));
    return false;
  }
  const bool self_signed = from == 0 && nodes_[from].certificate->self_issued;
  note(nodes_[from], Error(self_signed ? Errc::certificate_self_signed : Errc::certificate_unknown_ca));
  return false;
}

bool ChainBuilder::try_anchors(std::size_t from, Hint hint, const Judge& judge, Known& known) {
  if (spent()) return false;
  const ParsedCertificate& child = *nodes_[from].certificate;
  struct Ranked {
    int promise;
    std::size_t order;
    const Anchor* anchor;
  };
  InplaceVector<Ranked, max_signature_checks> anchors;
  store_->each_with_subject(child.issuer, [&](const Anchor& anchor) {
    if (hints_at_another(anchor.certificate(), child) != (hint == Hint::differs)) return false;
    (void)anchors.push_back({promise(anchor.certificate(), child, rules_->now), anchors.size(), &anchor});
    return anchors.full();
  });
  // An expired root may have a successor with the same name and key.
  std::ranges::sort(anchors, {}, [](const Ranked& ranked) { return std::pair(ranked.promise, ranked.order); });
  for (const auto& [score, order, anchor] : anchors) {
    if (++steps_ > max_search_steps) exhausted_ = Errc::too_many_signature_checks;
    if (spent()) return false;
    const Edge edge = edge_to(from, *anchor);
    const bool namesake = hint == Hint::differs && edge == Edge::bad;
    known = std::max(known, namesake ? Known::namesake : Known::somebody);
    if (edge == Edge::good && offer(anchor, judge)) return true;
    // Of a namesake is told that it is one, once nobody else is found.
    if (edge == Edge::bad && !namesake && !spent()) note(nodes_[from], Error(Errc::certificate_bad_signature));
  }
  return false;
}

bool ChainBuilder::try_intermediates(std::size_t from, const Judge& judge, Known& known) {
  for (const std::size_t issuer : issuers_of(from)) {
    if (spent()) return false;
    known = Known::somebody;
    if (!signed_by(from, issuer)) continue;
    (void)path_.push_back(issuer);  // extend() keeps the path within its bound
    const bool taken = extend(issuer, judge);
    path_.pop_back();
    if (taken) return true;
  }
  return false;
}

ChainBuilder::Issuers ChainBuilder::issuers_of(std::size_t from) {
  const ParsedCertificate& child = *nodes_[from].certificate;
  InplaceVector<std::pair<std::uint16_t, std::uint16_t>, max_received_certificates> found;
  for (std::size_t i = 1; i < nodes_.size(); ++i) {
    if (++steps_ > max_search_steps) {
      exhausted_ = Errc::too_many_signature_checks;
      return {};
    }
    const auto& issuer = nodes_[i].certificate;
    //= rfc5280#6.1.3-8
    if (!issuer || !same_name(issuer->subject, child.issuer) || in_path(*issuer)) continue;
    (void)found.push_back({static_cast<std::uint16_t>(promise(*issuer, child, rules_->now)), static_cast<std::uint16_t>(i)});
  }
  std::ranges::sort(found);
  Issuers order;
  for (const auto& [score, node] : found) (void)order.push_back(node);
  return order;
}

/// RFC 4158 5.2: a path that meets the same name and key again is a loop.
bool ChainBuilder::in_path(const ParsedCertificate& certificate) const noexcept {
  return std::ranges::any_of(path_, [&](std::size_t at) {
    const ParsedCertificate& other = *nodes_[at].certificate;
    return same_bytes(other.der, certificate.der) ||
           (same_bytes(other.subject_public_key_info, certificate.subject_public_key_info) &&
            same_name(other.subject, certificate.subject));
  });
}

bool ChainBuilder::offer(const Anchor* anchor, const Judge& judge) {
  if (judged_++ == max_judged_paths) exhausted_ = Errc::too_many_signature_checks;
  if (spent()) return false;
  Path path = path_to(anchor, path_);
  path.anchored = true;
  if (judge(path.certificates.view())) return true;
  if (!refused_) refused_ = path;
  return false;
}

ChainBuilder::Path ChainBuilder::path_to(const Anchor* anchor, const Steps& steps) const {
  Path path;
  for (const std::size_t at : steps) (void)path.certificates.push_back({&*nodes_[at].certificate, nodes_[at].index});
  if (anchor != nullptr) (void)path.certificates.push_back({&anchor->certificate(), received_});
  return path;
}

bool ChainBuilder::signed_by(std::size_t child, std::size_t issuer) {
  if (edges_.empty()) edges_.resize(nodes_.size() * nodes_.size(), Edge::unknown);
  Edge& edge = edges_[child * nodes_.size() + issuer];
  if (edge != Edge::unknown) return edge == Edge::good;
  Node& above = nodes_[issuer];
  edge = may_sign(above) ? check_signature(nodes_[child], *above.certificate, [&] { return key_of(above); }) : Edge::refused;
  if (edge == Edge::bad && !spent()) note(nodes_[child], Error(Errc::certificate_bad_signature));
  return edge == Edge::good;
}

ChainBuilder::Edge ChainBuilder::edge_to(std::size_t child, const Anchor& anchor) {
  for (const AnchorEdge& known : anchor_edges_) {
    if (known.child == child && known.anchor == &anchor) return known.edge;
  }
  const auto usable = usable_key(anchor.certificate());
  if (!usable && problems_.size() < max_problems) problems_.push_back({received_, &anchor.certificate(), usable.error()});
  const Edge edge = usable ? check_signature(nodes_[child], anchor.certificate(), [&] { return anchor.key(); }) : Edge::refused;
  anchor_edges_.push_back({child, &anchor, edge});
  return edge;
}

/// Sizes and algorithms are judged before this, the curve in it: what is known is not accepted for that. A signature that is
/// wrong is for the caller to tell.
template <class KeyOf>
ChainBuilder::Edge ChainBuilder::check_signature(Node& child, const ParsedCertificate& issuer, KeyOf&& key_of) {
  const auto parts = public_key_parts(issuer.key_algorithm, issuer.key_bits);
  if (!parts) return Edge::refused;
  if (auto usable = check_issuer_curve(parts->type, parts->curve, *rules_); !usable && !tolerant_) {
    note(child, std::move(usable).error());
    return Edge::refused;
  }
  // Known ones count, too: how much is looked at must not depend on what came before.
  if (checks_ == max_signature_checks) {
    exhausted_ = Errc::too_many_signature_checks;
    return Edge::bad;
  }
  std::optional<SignatureMemo::Signature> named;
  const auto kind = &child == &nodes_.front() ? SignatureMemo::Kind::leaf : SignatureMemo::Kind::authority;
  if (memo_ != nullptr && !tolerant_) named = memo_->signature(*child.certificate, issuer, kind);
  if (!named || !memo_->knows(*named)) {
    const crypto::PublicKey* key = key_of();
    if (key == nullptr) return Edge::refused;
    //= rfc5280#6.1.3-1
    if (!key->verify(child.algorithm, child.certificate->signed_part, child.certificate->signature)) {
      ++checks_;
      return Edge::bad;
    }
  }
  ++checks_;
  if (named) verified_.push_back({&*child.certificate, &issuer, *named});
  return Edge::good;
}

ChainBuilder::Signatures ChainBuilder::signatures_of(std::span<const PathCertificate> path) const {
  Signatures found;
  for (const Verified& verified : verified_) {
    for (std::size_t i = 0; i + 1 < path.size(); ++i) {
      if (path[i].certificate == verified.issued && path[i + 1].certificate == verified.issuer)
        (void)found.push_back(verified.signature);
    }
  }
  return found;
}

/// Keys that are too small may verify where the rules of the path tell of them; none may cost more than is allowed.
Result<void> ChainBuilder::usable_key(const ParsedCertificate& certificate) const {
  auto usable = check_key(certificate, *rules_);
  if (!usable && tolerant_ && usable.error().code() == Errc::certificate_weak_key) return {};
  return usable;
}

bool ChainBuilder::acceptable_signature(Node& node) {
  if (node.acceptable_signature) return *node.acceptable_signature;
  auto algorithm = tolerant_ ? signature_algorithm(node.certificate->signature_algorithm)
                             : check_signature_algorithm(*node.certificate, *rules_);
  node.acceptable_signature = algorithm.has_value();
  if (algorithm) {
    node.algorithm = *algorithm;
  } else {
    note(node, std::move(algorithm).error());
  }
  return *node.acceptable_signature;
}

/// Sizes first: what verifies nothing must not cost the most.
bool ChainBuilder::may_sign(Node& node) {
  if (node.usable_key) return *node.usable_key;
  auto usable = usable_key(*node.certificate);
  node.usable_key = usable.has_value();
  if (!usable) note(node, std::move(usable).error());
  return *node.usable_key;
}

const crypto::PublicKey* ChainBuilder::key_of(Node& node) {
  if (node.key_tried) return node.key.get();
  node.key_tried = true;
  const auto parts = public_key_parts(node.certificate->key_algorithm, node.certificate->key_bits);
  if (!parts) return nullptr;
  auto key = provider_->public_key(*parts);
  if (key) {
    node.key = *std::move(key);
  } else {
    note(node, std::move(key).error());
  }
  return node.key.get();
}

void ChainBuilder::note(const Node& node, Error error) {
  const auto same = [&](const PathProblem& known) { return known.index == node.index && known.error.code() == error.code(); };
  if (problems_.size() == max_problems || std::ranges::any_of(problems_, same)) return;
  problems_.push_back({node.index, node.certificate ? &*node.certificate : nullptr, std::move(error)});
}

}  // namespace keyway::pki
