// SPDX-License-Identifier: Apache-2.0
//
// CertificateRequest of TLS 1.2 and below (RFC 5246 7.4.4). Only TLS 1.2 has the list of schemes in the middle, and the message
// does not tell: the handler says with which form it reads.
#pragma once

#include "names/client_certificate_type.h"
#include "wire/digitally_signed.h"
#include "wire/lists.h"
#include "wire/message.h"

namespace keyway::wire {

struct CertificateRequestFields {
  U8List<ClientCertificateType> certificate_types{};   ///< not empty; may hold any number
  U16List<SignatureScheme> supported_signature_algorithms{};  ///< with_scheme only; then not empty
  ItemList<Vec16Codec<1>> certificate_authorities{};   ///< distinguished names in DER

  /// Views into `body`. Errors empty_list, decode_error, trailing_data.
  static Result<CertificateRequestFields> decode(ByteView body, SignatureForm form) {
    Reader reader(body);
    CertificateRequestFields fields;
    KW_ASSIGN(const ByteView types, reader.vec8());
    KW_ASSIGN(fields.certificate_types, U8List<ClientCertificateType>::parse(types));
    if (form == SignatureForm::with_scheme) {
      KW_ASSIGN(const ByteView schemes, reader.vec16());
      KW_ASSIGN(fields.supported_signature_algorithms, U16List<SignatureScheme>::parse(schemes));
    }
    KW_ASSIGN(const ByteView authorities, reader.vec16());
    KW_TRY(reader.finish());
    KW_ASSIGN(fields.certificate_authorities, ItemList<Vec16Codec<1>>::parse(authorities));
    return fields;
  }
  void encode(Writer& writer, SignatureForm form) const {
    writer.vec8([&] { certificate_types.encode(writer); });
    if (form == SignatureForm::with_scheme) writer.vec16([&] { supported_signature_algorithms.encode(writer); });
    writer.vec16([&] { certificate_authorities.encode(writer); });
  }
};

struct CertificateRequest12 {
  static constexpr HandshakeType type = HandshakeType::certificate_request;
  static constexpr Hashed hashed = Hashed::after;

  ByteView body{};

  static Result<CertificateRequest12> decode(ByteView body) noexcept { return CertificateRequest12{body}; }
  void encode(Writer& writer) const { writer.bytes(body); }

  Result<CertificateRequestFields> read(SignatureForm form) const { return CertificateRequestFields::decode(body, form); }
};

}  // namespace keyway::wire
