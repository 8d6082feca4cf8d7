// SPDX-License-Identifier: Apache-2.0
//
// Primitives behind the seam. Hash states are plain values in fixed storage, so that a transcript snapshot is a copy;
// AEAD objects own one kept context each and are given a new key by rekey().
#pragma once

#include <array>
#include <cstring>
#include <memory>

#include "keyway/bytes.h"
#include "keyway/protocol.h"
#include "keyway/result.h"
#include "keyway/secret.h"

namespace keyway::crypto {

inline constexpr std::size_t max_digest_size = 64;
inline constexpr std::size_t max_block_size = 128;

/// What a provider fills in for one hash. `State` storage is `state_size` bytes, aligned to 16.
struct HashMethods {
  HashAlgorithm algorithm;
  std::size_t digest_size;
  std::size_t block_size;
  void (*init)(void* state);
  void (*copy)(void* to, const void* from);   ///< `to` is raw storage
  void (*update)(void* state, ByteView);
  void (*finish)(void* state, std::byte* out);  ///< writes digest_size bytes; the state must be destroyed afterwards
  void (*destroy)(void* state);                 ///< wipes
  /// Writes digest_size bytes: what the digest would be if its padding were in the last block already. Called only when whole
  /// blocks were given. Null where the library does not tell; MACs of padded records cost more then.
  void (*chaining)(const void* state, std::byte* out) = nullptr;
};

/// A running hash. Copying it is a snapshot. Not thread-safe, like any value.
class HashState {
 public:
  static constexpr std::size_t storage_size = 224;

  HashState() noexcept = default;
  explicit HashState(const HashMethods* methods) : methods_(methods) { methods_->init(storage_); }
  HashState(const HashState& from) : methods_(from.methods_) {
    if (methods_ != nullptr) methods_->copy(storage_, from.storage_);
  }
  HashState& operator=(const HashState& from) {
    if (this == &from) return *this;
    reset();
    methods_ = from.methods_;
    if (methods_ != nullptr) methods_->copy(storage_, from.storage_);
    return *this;
  }
  ~HashState() { reset(); }

  explicit operator bool() const noexcept { return methods_ != nullptr; }
  const HashMethods* methods() const noexcept { return methods_; }
  std::size_t digest_size() const noexcept { return methods_->digest_size; }

  void update(ByteView bytes) { methods_->update(storage_, bytes); }
  /// See HashMethods::chaining.
  void chaining(std::byte* out) const { methods_->chaining(storage_, out); }
  /// Writes digest_size() bytes and ends the state.
  void finish(std::byte* out) {
    methods_->finish(storage_, out);
    reset();
  }
  void reset() noexcept {
    if (methods_ != nullptr) methods_->destroy(storage_);
    methods_ = nullptr;
  }

 private:
  alignas(16) std::byte storage_[storage_size];
  const HashMethods* methods_ = nullptr;
};

/// Seals records of one direction. Owns one kept context; a record costs a nonce and the cipher, no allocation.
class AeadSealer {
 public:
  virtual ~AeadSealer() = default;
  virtual AeadAlgorithm algorithm() const = 0;
  virtual std::size_t tag_size() const = 0;
  /// Installs another key of the same algorithm.
  virtual Result<void> rekey(ByteView key) = 0;
  /// Seals the pieces, in order, as one plaintext. `out` must hold total_size(plaintext) + tag_size() bytes and is
  /// filled exactly; it must not overlap the pieces, except that the whole plaintext may be one piece that begins at
  /// out.data() (in place).
  virtual Result<void> seal(ByteView nonce, ByteView additional_data, ByteViews plaintext, MutableBytes out) = 0;
};

/// Opens records of one direction in place.
class AeadOpener {
 public:
  virtual ~AeadOpener() = default;
  virtual AeadAlgorithm algorithm() const = 0;
  virtual std::size_t tag_size() const = 0;
  virtual Result<void> rekey(ByteView key) = 0;
  /// `in_place` is ciphertext and tag; returns the plaintext at its start. On failure (bad_record_mac) the content of
  /// `in_place` is wiped.
  virtual Result<MutableBytes> open(ByteView nonce, ByteView additional_data, MutableBytes in_place) = 0;
};

/// A cipher without a MAC, one direction, one kept context: blocks in CBC mode, or a key stream.
class BulkCipher {
 public:
  virtual ~BulkCipher() = default;
  virtual BulkAlgorithm algorithm() const = 0;
  /// Installs another key of the same algorithm; a key stream starts anew.
  virtual Result<void> rekey(ByteView key) = 0;
  /// Encrypts or decrypts the pieces, in order, as one text. `iv` has the size of a block, or is empty: then the text goes on
  /// where the one before it ended, or begins with a block of zeros. Key streams have none. The text is whole blocks; `out` has
  /// its size and does not overlap the pieces, except that the whole text may be one piece that begins at out.data() (in place).
  /// Time depends on sizes alone.
  virtual Result<void> apply(ByteView iv, ByteViews text, MutableBytes out) = 0;
};

/// Seals records of TLS 1.1 and 1.2 that are authenticated, padded and encrypted in CBC mode (RFC 5246 6.2.3.2), in one pass over
/// the text. One kept context.
class CbcHmacSealer {
 public:
  virtual ~CbcHmacSealer() = default;
  /// `record` is a block of random bytes, of which the IV becomes, the content, and room for the MAC and at most one block of
  /// padding, whole blocks together. `head` is what stands before the content when it is authenticated (RFC 5246 6.2.3.1), 13
  /// bytes. Error crypto_failure: what is in `record` must not be seen.
  virtual Result<void> seal(ByteView head, MutableBytes record) = 0;
};

/// Sizes of an AEAD's key and nonce; nonces are 12 bytes for all of them.
constexpr std::size_t key_size(AeadAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case AeadAlgorithm::aes_128_gcm:
    case AeadAlgorithm::aes_128_ccm:
    case AeadAlgorithm::aes_128_ccm_8:
    case AeadAlgorithm::aria_128_gcm: return 16;
    default: return 32;
  }
}
inline constexpr std::size_t aead_nonce_size = 12;

constexpr std::size_t key_size(BulkAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case BulkAlgorithm::des_cbc: return 8;
    case BulkAlgorithm::tdes_ede_cbc: return 24;
    case BulkAlgorithm::aes_256_cbc:
    case BulkAlgorithm::camellia_256_cbc:
    case BulkAlgorithm::aria_256_cbc: return 32;
    default: return 16;
  }
}
/// 0 for key streams.
constexpr std::size_t block_size(BulkAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case BulkAlgorithm::rc4_128: return 0;
    case BulkAlgorithm::des_cbc:
    case BulkAlgorithm::tdes_ede_cbc: return 8;
    default: return 16;
  }
}
inline constexpr std::size_t max_cipher_block = 16;

}  // namespace keyway::crypto
