// SPDX-License-Identifier: Apache-2.0
//
// Master secrets of TLS 1.2 and below.
#include "schedule/master_secret12.h"

#include <algorithm>

namespace keyway::schedule {

MasterSecret12 master_secret(const PrfHash& hash, ByteView premaster, ByteView client_random, ByteView server_random) {
  MasterSecret12 master;
  // RFC 5246 8.1.
  PrfKey(hash, premaster).expand("master secret", client_random, server_random, master.value.fill(master_secret_size));
  return master;
}

MasterSecret12 extended_master_secret(const PrfHash& hash, ByteView premaster, const TranscriptHash& session_hash) {
  MasterSecret12 master;
  const ByteView seed = session_hash.view();
  // RFC 7627 4.
  PrfKey(hash, premaster).expand("extended master secret", ByteViews(&seed, 1), master.value.fill(master_secret_size));
  return master;
}

ByteView without_leading_zeros(ByteView secret) noexcept {
  // RFC 5246 8.1.2.
  const auto first = std::ranges::find_if(secret, [](std::byte b) { return b != std::byte{0}; });
  return secret.subspan(static_cast<std::size_t>(first - secret.begin()));
}

SecretBytes psk_premaster(ByteView other, ByteView psk) {
  const std::size_t other_size = other.empty() ? psk.size() : other.size();
  SecretBytes premaster(2 + other_size + 2 + psk.size());
  auto at = premaster.fill().begin();
  const auto put_length = [&at](std::size_t size) {
    *at++ = static_cast<std::byte>(size >> 8);
    *at++ = static_cast<std::byte>(size);
  };
  put_length(other_size);
  at = other.empty() ? std::fill_n(at, other_size, std::byte{0}) : std::ranges::copy(other, at).out;
  put_length(psk.size());
  std::ranges::copy(psk, at);
  return premaster;
}

}  // namespace keyway::schedule
