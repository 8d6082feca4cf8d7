// SPDX-License-Identifier: Apache-2.0
//
// CertificateRequest of TLS 1.3 (RFC 8446 4.3.2), in the handshake and after it.
#pragma once

#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

struct CertificateRequest13 {
  static constexpr HandshakeType type = HandshakeType::certificate_request;
  static constexpr Hashed hashed = Hashed::after;

  ByteView certificate_request_context{};
  CertificateRequestExtensions extensions{};

  /// Views into `body`. That signature_algorithms is there is the handler's to check.
  static Result<CertificateRequest13> decode(ByteView body);
  void encode(Writer& writer) const {
    writer.vec8(certificate_request_context);
    writer.vec16([&] { extensions.encode(writer); });
  }
};

}  // namespace keyway::wire
