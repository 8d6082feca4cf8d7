// SPDX-License-Identifier: Apache-2.0
//
// zlib (RFC 1950), by zlib.
#include <zlib.h>

#include "keyway/compressors.h"

namespace keyway {

namespace {

/// zlib's interface takes what it only reads without const.
Bytef* octets(ByteView bytes) noexcept { return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data())); }

class Zlib final : public CertificateCompressor {
 public:
  CertificateCompression algorithm() const override { return CertificateCompression::zlib; }

  Result<Bytes> compress(ByteView message) const override {
    //= rfc8879#4-5, 5-4
    uLongf size = compressBound(static_cast<uLong>(message.size()));
    Bytes compressed(size);
    const int done = compress2(reinterpret_cast<Bytef*>(compressed.data()), &size, octets(message),
                               static_cast<uLong>(message.size()), Z_BEST_COMPRESSION);
    if (done != Z_OK) return fail(Errc::crypto_failure);
    compressed.resize(size);
    return compressed;
  }

  Result<void> decompress(ByteView compressed, MutableBytes message) const override {
    z_stream stream{};
    if (inflateInit(&stream) != Z_OK) return fail(Errc::decompression_failed);
    stream.next_in = octets(compressed);
    stream.avail_in = static_cast<uInt>(compressed.size());
    stream.next_out = reinterpret_cast<Bytef*>(message.data());
    stream.avail_out = static_cast<uInt>(message.size());
    // Never beyond the room that there is; the end comes with the checksum.
    //= rfc8879#5-2
    const int done = inflate(&stream, Z_FINISH);
    const bool whole = done == Z_STREAM_END && stream.avail_in == 0 && stream.avail_out == 0;
    inflateEnd(&stream);
    return whole ? Result<void>() : fail(Errc::decompression_failed);
  }
};

}  // namespace

std::shared_ptr<const CertificateCompressor> zlib_compressor() { return std::make_shared<const Zlib>(); }

}  // namespace keyway
