// SPDX-License-Identifier: Apache-2.0
//
// HMAC (RFC 2104) over hash states, with the two states behind the key kept: a further MAC under the same key costs two
// copies and two blocks less. Key schedules and the MACs of records are composed of it.
#pragma once

#include "keyway/crypto/primitives.h"

namespace keyway::crypto {

class HmacKey {
 public:
  HmacKey(const HashMethods&, ByteView key);

  /// Begins a MAC: copy it, feed the copy with update() and end it with finish().
  const HashState& begin() const noexcept { return inner_; }
  /// Writes digest_size bytes.
  void finish(HashState& state, std::byte* out) const;
  /// What is left to do when the inner digest is known: writes digest_size bytes, which may lie where `inner` does.
  void finish(ByteView inner, std::byte* out) const;

  std::size_t size() const noexcept { return inner_.digest_size(); }
  const HashMethods& methods() const noexcept { return *inner_.methods(); }
  /// Wipes the key; it cannot be used any more.
  void clear() noexcept {
    inner_.reset();
    outer_.reset();
  }

 private:
  HashState inner_;
  HashState outer_;
};

/// One MAC; of a hash longer than SHA-384 its first 48 bytes.
Secret48 hmac(const HashMethods&, ByteView key, ByteView message);

}  // namespace keyway::crypto
