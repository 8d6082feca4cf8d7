// SPDX-License-Identifier: Apache-2.0
//
// Whether a number that a user gives for a prime is one.
#pragma once

#include "keyway/bytes.h"

namespace keyway::crypto {

/// Euler's criterion for two bases: false for every number that was damaged or mistaken, true for every odd prime. It is no
/// proof against who chooses the number to deceive: a configuration's author does not. One exponentiation for each base, where
/// a proof of 8,192 bits takes minutes. `number` is big-endian. Defined in crypto/openssl. Any thread.
bool looks_prime(ByteView number);

}  // namespace keyway::crypto
