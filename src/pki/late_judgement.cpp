// SPDX-License-Identifier: Apache-2.0
//
// Waiting and going on. One question is open at a time, so that only one thread is ever in here.
#include "pki/late_judgement.h"

#include "base/guarded.h"
#include "pki/revocation.h"

namespace keyway::pki {

void LateJudgement::start(const VerifyQuestion& question, std::shared_ptr<const crypto::Provider> provider, CrlLookups lookups,
                          Judge judge, Answer<TrustedChain> answer) {
  std::make_shared<LateJudgement>(question, std::move(provider), std::move(lookups), std::move(judge), std::move(answer))->wait();
}

LateJudgement::LateJudgement(const VerifyQuestion& question, std::shared_ptr<const crypto::Provider> provider, CrlLookups lookups,
                             Judge judge, Answer<TrustedChain> answer)
    : question_(question, std::move(provider)),
      lookups_(std::move(lookups)),
      judge_(std::move(judge)),
      answer_(std::move(answer)) {}

void LateJudgement::wait() {
  lookups_.when_answered([self = shared_from_this()] { self->go_on(); });
}

void LateJudgement::go_on() {
  lookups_.settle();
  auto verdict = guarded([&] { return judge_(question_.get(), lookups_); });
  if (lookups_.waiting()) return wait();
  std::move(answer_).give(std::move(verdict));
}

LateRevocation::LateRevocation(const VerifySettings& settings, const VerifyQuestion& question, bool anchored)
    : settings_(settings),
      question_(question, settings.provider),
      rules_(rules_of(settings_, question_.get())),
      lookups_(settings.crl_cache, question.now),
      anchored_(anchored) {}

void LateRevocation::check(std::vector<PathCertificate> path, std::size_t at, Answer<void> answer) {
  path_ = std::move(path);
  at_ = at;
  answer_.emplace(std::move(answer));
  go_on();
}

Result<std::optional<PathProblem>> LateRevocation::look() {
  Revocation revocation(settings_, question_.get(), rules_, lookups_);
  return guarded([&]() -> Result<std::optional<PathProblem>> { return revocation.check(path_, at_, anchored_); });
}

void LateRevocation::go_on() {
  if (lookups_.waiting()) lookups_.settle();
  auto checked = look();
  for (; lookups_.waiting() && !settings_.wait_for_lists; checked = look()) lookups_.give_up();
  if (lookups_.waiting()) return lookups_.when_answered([self = shared_from_this()] { self->go_on(); });
  // Whoever is answered may ask about the next certificate before this returns.
  Answer<void> answer = std::move(*answer_);
  answer_.reset();
  if (!checked) return std::move(answer).give(std::unexpected(std::move(checked).error()));
  auto& problem = *checked;
  std::move(answer).give(problem ? Result<void>(std::unexpected(std::move(problem->error))) : Result<void>());
}

}  // namespace keyway::pki
