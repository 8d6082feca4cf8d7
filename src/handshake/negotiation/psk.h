// SPDX-License-Identifier: Apache-2.0
//
// Pre-shared keys: which sessions may be used again, and external keys with their imported forms (RFC 9258).
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "keyway/clock.h"
#include "keyway/crypto/provider.h"
#include "keyway/psk.h"
#include "keyway/session_store.h"
#include "wire/extensions/pre_shared_key.h"

namespace keyway::handshake::negotiation {

/// RFC 9258 4.1: the identity that stands for an external one under a hash in TLS 1.3.
Bytes imported_identity(const Psk&, HashAlgorithm target);
/// RFC 9258 4.1: the key that goes with it.
Secret48 imported_key(const Psk&, HashAlgorithm target, const crypto::Provider&);

/// The key behind an identity on the wire, among known ones; null if there is none.
const Psk* find_external(const std::vector<Psk>&, ByteView identity);
/// Identities looked at per hello: bounds the work that one message causes.
inline constexpr std::size_t max_candidates = 4;
/// The hash of the first of `keys` that is among the first max_candidates of the offer; nothing if none is.
std::optional<HashAlgorithm> hash_of_first_offered(const std::vector<Psk>& keys, const wire::PreSharedKeyClientHello&);
/// Whether `psk` answers to this identity under this hash; then the key to use.
std::optional<SecretBytes> usable_external(const Psk&, ByteView identity, HashAlgorithm, const crypto::Provider&);

}  // namespace keyway::handshake::negotiation
