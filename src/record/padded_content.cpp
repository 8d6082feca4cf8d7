// SPDX-License-Identifier: Apache-2.0
//
// Nothing here branches on, or indexes with, the length of the content: positions are walked from the first that it may have to
// the last, and masks choose.
#include "record/padded_content.h"

#include <algorithm>
#include <bit>

namespace keyway::record {
namespace {

std::uint32_t number(std::size_t value) noexcept { return static_cast<std::uint32_t>(value); }
std::byte masked(std::byte value, ct::Mask mask) noexcept { return value & static_cast<std::byte>(mask); }

/// Hashes with the end of the message in every block that may have it, and keeps the value of the one that has.
class EndFinder {
 public:
  EndFinder(const crypto::HashMethods& hash, std::size_t begun_size, std::uint32_t message_size) noexcept
      : block_size_(hash.block_size),
        length_size_(hash.block_size / 8),  // FIPS 180-4 5.1: 64 bits, or 128 with blocks of 1,024 bits
        message_size_(message_size),
        bits_((std::uint64_t{begun_size} + message_size) * 8) {
    const auto shift = static_cast<unsigned>(std::countr_zero(block_size_));
    last_block_ = (message_size_ + number(length_size_)) >> shift;
  }

  /// How many blocks a message of this size has, padding included.
  std::size_t blocks(std::size_t size) const noexcept { return (size + length_size_) / block_size_ + 1; }

  /// Makes a block of the message of its bytes, which begin at `at`; those behind the message are zeros or anything.
  void finish_block(std::byte* block, std::size_t at, std::size_t index) const noexcept {
    for (std::size_t i = 0; i < block_size_; ++i) {
      const std::uint32_t position = number(at + i);
      const ct::Mask inside = ct::is_less(position, message_size_);
      const ct::Mask end = ct::is_zero(position ^ message_size_);
      block[i] = masked(block[i], inside) | masked(std::byte{0x80}, end);
    }
    const ct::Mask last = is_last(index);
    std::byte* const length = block + block_size_ - 8;
    for (std::size_t i = 0; i < 8; ++i) length[i] |= masked(static_cast<std::byte>(bits_ >> (56 - 8 * i)), last);
  }
  ct::Mask is_last(std::size_t index) const noexcept { return ct::is_equal(number(index), last_block_); }

