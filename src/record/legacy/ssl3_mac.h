// SPDX-License-Identifier: Apache-2.0
//
// The MAC of SSL 3.0 (RFC 6101 5.2.3.1): hashes with pads between, over number, type and length; the version is not covered.
#pragma once

#include "record/record_mac.h"

namespace keyway::record {

class Ssl3RecordMac final : public RecordMac {
 public:
  /// MD5 or SHA-1.
  Ssl3RecordMac(const crypto::HashMethods&, ByteView secret);

  std::size_t size() const noexcept override { return hash_.digest_size; }
  void compute(std::uint64_t number, ByteView header, ByteViews content, std::byte* out) const override;
  void compute(std::uint64_t number, ByteView header, const PaddedContent& content, std::byte* out) const override;

 private:
  void finish(ByteView inner, std::byte* out) const;

  const crypto::HashMethods& hash_;
  Secret<80> inner_prefix_;  ///< secret and pad_1
  Secret<80> outer_prefix_;  ///< secret and pad_2
};

}  // namespace keyway::record
