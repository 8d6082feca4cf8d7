// SPDX-License-Identifier: Apache-2.0
//
// How Certificate messages of TLS 1.3 may be compressed (RFC 8879): the port. keyway/compressors.h has zlib, brotli and zstd;
// whoever links none of them, or something else, derives from this.
//
//   options.protocol.certificate_compression = {keyway::brotli_compressor(), keyway::zlib_compressor()};
#pragma once

#include <cstdint>

#include "keyway/bytes.h"
#include "keyway/result.h"

namespace keyway {

/// IANA "TLS Certificate Compression Algorithm IDs".
enum class CertificateCompression : std::uint16_t { zlib = 1, brotli = 2, zstd = 3 };

/// One algorithm. Immutable from outside; any thread, several at once. What it throws is callback_threw.
class CertificateCompressor {
 public:
  virtual ~CertificateCompressor() = default;
  /// The same whenever it is asked.
  virtual CertificateCompression algorithm() const = 0;
  /// The message in its compressed form, 1 to 2^24-1 bytes; it need not be shorter. Called once for each form in which an
  /// identity shows its certificates, not for each handshake. On an error the message is sent as it is.
  virtual Result<Bytes> compress(ByteView message) const = 0;
  /// Fills `message` to its last byte. Error decompression_failed for anything else than a whole compressed form of just so many
  /// bytes. `compressed` comes from a stranger: time and memory must be bounded by the sizes of both.
  virtual Result<void> decompress(ByteView compressed, MutableBytes message) const = 0;
};

}  // namespace keyway
