// SPDX-License-Identifier: Apache-2.0
//
// verify_data of Finished (RFC 8446 4.4.4, RFC 5246 7.4.9).
#pragma once

#include "schedule/key_schedule13.h"
#include "schedule/prf12.h"

namespace keyway::schedule {

/// A MAC over a transcript; compare with ct::equal.
using VerifyData = TranscriptHash;

VerifyData verify_data(const crypto::HashMethods&, const TrafficSecret& base_key, const TranscriptHash&);

/// Of TLS 1.2 and below: 12 bytes.
VerifyData verify_data12(const PrfKey& master, Role sender, const TranscriptHash&);

}  // namespace keyway::schedule
