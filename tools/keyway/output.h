// SPDX-License-Identifier: Apache-2.0
//
// What the tool says: lines for people, or one JSON object per line; never both. Any thread.
#pragma once

#include <atomic>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway::tool {

using Json = nlohmann::ordered_json;

enum class Tone : std::uint8_t { plain, good, bad };

class Output {
 public:
  Output(bool json, bool quiet, const std::string& color);

  bool json() const noexcept { return json_; }
  bool quiet() const noexcept { return quiet_; }

  /// One object, with --json only; flushed. Text that is not UTF-8 is made so.
  void event(const Json&);
  /// "word       text", on standard output, without --json and -q only.
  void line(std::string_view word, std::string_view text, Tone = Tone::plain);
  /// The same on standard error, also with -q; not with --json, where an event says it.
  void problem(std::string_view word, std::string_view text);
  /// What belongs to neither: warnings, on standard error, always.
  void warning(std::string_view text);
  /// Bytes of the peer, as they are, on standard output; not with --json.
  void raw(ByteView);
  /// A whole text on standard output, whatever the mode.
  void text(std::string_view);

  /// Notes that something could not be written: `where` is an option with its file, or standard output.
  void lose(std::string_view where, int system_errno);
  /// Something was lost: whoever still produces may stop.
  bool lossy() const noexcept { return lossy_.load(std::memory_order_relaxed); }
  /// The first loss, told on standard error in every mode: where it should have gone may be where an event would go.
  void tell_loss();

 private:
  void write(std::string_view);  ///< with the lock held

  std::mutex mutex_;
  std::atomic<bool> lossy_{false};
  std::string loss_{};
  bool json_;
  bool quiet_;
  bool color_;
};

/// The event of an error, and the lines for people: who decided, what, why, what next. `sent`: the alert that went out for it,
/// where it is another than that of its code.
Json error_event(const Error&, int connection = 0, std::optional<AlertDescription> sent = {});
void tell(Output&, const Error&, std::string_view word, int connection = 0, std::optional<AlertDescription> sent = {});

std::string base64(ByteView);
/// Error invalid_option for anything that is not base64.
Result<Bytes> from_base64(std::string_view);
std::string hex(ByteView);

}  // namespace keyway::tool
