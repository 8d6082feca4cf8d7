// SPDX-License-Identifier: Apache-2.0
//
// HMAC under the names that the key schedules use; it is in crypto/hmac.h.
#pragma once

#include "crypto/hmac.h"

namespace keyway::schedule {

using crypto::hmac;
using crypto::HmacKey;

}  // namespace keyway::schedule
