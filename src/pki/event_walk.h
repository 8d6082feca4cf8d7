// SPDX-License-Identifier: Apache-2.0
//
// Telling a function of the program (VerifyFun) what the rules found along a path, from the anchor to the leaf, and doing as
// it says. The rules have been applied before: which events there are does not depend on the answers, but for extensions
// that nobody understands and for revocation, which is asked about behind each certificate that has passed.
#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "keyway/verify.h"
#include "keyway/verify_fun.h"
#include "pki/findings.h"
#include "pki/trust_store.h"

namespace keyway::pki {

/// A certificate of the path that is walked. Views are into the chain or the store of the plan.
struct WalkCertificate {
  ParsedCertificate parsed{};
  std::size_t index = 0;  ///< in the chain as received; anchors follow
  bool is_anchor = false;  ///< above others: a leaf that is an anchor itself is told like any leaf
  std::vector<Error> problems{};
};

/// Whether a certificate of a path is revoked: `at` is its place in the path, which begins with the anchor and stays until the
/// answer is given. Asked also where the function passed over a problem. Errors are told as events: certificate_revoked,
/// certificate_status_unknown and its like.
using RevocationCheck = std::function<void(std::span<const WalkCertificate> path, std::size_t at, Answer<void>)>;

/// All that a walk needs, its own: the question may be gone when an answer comes.
struct WalkPlan {
  std::shared_ptr<const CertificateChain> chain;  ///< as received
  std::shared_ptr<const TrustStore> anchors;
  std::vector<WalkCertificate> path;  ///< anchor first, leaf last
  std::unique_ptr<crypto::PublicKey> leaf_key;
  WallTime not_after{};
  Bytes ocsp_response{};
  Bytes signed_certificate_timestamps{};
  std::vector<CertificateNames> names{};  ///< for errors
  VerifyFun fun{};
  RevocationCheck revocation{};  ///< empty: none
  std::function<void()> when_validated{};  ///< called before evidence that says `validated` is given; may be empty
};

/// Whether a problem of a certificate of the path is told as such. A critical extension that nobody understands is not: the
/// function is asked about the extension itself, and the walk goes on with that certificate only if it lets it pass.
bool told_as_problem(const WalkCertificate&, const Error&);

/// Walks and answers: evidence that says `validated` where nothing bad was passed over and `accepted_by_user` otherwise, with
/// what it was; or the error of the event that was failed, the error that the function answered with, callback_threw,
/// answer_dropped, wrong_answer. certificate_policy_tree cannot be passed over.
void walk_events(WalkPlan, Answer<TrustedChain>);

}  // namespace keyway::pki
