// SPDX-License-Identifier: Apache-2.0
//
// Revocation of the certificates of a path that is valid otherwise: by lists (crl_check.h) and by the response that the peer
// stapled (ocsp.h), from the anchor towards the leaf.
#pragma once

#include "keyway/verify.h"
#include "pki/crl_check.h"

namespace keyway {
struct VerifySettings;
}

namespace keyway::pki {

class Revocation {
 public:
  /// All must outlive this.
  Revocation(const VerifySettings&, const VerifyQuestion&, const PathRules&, CrlLookups&) noexcept;

  /// The first certificate that is revoked, or whose state matters and is not known. Nothing: none; or a list is still to come,
  /// which waiting() tells.
  std::optional<PathProblem> check(std::span<const PathCertificate> path);
  /// The same for one certificate of the path alone, for who walks along it. `anchored`: false where the last one is no anchor.
  std::optional<PathProblem> check(std::span<const PathCertificate> path, std::size_t at, bool anchored = true);
  bool waiting() const noexcept { return lookups_->waiting(); }

 private:
  using Path = std::span<const PathCertificate>;

  Result<void> check_lists(Path path, std::size_t at);
  Result<void> check_staple(Path path);
  bool lists_for(std::size_t at) const noexcept;

  const VerifySettings* settings_;
  const VerifyQuestion* question_;
  const PathRules* rules_;
  CrlLookups* lookups_;
  CrlCheckOfPath lists_;
};

}  // namespace keyway::pki
