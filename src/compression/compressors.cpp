// SPDX-License-Identifier: Apache-2.0
//
// All of them.
#include "keyway/compressors.h"

namespace keyway {

std::vector<std::shared_ptr<const CertificateCompressor>> all_compressors() {
  return {brotli_compressor(), zstd_compressor(), zlib_compressor()};
}

}  // namespace keyway
