// SPDX-License-Identifier: Apache-2.0
//
// P_hash, and the combination of two (RFC 5246 5, RFC 4346 5).
#include "schedule/prf12.h"

#include <algorithm>
#include <array>

#include "keyway/crypto/provider.h"

namespace keyway::schedule {

namespace {

/// RFC 4346 5: the halves share the middle byte of an odd secret.
ByteView first_half(ByteView secret) noexcept { return secret.first((secret.size() + 1) / 2); }
ByteView second_half(ByteView secret) noexcept { return secret.last((secret.size() + 1) / 2); }

void update_all(crypto::HashState& state, std::string_view label, ByteViews seed) {
  if (!label.empty()) state.update(as_bytes(label));
  for (const ByteView piece : seed) state.update(piece);
}

/// RFC 5246 5: A(0) is label and seed, A(i) the HMAC of A(i-1), and the output the HMACs of A(i), label and seed. `take` gets
/// each block and the place in the output where it begins.
template <class Take>
void p_hash(const HmacKey& key, std::string_view label, ByteViews seed, std::size_t size, Take&& take) {
  Secret<crypto::max_digest_size> a;
  Secret<crypto::max_digest_size> block;
  crypto::HashState state = key.begin();
  update_all(state, label, seed);
  key.finish(state, a.fill(key.size()).data());
  for (std::size_t at = 0;;) {
    state = key.begin();
    state.update(a.expose());
    const bool last = size - at <= key.size();
    crypto::HashState next;
    if (!last) next = state;
    update_all(state, label, seed);
    key.finish(state, block.fill(key.size()).data());
    take(block.expose().first(std::min(size - at, key.size())), at);
    if (last) return;
    key.finish(next, a.fill(key.size()).data());
    at += key.size();
  }
}

}  // namespace

Result<PrfHash> prf_hash(const crypto::Provider& provider, HashAlgorithm hash) {
  PrfHash chosen;
  if (hash == HashAlgorithm::md5_sha1) {
    chosen = {provider.hash(HashAlgorithm::md5), provider.hash(HashAlgorithm::sha1)};
    if (chosen.second == nullptr) return fail(Errc::unsupported_algorithm);
  } else {
    chosen.first = provider.hash(hash);
  }
  if (chosen.first == nullptr) return fail(Errc::unsupported_algorithm);
  return chosen;
}

PrfKey::PrfKey(const PrfHash& hash, ByteView secret) : first_(*hash.first, hash.second == nullptr ? secret : first_half(secret)) {
  if (hash.second != nullptr) second_.emplace(*hash.second, second_half(secret));
}

void PrfKey::expand(std::string_view label, ByteViews seed, MutableBytes out) const {
  // A hash takes one piece faster than several, and all but exporters have little to gather.
  std::array<std::byte, 128> room;
  ByteView gathered;
  if (label.size() + total_size(seed) <= room.size()) {
    auto end = std::ranges::copy(as_bytes(label), room.begin()).out;
    for (const ByteView piece : seed) end = std::ranges::copy(piece, end).out;
    gathered = ByteView(room.begin(), end);
    label = {};
    seed = ByteViews(&gathered, 1);
  }
  p_hash(first_, label, seed, out.size(),
         [&](ByteView block, std::size_t at) { std::ranges::copy(block, out.begin() + static_cast<std::ptrdiff_t>(at)); });
  if (!second_) return;
  p_hash(*second_, label, seed, out.size(), [&](ByteView block, std::size_t at) {
    for (std::size_t i = 0; i < block.size(); ++i) out[at + i] ^= block[i];
  });
}

}  // namespace keyway::schedule
