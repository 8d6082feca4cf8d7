// SPDX-License-Identifier: Apache-2.0
//
// Copying a question, view by view.
#include "pki/owned_question.h"

namespace keyway::pki {

OwnedQuestion::OwnedQuestion(const VerifyQuestion& question, std::shared_ptr<const crypto::Provider> provider)
    : ocsp_response_(to_bytes(question.ocsp_response)),
      ocsp_nonce_(to_bytes(question.ocsp_nonce)),
      timestamps_(to_bytes(question.signed_certificate_timestamps)),
      schemes_(question.certificate_schemes.begin(), question.certificate_schemes.end()),
      provider_(std::move(provider)),
      question_(question) {
  chain_.reserve(question.chain.size());
  for (const ByteView der : question.chain) chain_.push_back(to_bytes(der));
  views_.assign(chain_.begin(), chain_.end());
  if (question.name != nullptr) name_ = *question.name;
  question_.chain = views_;
  question_.ocsp_response = ocsp_response_;
  question_.ocsp_nonce = ocsp_nonce_;
  question_.signed_certificate_timestamps = timestamps_;
  question_.name = name_ ? &*name_ : nullptr;
  if (provider_) question_.provider = provider_.get();
  question_.certificate_schemes = schemes_;
}

}  // namespace keyway::pki
