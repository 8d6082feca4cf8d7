// SPDX-License-Identifier: Apache-2.0
//
// Sizes of the ciphers and MACs of cipher suites: what a key block is cut into (RFC 5246 6.3 and appendix C; RFC 5288,
// RFC 6655 and RFC 7905 for AEADs). Nothing here says whether a cipher may be used.
#pragma once

#include <optional>

#include "names/cipher_suite_table.h"

namespace keyway {

enum class CipherKind : std::uint8_t { aead, block, stream };

/// Where the IV of a CBC record comes from: the last block of the record before it, or the record itself (RFC 4346 1.1).
enum class CbcIv : std::uint8_t { chained, in_record };

struct CipherProperties {
  CipherKind kind;
  std::size_t key_size;
  std::size_t block_size;      ///< block ciphers: also the size of an IV
  std::size_t fixed_iv_size;   ///< AEADs: what the key block gives to each direction
  std::size_t explicit_nonce_size;  ///< AEADs: what each record of TLS 1.2 carries
};

/// All zeros for ciphers that are not negotiable.
CipherProperties properties(Cipher) noexcept;

/// The algorithm behind a cipher, or nothing where it is of another kind or not negotiable.
std::optional<AeadAlgorithm> aead_of(Cipher) noexcept;
std::optional<BulkAlgorithm> bulk_of(Cipher) noexcept;

/// In bytes; 0 for AEADs.
std::size_t mac_size(Mac) noexcept;
/// The hash of the HMAC; nothing for AEADs.
std::optional<HashAlgorithm> mac_hash(Mac) noexcept;

}  // namespace keyway
