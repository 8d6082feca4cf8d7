// SPDX-License-Identifier: Apache-2.0
//
// TLSInnerPlaintext in and out of TLSCiphertext (RFC 8446 5.2 to 5.4). The type byte is the last piece of the gather
// list, so that content is read where the caller has it; only padding makes a copy.
#include "record/aead13.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "record/limits.h"

namespace keyway::record {
namespace {

template <std::size_t Capacity>
Result<void> seal_pieces(crypto::AeadSealer& aead, const NonceMask::Nonce& nonce, ByteView header, ByteViews content,
                         ByteView type, MutableBytes out) {
  std::array<ByteView, Capacity> pieces;
  const auto last = std::copy(content.begin(), content.end(), pieces.begin());
  *last = type;
  return aead.seal(nonce, header, ByteViews(pieces).first(content.size() + 1), out);
}

}  // namespace

Result<void> NonceMask::set(ByteView iv) noexcept {
  if (iv.size() != crypto::aead_nonce_size) return fail(Errc::internal);
  iv_ = Secret<crypto::aead_nonce_size>(iv);
  return {};
}

NonceMask::Nonce NonceMask::nonce(std::uint64_t number) const noexcept {
  constexpr std::size_t high = crypto::aead_nonce_size - sizeof(number);
  const std::byte* const iv = iv_.expose().data();
  if constexpr (std::endian::native == std::endian::little) number = std::byteswap(number);
  std::uint64_t low = 0;
  std::memcpy(&low, iv + high, sizeof(low));
  //= rfc8446#5.3-3
  low ^= number;
  Nonce nonce;
  std::memcpy(nonce.data(), iv, high);
  std::memcpy(nonce.data() + high, &low, sizeof(low));
  return nonce;
}

Result<Aead13Opener> Aead13Opener::make(AeadAlgorithm algorithm, ByteView key, ByteView iv, const crypto::Provider& provider) {
  KW_ASSIGN(auto aead, provider.opener(algorithm, key));
  NonceMask mask;
  KW_TRY(mask.set(iv));
  return Aead13Opener(std::move(aead), std::move(mask));
}

Result<void> Aead13Opener::rekey(ByteView key, ByteView iv) {
  KW_TRY(aead_->rekey(key));
  return mask_.set(iv);
}

std::size_t Aead13Opener::max_expansion() const noexcept { return max_expansion13; }

Result<Unprotected> Aead13Opener::open(ContentType, ByteView header, MutableBytes payload, std::uint64_t number,
                                       std::size_t max_inner) {
  if (payload.size() < aead_->tag_size()) return fail(Errc::bad_record_mac);
  //= rfc8446#5.2-5
  KW_ASSIGN(const MutableBytes inner, aead_->open(mask_.nonce(number), header, payload));
  // RFC 8446 5.4 and RFC 8449 4: limits are about content, type and padding together.
  //= rfc8446#5.4-3
  //= rfc8449#4-3
  if (inner.size() > max_inner) return fail(Errc::plaintext_overflow);
  std::size_t size = inner.size();
  //= rfc8446#5.4-1
  while (size != 0 && inner[size - 1] == std::byte{0}) --size;
  // RFC 8446 5.4: a record without a type is an unexpected message.
  //= rfc8446#5.4-2
  if (size == 0) return fail(Errc::missing_content_type);
  return Unprotected{static_cast<ContentType>(inner[size - 1]), inner.first(size - 1)};
}

Result<Aead13Sealer> Aead13Sealer::make(AeadAlgorithm algorithm, ByteView key, ByteView iv, const crypto::Provider& provider) {
  KW_ASSIGN(auto aead, provider.sealer(algorithm, key));
  NonceMask mask;
  KW_TRY(mask.set(iv));
  return Aead13Sealer(std::move(aead), std::move(mask));
}

Result<void> Aead13Sealer::rekey(ByteView key, ByteView iv) {
  KW_TRY(aead_->rekey(key));
  return mask_.set(iv);
}

Result<void> Aead13Sealer::seal(ContentType type, ByteView header, ByteViews content, std::size_t padding, MutableBytes out,
                                std::uint64_t number) {
  const auto inner_type = static_cast<std::byte>(type);
  const NonceMask::Nonce nonce = mask_.nonce(number);
  const bool in_place = content.size() == 1 && content[0].data() == out.data();
  if (padding == 0 && !in_place) {
    const ByteView last(&inner_type, 1);
    if (content.size() < 4) return seal_pieces<4>(*aead_, nonce, header, content, last, out);
    return seal_pieces<max_gather_pieces + 1>(*aead_, nonce, header, content, last, out);
  }
  std::size_t size = 0;
  for (const ByteView piece : content) {
    if (!in_place && !piece.empty()) std::memcpy(out.data() + size, piece.data(), piece.size());
    size += piece.size();
  }
  out[size] = inner_type;
  std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(size + 1), padding, std::byte{0});
  const ByteView inner = out.first(size + 1 + padding);
  return aead_->seal(nonce, header, ByteViews(&inner, 1), out);
}

}  // namespace keyway::record
