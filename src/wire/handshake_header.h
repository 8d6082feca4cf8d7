// SPDX-License-Identifier: Apache-2.0
//
// The header of handshake messages over a stream (RFC 8446 section 4): type and length. The form of DTLS is another.
#pragma once

#include "names/handshake_type.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

struct HandshakeHeader {
  static constexpr std::size_t size = 4;

  HandshakeType type{};
  std::uint32_t length = 0;  ///< of the body; below 2^24

  /// The first four bytes of `bytes`; error decode_error if there are fewer.
  static Result<HandshakeHeader> decode(ByteView bytes) noexcept {
    Reader reader(bytes);
    KW_ASSIGN(const auto type, reader.u8());
    KW_ASSIGN(const auto length, reader.u24());
    return HandshakeHeader{static_cast<HandshakeType>(type), length};
  }
  void encode(Writer& writer) const {
    writer.u8(static_cast<std::uint8_t>(type));
    writer.u24(length);
  }
};

}  // namespace keyway::wire
