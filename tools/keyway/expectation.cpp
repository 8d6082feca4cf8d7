// SPDX-License-Identifier: Apache-2.0
//
// Searching what a peer sends with RE2, in strides.
#include "expectation.h"

#include <re2/re2.h>

#include <algorithm>

namespace keyway::tool {
namespace {

// New bytes before a search that nobody waits for: a fourth of what it looks through, so that each byte is seen five times.
constexpr std::size_t stride = Expectation::reach / 4;

}  // namespace

Result<Pattern> parse_pattern(std::string option, const std::string& text) {
  RE2::Options options(RE2::Latin1);  // one byte is one character: what comes need not be text
  options.set_log_errors(false);
  auto pattern = std::make_shared<RE2>(text, options);
  if (pattern->ok()) return pattern;
  const bool repeats = pattern->error_code() == RE2::ErrorRepeatSize;
  return fail(Errc::invalid_option, {.option = std::move(option),
                                     .value = text,
                                     .mend = repeats ? "repeat at most 1000 times, or write the text out"
                                                     : "write a regular expression in the syntax of RE2",
                                     .reason = pattern->error()});
}

void Expectation::take(ByteView bytes) {
  if (!pattern_ || met_) return;
  text_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  unsearched_ += bytes.size();
  if (unsearched_ >= stride) search_now();
}

bool Expectation::search_now() {
  if (!pattern_ || met_) return met_;
  met_ = pattern_->Match(text_, cut_ ? 1 : 0, text_.size(), RE2::UNANCHORED, nullptr, 0);
  unsearched_ = 0;
  if (text_.size() > reach + 1) {
    text_.erase(0, text_.size() - reach - 1);
    cut_ = true;
  }
  return met_;
}

}  // namespace keyway::tool
