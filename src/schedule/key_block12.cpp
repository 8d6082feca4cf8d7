// SPDX-License-Identifier: Apache-2.0
//
// Cutting the key block.
#include "schedule/key_block12.h"

#include "base/invariant.h"

namespace keyway::schedule {

KeySizes key_sizes(const CipherSuiteInfo& suite, CbcIv cbc_iv) noexcept {
  const CipherProperties sizes = properties(suite.cipher);
  const std::size_t chain = cbc_iv == CbcIv::chained ? sizes.block_size : 0;
  return {mac_size(suite.mac), sizes.key_size, sizes.kind == CipherKind::aead ? sizes.fixed_iv_size : chain};
}

KeyBlock12 cut_key_block(ByteView block, const KeySizes& sizes) {
  KW_INVARIANT(block.size() == sizes.block());
  const auto take = [&block](std::size_t size) {
    const ByteView part = block.first(size);
    block = block.subspan(size);
    return part;
  };
  KeyBlock12 keys;
  // RFC 5246 6.3: of each kind the client's is before the server's.
  keys.client.mac_key = Secret48(take(sizes.mac));
  keys.server.mac_key = Secret48(take(sizes.mac));
  keys.client.key = Secret32(take(sizes.key));
  keys.server.key = Secret32(take(sizes.key));
  keys.client.iv = Secret<16>(take(sizes.iv));
  keys.server.iv = Secret<16>(take(sizes.iv));
  return keys;
}

KeyBlock12 key_block(const PrfKey& master, ByteView client_random, ByteView server_random, const KeySizes& sizes) {
  Secret<max_key_block> block;
  // RFC 5246 6.3: the server's random is the first one here.
  master.expand("key expansion", server_random, client_random, block.fill(sizes.block()));
  return cut_key_block(block.expose(), sizes);
}

}  // namespace keyway::schedule
