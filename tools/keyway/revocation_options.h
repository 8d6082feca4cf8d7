// SPDX-License-Identifier: Apache-2.0
//
// --crl and --crl-check, as text, and their translation to the library's options.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <vector>

#include "keyway/crl_cache.h"
#include "keyway/result.h"

namespace keyway::tool {

struct RevocationArguments {
  std::vector<std::string> lists{};
  std::string check{};

  void add(CLI::App&, const std::string& group);
  bool given() const noexcept { return !lists.empty() || !check.empty(); }

  struct Choice {
    CrlCheck check = CrlCheck::off;
    std::shared_ptr<CrlCache> cache{};  ///< null with CrlCheck::off
  };
  /// Errors: file_unreadable, malformed_crl, malformed_pem, invalid_option, conflicting_options, missing_option.
  Result<Choice> choice() const;
};

}  // namespace keyway::tool
