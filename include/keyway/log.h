// SPDX-License-Identifier: Apache-2.0
//
// What a connection tells about itself while it runs: structured events, made only while somebody listens.
// Secrets never appear here; key material leaves through the key log alone (options key_log and keep_secrets).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "keyway/bytes.h"
#include "keyway/clock.h"

namespace keyway {

/// What an event is about.
enum class TraceKind : std::uint8_t { record, message, state, decision, question, alert, timer };
/// Received, sent, or decided here.
enum class Direction : std::uint8_t { in, out, local };

/// One thing that happened. Views are valid during the call only.   \otp log_level = debug
struct TraceEvent {
  TraceKind kind = TraceKind::message;
  Direction direction = Direction::local;
  /// "client_hello", "WaitFinished", "group"; of a record its content type, the inner one where it is protected.
  std::string_view name;
  std::size_t size = 0;       ///< bytes on the wire (records) or of the body (messages)
  /// What was decided, and why; of a record that is passed over "dropped"; of a timer "armed", "stopped" or "fired".
  std::string_view text;
  ByteView body;              ///< of messages and alerts; records show none, for they are data of the application
  bool is_protected = false;  ///< the record is sealed under a key
  Duration after{};           ///< of a timer that was armed: when it fires
};

/// Called by the thread that drives the connection; must not call back into it. What it throws ends the connection with
/// callback_threw.
using TraceSink = std::function<void(const TraceEvent&)>;

/// One line of the NSS key log format, without a line end; valid during the call. Called as TraceSink is.
using KeyLog = std::function<void(std::string_view line)>;

}  // namespace keyway
