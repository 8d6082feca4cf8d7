// SPDX-License-Identifier: Apache-2.0
//
// A question to a verifier with copies of all that it shows, for answers that come when the asker's own data are gone.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "keyway/verify.h"

namespace keyway::pki {

class OwnedQuestion {
 public:
  /// The provider takes the place of that of the question; it must be able to do the same. Null: that of the question stays,
  /// which must then live as long.
  OwnedQuestion(const VerifyQuestion&, std::shared_ptr<const crypto::Provider>);
  OwnedQuestion(const OwnedQuestion&) = delete;
  OwnedQuestion& operator=(const OwnedQuestion&) = delete;

  /// Valid as long as this object.
  const VerifyQuestion& get() const noexcept { return question_; }

 private:
  Bytes ocsp_response_;
  Bytes ocsp_nonce_;
  Bytes timestamps_;
  std::vector<Bytes> chain_;
  std::vector<ByteView> views_;
  std::optional<PeerName> name_;
  std::vector<SignatureScheme> schemes_;
  std::shared_ptr<const crypto::Provider> provider_;
  VerifyQuestion question_;
};

}  // namespace keyway::pki
