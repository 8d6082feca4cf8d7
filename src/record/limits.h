// SPDX-License-Identifier: Apache-2.0
//
// Every number that bounds the work and the memory of the record layer, with its reason.
// RFC 8446 5.1, 5.2, 5.5; RFC 8449. Limits of handshake messages and lists are in option_groups.h.
#pragma once

#include <cstddef>
#include <cstdint>

#include "keyway/protocol.h"

namespace keyway::record {

/// Type, version, length (RFC 8446 5.1).
inline constexpr std::size_t header_size = 5;

/// RFC 8446 5.1: the content of one record.
inline constexpr std::size_t max_plaintext = 16384;

/// RFC 8446 5.2: TLSInnerPlaintext is the content, the type byte and padding, together 2^14 + 1 at most.
inline constexpr std::size_t max_inner_plaintext13 = max_plaintext + 1;

/// RFC 8446 5.2: protection may add at most 256 bytes, the type byte included.
inline constexpr std::size_t max_expansion13 = 256;
inline constexpr std::size_t max_ciphertext13 = max_plaintext + max_expansion13;

/// The largest record on the wire; a buffer of this size always holds the next record.
inline constexpr std::size_t max_record13 = header_size + max_ciphertext13;

/// RFC 5246 6.2.3: what protection may add in TLS 1.2 and below.
inline constexpr std::size_t max_expansion12 = 2048;

/// RFC 8449 4: peers that ask for less than this are refused.
inline constexpr std::size_t min_record_size_limit = 64;

/// Records that carry nothing (no content, a dummy change_cipher_spec) cost a decryption and give no progress: this many
/// in a row are put up with.
inline constexpr std::uint32_t max_empty_records = 32;

/// Pieces of a gather list that one record takes as they are; a record of more pieces is copied together first. Sixteen
/// bytes each, on the stack of seal().
inline constexpr std::size_t max_gather_pieces = 62;

/// The last record number that is used: RFC 8446 5.3 forbids the counter to wrap.
inline constexpr std::uint64_t max_record_number = UINT64_MAX - 1;

/// RFC 8446 5.5: full-size records under one key before the margin of AES-GCM falls below 2^-57. The CCM suites stay
/// under the same number; ChaCha20-Poly1305 has no limit below the record number's.
constexpr std::uint64_t max_records_per_key(AeadAlgorithm algorithm) noexcept {
  return algorithm == AeadAlgorithm::chacha20_poly1305 ? max_record_number : 23'726'566;  // 2^24.5
}

/// Content under one key of a cipher with blocks of 8 bytes: 2^20 blocks (NIST SP 800-67 rev. 2, 3.3), long before two of
/// them are alike by chance (Sweet32). Larger blocks need no limit in versions whose connections end some day.
inline constexpr std::uint64_t max_bytes_of_small_blocks = std::uint64_t{8} << 20;

/// Content under one key of RC4. From 2^26 bytes on its stream is told from a random one by pairs that repeat (Mantin, EUROCRYPT
/// 2005), and what is sent again and again is read by such biases (RFC 7465 1): an eighth of that. Not less, because the first
/// bytes of each key are the worst.
inline constexpr std::uint64_t max_bytes_of_rc4 = std::uint64_t{8} << 20;

}  // namespace keyway::record
