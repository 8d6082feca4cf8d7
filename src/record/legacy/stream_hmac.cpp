// SPDX-License-Identifier: Apache-2.0
//
// Key streams with a MAC.
#include "record/legacy/stream_hmac.h"

#include <algorithm>
#include <array>

#include "record/limits.h"

namespace keyway::record {

std::size_t StreamOpener::max_expansion() const noexcept { return max_expansion12; }

Result<Unprotected> StreamOpener::open(ContentType outer, ByteView header, MutableBytes payload, std::uint64_t number,
                                       std::size_t max_content) {
  const std::size_t mac_size = mac_->size();
  if (payload.size() < mac_size) return fail(Errc::bad_record_mac);
  const ByteView sealed = payload;
  KW_TRY(cipher_->apply({}, ByteViews(&sealed, 1), payload));
  const MutableBytes content = payload.first(payload.size() - mac_size);
  const ByteView covered = content;
  Secret<crypto::max_digest_size> mac;
  mac_->compute(number, header, ByteViews(&covered, 1), mac.fill(mac_size).data());
  if (!ct::equal(payload.last(mac_size), mac.expose())) {
    wipe(payload);
    return fail(Errc::bad_record_mac);
  }
  if (content.size() > max_content) return fail(Errc::plaintext_overflow);
  return Unprotected{outer, content};
}

Result<void> StreamSealer::seal(ContentType, ByteView header, ByteViews content, std::size_t, MutableBytes out,
                                std::uint64_t number) {
  std::array<std::byte, crypto::max_digest_size> mac;
  mac_->compute(number, header, content, mac.data());
  const ByteView tail = ByteView(mac).first(mac_->size());
  if (content.size() == 1 && content[0].data() == out.data()) {
    std::ranges::copy(tail, out.last(tail.size()).begin());
    const ByteView text = out;
    return cipher_->apply({}, ByteViews(&text, 1), out);
  }
  std::array<ByteView, max_gather_pieces + 1> pieces;
  *std::ranges::copy(content, pieces.begin()).out = tail;
  return cipher_->apply({}, ByteViews(pieces).first(content.size() + 1), out);
}

}  // namespace keyway::record
