// SPDX-License-Identifier: Apache-2.0
//
// CertificateVerify of TLS 1.2 and below (RFC 5246 7.4.8), whose form depends on the version; that of TLS 1.3 is in
// certificate_verify.h. It signs all messages before it.
#pragma once

#include "wire/digitally_signed.h"
#include "wire/message.h"

namespace keyway::wire {

struct CertificateVerify12 {
  static constexpr HandshakeType type = HandshakeType::certificate_verify;
  static constexpr Hashed hashed = Hashed::after;

  ByteView body{};

  static Result<CertificateVerify12> decode(ByteView body) noexcept { return CertificateVerify12{body}; }
  void encode(Writer& writer) const { writer.bytes(body); }

  /// Views into `body`.
  Result<DigitallySigned> read(SignatureForm form) const noexcept {
    Reader reader(body);
    KW_ASSIGN(const DigitallySigned signature, DigitallySigned::read(reader, form));
    KW_TRY(reader.finish());
    return signature;
  }
};

}  // namespace keyway::wire
