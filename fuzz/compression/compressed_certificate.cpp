// SPDX-License-Identifier: Apache-2.0
//
// Any bytes as a CompressedCertificate: what it says is read, and decompressed into just the room that it says, by each of the
// algorithms; what comes out is a Certificate or is not.
#include <cstdlib>
#include <span>

#include "keyway/compressors.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/compressed_certificate.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace keyway;
  static const auto compressors = all_compressors();
  constexpr std::size_t limit = 262144;  // max_handshake_size
  const auto fields = wire::CompressedCertificate{std::as_bytes(std::span(data, size))}.read();
  if (!fields || fields->uncompressed_length > limit) return 0;
  for (const auto& compressor : compressors) {
    if (compressor->algorithm() != fields->algorithm) continue;
    Bytes message(fields->uncompressed_length);
    const auto done = compressor->decompress(fields->compressed, message);
    if (!done && done.error().code() != Errc::decompression_failed) std::abort();
    if (done) (void)wire::Certificate13::decode(message);
  }
  return 0;
}
