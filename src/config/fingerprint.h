// SPDX-License-Identifier: Apache-2.0
//
// Fingerprints of settings: equal settings, equal bytes. They decide whether a session may be resumed.
#pragma once

#include <string_view>

#include "keyway/crypto/provider.h"
#include "keyway/option_groups.h"

namespace keyway::config {

/// SHA-256 over labelled fields; each field goes in with its length, so that fields cannot run into each other.
class Fingerprint {
 public:
  /// Error unsupported_algorithm: the provider has no SHA-256.
  static Result<Fingerprint> start(const crypto::Provider&, std::string_view label);

  Fingerprint& add(ByteView field);
  Fingerprint& add(std::string_view field) { return add(as_bytes(field)); }
  Fingerprint& number(std::uint64_t value);
  Bytes finish();

 private:
  explicit Fingerprint(crypto::HashState hash) : hash_(hash) {}
  crypto::HashState hash_;
};

/// Pre-shared keys. What a function finds cannot be compared: random bytes, `lookup`, stand for it.
void add_keys(const PskOptions&, ByteView lookup, Fingerprint&);

}  // namespace keyway::config
