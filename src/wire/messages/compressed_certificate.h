// SPDX-License-Identifier: Apache-2.0
//
// CompressedCertificate (RFC 8879 4), in the place of a Certificate of TLS 1.3. Nothing in it is read before a handler has found
// that compression was offered.
#pragma once

#include "keyway/certificate_compressor.h"
#include "wire/message.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

struct CompressedFields {
  CertificateCompression algorithm{};
  std::uint32_t uncompressed_length = 0;
  ByteView compressed{};

  void encode(Writer& writer) const {
    writer.u16(static_cast<std::uint16_t>(algorithm));
    writer.u24(uncompressed_length);
    writer.vec24(compressed);
  }
};

struct CompressedCertificate {
  static constexpr HandshakeType type = HandshakeType::compressed_certificate;
  static constexpr Hashed hashed = Hashed::after;
  ByteView body{};

  /// A view of `body`.
  static Result<CompressedCertificate> decode(ByteView body) noexcept { return CompressedCertificate{body}; }

  /// Error decode_error, for a message without content, too.
  Result<CompressedFields> read() const {
    Reader reader(body);
    CompressedFields fields;
    KW_ASSIGN(const auto algorithm, reader.u16());
    fields.algorithm = static_cast<CertificateCompression>(algorithm);
    KW_ASSIGN(fields.uncompressed_length, reader.u24());
    KW_ASSIGN(fields.compressed, reader.vec24(1));
    KW_TRY(reader.finish());
    return fields;
  }
};

}  // namespace keyway::wire
