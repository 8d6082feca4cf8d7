// SPDX-License-Identifier: Apache-2.0
//
// EndOfEarlyData (RFC 8446 4.5): empty.
#pragma once

#include "keyway/result.h"
#include "wire/message.h"

namespace keyway::wire {

struct EndOfEarlyData {
  static constexpr HandshakeType type = HandshakeType::end_of_early_data;
  static constexpr Hashed hashed = Hashed::after;

  static Result<EndOfEarlyData> decode(ByteView body) noexcept {
    if (!body.empty()) return fail(Errc::trailing_data);
    return EndOfEarlyData{};
  }
  void encode(Writer&) const noexcept {}
};

}  // namespace keyway::wire
