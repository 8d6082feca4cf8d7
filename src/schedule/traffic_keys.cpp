// SPDX-License-Identifier: Apache-2.0
//
// Traffic keys.
#include "schedule/traffic_keys.h"

namespace keyway::schedule {

TrafficKeys traffic_keys(const crypto::HashMethods& hash, const TrafficSecret& secret, std::size_t key_size) {
  const HmacKey prepared(hash, secret.value.expose());
  TrafficKeys keys;
  //= rfc8446#7.3-1
  expand_label(prepared, "key", {}, keys.key.fill(key_size));
  expand_label(prepared, "iv", {}, keys.iv.fill(crypto::aead_nonce_size));
  return keys;
}

TrafficSecret next_generation(const crypto::HashMethods& hash, const TrafficSecret& secret) {
  //= rfc8446#7.2-1
  return {expand_label(hash, secret.value.expose(), "traffic upd", {}, hash.digest_size)};
}

}  // namespace keyway::schedule
