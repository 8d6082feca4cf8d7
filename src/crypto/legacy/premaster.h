// SPDX-License-Identifier: Apache-2.0
//
// The premaster secret in what an RSA key decrypted (RFC 5246 7.4.7.1). Against Bleichenbacher, ROBOT and Marvin: whatever is
// wrong with it, the handshake goes on with random bytes, in the same time.
#pragma once

#include "keyway/bytes.h"
#include "keyway/protocol.h"
#include "keyway/secret.h"

namespace keyway::crypto {

inline constexpr std::size_t rsa_premaster_size = 48;

/// `encoded` is the whole of the decrypted number, as Signer::decrypt answers it; `client_version` what the ClientHello said;
/// `random_bytes` 48 bytes that were drawn before the ciphertext was looked at. Constant in time for one size of key.
Secret48 rsa_premaster(ByteView encoded, ProtocolVersion client_version, ByteView random_bytes) noexcept;

}  // namespace keyway::crypto
