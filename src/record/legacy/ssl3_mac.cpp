// SPDX-License-Identifier: Apache-2.0
//
// SSL 3.0's MAC.
#include "record/legacy/ssl3_mac.h"

#include <algorithm>

namespace keyway::record {
namespace {

constexpr std::size_t head_size = 11;

/// Number, type and length of the content.
std::array<std::byte, head_size> head_of(std::uint64_t number, ByteView header, std::size_t content) noexcept {
  const AdditionalData data = additional_data(number, header, content);
  std::array<std::byte, head_size> head;
  std::copy_n(data.begin(), 9, head.begin());
  std::copy_n(data.begin() + 11, 2, head.begin() + 9);
  return head;
}

/// Secret and pad fill 64 bytes with MD5, 60 with SHA-1.
void set_prefix(Secret<80>& prefix, ByteView secret, std::size_t pad_size, std::byte pad) {
  const MutableBytes bytes = prefix.fill(secret.size() + pad_size);
  std::ranges::copy(secret, bytes.begin());
  std::ranges::fill(bytes.subspan(secret.size()), pad);
}

}  // namespace

Ssl3RecordMac::Ssl3RecordMac(const crypto::HashMethods& hash, ByteView secret) : hash_(hash) {
  const std::size_t pad_size = hash.algorithm == HashAlgorithm::md5 ? 48 : 40;
  set_prefix(inner_prefix_, secret, pad_size, std::byte{0x36});
  set_prefix(outer_prefix_, secret, pad_size, std::byte{0x5c});
}

void Ssl3RecordMac::compute(std::uint64_t number, ByteView header, ByteViews content, std::byte* out) const {
  crypto::HashState state(&hash_);
  state.update(inner_prefix_.expose());
  state.update(head_of(number, header, total_size(content)));
  for (const ByteView piece : content) state.update(piece);
  Secret<crypto::max_digest_size> inner;
  state.finish(inner.fill(size()).data());
  finish(inner.expose(), out);
}

void Ssl3RecordMac::compute(std::uint64_t number, ByteView header, const PaddedContent& content, std::byte* out) const {
  Secret<80 + head_size> head(inner_prefix_.expose());
  const std::size_t prefix = head.size();
  std::ranges::copy(head_of(number, header, content.size),
                    head.fill(prefix + head_size).begin() + static_cast<std::ptrdiff_t>(prefix));
  Secret<crypto::max_digest_size> inner;
  digest_padded(crypto::HashState(&hash_), 0, head.expose(), content, inner.fill(size()).data());
  finish(inner.expose(), out);
}

void Ssl3RecordMac::finish(ByteView inner, std::byte* out) const {
  crypto::HashState state(&hash_);
  state.update(outer_prefix_.expose());
  state.update(inner);
  state.finish(out);
}

}  // namespace keyway::record
