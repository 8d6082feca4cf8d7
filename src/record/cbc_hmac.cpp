// SPDX-License-Identifier: Apache-2.0
//
// Block ciphers with a MAC. Whatever is wrong with a record that was decrypted has one error, at one time.
#include "record/cbc_hmac.h"

#include <algorithm>
#include <array>

#include "record/limits.h"

namespace keyway::record {
namespace {

std::size_t iv_size(const CbcParts& parts, std::size_t block_size) noexcept {
  return parts.iv_rule == CbcIv::in_record ? block_size : 0;
}

}  // namespace

CbcOpener::CbcOpener(CbcParts parts, PaddingRule padding) noexcept
    : parts_(std::move(parts)),
      block_size_(crypto::block_size(parts_.cipher->algorithm())),
      said_iv_(iv_size(parts_, block_size_)),
      padding_(padding) {}

std::size_t CbcOpener::max_expansion() const noexcept { return max_expansion12; }

/// Public: whole blocks, and room for a MAC and the length of the padding.
bool CbcOpener::has_size_of_a_record(std::size_t payload) const noexcept {
  const std::size_t mac = parts_.mac->size();
  if (parts_.order == MacOrder::cipher_first) {
    return payload >= said_iv_ + block_size_ + mac && (payload - said_iv_ - mac) % block_size_ == 0;
  }
  return payload >= said_iv_ + mac + 1 && (payload - said_iv_) % block_size_ == 0;
}

Result<Unprotected> CbcOpener::open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                                    std::size_t max_content) {
  if (!has_size_of_a_record(payload.size())) return fail(Errc::bad_record_mac);
  auto content = parts_.order == MacOrder::cipher_first ? open_cipher_first(header, payload, number)
                                                        : open_mac_first(header, payload, number);
  if (!content) {
    wipe(payload);  // unauthenticated plaintext must not be seen
    return std::unexpected(std::move(content).error());
  }
  // RFC 5246 6.2.1.
  if (content->size() > max_content) return fail(Errc::plaintext_overflow);
  return Unprotected{outer, *content};
}

/// IV and blocks, in place; gives what was in the blocks.
Result<MutableBytes> CbcOpener::decrypt(MutableBytes payload) {
  const MutableBytes blocks = payload.subspan(said_iv_);
  const ByteView text = blocks;
  if (parts_.iv_rule == CbcIv::in_record) {
    KW_TRY(parts_.cipher->apply(payload.first(said_iv_), ByteViews(&text, 1), blocks));
    return blocks;
  }
  Secret<crypto::max_cipher_block> next(text.last(block_size_));
  KW_TRY(parts_.cipher->apply(parts_.chained_iv.expose(), ByteViews(&text, 1), blocks));
  parts_.chained_iv = std::move(next);
  return blocks;
}

Result<MutableBytes> CbcOpener::open_mac_first(ByteView header, MutableBytes payload, std::uint64_t number) {
  KW_ASSIGN(const MutableBytes text, decrypt(payload));
  const std::size_t mac_size = parts_.mac->size();
  Unpadded unpadded = unpad(text, mac_size, block_size_, padding_);
  Secret<crypto::max_digest_size> mac;
  parts_.mac->compute(number, header, unpadded.content, mac.fill(mac_size).data());
  // RFC 5246 6.2.3.2: one alert for both, and only when both are known.
  ct::Mask good = unpadded.good & has_mac(text, unpadded.content, mac.expose());
  ct::unpoison(std::as_bytes(std::span(&good, 1)));
  //= rfc5246#6.2.3.2-3, 6.2.3.2-4
  if (good == 0) return fail(Errc::bad_record_mac);
  // What is authentic is the application's, and so is its length.
  ct::unpoison(std::as_bytes(std::span(&unpadded.content.size, 1)));
  return text.first(unpadded.content.size);
}

