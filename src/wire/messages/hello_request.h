// SPDX-License-Identifier: Apache-2.0
//
// HelloRequest (RFC 5246 7.4.1.1): empty; a server of TLS 1.2 or below asks for a renegotiation. Not part of any transcript.
#pragma once

#include "keyway/result.h"
#include "wire/message.h"

namespace keyway::wire {

struct HelloRequest {
  static constexpr HandshakeType type = HandshakeType::hello_request;
  static constexpr Hashed hashed = Hashed::never;

  static Result<HelloRequest> decode(ByteView body) noexcept {
    if (!body.empty()) return fail(Errc::trailing_data);
    return HelloRequest{};
  }
  void encode(Writer&) const noexcept {}
};

}  // namespace keyway::wire
