// SPDX-License-Identifier: Apache-2.0
//
// Ephemeral keys of known bytes, for published traces (RFC 8448) and tests that must repeat. Not for handshakes: an
// ephemeral key comes from Provider::key_agreement.
#pragma once

#include "keyway/crypto/provider.h"

namespace keyway::crypto::openssl {

/// x25519 and the groups on curves. The provider must be the one of default_provider(), or stand on it.
/// Errors: unsupported_algorithm, invalid_private_key.
Result<std::unique_ptr<KeyAgreement>> import_key_agreement(const Provider&, NamedGroup, ByteView private_key);

}  // namespace keyway::crypto::openssl
