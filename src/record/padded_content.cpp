// SPDX-License-Identifier: Apache-2.0
//
// Nothing here branches on, or indexes with, the length of the content: positions are walked from the first that it may have to
// the last, a word at a time, and masks choose.
#include "record/padded_content.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace keyway::record {
namespace {

std::uint32_t number(std::size_t value) noexcept { return static_cast<std::uint32_t>(value); }
std::byte masked(std::byte value, ct::Mask mask) noexcept { return value & static_cast<std::byte>(mask); }

/// Eight bytes at a time, the first of them in the lowest place.
using Word = std::uint64_t;
constexpr std::size_t word_size = sizeof(Word);

constexpr Word repeated(std::uint8_t byte) noexcept { return byte * Word{0x0101010101010101}; }
Word wide(ct::Mask mask) noexcept { return Word{mask} << 32 | mask; }
ct::Mask is_zero(Word word) noexcept { return ct::is_zero(number(word >> 32) | number(word & 0xffffffff)); }

Word in_order(Word word) noexcept { return std::endian::native == std::endian::little ? word : std::byteswap(word); }
Word load(const std::byte* from) noexcept {
  Word word;
  std::memcpy(&word, from, word_size);
  return in_order(word);
}
void store(std::byte* to, Word word) noexcept {
  word = in_order(word);
  std::memcpy(to, &word, word_size);
}
/// What `bytes` has at `at`; zeros behind its end.
Word word_at(ByteView bytes, std::size_t at) noexcept {
  if (bytes.size() - at >= word_size) return load(bytes.data() + at);
  std::array<std::byte, word_size> rest{};
  std::ranges::copy(bytes.subspan(at), rest.begin());
  return load(rest.data());
}

/// Where an end lies, which is a secret, as seen from the word at `at`, which is not.
struct End {
  End(std::size_t at, std::int64_t end) noexcept {
    const std::int64_t distance = end - static_cast<std::int64_t>(at);
    const Word behind = ct::barrier(~static_cast<Word>((distance - std::int64_t{word_size}) >> 63));
    const Word inside = ct::barrier(~static_cast<Word>(distance >> 63) & ~behind);
    const Word place = Word{1} << (8 * (static_cast<Word>(distance) % word_size));
    before = behind | (inside & (place - 1));
    mark = inside & (place << 7);
  }
  Word before;  ///< mask of the bytes before it
  Word mark;    ///< 0x80 in its own byte
};
Word before(std::size_t at, std::int64_t end) noexcept { return End(at, end).before; }

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
    for (std::size_t i = 0; i < block_size_; i += word_size) {
      const End end(at + i, message_size_);
      store(block + i, (load(block + i) & end.before) | end.mark);
    }
    std::byte* const length = block + block_size_ - word_size;
    store(length, load(length) | (std::byteswap(bits_) & wide(is_last(index))));
  }
  ct::Mask is_last(std::size_t index) const noexcept { return ct::is_equal(number(index), last_block_); }

 private:
  std::size_t block_size_;
  std::size_t length_size_;
  std::uint32_t message_size_;
  std::uint32_t last_block_ = 0;
  std::uint64_t bits_;
};

/// Adds what `from` has where the mask is set; both are whole words.
void add(MutableBytes to, ByteView from, ct::Mask mask) noexcept {
  const Word chosen = ct::barrier(wide(mask));
  for (std::size_t i = 0; i < to.size(); i += word_size)
    store(to.data() + i, load(to.data() + i) | (load(from.data() + i) & chosen));
}

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
    const auto size = static_cast<std::int64_t>(text.size());
    const Word expected = repeated(static_cast<std::uint8_t>(padding));
    Word difference = 0;
    for (std::size_t at = (text.size() - std::min(max_padding, text.size())) / word_size * word_size; at < text.size();
         at += word_size) {
      const Word padded = before(at, size) & ~before(at, size - 1 - padding);
      difference |= (word_at(text, at) ^ expected) & padded;
    }
    good &= is_zero(ct::barrier(difference));
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
  Secret<crypto::max_digest_size> value;
  Secret<crypto::max_digest_size> digest;
  const std::size_t words = (hash.digest_size + word_size - 1) / word_size * word_size;
  std::ranges::fill(value.fill(words), std::byte{0});
  std::ranges::fill(digest.fill(words), std::byte{0});
  const std::size_t blocks = ends.blocks(head.size() + content.bytes.size());
  for (std::size_t index = plain / hash.block_size; index < blocks; ++index) {
    const std::size_t at = index * hash.block_size;
    const MutableBytes bytes = block.fill(hash.block_size);
    copy_message(head, content.bytes, at, bytes);
    ends.finish_block(bytes.data(), at, index);
    begun.update(bytes);
    begun.chaining(value.fill(words).data());
    add(digest.fill(words), value.expose(), ends.is_last(index));
  }
  std::memcpy(out, digest.expose().data(), hash.digest_size);
}

ct::Mask has_mac(ByteView text, const PaddedContent& content, ByteView mac) noexcept {
  // Each byte of the MAC goes to its place in a ring that begins anywhere.
  constexpr std::size_t words = crypto::max_digest_size / word_size;
  using Ring = std::array<Word, words>;
  Ring ring{};
  const std::int64_t begin = content.size;
  const std::int64_t end = begin + static_cast<std::int64_t>(mac.size());
  for (std::size_t at = content.min_size / word_size * word_size; at < text.size(); at += word_size)
    ring[at / word_size % words] |= word_at(text, at) & before(at, end) & ~before(at, begin);
  // Turned back by its beginning: whole words, one power of two after the other, then bytes.
  for (std::size_t step = 1; step < words; step *= 2) {
    const Word turn = ct::barrier(wide(~ct::is_zero(content.size & number(step * word_size))));
    Ring turned;
    for (std::size_t i = 0; i < words; ++i) turned[i] = (ring[(i + step) % words] & turn) | (ring[i] & ~turn);
    ring = turned;
  }
  const unsigned shift = 8 * (content.size % word_size);
  Word difference = 0;
  for (std::size_t i = 0; i < words; ++i) {
    const Word found = ring[i] >> shift | (ring[(i + 1) % words] << 1) << (63 - shift);
    difference |= found ^ (i * word_size < mac.size() ? word_at(mac, i * word_size) : 0);
  }
  return is_zero(ct::barrier(difference));
}

}  // namespace keyway::record
