// SPDX-License-Identifier: Apache-2.0
//
// What a client sends for the key exchanges that encrypt to the server's RSA key: ClientKeyExchange of RSA and, behind an
// identity, of RSA_PSK (RFC 5246 7.4.7.1, RFC 4279 4). SSL 3.0 has no length before it (RFC 6101 5.6.7.1).
#pragma once

#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

struct EncryptedPremaster {
  ByteView ciphertext{};

  static Result<EncryptedPremaster> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView ciphertext, reader.vec16());
    return EncryptedPremaster{ciphertext};
  }
  void write(Writer& writer) const { writer.vec16(ciphertext); }
};

struct BareEncryptedPremaster {
  ByteView ciphertext{};

  static Result<BareEncryptedPremaster> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView ciphertext, reader.take(reader.rest().size()));
    return BareEncryptedPremaster{ciphertext};
  }
  void write(Writer& writer) const { writer.bytes(ciphertext); }
};

}  // namespace keyway::wire
