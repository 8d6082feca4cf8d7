// SPDX-License-Identifier: Apache-2.0
//
// Block ciphers with a MAC in records of TLS 1.2 and below: MAC, then padding, then encryption (RFC 5246 6.2.3.2), opened in
// constant time; or encryption, then MAC (RFC 7366).
#pragma once

#include <memory>

#include "keyway/crypto/provider.h"
#include "names/cipher_properties.h"
#include "record/limits.h"
#include "record/protection.h"
#include "record/record_mac.h"

namespace keyway::record {

enum class MacOrder : std::uint8_t { mac_first, cipher_first };

/// What both directions share.
struct CbcParts {
  std::unique_ptr<crypto::BulkCipher> cipher;
  std::unique_ptr<RecordMac> mac;
  MacOrder order = MacOrder::mac_first;
  CbcIv iv_rule = CbcIv::in_record;
  Secret<crypto::max_cipher_block> first_iv{};  ///< chained only, until it was used: then the cipher goes on where it was
};

class CbcOpener final : public ReadProtection {
 public:
  CbcOpener(CbcParts parts, PaddingRule padding) noexcept;

  std::size_t max_expansion() const noexcept override;
  ContentType outer_type() const noexcept override { return ContentType::invalid; }
  Result<Unprotected> open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                           std::size_t max_content) override;

 private:
  bool has_size_of_a_record(std::size_t payload) const noexcept;
  Result<MutableBytes> decrypt(MutableBytes payload);
  Result<MutableBytes> open_mac_first(ByteView header, MutableBytes payload, std::uint64_t number);
  Result<MutableBytes> open_cipher_first(ByteView header, MutableBytes payload, std::uint64_t number);

  CbcParts parts_;
  std::size_t block_size_;
  std::size_t said_iv_;  ///< bytes of a record that are its IV
  PaddingRule padding_;
};

class CbcSealer final : public WriteProtection {
 public:
  /// IVs are drawn from the provider, which must outlive this object.
  CbcSealer(CbcParts parts, const crypto::Provider&, std::optional<std::size_t> first_part) noexcept;

  std::size_t sealed_size(std::size_t content, std::size_t padding) const noexcept override;
  std::optional<std::size_t> first_part() const noexcept override { return first_part_; }
  ContentType outer_type(ContentType type) const noexcept override { return type; }
  Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                    std::uint64_t number) override;
  std::size_t in_place_offset() const noexcept override { return said_iv_; }
  std::uint64_t max_bytes() const noexcept override { return block_size_ <= 8 ? max_bytes_of_small_blocks : UINT64_MAX; }

 private:
  Result<void> seal_gathered(ByteView header, std::size_t content, MutableBytes out, std::uint64_t number);

  CbcParts parts_;
  const crypto::Provider& provider_;
  std::size_t block_size_;
  std::size_t said_iv_;
  std::optional<std::size_t> first_part_;
};

/// The same records where the MAC comes first and each says its IV, by a provider that makes both in one pass.
class CbcOnePassSealer final : public WriteProtection {
 public:
  /// As CbcSealer; `sizes` of the MAC and of a block.
  struct Sizes {
    std::size_t mac;
    std::size_t block;
  };
  CbcOnePassSealer(std::unique_ptr<crypto::CbcHmacSealer> sealer, Sizes sizes, const crypto::Provider& provider) noexcept
      : sealer_(std::move(sealer)), provider_(provider), sizes_(sizes) {}

  std::size_t sealed_size(std::size_t content, std::size_t padding) const noexcept override;
  ContentType outer_type(ContentType type) const noexcept override { return type; }
  Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                    std::uint64_t number) override;
  std::size_t in_place_offset() const noexcept override { return sizes_.block; }

 private:
  std::unique_ptr<crypto::CbcHmacSealer> sealer_;
  const crypto::Provider& provider_;
  Sizes sizes_;
};

}  // namespace keyway::record
