// SPDX-License-Identifier: Apache-2.0
//
// Name constraints (RFC 5280 4.2.1.10 and 6.1.3 b, c): every name of a certificate against the subtrees of the
// certificates above it, kind by kind, in bounded work.
#pragma once

#include <vector>

#include "pki/certificate.h"

namespace keyway::pki {

/// The constraints of one path, collected from the anchor down.
class NameConstraints {
 public:
  /// Comparisons that all paths of one question may cost before certificate_name_constraint refuses what is left.
  static constexpr std::size_t max_comparisons = 250'000;

  /// `comparisons`: what was spent so far, of other paths too.
  explicit NameConstraints(std::size_t& comparisons) noexcept : comparisons_(&comparisons) {}

  /// Adds those of a certificate of the path. Error malformed_certificate: a subtree that RFC 5280 does not allow.
  Result<void> add(const Extensions&);
  /// Subject and alternative names of a certificate below; a wildcard is refused where one of its names is excluded.
  /// Error certificate_name_constraint.
  Result<void> check(const ParsedCertificate&);
  bool empty() const noexcept { return levels_.empty(); }

 private:
  struct Level {
    ByteView permitted;
    ByteView excluded;
  };
  Result<void> check_name(const GeneralName&);
  std::vector<Level> levels_;
  std::size_t* comparisons_;
};

/// Structure and values of GeneralSubtrees: at least one, minimum 0, no maximum, bases of the right form.
Result<void> check_subtrees(ByteView content) noexcept;

}  // namespace keyway::pki
