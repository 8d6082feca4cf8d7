// SPDX-License-Identifier: Apache-2.0
//
// RC4 with a MAC (RFC 5246 6.2.3.1): no padding, so nothing about lengths is a secret. The key stream goes from record to record.
#pragma once

#include <memory>

#include "record/limits.h"
#include "record/protection.h"
#include "record/record_mac.h"

namespace keyway::record {

class StreamOpener final : public ReadProtection {
 public:
  StreamOpener(std::unique_ptr<crypto::BulkCipher> cipher, std::unique_ptr<RecordMac> mac) noexcept
      : cipher_(std::move(cipher)), mac_(std::move(mac)) {}

  std::size_t max_expansion() const noexcept override;
  ContentType outer_type() const noexcept override { return ContentType::invalid; }
  Result<Unprotected> open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                           std::size_t max_content) override;

 private:
  std::unique_ptr<crypto::BulkCipher> cipher_;
  std::unique_ptr<RecordMac> mac_;
};

class StreamSealer final : public WriteProtection {
 public:
  StreamSealer(std::unique_ptr<crypto::BulkCipher> cipher, std::unique_ptr<RecordMac> mac) noexcept
      : cipher_(std::move(cipher)), mac_(std::move(mac)) {}

  std::size_t sealed_size(std::size_t content, std::size_t) const noexcept override { return content + mac_->size(); }
  ContentType outer_type(ContentType type) const noexcept override { return type; }
  Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                    std::uint64_t number) override;
  std::uint64_t max_bytes() const noexcept override { return max_bytes_of_rc4; }

 private:
  std::unique_ptr<crypto::BulkCipher> cipher_;
  std::unique_ptr<RecordMac> mac_;
};

}  // namespace keyway::record
