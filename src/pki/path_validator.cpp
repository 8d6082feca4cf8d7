// SPDX-License-Identifier: Apache-2.0
//
// RFC 5280 6.1: lengths, names and policies along a path, from the anchor down.
#include "pki/path_validator.h"

#include <algorithm>

#include "pki/name_constraints.h"
#include "pki/policy_tree.h"

namespace keyway::pki {

namespace {

/// State of section 6.1.2, over the certificates of a path.
class Walk {
 public:
  Walk(std::span<const PathCertificate> path, const PathRules& rules, PathBudget& budget, bool anchored)
      : path_(path), rules_(rules), constraints_(budget.name_comparisons), anchored_(anchored) {
    const auto matters = [](const PathCertificate& at) { return PolicyTree::matters(*at.certificate); };
    if (PolicyTree::matters(rules.policies) || std::ranges::any_of(below_anchor(), matters))
      policies_.emplace(below_anchor().size(), rules.policies);
  }

  std::vector<PathProblem> run() && {
    const bool anchor_above = anchored_ && path_.size() > 1;
    if (anchor_above) {
      Problems problems = check_anchor(*path_.back().certificate, rules_);
      take_over(*path_.back().certificate, problems);
      keep(path_.back(), problems);
    }
    for (std::size_t i = path_.size() - (anchor_above ? 1 : 0); i-- > 1;) {
      Problems problems = check_intermediate(*path_[i].certificate, rules_);
      check_curve(i, problems);
      check_names(*path_[i].certificate, false, problems);
      descend(*path_[i].certificate, problems);
      keep(path_[i], problems);
    }
    const ParsedCertificate& leaf = *path_.front().certificate;
    Problems problems;
    check_curve(0, problems);
    check_names(leaf, true, problems);
    // Baseline requirements 7.1.2.7.8. Below an authority that allows no further one it cannot act as one (RFC 5280 4.2.1.9).
    if (rules_.web_pki && leaf.extensions.ca && (!left_ || *left_ != 0))
      problems.add(Errc::certificate_web_policy, "it is an authority and presented by a server");
    if (policies_) policies_->finish(leaf, problems);
    for (const Error& error : check_leaf(leaf, rules_, anchored_ && path_.size() == 1)) problems.add(std::unexpected(error));
    keep(path_.front(), problems);
    return std::move(found_);
  }

 private:
  std::span<const PathCertificate> below_anchor() const {
    return path_.first(anchored_ && path_.size() > 1 ? path_.size() - 1 : path_.size());
  }

  void descend(const ParsedCertificate& issuer, Problems& problems) {
    if (policies_) policies_->descend(issuer, problems);
    if (!issuer.self_issued) {
      //= rfc5280#6.1.4-10
      if (left_ && *left_ == 0) problems.add(Errc::certificate_path_length, "an authority above it allows fewer intermediates");
      if (left_ && *left_ > 0) --*left_;
      if (intermediates_++ == rules_.depth)
        problems.add(Errc::certificate_path_too_long, "the path has more intermediates than the option depth allows");
    }
    take_over(issuer, problems);
  }

  /// What an issuer demands of all below it (RFC 5280 6.1.4 g and m).
  void take_over(const ParsedCertificate& issuer, Problems& problems) {
    const Extensions& extensions = issuer.extensions;
    //= rfc5280#6.1.4-13
    if (extensions.ca && extensions.path_length)
      left_ = left_ ? std::min(*left_, *extensions.path_length) : *extensions.path_length;
    //= rfc5280#6.1.4-5
    problems.add(constraints_.add(extensions));
  }

  /// Self-issued certificates above the leaf are exempt.
  void check_names(const ParsedCertificate& certificate, bool is_leaf, Problems& problems) {
    //= rfc5280#6.1.3-3
    if (certificate.self_issued && !is_leaf) return;
    auto checked = constraints_.check(certificate);
    if (checked || checked.error().detail() != nullptr) return problems.add(std::move(checked));
    problems.add(checked.error().code(), "it has a name that an authority above it may not certify");
  }

  /// The curve of the key that signed it.
  void check_curve(std::size_t at, Problems& problems) {
    if (at + 1 == path_.size() || rules_.schemes.empty()) return;
    const ParsedCertificate& issuer = *path_[at + 1].certificate;
    const auto parts = public_key_parts(issuer.key_algorithm, issuer.key_bits);
    if (parts) problems.add(check_issuer_curve(parts->type, parts->curve, rules_));
  }

  void keep(const PathCertificate& at, const Problems& problems) {
    for (const Error& error : problems) found_.push_back({at.index, at.certificate, error});
  }

  std::span<const PathCertificate> path_;
  const PathRules& rules_;
  NameConstraints constraints_;
  std::optional<PolicyTree> policies_{};
  std::optional<std::uint32_t> left_{};
  std::size_t intermediates_ = 0;
  bool anchored_;
  std::vector<PathProblem> found_;
};

}  // namespace

std::vector<PathProblem> validate_path(std::span<const PathCertificate> path, const PathRules& rules, PathBudget& budget,
                                       bool anchored) {
  return Walk(path, rules, budget, anchored).run();
}

}  // namespace keyway::pki
