// SPDX-License-Identifier: Apache-2.0
//
// SSL 3.0's own ways in a handshake (RFC 6101 5.6.8, 5.6.9, 6.1, 6.2.2).
#pragma once

#include "handshake/tls12/derivation.h"

namespace keyway::handshake::tls12 {

extern const Derivation ssl3_derivation;

}  // namespace keyway::handshake::tls12
