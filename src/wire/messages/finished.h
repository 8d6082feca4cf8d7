// SPDX-License-Identifier: Apache-2.0
//
// Finished of all versions (RFC 8446 4.4.4). Any length decodes: the handler compares with what it computed.
#pragma once

#include "keyway/result.h"
#include "wire/message.h"

namespace keyway::wire {

struct Finished {
  static constexpr HandshakeType type = HandshakeType::finished;
  static constexpr Hashed hashed = Hashed::by_handler;

  ByteView verify_data{};

  static Result<Finished> decode(ByteView body) noexcept { return Finished{body}; }
  void encode(Writer& writer) const { writer.bytes(verify_data); }
};

}  // namespace keyway::wire
