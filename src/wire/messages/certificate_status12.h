// SPDX-License-Identifier: Apache-2.0
//
// CertificateStatus as a message of TLS 1.2 and below (RFC 6066 8); in TLS 1.3 the same bytes are an extension of the
// certificate's entry (extensions/status_request.h).
#pragma once

#include "wire/extensions/status_request.h"
#include "wire/message.h"

namespace keyway::wire {

struct CertificateStatus12 {
  static constexpr HandshakeType type = HandshakeType::certificate_status;
  static constexpr Hashed hashed = Hashed::after;

  ByteView response{};  ///< DER of an OCSPResponse, not empty

  /// Errors wrong_status_type: not OCSP. empty_list: no response.
  static Result<CertificateStatus12> decode(ByteView body) {
    KW_ASSIGN(const CertificateStatus status, CertificateStatus::decode(body));
    return CertificateStatus12{status.response};
  }
  void encode(Writer& writer) const { CertificateStatus{response}.encode(writer); }
};

}  // namespace keyway::wire
