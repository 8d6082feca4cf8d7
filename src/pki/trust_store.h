// SPDX-License-Identifier: Apache-2.0
//
// Trust anchors (RFC 5280 6.1.1 (d)): parsed once, immutable, shared by configurations; public keys are imported when a
// path first needs them, at most once. Choosing among anchors is chain_builder.h's.
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/crypto/provider.h"
#include "pki/parsed_certificate.h"

namespace keyway::pki {

/// One anchor: its certificate and, once needed, its key.
class Anchor {
 public:
  Anchor(Bytes der, const ParsedCertificate& parsed, const crypto::Provider& provider) noexcept;
  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;
  ~Anchor();

  const ParsedCertificate& certificate() const noexcept { return parsed_; }
  ByteView der() const noexcept { return der_; }
  /// Imported on first use; any thread. Null where the key is not one we can use.
  const crypto::PublicKey* key() const;

 private:
  Bytes der_;
  ParsedCertificate parsed_;  // views into der_
  const crypto::Provider& provider_;
  mutable std::atomic<const crypto::PublicKey*> key_{nullptr};
};

class TrustStore {
 public:
  /// Anchors from every CERTIFICATE block; other blocks are passed over, unusable certificates are left out with a
  /// warning. Errors: file_unreadable; malformed_pem where no usable certificate is in it. `provider` must outlive the store.
  static Result<std::shared_ptr<const TrustStore>> from_pem_file(const std::string& path, const crypto::Provider& provider);
  static Result<std::shared_ptr<const TrustStore>> from_pem(std::string_view text, const crypto::Provider& provider);
  /// Error malformed_certificate for the first one that is none; malformed_pem for an empty list.
  static Result<std::shared_ptr<const TrustStore>> from_der(std::span<const Bytes> certificates,
                                                            const crypto::Provider& provider);
  /// The anchors of all stores, without repetition.
  static std::shared_ptr<const TrustStore> merged(std::span<const std::shared_ptr<const TrustStore>> stores);
  /// Debian's bundle, parsed once and shared. Error file_unreadable names the package ca-certificates.
  static Result<std::shared_ptr<const TrustStore>> system(const crypto::Provider& provider);

  /// Sentences for people: anchors that were left out, and those that are expired at this time and will be skipped.
  std::vector<std::string> warnings(WallTime) const;
  /// DER names, for certificate_authorities; valid as long as the store.
  std::vector<ByteView> subject_names() const;
  /// Equal stores have equal fingerprints (SHA-256 over the sorted certificates).
  Bytes fingerprint() const { return fingerprint_; }

  std::span<const std::shared_ptr<const Anchor>> anchors() const noexcept { return anchors_; }
  /// Calls `visit(const Anchor&)` for each anchor whose subject equals the name; stops when it returns true.
  template <class Visit>
  void each_with_subject(ByteView name, Visit&& visit) const;

 private:
  friend class TrustStoreBuilder;
  struct Entry {
    std::uint64_t subject_hash;
    std::uint32_t index;
  };
  std::span<const Entry> candidates(ByteView name) const;

  std::vector<std::shared_ptr<const Anchor>> anchors_;
  std::vector<Entry> by_subject_;  // sorted by hash
  std::vector<std::string> left_out_;
  Bytes fingerprint_;
};

template <class Visit>
void TrustStore::each_with_subject(ByteView name, Visit&& visit) const {
  for (const Entry& entry : candidates(name)) {
    if (visit(*anchors_[entry.index])) return;
  }
}

}  // namespace keyway::pki
