// SPDX-License-Identifier: Apache-2.0
//
// The process's own library context and everything fetched from it, once. Made on first use and kept until the process
// ends, so that keys and ciphers may outlive whoever made them. Not here: what is done with it (provider.cpp).
#pragma once

#include <vector>

#include "crypto/openssl/curves.h"
#include "crypto/openssl/handles.h"
#include "keyway/crypto/primitives.h"

namespace keyway::crypto::openssl {

inline constexpr std::size_t hash_count = 7;
inline constexpr std::size_t aead_count = 9;
inline constexpr std::size_t bulk_count = 9;
/// Those at the beginning of BulkAlgorithm, which the default provider has and nothing is wrong with.
inline constexpr std::size_t fetched_bulk_count = 6;

class Library {
 public:
  Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  OSSL_LIB_CTX* context() const noexcept { return context_.get(); }
  /// Null where the loaded providers lack it.
  const EVP_MD* digest(HashAlgorithm algorithm) const noexcept { return digests_[static_cast<std::size_t>(algorithm)].get(); }
  const EVP_CIPHER* cipher(AeadAlgorithm algorithm) const noexcept;
  const EVP_CIPHER* cipher(BulkAlgorithm algorithm) const noexcept;
  /// CBC and HMAC together. Null where there is no code that interleaves the two.
  const EVP_CIPHER* cipher(BulkAlgorithm, HashAlgorithm mac) const noexcept;
  /// Null where libcrypto was built without the curve, and beyond the table.
  const EC_GROUP* group(std::size_t curve) const noexcept { return curve < groups_.size() ? groups_[curve].get() : nullptr; }

  const std::vector<NamedGroup>& named_groups() const noexcept { return named_groups_; }
  const std::vector<AeadAlgorithm>& aeads() const noexcept { return aeads_; }

 private:
  void fetch_digests();
  void fetch_ciphers();
  void make_groups();

  LibCtxHandle context_;
  std::array<DigestHandle, hash_count> digests_;
  std::array<CipherHandle, 7> ciphers_;  ///< the two tag sizes of CCM share one
  std::array<CipherHandle, fetched_bulk_count> bulk_;
  std::array<CipherHandle, 4> cbc_hmac_;  ///< AES-128 and AES-256 with SHA-1, then both with SHA-256
  std::array<GroupHandle, curves.size()> groups_;
  std::vector<NamedGroup> named_groups_;
  std::vector<AeadAlgorithm> aeads_;
};

/// Built on first use. Any thread.
const Library& library();

/// The table of one hash, or null where it is missing.
const HashMethods* hash_methods(const Library&, HashAlgorithm);

/// Drawn from this thread's pool; see random.cpp.
bool draw_random(const Library&, MutableBytes out);
/// Makes the pools of a forked child forget what they hold; called once.
void watch_forks();

}  // namespace keyway::crypto::openssl
