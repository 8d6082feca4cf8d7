// SPDX-License-Identifier: Apache-2.0
//
// Constant time for records that were authenticated and then padded and encrypted (RFC 5246 6.2.3.2): neither where the padding
// begins, nor which check failed, shows in time. Against padding oracles: Vaudenay, Lucky Thirteen, POODLE.
#pragma once

#include "base/ct.h"
#include "keyway/crypto/primitives.h"

namespace keyway::record {

/// What is in the padding (RFC 5246 6.2.3.2, RFC 6101 5.2.3.2).
enum class PaddingRule : std::uint8_t {
  every_byte,   ///< each byte is the length
  length_only,  ///< any bytes before the length
  one_block,    ///< any bytes before the length, which is less than a block
};

/// Longest padding, its length byte included.
inline constexpr std::size_t max_padding = 256;

/// Content with a MAC behind it, then padding: `bytes` is content, MAC and padding without what can be nothing but MAC: content
/// may end anywhere from min_size on, `size` bytes are the content, and `size` is a secret.
struct PaddedContent {
  ByteView bytes;
  std::size_t min_size = 0;
  std::uint32_t size = 0;
};

struct Unpadded {
  PaddedContent content;
  ct::Mask good = 0;  ///< secret
};

/// Looks at the padding of `text`, which is content, a MAC of `mac_size` bytes and padding, and longer than a MAC. Where it is
/// wrong there is none, so that the MAC is computed all the same.
Unpadded unpad(ByteView text, std::size_t mac_size, std::size_t block_size, PaddingRule) noexcept;

/// The hash of what `begun` has (`begun_size` bytes, whole blocks), `head` and the secret content. Writes the digest.
void digest_padded(crypto::HashState begun, std::size_t begun_size, ByteView head, const PaddedContent& content, std::byte* out);

/// Whether `mac` stands in `text` behind the content.
ct::Mask has_mac(ByteView text, const PaddedContent& content, ByteView mac) noexcept;

}  // namespace keyway::record
