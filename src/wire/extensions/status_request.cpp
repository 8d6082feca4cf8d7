// SPDX-License-Identifier: Apache-2.0
//
// status_request (RFC 6066 section 8, RFC 8446 4.4.2.1).
#include "wire/extensions/status_request.h"

namespace keyway::wire {

Result<StatusRequest> StatusRequest::decode(ByteView body) {
  Reader reader(body);
  StatusRequest request;
  KW_ASSIGN(request.status_type, reader.u8());
  if (request.status_type != status_type_ocsp) {
    request.other = reader.rest();
    return request;
  }
  KW_ASSIGN(const ByteView responders, reader.vec16());
  KW_ASSIGN(request.responder_ids, ItemList<Vec16Codec<1>>::parse(responders));
  KW_ASSIGN(request.request_extensions, reader.vec16());
  KW_TRY(reader.finish());
  return request;
}

void StatusRequest::encode(Writer& writer) const {
  writer.u8(status_type);
  if (status_type != status_type_ocsp) return writer.bytes(other);
  writer.vec16([&] { responder_ids.encode(writer); });
  writer.vec16(request_extensions);
}

Result<CertificateStatus> CertificateStatus::decode(ByteView body) {
  Reader reader(body);
  KW_ASSIGN(const auto status_type, reader.u8());
  if (status_type != status_type_ocsp) return fail(Errc::wrong_status_type);
  KW_ASSIGN(const ByteView response, reader.vec24());
  KW_TRY(reader.finish());
  if (response.empty()) return fail(Errc::empty_list);
  return CertificateStatus{response};
}

void CertificateStatus::encode(Writer& writer) const {
  writer.u8(status_type_ocsp);
  writer.vec24(response);
}

}  // namespace keyway::wire