Result<MutableBytes> CbcOpener::open_cipher_first(ByteView header, MutableBytes payload, std::uint64_t number) {
  const std::size_t mac_size = parts_.mac->size();
  const MutableBytes sealed = payload.first(payload.size() - mac_size);
  const ByteView covered = sealed;
  Secret<crypto::max_digest_size> mac;
  parts_.mac->compute(number, header, ByteViews(&covered, 1), mac.fill(mac_size).data());
  // RFC 7366 3: nothing is decrypted before the MAC fits.
  //= rfc7366#3-3, 3-4
  if (!ct::equal(payload.last(mac_size), mac.expose())) return fail(Errc::bad_record_mac);
  KW_ASSIGN(const MutableBytes text, decrypt(sealed));
  Unpadded unpadded = unpad(text, 0, block_size_, padding_);
  ct::unpoison(std::as_bytes(std::span(&unpadded, 1)));
  if (unpadded.good == 0) return fail(Errc::bad_record_mac);
  return text.first(unpadded.content.size);
}

CbcSealer::CbcSealer(CbcParts parts, const crypto::Provider& provider, std::optional<std::size_t> first_part) noexcept
    : parts_(std::move(parts)),
      provider_(provider),
      block_size_(crypto::block_size(parts_.cipher->algorithm())),
      said_iv_(iv_size(parts_, block_size_)),
      first_part_(first_part) {}

std::size_t CbcSealer::sealed_size(std::size_t content, std::size_t) const noexcept {
  const std::size_t mac = parts_.mac->size();
  const bool mac_inside = parts_.order == MacOrder::mac_first;
  const std::size_t text = content + (mac_inside ? mac : 0);
  return said_iv_ + (text / block_size_ + 1) * block_size_ + (mac_inside ? 0 : mac);
}

Result<void> CbcSealer::seal(ContentType, ByteView header, ByteViews content, std::size_t, MutableBytes out,
                             std::uint64_t number) {
  const std::size_t mac_size = parts_.mac->size();
  const bool mac_inside = parts_.order == MacOrder::mac_first;
  // RFC 4346 6.2.3.2: an IV that nobody can know before.
  //= rfc5246#6.2.3.2-1
  if (said_iv_ != 0) KW_TRY(provider_.random(out.first(said_iv_)));
  std::array<std::byte, 64 + crypto::max_cipher_block> tail;
  std::size_t tail_size = mac_inside ? mac_size : 0;
  if (mac_inside) parts_.mac->compute(number, header, content, tail.data());
  const std::size_t text = total_size(content) + tail_size;
  const std::size_t padding = block_size_ - text % block_size_;
  //= rfc5246#6.2.3.2-2
  std::fill_n(tail.begin() + static_cast<std::ptrdiff_t>(tail_size), padding, static_cast<std::byte>(padding - 1));
  tail_size += padding;
  const MutableBytes sealed = mac_inside ? out : out.first(out.size() - mac_size);
  KW_TRY(encrypt(content, ByteView(tail).first(tail_size), sealed));
  if (mac_inside) return {};
  // RFC 7366 3.
  const ByteView covered = sealed;
  parts_.mac->compute(number, header, ByteViews(&covered, 1), out.last(mac_size).data());
  return {};
}

Result<void> CbcSealer::encrypt(ByteViews content, ByteView tail, MutableBytes out) {
  const MutableBytes blocks = out.subspan(said_iv_);
  const ByteView iv = said_iv_ != 0 ? ByteView(out.first(said_iv_)) : parts_.chained_iv.expose();
  const bool in_place = content.size() == 1 && content[0].data() == blocks.data();
  if (in_place) {
    std::ranges::copy(tail, blocks.last(tail.size()).begin());
    const ByteView text = blocks;
    KW_TRY(parts_.cipher->apply(iv, ByteViews(&text, 1), blocks));
  } else {
    std::array<ByteView, max_gather_pieces + 1> pieces;
    *std::ranges::copy(content, pieces.begin()).out = tail;
    KW_TRY(parts_.cipher->apply(iv, ByteViews(pieces).first(content.size() + 1), blocks));
  }
  if (said_iv_ == 0) parts_.chained_iv = Secret<crypto::max_cipher_block>(blocks.last(block_size_));
  return {};
}

}  // namespace keyway::record
