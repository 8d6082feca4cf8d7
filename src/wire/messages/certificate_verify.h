// SPDX-License-Identifier: Apache-2.0
//
// CertificateVerify as TLS 1.2 and 1.3 have it (RFC 8446 4.4.3; RFC 5246 7.4.8): a scheme and a signature.
// The form of TLS 1.0 and 1.1, a signature alone, is not this type.
#pragma once

#include "keyway/protocol.h"
#include "wire/message.h"
#include "wire/reader.h"

namespace keyway::wire {

struct CertificateVerify {
  static constexpr HandshakeType type = HandshakeType::certificate_verify;
  static constexpr Hashed hashed = Hashed::after;

  SignatureScheme algorithm{};
  ByteView signature{};

  /// Views into `body`.
  static Result<CertificateVerify> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const auto algorithm, reader.u16());
    KW_ASSIGN(const ByteView signature, reader.vec16());
    KW_TRY(reader.finish());
    return CertificateVerify{static_cast<SignatureScheme>(algorithm), signature};
  }
  void encode(Writer& writer) const {
    writer.u16(static_cast<std::uint16_t>(algorithm));
    writer.vec16(signature);
  }
};

}  // namespace keyway::wire
