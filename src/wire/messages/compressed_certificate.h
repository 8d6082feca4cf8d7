// SPDX-License-Identifier: Apache-2.0
//
// CompressedCertificate (RFC 8879 section 4): known by type. compress_certificate is not offered, so that it is always refused;
// decompressing what a stranger sent is not worth its risk.
#pragma once

#include "keyway/result.h"
#include "wire/message.h"

namespace keyway::wire {

struct CompressedCertificate {
  static constexpr HandshakeType type = HandshakeType::compressed_certificate;
  static constexpr Hashed hashed = Hashed::never;

  static Result<CompressedCertificate> decode(ByteView) noexcept { return fail(Errc::unexpected_message); }
};

}  // namespace keyway::wire
