// SPDX-License-Identifier: Apache-2.0
//
// CertificateRequest of TLS 1.3 (RFC 8446 4.3.2).
#include "wire/messages/certificate_request13.h"

namespace keyway::wire {

Result<CertificateRequest13> CertificateRequest13::decode(ByteView body) {
  Reader reader(body);
  CertificateRequest13 request;
  KW_ASSIGN(request.certificate_request_context, reader.vec8());
  KW_ASSIGN(const ByteView block, reader.vec16());
  KW_TRY(reader.finish());
  KW_ASSIGN(request.extensions, CertificateRequestExtensions::decode(block));
  return request;
}

}  // namespace keyway::wire
