// SPDX-License-Identifier: Apache-2.0
//
// What a connection tells about itself while it runs: structured events, made only while somebody listens.
// Secrets never appear here; key material leaves through the key log alone (option key_log).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "keyway/bytes.h"

namespace keyway {

/// What an event is about.
enum class TraceKind : std::uint8_t { record, message, state, decision, question, alert };
/// Received, sent, or decided here.
enum class Direction : std::uint8_t { in, out, local };

/// One thing that happened. Views are valid during the call only.   \otp log_level = debug
struct TraceEvent {
  TraceKind kind = TraceKind::message;
  Direction direction = Direction::local;
  std::string_view name;   ///< "handshake", "client_hello", "WaitFinished", "group"
  std::size_t size = 0;    ///< bytes on the wire (records) or of the body (messages)
  std::string_view text;   ///< what was decided, why
  ByteView body;           ///< message body or record as on the wire; only during the call
};

/// Called by the thread that drives the connection; must not call back into it. What it throws ends the connection with
/// callback_threw.
using TraceSink = std::function<void(const TraceEvent&)>;

/// One line of the NSS key log format, without a line end; valid during the call. Called as TraceSink is.
using KeyLog = std::function<void(std::string_view line)>;

}  // namespace keyway
