// SPDX-License-Identifier: Apache-2.0
//
// Makers of ephemeral keys, one per family of groups. `from_private` imports a key of known bytes: test vectors and
// seeded tests only, the handshake always makes new ones.
#pragma once

#include "crypto/openssl/library.h"
#include "keyway/crypto/public_key.h"

namespace keyway::crypto::openssl {

using NewAgreement = Result<std::unique_ptr<KeyAgreement>>;

/// ec.cpp or ec_evp.cpp. Errors: unsupported_algorithm, crypto_failure; invalid_private_key on import.
NewAgreement make_ec_agreement(const Library&, NamedGroup);
NewAgreement ec_agreement_from_private(const Library&, NamedGroup, ByteView scalar);

/// xdh.cpp: x25519 and x448.
NewAgreement make_xdh_agreement(const Library&, NamedGroup);
NewAgreement xdh_agreement_from_private(const Library&, NamedGroup, ByteView key);

/// ffdh.cpp: the groups of RFC 7919.
NewAgreement make_ffdh_agreement(const Library&, NamedGroup);
/// Prime and generator of such a group; nothing for others. The views are valid always.
std::optional<FiniteField> named_field(const Library&, NamedGroup);

}  // namespace keyway::crypto::openssl
