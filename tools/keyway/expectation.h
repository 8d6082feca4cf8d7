// SPDX-License-Identifier: Apache-2.0
//
// What --expect waits for: a pattern, and the newest part of what a peer sent. The peer decides how much comes and in what
// pieces, so memory is bounded, a search takes linear time (RE2), and each byte is searched only a few times.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace re2 {
class RE2;
}

namespace keyway::tool {

using Pattern = std::shared_ptr<const re2::RE2>;

/// A regular expression in the syntax of RE2, over bytes. Error invalid_option names `option`, the text and the mend.
Result<Pattern> parse_pattern(std::string option, const std::string& text);

/// Whether what came on one connection contains a match. A match of up to `reach` bytes is found whatever pieces it came in.
class Expectation {
 public:
  static constexpr std::size_t reach = std::size_t{128} * 1024;

  /// Without a pattern nothing is kept and nothing is found.
  explicit Expectation(Pattern pattern) : pattern_(std::move(pattern)) {}

  /// Adds bytes, and searches once enough of them are new.
  void take(ByteView);
  /// True while bytes are not searched yet: call `met` as soon as the peer is quiet.
  bool due() const { return unsearched_ != 0 && !met_; }
  /// Found so far; `search_now` looks through what `take` has left.
  bool met() const { return met_; }
  bool search_now();

 private:
  Pattern pattern_;
  std::string text_;            ///< the newest bytes, and one before them for what looks back: ^ and \b
  bool cut_ = false;            ///< there is such a byte
  std::size_t unsearched_ = 0;  ///< how many of the last are new
  bool met_ = false;
};

}  // namespace keyway::tool
