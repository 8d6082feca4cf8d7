// SPDX-License-Identifier: Apache-2.0
//
// --ocsp-staple and where responses are fetched from, as text, and their translation to the library's options.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <string>
#include <vector>

#include "keyway/option_groups.h"
#include "output.h"

namespace keyway::tool {

struct StapleArguments {
  std::string file{};
  std::string responder{};  ///< "auto" or a URL
  std::string issuer{};
  std::vector<std::string> hosts{};

  void add(CLI::App&, const std::string& group);
  /// For the first identity; `demo` is the directory of `certs demo`, or empty. What becomes of fetches is told to `output`,
  /// which must outlive the identity. The result: what to call once other files are taken, for the responses to be those of the
  /// certificate that is served then; or null. Errors: invalid_option, missing_option, conflicting_options, those of
  /// ocsp_stapler().
  Result<std::function<void()>> apply(std::vector<CertKey>& identities, const std::string& demo, Output& output) const;

 private:
  Result<std::function<void()>> fetch(CertKey&, const std::string& demo, Output&) const;
};

}  // namespace keyway::tool
