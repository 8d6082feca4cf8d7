// SPDX-License-Identifier: Apache-2.0
//
// Keys of records and their next generation (RFC 8446 7.2, 7.3).
#pragma once

#include "schedule/key_schedule13.h"

namespace keyway::schedule {

struct TrafficKeys {
  Secret32 key;
  Secret<crypto::aead_nonce_size> iv;
};

TrafficKeys traffic_keys(const crypto::HashMethods&, const TrafficSecret&, std::size_t key_size);
TrafficSecret next_generation(const crypto::HashMethods&, const TrafficSecret&);

}  // namespace keyway::schedule
