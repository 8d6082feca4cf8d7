// SPDX-License-Identifier: Apache-2.0
//
// From the premaster secret of a key exchange to the master secret (RFC 5246 8.1, RFC 7627 4), and what premaster secrets are
// made of where a key exchange does not give one as it is (RFC 5246 8.1.2, RFC 4279 2).
#pragma once

#include "schedule/prf12.h"
#include "schedule/transcript.h"

namespace keyway::schedule {

inline constexpr std::size_t master_secret_size = 48;

/// Named, so that it cannot be taken for another secret.
struct MasterSecret12 {
  Secret48 value;
};

MasterSecret12 master_secret(const PrfHash&, ByteView premaster, ByteView client_random, ByteView server_random);

/// `session_hash` covers all messages from ClientHello to ClientKeyExchange.
MasterSecret12 extended_master_secret(const PrfHash&, ByteView premaster, const TranscriptHash& session_hash);

/// The secret of a finite field as TLS 1.2 and below use it: without the zeros in front. That its length shows in time is no
/// help to an attacker, because no key is used for two handshakes (KeyAgreement::agree consumes it).
ByteView without_leading_zeros(ByteView secret) noexcept;

/// RFC 4279 2: the secret of the key exchange around a pre-shared key, or as many zeros as the key has bytes where there is
/// none (`other` empty), then the key; each behind its length.
SecretBytes psk_premaster(ByteView other, ByteView psk);

}  // namespace keyway::schedule
