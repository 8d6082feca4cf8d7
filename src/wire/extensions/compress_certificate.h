// SPDX-License-Identifier: Apache-2.0
//
// compress_certificate (RFC 8879 3): in which ways the sender can decompress certificates.
#pragma once

#include "keyway/certificate_compressor.h"
#include "wire/extension_set.h"

namespace keyway::wire {

struct CompressCertificate {
  static constexpr ExtensionType type = ExtensionType::compress_certificate;
  U16List<CertificateCompression> algorithms{};

  /// Errors: empty_list, decode_error; invalid_value for one that is named twice.
  static Result<CompressCertificate> decode(ByteView body) {
    KW_ASSIGN(const auto algorithms, whole_vec8<U16List<CertificateCompression>>(body));
    // At most 127 of them.
    for (std::size_t i = 1; i < algorithms.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (algorithms[i] == algorithms[j]) return fail(Errc::invalid_value);
      }
    }
    return CompressCertificate{algorithms};
  }
  void encode(Writer& writer) const {
    writer.vec8([&] { algorithms.encode(writer); });
  }
};

}  // namespace keyway::wire
