// SPDX-License-Identifier: Apache-2.0
//
// The pseudorandom function of TLS 1.2 and below (RFC 5246 5): expansion of a secret by HMACs. What is derived with it:
// master_secret12.h, key_block12.h, finished.h, exporter.h. That of SSL 3.0 is another (legacy/ssl3.h).
#pragma once

#include <optional>
#include <string_view>

#include "schedule/hmac.h"

namespace keyway::crypto {
class Provider;
}

namespace keyway::schedule {

/// The hash of a version and suite, or two of them: then each takes half of the secret (RFC 4346 5).
struct PrfHash {
  const crypto::HashMethods* first = nullptr;
  const crypto::HashMethods* second = nullptr;
};

/// By the hash of the transcript: md5_sha1 stands for both. Error unsupported_algorithm.
Result<PrfHash> prf_hash(const crypto::Provider&, HashAlgorithm);

/// A secret made ready: its HMAC states are kept, so that deriving several things costs less.
class PrfKey {
 public:
  PrfKey(const PrfHash&, ByteView secret);

  /// Fills `out` from the label and the seed, which is the pieces in order; at most four of them.
  void expand(std::string_view label, ByteViews seed, MutableBytes out) const;
  /// The seed is both randoms, in this order.
  void expand(std::string_view label, ByteView first_random, ByteView second_random, MutableBytes out) const {
    const ByteView seed[] = {first_random, second_random};
    expand(label, seed, out);
  }

 private:
  HmacKey first_;
  std::optional<HmacKey> second_;
};

}  // namespace keyway::schedule
