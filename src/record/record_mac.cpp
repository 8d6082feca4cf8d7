// SPDX-License-Identifier: Apache-2.0
//
// HMAC of records.
#include "record/record_mac.h"

namespace keyway::record {

void HmacRecordMac::compute(std::uint64_t number, ByteView header, ByteViews content, std::byte* out) const {
  crypto::HashState state = key_.begin();
  state.update(additional_data(number, header, total_size(content)));
  for (const ByteView piece : content) state.update(piece);
  key_.finish(state, out);
}

void HmacRecordMac::compute(std::uint64_t number, ByteView header, const PaddedContent& content, std::byte* out) const {
  const AdditionalData head = additional_data(number, header, content.size);
  // The key's pad is one block.
  Secret<crypto::max_digest_size> inner;
  digest_padded(key_.begin(), key_.methods().block_size, head, content, inner.fill(size()).data());
  key_.finish(inner.expose(), out);
}

}  // namespace keyway::record
