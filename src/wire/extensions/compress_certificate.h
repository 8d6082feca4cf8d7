// SPDX-License-Identifier: Apache-2.0
//
// compress_certificate (RFC 8879): known so that it is found in its place; compression is not offered and not answered.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

struct CompressCertificate {
  static constexpr ExtensionType type = ExtensionType::compress_certificate;
  ByteView algorithms{};  ///< the body, not looked into

  static Result<CompressCertificate> decode(ByteView body) noexcept { return CompressCertificate{body}; }
  void encode(Writer& writer) const { writer.bytes(algorithms); }
};

}  // namespace keyway::wire
