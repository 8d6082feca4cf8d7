// SPDX-License-Identifier: Apache-2.0
//
// Record protection of TLS 1.3 (RFC 8446 5.2 to 5.4): nonce from the number, inner type, padding.
// One kept AEAD context a direction; a new key of the same algorithm goes into the same context.
#pragma once

#include <array>
#include <memory>

#include "keyway/crypto/provider.h"
#include "record/protection.h"

namespace keyway::record {

/// The static part of the nonces of one key (RFC 8446 5.3).
class NonceMask {
 public:
  using Nonce = std::array<std::byte, crypto::aead_nonce_size>;

  /// Error internal: the iv has not 12 bytes.
  Result<void> set(ByteView iv) noexcept;
  Nonce nonce(std::uint64_t number) const noexcept;

 private:
  Secret<crypto::aead_nonce_size> iv_;
};

/// Default: without a key; nothing but the test for one may be called.
class Aead13Opener final : public ReadProtection {
 public:
  Aead13Opener() noexcept = default;
  static Result<Aead13Opener> make(AeadAlgorithm, ByteView key, ByteView iv, const crypto::Provider&);
  Aead13Opener(std::unique_ptr<crypto::AeadOpener> aead, NonceMask mask) noexcept
      : aead_(std::move(aead)), mask_(std::move(mask)) {}
  explicit operator bool() const noexcept { return aead_ != nullptr; }
  AeadAlgorithm algorithm() const { return aead_->algorithm(); }
  Result<void> rekey(ByteView key, ByteView iv);

  std::size_t max_expansion() const noexcept override;
  ContentType outer_type() const noexcept override { return ContentType::application_data; }
  Result<Unprotected> open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                           std::size_t max_inner) override;

 private:
  std::unique_ptr<crypto::AeadOpener> aead_;
  NonceMask mask_;
};

/// Default: without a key; nothing but the test for one may be called.
class Aead13Sealer final : public WriteProtection {
 public:
  Aead13Sealer() noexcept = default;
  static Result<Aead13Sealer> make(AeadAlgorithm, ByteView key, ByteView iv, const crypto::Provider&);
  Aead13Sealer(std::unique_ptr<crypto::AeadSealer> aead, NonceMask mask)
      : aead_(std::move(aead)), mask_(std::move(mask)), tag_size_(static_cast<std::uint8_t>(aead_->tag_size())) {}
  explicit operator bool() const noexcept { return aead_ != nullptr; }
  AeadAlgorithm algorithm() const { return aead_->algorithm(); }
  Result<void> rekey(ByteView key, ByteView iv);

  std::size_t sealed_size(std::size_t content, std::size_t padding) const noexcept override {
    return content + 1 + padding + tag_size_;
  }
  ContentType outer_type(ContentType) const noexcept override { return ContentType::application_data; }
  Result<void> seal(ContentType, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                    std::uint64_t number) override;

 private:
  std::unique_ptr<crypto::AeadSealer> aead_;
  NonceMask mask_;
  std::uint8_t tag_size_ = 0;
};

}  // namespace keyway::record
