// SPDX-License-Identifier: Apache-2.0
//
// Whether the certificates of a validated path are revoked, as their authorities' lists say (RFC 5280 6.3). Lists are genuine
// only if the path's own anchor vouches for who signed them. Which certificates are checked: revocation.h.
#pragma once

#include <span>

#include "pki/crl.h"
#include "pki/crl_lookups.h"
#include "pki/path_validator.h"
#include "pki/trust_store.h"

namespace keyway::pki {

class CrlCheckOfPath {
 public:
  /// All must outlive this. `received` is the chain as received, where issuers of indirect lists may be found.
  CrlCheckOfPath(std::span<const ByteView> received, const TrustStore& anchors, const PathRules& rules,
                 const crypto::Provider& provider, CrlLookups& lookups) noexcept
      : received_(received), anchors_(&anchors), rules_(&rules), provider_(&provider), lookups_(&lookups) {}

  /// The certificate path[at], which is not the anchor. Errors: certificate_revoked; certificate_status_unknown - also where a
  /// list is still to come, which lookups.waiting() tells.
  Result<void> check(std::span<const PathCertificate> path, std::size_t at);

  /// More signatures had to be checked than are checked in one question.
  bool exhausted() const noexcept { return lookups_->exhausted(); }

 private:
  struct Search;
  using Path = std::span<const PathCertificate>;

  const CrlList* lists_of(const PointOfCertificate&, const ParsedCertificate&, bool implicit);
  Result<void> search(Search&, const PointOfCertificate&, const CrlList&);
  Result<void> use(Search&, const PointOfCertificate&, const ParsedCrl&, std::span<const ParsedCrl> deltas);
  const ParsedCrl* newest(Search&, const ParsedCrl& complete, std::span<const ParsedCrl> deltas);
  bool add_deltas(Search&, const ParsedCrl&, InplaceVector<ParsedCrl, max_lists_of_answer>& deltas);
  bool in_force(Search&, const ParsedCrl&) const;
  bool in_scope(Search&, const PointOfCertificate&, const ParsedCrl&) const;
  bool genuine(Search&, const ParsedCrl&);
  bool signed_by(Search&, const ParsedCrl&, const ParsedCertificate& issuer, const ParsedCertificate* anchor);
  bool may_speak(ByteView issuer, const ParsedCertificate& anchor) const;

  std::span<const ByteView> received_;
  const TrustStore* anchors_;
  const PathRules* rules_;
  const crypto::Provider* provider_;
  CrlLookups* lookups_;
};

}  // namespace keyway::pki
