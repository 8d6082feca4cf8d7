// SPDX-License-Identifier: Apache-2.0
//
// Block ciphers with a MAC. Whatever is wrong with a record that was decrypted has one error, at one time.
#include "record/cbc_hmac.h"

#include <algorithm>
#include <cstring>

#include "record/limits.h"

namespace keyway::record {
namespace {

/// In place, from where the record before ended. A block in front of the text, which the record says or which is drawn, is
/// decrypted or encrypted with it: so it serves as the IV (RFC 4346 6.2.3.2).
Result<void> apply(CbcParts& parts, MutableBytes blocks) {
  const ByteView text = blocks;
  KW_TRY(parts.cipher->apply(parts.first_iv.expose(), ByteViews(&text, 1), blocks));
  if (!parts.first_iv.empty()) parts.first_iv.clear();
  return {};
}

/// One after the other, unless they stand there already.
void gather(ByteViews pieces, MutableBytes out) noexcept {
  if (pieces.size() == 1 && pieces[0].data() == out.data()) return;
  std::byte* to = out.data();
  for (const ByteView piece : pieces) {
    if (!piece.empty()) std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
  }
}

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
  KW_TRY(apply(parts_, payload));
  return payload.subspan(said_iv_);
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
  // RFC 4346 6.2.3.2: an IV that nobody can know before.
  //= rfc5246#6.2.3.2-1
  if (said_iv_ != 0) KW_TRY(provider_.random(out.first(said_iv_)));
  gather(content, out.subspan(said_iv_));
  auto sealed = seal_gathered(header, total_size(content), out, number);
  if (!sealed) wipe(out);
  return sealed;
}

Result<void> CbcSealer::seal_gathered(ByteView header, std::size_t content, MutableBytes out, std::uint64_t number) {
  const std::size_t mac_size = parts_.mac->size();
  const bool mac_inside = parts_.order == MacOrder::mac_first;
  const MutableBytes blocks = mac_inside ? out : out.first(out.size() - mac_size);
  MutableBytes tail = blocks.subspan(said_iv_ + content);
  if (mac_inside) {
    const ByteView covered = out.subspan(said_iv_, content);
    parts_.mac->compute(number, header, ByteViews(&covered, 1), tail.data());
    tail = tail.subspan(mac_size);
  }
  //= rfc5246#6.2.3.2-2
  std::ranges::fill(tail, static_cast<std::byte>(tail.size() - 1));
  KW_TRY(apply(parts_, blocks));
  if (mac_inside) return {};
  // RFC 7366 3.
  const ByteView covered = blocks;
  parts_.mac->compute(number, header, ByteViews(&covered, 1), out.last(mac_size).data());
  return {};
}

std::size_t CbcOnePassSealer::sealed_size(std::size_t content, std::size_t) const noexcept {
  return sizes_.block + ((content + sizes_.mac) / sizes_.block + 1) * sizes_.block;
}

Result<void> CbcOnePassSealer::seal(ContentType, ByteView header, ByteViews content, std::size_t, MutableBytes out,
                                    std::uint64_t number) {
  // RFC 4346 6.2.3.2, as above.
  KW_TRY(provider_.random(out.first(sizes_.block)));
  gather(content, out.subspan(sizes_.block));
  auto sealed = sealer_->seal(additional_data(number, header, total_size(content)), out);
  if (!sealed) wipe(out);
  return sealed;
}

}  // namespace keyway::record
