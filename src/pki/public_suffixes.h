// SPDX-License-Identifier: Apache-2.0
//
// The public suffix list (publicsuffix.org, Debian's package publicsuffix): domains below which strangers register names, so
// that a wildcard for one of them would speak for all of them. Its private part does not count: those domains have owners,
// who have certificates for them. Entries that are not ASCII are left out: certificates have A-labels, and converting them
// takes a library of its own.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/result.h"

namespace keyway::pki {

class PublicSuffixes {
 public:
  using Ptr = std::shared_ptr<const PublicSuffixes>;
  static constexpr std::string_view system_path = "/usr/share/publicsuffix/public_suffix_list.dat";

  /// A rule a line: "com", "*.ck" (whatever is right below), "!www.ck" (but not this); comments begin with "//".
  static Ptr parse(std::string_view text);
  /// Debian's list, read once and shared. Error file_unreadable names the package.
  static Result<Ptr> system();

  /// Whether a domain (ASCII, without a dot at its end) is a public suffix. A single label always is.
  bool contains(std::string_view domain) const;

 private:
  bool has(std::string_view rule) const;
  std::string text_;  ///< lower case; what the rules look at
  std::vector<std::string_view> rules_;  ///< sorted
};

}  // namespace keyway::pki