 private:
  std::size_t block_size_;
  std::size_t length_size_;
  std::uint32_t message_size_;
  std::uint32_t last_block_ = 0;
  std::uint64_t bits_;
};

/// The bytes of head and content from `at` on; zeros behind them.
void copy_message(ByteView head, ByteView content, std::size_t at, MutableBytes block) noexcept {
  std::size_t done = 0;
  for (const ByteView part : {head, content}) {
    if (at >= part.size()) {
      at -= part.size();
      continue;
    }
    const ByteView piece = part.subspan(at).first(std::min(part.size() - at, block.size() - done));
    std::ranges::copy(piece, block.begin() + static_cast<std::ptrdiff_t>(done));
    done += piece.size();
    at = 0;
  }
  std::ranges::fill(block.subspan(done), std::byte{0});
}

/// Where the library does not tell its chaining values: a digest for every length that the content may have.
void digest_every_end(crypto::HashState state, ByteView head, const PaddedContent& content, std::byte* out) {
  const std::size_t size = state.digest_size();
  state.update(head);
  state.update(content.bytes.first(content.min_size));
  Secret<crypto::max_digest_size> digest;
  std::fill_n(out, size, std::byte{0});
  for (std::size_t end = content.min_size; end <= content.bytes.size(); ++end) {
    crypto::HashState ended = state;
    ended.finish(digest.fill(size).data());
    const ct::Mask right = ct::is_equal(number(end), content.size);
    for (std::size_t i = 0; i < size; ++i) out[i] |= masked(digest.expose()[i], right);
    if (end < content.bytes.size()) state.update(content.bytes.subspan(end, 1));
  }
}

}  // namespace

Unpadded unpad(ByteView text, std::size_t mac_size, std::size_t block_size, PaddingRule rule) noexcept {
  const std::uint32_t padding = std::to_integer<std::uint32_t>(text.back());
  // RFC 5246 6.2.3.2: padding_length bytes, and the byte that says so.
  ct::Mask good = ~ct::is_less(number(text.size() - mac_size), padding + 1);
  if (rule == PaddingRule::one_block) good &= ct::is_less(padding, number(block_size));
  if (rule == PaddingRule::every_byte) {
    std::uint32_t difference = 0;
    const std::size_t looked_at = std::min(max_padding, text.size());
    for (std::size_t i = 0; i < looked_at; ++i) {
      const std::uint32_t byte = std::to_integer<std::uint32_t>(text[text.size() - 1 - i]);
      difference |= (byte ^ padding) & ~ct::is_less(padding, number(i));
    }
    good &= ct::is_zero(ct::barrier(difference));
  }
  const std::size_t longest = text.size() - mac_size;
  Unpadded unpadded;
  unpadded.good = good;
  unpadded.content.bytes = text.first(longest);
  unpadded.content.min_size = longest - std::min(max_padding, longest);
  unpadded.content.size = number(longest) - (ct::barrier(good) & (padding + 1));
  return unpadded;
}

void digest_padded(crypto::HashState begun, std::size_t begun_size, ByteView head, const PaddedContent& content, std::byte* out) {
  const crypto::HashMethods& hash = *begun.methods();
  if (hash.chaining == nullptr) return digest_every_end(std::move(begun), head, content, out);
  const EndFinder ends(hash, begun_size, number(head.size()) + content.size);
  // The blocks that have no end, whatever the size.
  const std::size_t plain = (head.size() + content.min_size) / hash.block_size * hash.block_size;
  const std::size_t of_head = std::min(plain, head.size());
  begun.update(head.first(of_head));
  begun.update(content.bytes.first(plain - of_head));
  Secret<crypto::max_block_size> block;
  Secret<crypto::max_digest_size> digest;
  std::fill_n(out, hash.digest_size, std::byte{0});
  const std::size_t blocks = ends.blocks(head.size() + content.bytes.size());
  for (std::size_t index = plain / hash.block_size; index < blocks; ++index) {
    const std::size_t at = index * hash.block_size;
    const MutableBytes bytes = block.fill(hash.block_size);
    copy_message(head, content.bytes, at, bytes);
    ends.finish_block(bytes.data(), at, index);
    begun.update(bytes);
    begun.chaining(digest.fill(hash.digest_size).data());
    const ct::Mask last = ends.is_last(index);
    for (std::size_t i = 0; i < hash.digest_size; ++i) out[i] |= masked(digest.expose()[i], last);
  }
}

ct::Mask has_mac(ByteView text, const PaddedContent& content, ByteView mac) noexcept {
  const std::size_t size = mac.size();
  // Each byte that may be of the MAC goes to its place in a ring that begins anywhere.
  std::array<std::byte, crypto::max_digest_size> ring{};
  std::uint32_t begin = 0;
  std::size_t place = 0;
  const std::uint32_t end = content.size + number(size);
  for (std::size_t i = content.min_size; i < content.bytes.size() + size; ++i) {
    const ct::Mask inside = ~ct::is_less(number(i), content.size) & ct::is_less(number(i), end);
    ring[place] |= masked(text[i], inside);
    begin |= number(place) & ct::is_zero(number(i) ^ content.size);
    if (++place == size) place = 0;
  }
  // Turned back by its beginning, one power of two after the other.
  for (std::size_t step = 1; step < size; step *= 2) {
    const ct::Mask turn = ~ct::is_zero(ct::barrier(begin & number(step)));
    std::array<std::byte, crypto::max_digest_size> turned{};
    for (std::size_t i = 0; i < size; ++i) {
      const std::size_t from = i + step < size ? i + step : i + step - size;
      turned[i] = masked(ring[from], turn) | masked(ring[i], ~turn);
    }
    ring = turned;
  }
  std::uint32_t difference = 0;
  for (std::size_t i = 0; i < size; ++i) difference |= std::to_integer<std::uint32_t>(ring[i] ^ mac[i]);
  return ct::is_zero(ct::barrier(difference));
}

}  // namespace keyway::record
