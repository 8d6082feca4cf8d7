// SPDX-License-Identifier: Apache-2.0
//
// ServerHelloDone (RFC 5246 7.4.5): empty; ends the server's first flight.
#pragma once

#include "keyway/result.h"
#include "wire/message.h"

namespace keyway::wire {

struct ServerHelloDone {
  static constexpr HandshakeType type = HandshakeType::server_hello_done;
  static constexpr Hashed hashed = Hashed::by_handler;

  static Result<ServerHelloDone> decode(ByteView body) noexcept {
    if (!body.empty()) return fail(Errc::trailing_data);
    return ServerHelloDone{};
  }
  void encode(Writer&) const noexcept {}
};

}  // namespace keyway::wire
