// SPDX-License-Identifier: Apache-2.0
//
// HMAC over hash states.
#include "crypto/hmac.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace keyway::crypto {

namespace {

/// Eight bytes at a time; blocks are 64 or 128 bytes.
void exclusive_or(MutableBytes block, std::uint8_t value) noexcept {
  const std::uint64_t pattern = value * std::uint64_t{0x0101010101010101};
  for (std::size_t at = 0; at + sizeof(pattern) <= block.size(); at += sizeof(pattern)) {
    std::uint64_t word = 0;
    std::memcpy(&word, block.data() + at, sizeof(word));
    word ^= pattern;
    std::memcpy(block.data() + at, &word, sizeof(word));
  }
}

}  // namespace

HmacKey::HmacKey(const HashMethods& methods, ByteView key) : inner_(&methods), outer_(&methods) {
  Secret<max_block_size> block;
  const MutableBytes pad = block.fill(methods.block_size);
  std::ranges::fill(pad, std::byte{0});
  if (key.size() > methods.block_size) {
    HashState state(&methods);
    state.update(key);
    state.finish(pad.data());
  } else if (!key.empty()) {
    std::memcpy(pad.data(), key.data(), key.size());
  }
  exclusive_or(pad, 0x36);
  inner_.update(pad);
  exclusive_or(pad, 0x36 ^ 0x5c);
  outer_.update(pad);
}

void HmacKey::finish(HashState& state, std::byte* out) const {
  Secret<max_digest_size> digest;
  const MutableBytes inner = digest.fill(size());
  state.finish(inner.data());
  // Written out: key schedules come here a hundred times a handshake.
  HashState outer = outer_;
  outer.update(inner);
  outer.finish(out);
}

void HmacKey::finish(ByteView inner, std::byte* out) const {
  HashState outer = outer_;
  outer.update(inner);
  outer.finish(out);
}

Secret48 hmac(const HashMethods& methods, ByteView key, ByteView message) {
  const HmacKey prepared(methods, key);
  HashState state = prepared.begin();
  state.update(message);
  Secret<max_digest_size> mac;
  prepared.finish(state, mac.fill(methods.digest_size).data());
  return Secret48(mac.expose());
}

}  // namespace keyway::crypto
