// SPDX-License-Identifier: Apache-2.0
//
// HMAC (RFC 2104) over hash states, with the two states behind the key kept: a further MAC under the same key costs two
// copies and two blocks less. HKDF (RFC 5869) is composed of it in hkdf.h.
#pragma once

#include "keyway/crypto/primitives.h"

namespace keyway::schedule {

class HmacKey {
 public:
  HmacKey(const crypto::HashMethods&, ByteView key);

  /// Begins a MAC; feed it with update() and end it with finish().
  crypto::HashState begin() const { return inner_; }
  /// Writes digest_size bytes.
  void finish(crypto::HashState& state, std::byte* out) const;

  std::size_t size() const noexcept { return inner_.digest_size(); }
  const crypto::HashMethods& methods() const noexcept { return *inner_.methods(); }
  /// Wipes the key; it cannot be used any more.
  void clear() noexcept {
    inner_.reset();
    outer_.reset();
  }

 private:
  crypto::HashState inner_;
  crypto::HashState outer_;
};

/// One MAC; of a hash longer than SHA-384 its first 48 bytes.
Secret48 hmac(const crypto::HashMethods&, ByteView key, ByteView message);

}  // namespace keyway::schedule
