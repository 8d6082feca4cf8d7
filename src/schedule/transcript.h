// SPDX-License-Identifier: Apache-2.0
//
// The transcript hash (RFC 8446 4.4.1): bytes are kept until the hash is known, then hashed as they come.
#pragma once

#include <array>

#include "base/byte_buffer.h"
#include "keyway/crypto/primitives.h"

namespace keyway::schedule {

struct TranscriptHash {
  std::array<std::byte, crypto::max_digest_size> bytes{};
  std::size_t size = 0;
  ByteView view() const noexcept { return {bytes.data(), size}; }
};

/// Copying it is a snapshot (post-handshake authentication needs one).
class Transcript {
 public:
  Transcript() = default;
  /// What waits for the hash begins in this storage, which must outlive the transcript.
  explicit Transcript(MutableBytes storage) noexcept : waiting_(storage) {}
  Transcript(const Transcript&);
  Transcript& operator=(const Transcript&);

  /// Messages with their headers.
  void update(ByteView message);
  /// The hash is known. A second call with the same hash changes nothing.
  void start(const crypto::HashMethods&);
  bool started() const noexcept { return bool(state_); }
  /// Keeps the messages themselves from now on, also when the hash is known: what signs in TLS 1.2 chooses its own hash
  /// (RFC 5246 7.4.8). Only before start(). `for_good`: forget_messages() does not forget them.
  void keep_messages(bool for_good = false) noexcept {
    keeps_ = true;
    for_good_ = for_good;
  }
  /// All messages so far, while they are kept; valid until the next call.
  ByteView messages() const noexcept { return waiting_.view(); }
  void forget_messages();

  /// RFC 8446 4.4.1: after a HelloRetryRequest the first ClientHello is replaced by a message_hash message.
  void replace_with_message_hash();

  /// Over all messages so far; only after start().
  TranscriptHash current() const;
  /// Over all messages so far and `more`, under a hash that may not be the started one yet.
  TranscriptHash hash_with(const crypto::HashMethods&, ByteView more) const;

 private:
  crypto::HashState state_;
  ByteBuffer waiting_;  ///< for the hash, or kept
  bool keeps_ = false;
  bool for_good_ = false;
};

/// Of no message at all.
TranscriptHash empty_hash(const crypto::HashMethods&);

}  // namespace keyway::schedule
