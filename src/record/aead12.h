// SPDX-License-Identifier: Apache-2.0
//
// AEADs in records of TLS 1.2 (RFC 5246 6.2.3.3): AES-GCM and CCM carry half of their nonce in the record (RFC 5288 3,
// RFC 6655 3), ChaCha20-Poly1305 has it from the record number (RFC 7905 2).
#pragma once

#include <array>
#include <memory>

#include "keyway/crypto/provider.h"
#include "record/protection.h"

namespace keyway::record {

/// The nonces of one key. With a fixed part of 4 bytes a record says the other 8; with 12 it says nothing.
class Nonce12 {
 public:
  using Nonce = std::array<std::byte, crypto::aead_nonce_size>;

  /// Error internal: the fixed part has neither 4 nor 12 bytes.
  static Result<Nonce12> make(ByteView fixed) noexcept;

  std::size_t explicit_size() const noexcept { return crypto::aead_nonce_size - (fixed_.size() == 4 ? 4 : 12); }
  /// To open: `said` has explicit_size() bytes.
  Nonce received(ByteView said, std::uint64_t number) const noexcept;
  /// To seal; unique because the number is. What the record must say is its last explicit_size() bytes.
  Nonce next(std::uint64_t number) const noexcept;

 private:
  Secret<crypto::aead_nonce_size> fixed_;
};

class Aead12Opener final : public ReadProtection {
 public:
  static Result<std::unique_ptr<ReadProtection>> make(AeadAlgorithm, ByteView key, ByteView fixed_iv, const crypto::Provider&);
  Aead12Opener(std::unique_ptr<crypto::AeadOpener> aead, Nonce12 nonce) noexcept
      : aead_(std::move(aead)), nonce_(std::move(nonce)) {}

  std::size_t max_expansion() const noexcept override;
  ContentType outer_type() const noexcept override { return ContentType::invalid; }
  Result<Unprotected> open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                           std::size_t max_content) override;

 private:
  std::unique_ptr<crypto::AeadOpener> aead_;
  Nonce12 nonce_;
};

class Aead12Sealer final : public WriteProtection {
 public:
  static Result<std::unique_ptr<WriteProtection>> make(AeadAlgorithm, ByteView key, ByteView fixed_iv, const crypto::Provider&);
  Aead12Sealer(std::unique_ptr<crypto::AeadSealer> aead, Nonce12 nonce)
      : aead_(std::move(aead)), overhead_(aead_->tag_size() + nonce.explicit_size()), nonce_(std::move(nonce)) {}

  std::size_t sealed_size(std::size_t content, std::size_t) const noexcept override { return content + overhead_; }
  ContentType outer_type(ContentType type) const noexcept override { return type; }
  Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                    std::uint64_t number) override;
  std::size_t in_place_offset() const noexcept override { return nonce_.explicit_size(); }

 private:
  std::unique_ptr<crypto::AeadSealer> aead_;
  std::size_t overhead_;
  Nonce12 nonce_;
};

}  // namespace keyway::record
