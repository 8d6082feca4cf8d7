// SPDX-License-Identifier: Apache-2.0
//
// MACs of records of TLS 1.2 and below, over number, header and content (RFC 5246 6.2.3.1). Content whose length is a secret,
// because padding of unknown size follows it, is authenticated in constant time: padded_content.h.
#pragma once

#include "crypto/hmac.h"
#include "record/additional_data.h"
#include "record/padded_content.h"

namespace keyway::record {

class RecordMac {
 public:
  virtual ~RecordMac() = default;
  virtual std::size_t size() const noexcept = 0;
  /// Writes size() bytes.
  virtual void compute(std::uint64_t number, ByteView header, ByteViews content, std::byte* out) const = 0;
  /// The same for the secret beginning of padded content.
  virtual void compute(std::uint64_t number, ByteView header, const PaddedContent& content, std::byte* out) const = 0;
};

class HmacRecordMac final : public RecordMac {
 public:
  HmacRecordMac(const crypto::HashMethods& hash, ByteView key) : key_(hash, key) {}

  std::size_t size() const noexcept override { return key_.size(); }
  void compute(std::uint64_t number, ByteView header, ByteViews content, std::byte* out) const override;
  void compute(std::uint64_t number, ByteView header, const PaddedContent& content, std::byte* out) const override;

 private:
  crypto::HmacKey key_;
};

}  // namespace keyway::record
