// SPDX-License-Identifier: Apache-2.0
//
// The compressors that RFC 8879 names, in a library of their own (keyway::compression), which brings zlib, brotli and zstd.
//
//   #include <keyway/compressors.h>                          // link keyway::compression
//   options.protocol.certificate_compression = keyway::all_compressors();
#pragma once

#include <memory>
#include <vector>

#include "keyway/certificate_compressor.h"

namespace keyway {

/// Each works at its best level, because what it makes is kept. Any thread.
std::shared_ptr<const CertificateCompressor> zlib_compressor();    ///< RFC 1950
std::shared_ptr<const CertificateCompressor> brotli_compressor();  ///< RFC 7932
std::shared_ptr<const CertificateCompressor> zstd_compressor();    ///< RFC 8878

/// brotli, zstd, zlib: what makes certificates shortest comes first.
std::vector<std::shared_ptr<const CertificateCompressor>> all_compressors();

}  // namespace keyway
