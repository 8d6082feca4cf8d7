// SPDX-License-Identifier: Apache-2.0
//
// Waiting and going on. One question is open at a time, so that only one thread is ever in here.
#include "pki/late_judgement.h"

#include "base/guarded.h"

namespace keyway::pki {

void LateJudgement::start(const VerifyQuestion& question, std::shared_ptr<const crypto::Provider> provider, CrlLookups lookups,
                          Judge judge, Answer<TrustedChain> answer) {
  std::make_shared<LateJudgement>(question, std::move(provider), std::move(lookups), std::move(judge), std::move(answer))->wait();
}

LateJudgement::LateJudgement(const VerifyQuestion& question, std::shared_ptr<const crypto::Provider> provider, CrlLookups lookups,
                             Judge judge, Answer<TrustedChain> answer)
    : ocsp_response_(to_bytes(question.ocsp_response)),
      ocsp_nonce_(to_bytes(question.ocsp_nonce)),
      timestamps_(to_bytes(question.signed_certificate_timestamps)),
      schemes_(question.certificate_schemes.begin(), question.certificate_schemes.end()),
      provider_(std::move(provider)),
      question_(question),
      lookups_(std::move(lookups)),
      judge_(std::move(judge)),
      answer_(std::move(answer)) {
  chain_.reserve(question.chain.size());
  for (const ByteView der : question.chain) chain_.push_back(to_bytes(der));
  views_.assign(chain_.begin(), chain_.end());
  if (question.name != nullptr) name_ = *question.name;
  question_.chain = views_;
  question_.ocsp_response = ocsp_response_;
  question_.ocsp_nonce = ocsp_nonce_;
  question_.signed_certificate_timestamps = timestamps_;
  question_.name = name_ ? &*name_ : nullptr;
  question_.provider = provider_.get();
  question_.certificate_schemes = schemes_;
}

void LateJudgement::wait() {
  lookups_.when_answered([self = shared_from_this()] { self->go_on(); });
}

void LateJudgement::go_on() {
  lookups_.settle();
  auto verdict = guarded([&] { return judge_(question_, lookups_); });
  if (lookups_.waiting()) return wait();
  std::move(answer_).give(std::move(verdict));
}

}  // namespace keyway::pki
