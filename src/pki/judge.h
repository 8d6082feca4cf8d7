// SPDX-License-Identifier: Apache-2.0
//
// The only maker of TrustedChain: whoever calls it takes responsibility for the basis. Called by verify_driver.cpp,
// event_walk.cpp, raw_key_verifier.cpp and TrustedChain::accepted_by_user.
#pragma once

#include <vector>

#include "keyway/verify.h"
#include "pki/certificate.h"

namespace keyway::pki {

class Judge {
 public:
  /// The leaf's key, imported, of a type that TLS 1.3 can use and not larger than the question allows. Errors:
  /// certificate_key_type, certificate_key_too_large, invalid_public_key, certificate_unsupported_algorithm.
  static Result<std::unique_ptr<crypto::PublicKey>> leaf_key(const ParsedCertificate&, const VerifyQuestion&);
  static Result<std::unique_ptr<crypto::PublicKey>> leaf_key(const crypto::PublicKeyParts&, const VerifyQuestion&);

  /// Evidence after a path was validated; `not_after` is the end of its first certificate to end.
  static TrustedChain validated(std::shared_ptr<const CertificateChain>, std::unique_ptr<crypto::PublicKey> leaf_key,
                                WallTime not_after, const Extensions& leaf);
  /// Evidence after the program has passed over `problems` of a path.
  static TrustedChain accepted(std::shared_ptr<const CertificateChain>, std::unique_ptr<crypto::PublicKey> leaf_key,
                               WallTime not_after, const Extensions& leaf, std::vector<CertificateProblem> problems);
  /// Evidence without a judgement.
  static Result<TrustedChain> unjudged(const VerifyQuestion&, TrustedChain::Basis, std::vector<CertificateProblem>);
  /// Evidence for a raw public key in the place of the chain (RFC 7250), which may be used for everything. Errors as of leaf_key;
  /// malformed_raw_public_key.
  static Result<TrustedChain> raw_key(const VerifyQuestion&, TrustedChain::Basis);

 private:
  /// The flags of TrustedChain: what the leaf's key usage allows.
  static std::int64_t uses_of(const Extensions& leaf);
};

}  // namespace keyway::pki
