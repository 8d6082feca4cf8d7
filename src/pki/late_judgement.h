// SPDX-License-Identifier: Apache-2.0
//
// A verification that waits for revocation lists. It keeps copies of all that its question showed, and is judged again from the
// start as often as a list has come: on the thread that brought it.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "keyway/verify.h"
#include "pki/crl_lookups.h"

namespace keyway::pki {

class LateJudgement : public std::enable_shared_from_this<LateJudgement> {
 public:
  using Judge = std::function<Result<TrustedChain>(const VerifyQuestion&, CrlLookups&)>;

  /// `lookups` has an open question. `judge` must own what it needs; likewise the provider, which takes the place of that of the
  /// question.
  static void start(const VerifyQuestion&, std::shared_ptr<const crypto::Provider>, CrlLookups lookups, Judge judge,
                    Answer<TrustedChain>);

  LateJudgement(const VerifyQuestion&, std::shared_ptr<const crypto::Provider>, CrlLookups, Judge, Answer<TrustedChain>);

 private:
  void wait();
  void go_on();

  Bytes ocsp_response_;
  Bytes ocsp_nonce_;
  Bytes timestamps_;
  std::vector<Bytes> chain_;
  std::vector<ByteView> views_;
  std::optional<PeerName> name_;
  std::vector<SignatureScheme> schemes_;
  std::shared_ptr<const crypto::Provider> provider_;
  VerifyQuestion question_;
  CrlLookups lookups_;
  Judge judge_;
  Answer<TrustedChain> answer_;
};

}  // namespace keyway::pki
