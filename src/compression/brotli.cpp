// SPDX-License-Identifier: Apache-2.0
//
// brotli (RFC 7932), by libbrotli.
#include <brotli/decode.h>
#include <brotli/encode.h>

#include "compression/brotli_memory.h"
#include "keyway/compressors.h"

namespace keyway {

namespace {

const std::uint8_t* octets(ByteView bytes) noexcept { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }
std::uint8_t* octets(MutableBytes bytes) noexcept { return reinterpret_cast<std::uint8_t*>(bytes.data()); }

struct DecoderEnd {
  void operator()(BrotliDecoderState* state) const noexcept { BrotliDecoderDestroyInstance(state); }
};

class Brotli final : public CertificateCompressor {
 public:
  CertificateCompression algorithm() const override { return CertificateCompression::brotli; }

  Result<Bytes> compress(ByteView message) const override {
    //= rfc8879#4-5, 5-4
    std::size_t size = BrotliEncoderMaxCompressedSize(message.size());
    Bytes compressed(size);
    const auto done = BrotliEncoderCompress(BROTLI_MAX_QUALITY, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_GENERIC, message.size(),
                                            octets(message), &size, octets(MutableBytes(compressed)));
    if (done != BROTLI_TRUE) return fail(Errc::crypto_failure);
    compressed.resize(size);
    return compressed;
  }

  Result<void> decompress(ByteView compressed, MutableBytes message) const override {
    compression::DecoderMemory memory(message.size());
    return compression::decompress_brotli(compressed, message, memory);
  }
};

}  // namespace

Result<void> compression::decompress_brotli(ByteView compressed, MutableBytes message, DecoderMemory& memory) {
  const std::unique_ptr<BrotliDecoderState, DecoderEnd> state(
      BrotliDecoderCreateInstance(&DecoderMemory::take, &DecoderMemory::give_back, &memory));
  if (!state) return fail(Errc::decompression_failed);
  std::size_t in = compressed.size();
  std::size_t room = message.size();
  const std::uint8_t* from = octets(compressed);
  std::uint8_t* to = octets(message);
  //= rfc8879#5-2
  const auto done = BrotliDecoderDecompressStream(state.get(), &in, &from, &room, &to, nullptr);
  if (done != BROTLI_DECODER_RESULT_SUCCESS || in != 0 || room != 0) return fail(Errc::decompression_failed);
  return {};
}

std::shared_ptr<const CertificateCompressor> brotli_compressor() { return std::make_shared<const Brotli>(); }

}  // namespace keyway
