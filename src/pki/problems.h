// SPDX-License-Identifier: Apache-2.0
//
// What rules find broken, all of it and in order: a refusal tells every problem of a chain at once, and a function of the
// program may pass over some of them. Nothing is allocated while nothing is broken.
#pragma once

#include <string>
#include <vector>

#include "keyway/result.h"
#include "pki/certificate.h"

namespace keyway::pki {

/// Problems of one certificate.
class Problems {
 public:
  void add(Result<void> checked) {
    if (!checked) errors_.push_back(std::move(checked).error());
  }
  void add(Errc code, std::string reason) { add(fail(code, {.reason = std::move(reason)})); }
  bool empty() const noexcept { return errors_.empty(); }
  auto begin() const noexcept { return errors_.begin(); }
  auto end() const noexcept { return errors_.end(); }

 private:
  std::vector<Error> errors_;
};

/// A certificate of a path and its place in the chain as received; anchors follow the received ones.
struct PathCertificate {
  const ParsedCertificate* certificate = nullptr;
  std::size_t index = 0;
};

/// One problem and whose it is.
struct PathProblem {
  std::size_t index = 0;
  const ParsedCertificate* certificate = nullptr;  ///< null: it cannot be parsed
  Error error;
};

}  // namespace keyway::pki
