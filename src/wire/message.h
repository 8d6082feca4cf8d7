// SPDX-License-Identifier: Apache-2.0
//
// What every handshake message type has in common:
//   static constexpr HandshakeType type;  static constexpr Hashed hashed;
//   static Result<M> decode(ByteView body);  void encode(Writer&) const;
//   static bool matches(ByteView body), where two messages share a type (ServerHello, HelloRetryRequest).
#pragma once

#include "names/handshake_type.h"
#include "wire/writer.h"

namespace keyway::wire {

/// When a received message enters the transcript, seen from its handler.
enum class Hashed : std::uint8_t { before, after, never, by_handler };

}  // namespace keyway::wire
