// SPDX-License-Identifier: Apache-2.0
//
// Certificate of TLS 1.3 (RFC 8446 4.4.2).
#include "wire/messages/certificate13.h"

namespace keyway::wire {

Result<CertificateEntry> CertificateEntry::read(Reader& reader) {
  CertificateEntry entry;
  KW_ASSIGN(entry.cert_data, reader.vec24(1));
  KW_ASSIGN(const ByteView block, reader.vec16());
  KW_ASSIGN(entry.extensions, CertificateEntryExtensions::decode(block));
  return entry;
}

void CertificateEntry::write(Writer& writer, const CertificateEntry& entry) {
  writer.vec24(entry.cert_data);
  writer.vec16([&] { entry.extensions.encode(writer); });
}

Result<Certificate13> Certificate13::decode(ByteView body) {
  Reader reader(body);
  Certificate13 message;
  KW_ASSIGN(message.certificate_request_context, reader.vec8());
  KW_ASSIGN(const ByteView list, reader.vec24());
  KW_TRY(reader.finish());
  KW_ASSIGN(message.entries, ItemList<CertificateEntry>::parse(list));
  return message;
}

}  // namespace keyway::wire
