// SPDX-License-Identifier: Apache-2.0
//
// Collecting problems of certificates.
#include "pki/findings.h"

#include <algorithm>

namespace keyway::pki {

void Findings::add(std::size_t index, const ParsedCertificate* certificate, Errc reason, std::string text) {
  add({.index = index,
       .subject = certificate != nullptr ? name_text(certificate->subject) : std::string(),
       .reason = reason,
       .text = text.empty() ? std::string(description(reason)) : std::move(text)});
}

void Findings::add(const PathProblem& problem) {
  const ErrorDetail* detail = problem.error.detail();
  add(problem.index, problem.certificate, problem.error.code(), detail != nullptr ? detail->reason : std::string());
}

void Findings::add(CertificateProblem problem) {
  const auto same = [&](const CertificateProblem& known) {
    return known.index == problem.index && known.reason == problem.reason && known.text == problem.text;
  };
  if (problems_.size() < most && std::ranges::none_of(problems_, same)) problems_.push_back(std::move(problem));
}

std::unexpected<Error> Findings::refuse(std::vector<CertificateNames> names, std::size_t received) && {
  const CertificateProblem& first = problems_.front();
  ErrorDetail detail;
  detail.reason = "certificate " + std::to_string(first.index) +
                  (first.subject.empty() ? std::string() : " (" + first.subject + ")") + ": " + first.text;
  const Errc code = first.reason;
  if (first.index == received && code == Errc::certificate_expired)
    detail.mend = "name the present certificate of this authority as trust anchor; check the clock of this machine";
  detail.chain = std::move(names);
  detail.certificates = std::move(problems_);
  return fail(code, std::move(detail));
}

}  // namespace keyway::pki
