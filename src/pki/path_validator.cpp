// SPDX-License-Identifier: Apache-2.0
//
// RFC 5280 6.1: lengths and names along a path, from the anchor down.
#include "pki/path_validator.h"

#include <algorithm>

#include "pki/name_constraints.h"

namespace keyway::pki {

namespace {

/// State of section 6.1.2 that we keep.
class Walk {
 public:
  explicit Walk(const PathRules& rules) : rules_(rules) {}

  /// Takes over what an issuer demands of all below it (RFC 5280 6.1.4).
  Result<void> descend(const ParsedCertificate& issuer, bool is_anchor) {
    if (!is_anchor && !issuer.self_issued) {
      if (left_ && *left_ == 0)
        return fail(Errc::certificate_path_length, {.reason = "an authority above it allows fewer intermediates"});
      if (left_) --*left_;
      if (intermediates_++ == rules_.depth)
        return fail(Errc::certificate_path_too_long, {.reason = "the path has more intermediates than the option depth allows"});
    }
    const Extensions& extensions = issuer.extensions;
    if (extensions.ca && extensions.path_length)
      left_ = left_ ? std::min(*left_, *extensions.path_length) : *extensions.path_length;
    // RFC 5280 4.2.1.11: what an explicit policy demands is not judged, so that it cannot be said to hold.
    if (extensions.has(ExtensionId::policy_constraints))
      return fail(Errc::certificate_policy, {.reason = "it demands explicit policies, which are not supported"});
    return constraints_.add(extensions);
  }

  /// RFC 5280 6.1.3 b and c; self-issued certificates above the leaf are exempt.
  Result<void> check_names(const ParsedCertificate& certificate, bool is_leaf) {
    if (certificate.self_issued && !is_leaf) return {};
    auto checked = constraints_.check(certificate);
    if (checked || checked.error().detail() != nullptr) return checked;
    return fail(checked.error().code(), {.reason = "it has a name that an authority above it may not certify"});
  }

 private:
  const PathRules& rules_;
  NameConstraints constraints_;
  std::optional<std::uint32_t> left_{};
  std::size_t intermediates_ = 0;
};

std::optional<PathProblem> problem_of(const PathCertificate& at, Result<void> checked) {
  if (checked) return std::nullopt;
  return PathProblem{at.index, at.certificate, std::move(checked).error()};
}

}  // namespace

std::optional<PathProblem> validate_path(std::span<const PathCertificate> path, const PathRules& rules) {
  Walk walk(rules);
  const PathCertificate& leaf = path.front();
  if (path.size() > 1) {
    const PathCertificate& anchor = path.back();
    if (auto problem = problem_of(anchor, check_anchor(*anchor.certificate, rules))) return problem;
    if (auto problem = problem_of(anchor, walk.descend(*anchor.certificate, true))) return problem;
  }
  for (std::size_t i = path.size() - 1; i-- > 1;) {
    const PathCertificate& at = path[i];
    if (auto problem = problem_of(at, check_intermediate(*at.certificate, rules))) return problem;
    if (auto problem = problem_of(at, walk.check_names(*at.certificate, false))) return problem;
    if (auto problem = problem_of(at, walk.descend(*at.certificate, false))) return problem;
  }
  if (auto problem = problem_of(leaf, walk.check_names(*leaf.certificate, true))) return problem;
  return problem_of(leaf, check_leaf(*leaf.certificate, rules));
}

}  // namespace keyway::pki
