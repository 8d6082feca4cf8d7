// SPDX-License-Identifier: Apache-2.0
//
// Which certificates are checked, and by what.
#include "pki/revocation.h"

#include <vector>

#include "pki/ocsp.h"
#include "pki/verify_driver.h"

namespace keyway::pki {

Revocation::Revocation(const VerifySettings& settings, const VerifyQuestion& question, const PathRules& rules,
                       CrlLookups& lookups) noexcept
    : settings_(&settings),
      question_(&question),
      rules_(&rules),
      lookups_(&lookups),
      lists_(question.chain, *settings.anchors, rules, *question.provider, lookups) {}

std::optional<PathProblem> Revocation::check(Path path) {
  for (std::size_t at = std::max<std::size_t>(path.size() - 1, 1); at-- > 0;) {
    if (auto problem = check(path, at); problem || waiting()) return problem;
  }
  return std::nullopt;
}

std::optional<PathProblem> Revocation::check(Path path, std::size_t at, bool anchored) {
  auto checked = at == 0 ? check_staple(path) : Result<void>();
  if (checked && !waiting() && lists_for(at)) {
    const bool issuer_known = at + 1 < path.size();
    // Nobody could take an anchor back; of any other it takes the issuer to know whether it was.
    if (!issuer_known && !anchored && settings_->crl_check != CrlCheck::best_effort)
      checked = fail(Errc::certificate_status_unknown, {.reason = "whether it was revoked says its issuer, who is not known"});
    if (issuer_known) checked = check_lists(path, at);
  }
  if (checked || waiting()) return std::nullopt;
  return PathProblem{path[at].index, path[at].certificate, std::move(checked).error()};
}

bool Revocation::lists_for(std::size_t at) const noexcept {
  return settings_->crl_check != CrlCheck::off && (settings_->crl_check != CrlCheck::peer || at == 0);
}

Result<void> Revocation::check_lists(Path path, std::size_t at) {
  auto checked = lists_.check(path, at);
  const bool lenient = settings_->crl_check == CrlCheck::best_effort;
  // The peer decides how many signatures there are to check: that they are too many must not help it.
  if (!checked && lenient && !lists_.exhausted() && !waiting() && checked.error().code() == Errc::certificate_status_unknown)
    return {};
  return checked;
}

Result<void> Revocation::check_staple(Path path) {
  const ParsedCertificate& leaf = *path.front().certificate;
  if (question_->ocsp_response.empty()) {
    // RFC 7633 4.2.3: who was asked keeps the promise of its certificate.
    const bool promised = question_->staple_asked && must_staple(leaf.extensions);
    if (promised)
      return fail(Errc::ocsp_response_missing, {.reason = "it promises an OCSP response (RFC 7633), and none was stapled"});
    if (settings_->require_ocsp_staple)
      return fail(Errc::ocsp_response_missing, {.reason = "no OCSP response was stapled to it"});
    return {};
  }
  const ParsedCertificate& issuer = path.size() > 1 ? *path[1].certificate : leaf;
  OcspQuestion question{leaf, issuer, *rules_, *question_->provider, question_->ocsp_nonce};
  if (lists_for(1) && path.size() > 1) {
    question.check_responder = [&](const ParsedCertificate& responder) -> Result<void> {
      std::vector<PathCertificate> other(path.begin(), path.end());
      other.front().certificate = &responder;
      return check_lists(other, 0);
    };
  }
  KW_TRY(check_ocsp_response(question_->ocsp_response, question));
  return {};
}

}  // namespace keyway::pki
