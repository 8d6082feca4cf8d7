// SPDX-License-Identifier: Apache-2.0
//
// Problems of a chain as one error: the first is its code and its reason, all of them are in its detail.
#pragma once

#include <vector>

#include "keyway/error.h"
#include "pki/problems.h"

namespace keyway::pki {

class Findings {
 public:
  static constexpr std::size_t most = 32;

  /// Once per certificate, reason and text. `text`: empty for what the code says of itself.
  void add(std::size_t index, const ParsedCertificate*, Errc, std::string text);
  /// With the reason of the error as text.
  void add(const PathProblem&);
  void add(CertificateProblem);

  bool empty() const noexcept { return problems_.empty(); }
  const std::vector<CertificateProblem>& problems() const noexcept { return problems_; }
  /// `names`: whom the received chain names; `received`: how many certificates that chain has. At least one problem is there.
  std::unexpected<Error> refuse(std::vector<CertificateNames> names, std::size_t received) &&;

 private:
  std::vector<CertificateProblem> problems_;
};

}  // namespace keyway::pki
