// SPDX-License-Identifier: Apache-2.0
//
// Verifications that wait for revocation lists: a whole judgement, which is made again from the start as often as a list has
// come, and the state of single certificates, for who walks along a path. Both go on on the thread that brings the list.
#pragma once

#include <functional>
#include <optional>

#include "pki/crl_lookups.h"
#include "pki/owned_question.h"
#include "pki/path_validator.h"
#include "pki/verify_driver.h"

namespace keyway::pki {

class LateJudgement : public std::enable_shared_from_this<LateJudgement> {
 public:
  using Judge = std::function<Result<TrustedChain>(const VerifyQuestion&, CrlLookups&)>;

  /// `lookups` has an open question. `judge` must own what it needs.
  static void start(const VerifyQuestion&, std::shared_ptr<const crypto::Provider>, CrlLookups lookups, Judge judge,
                    Answer<TrustedChain>);

  LateJudgement(const VerifyQuestion&, std::shared_ptr<const crypto::Provider>, CrlLookups, Judge, Answer<TrustedChain>);

 private:
  void wait();
  void go_on();

  OwnedQuestion question_;
  CrlLookups lookups_;
  Judge judge_;
  Answer<TrustedChain> answer_;
};

/// Lists are asked for once, whichever certificate of the path they are about.
class LateRevocation : public std::enable_shared_from_this<LateRevocation> {
 public:
  /// Keeps copies of both; the provider is that of the settings. `anchored`: whether the paths end in an anchor.
  LateRevocation(const VerifySettings&, const VerifyQuestion&, bool anchored = true);

  /// Whether path[at] is revoked: at once or later. The path, leaf first, has no problem that was not passed over; what it
  /// points to stays until the answer. One question at a time. Errors as Revocation::check().
  void check(std::vector<PathCertificate> path, std::size_t at, Answer<void>);

 private:
  void go_on();
  Result<std::optional<PathProblem>> look();

  VerifySettings settings_;
  OwnedQuestion question_;
  PathRules rules_;
  CrlLookups lookups_;
  std::vector<PathCertificate> path_;
  std::size_t at_ = 0;
  bool anchored_;
  std::optional<Answer<void>> answer_;
};

}  // namespace keyway::pki
