// SPDX-License-Identifier: Apache-2.0
//
// The compressed forms of the Certificate messages of one identity (RFC 8879): made once, not for each handshake.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "keyway/certificate_compressor.h"

namespace keyway::pki {

/// Any thread. The lock is held while a form is made, so that several handshakes do not make the same one.
class CompressedForms {
 public:
  CompressedForms() = default;
  /// Empty: another identity has other messages.
  CompressedForms(const CompressedForms&) {}

  /// The compressed form of a message; null where the compressor fails, or makes nothing or too much of it: what fails is not
  /// tried again. Of two compressors of one algorithm either may have made it.
  std::shared_ptr<const Bytes> of(ByteView message, const CertificateCompressor&) const;

 private:
  /// With and without staple and timestamps, for each of three algorithms.
  static constexpr std::size_t most = 12;
  struct Form {
    CertificateCompression algorithm;  ///< not the compressor, which may be gone: another one may be where it was
    Bytes message;
    std::shared_ptr<const Bytes> compressed;
  };
  mutable std::mutex mutex_;
  mutable std::vector<Form> forms_;  ///< the oldest first
};

}  // namespace keyway::pki
