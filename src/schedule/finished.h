// SPDX-License-Identifier: Apache-2.0
//
// verify_data of Finished (RFC 8446 4.4.4).
#pragma once

#include "schedule/key_schedule13.h"

namespace keyway::schedule {

/// A MAC over a transcript; compare with ct::equal.
using VerifyData = TranscriptHash;

VerifyData verify_data(const crypto::HashMethods&, const TrafficSecret& base_key, const TranscriptHash&);

}  // namespace keyway::schedule
