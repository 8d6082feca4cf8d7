// SPDX-License-Identifier: Apache-2.0
//
// Keys of records of TLS 1.2 and below: the key block and how it is cut (RFC 5246 6.3).
#pragma once

#include "names/cipher_properties.h"
#include "schedule/prf12.h"

namespace keyway::schedule {

/// What one direction gets of the key block, in bytes.
struct KeySizes {
  std::size_t mac = 0;
  std::size_t key = 0;
  std::size_t iv = 0;
  std::size_t block() const noexcept { return 2 * (mac + key + iv); }
};

/// The key block of no suite is longer: HMAC-SHA-384, AES-256 and an IV in both directions.
inline constexpr std::size_t max_key_block = 2 * (48 + 32 + 16);

KeySizes key_sizes(const CipherSuiteInfo&, CbcIv) noexcept;

struct DirectionKeys12 {
  Secret48 mac_key;
  Secret32 key;
  Secret<16> iv;
};

struct KeyBlock12 {
  DirectionKeys12 client;  ///< what the client writes with
  DirectionKeys12 server;
};

/// `block` has sizes.block() bytes.
KeyBlock12 cut_key_block(ByteView block, const KeySizes& sizes);

/// Derived from the master secret and cut.
KeyBlock12 key_block(const PrfKey& master, ByteView client_random, ByteView server_random, const KeySizes&);

}  // namespace keyway::schedule
