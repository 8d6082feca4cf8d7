// SPDX-License-Identifier: Apache-2.0
//
// The signature at the end of ServerKeyExchange and in CertificateVerify of TLS 1.2 and below (RFC 5246 4.7, 7.4.3, 7.4.8). Its
// form depends on the version, which the message does not tell: the handler says it.
#pragma once

#include "keyway/protocol.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

/// How parameters are signed. `none`: no certificate is involved. `bare`: as before TLS 1.2, the key tells the algorithm.
enum class SignatureForm : std::uint8_t { none, bare, with_scheme };

struct DigitallySigned {
  SignatureScheme algorithm{};  ///< with_scheme only
  ByteView signature{};

  static Result<DigitallySigned> read(Reader& reader, SignatureForm form) noexcept {
    DigitallySigned read;
    if (form == SignatureForm::none) return read;
    if (form == SignatureForm::with_scheme) {
      KW_ASSIGN(const auto algorithm, reader.u16());
      read.algorithm = static_cast<SignatureScheme>(algorithm);
    }
    KW_ASSIGN(read.signature, reader.vec16());
    return read;
  }
  void write(Writer& writer, SignatureForm form) const {
    if (form == SignatureForm::none) return;
    if (form == SignatureForm::with_scheme) writer.u16(static_cast<std::uint16_t>(algorithm));
    writer.vec16(signature);
  }
};

}  // namespace keyway::wire
