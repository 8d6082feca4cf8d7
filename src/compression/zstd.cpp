// SPDX-License-Identifier: Apache-2.0
//
// Zstandard (RFC 8878), by libzstd.
#include <zstd.h>

#include "keyway/compressors.h"

namespace keyway {

namespace {

class Zstd final : public CertificateCompressor {
 public:
  CertificateCompression algorithm() const override { return CertificateCompression::zstd; }

  Result<Bytes> compress(ByteView message) const override {
    //= rfc8879#4-5, 5-4
    Bytes compressed(ZSTD_compressBound(message.size()));
    const std::size_t size =
        ZSTD_compress(compressed.data(), compressed.size(), message.data(), message.size(), ZSTD_maxCLevel());
    if (ZSTD_isError(size) != 0) return fail(Errc::crypto_failure);
    compressed.resize(size);
    return compressed;
  }

  Result<void> decompress(ByteView compressed, MutableBytes message) const override {
    // One frame: what may follow it would be passed over, or appended.
    if (ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) != compressed.size())
      return fail(Errc::decompression_failed);
    // Into the room that there is, which is also the window.
    //= rfc8879#5-2
    const std::size_t size = ZSTD_decompress(message.data(), message.size(), compressed.data(), compressed.size());
    if (ZSTD_isError(size) != 0 || size != message.size()) return fail(Errc::decompression_failed);
    return {};
  }
};

}  // namespace

std::shared_ptr<const CertificateCompressor> zstd_compressor() { return std::make_shared<const Zstd>(); }

}  // namespace keyway
