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
#include "pki/certificate.h"

namespace keyway::pki {

/// One anchor: its certificate and, once needed, its key.
class Anchor {
 public:
  Anchor(Bytes der, std::shared_ptr<const crypto::Provider> provider) : der_(std::move(der)), provider_(std::move(provider)) {}
  Anchor(const Anchor&) = delete;
  Anchor& operator=(const Anchor&) = delete;
  ~Anchor();

  /// Errors of parse_certificate(). Called once, before anything else.
  Result<void> parse();
  const ParsedCertificate& certificate() const noexcept { return parsed_; }
  ByteView der() const noexcept { return der_; }
  /// Imported on first use; any thread. Null where the key is not one that we can use.
  const crypto::PublicKey* key() const;

 private:
  Bytes der_;
  ParsedCertificate parsed_;  // views into der_
  std::shared_ptr<const crypto::Provider> provider_;
  mutable std::atomic<const crypto::PublicKey*> key_{nullptr};
};

class TrustStore {
 public:
  using Ptr = std::shared_ptr<const TrustStore>;
  using Provider = std::shared_ptr<const crypto::Provider>;
  static constexpr std::string_view system_path = "/etc/ssl/certs/ca-certificates.crt";

  /// Anchors from every CERTIFICATE block; other blocks are passed over, certificates that cannot be anchors are left out
  /// and named in `warnings`. Errors: file_unreadable; malformed_pem where no usable certificate is in it.
  static Result<Ptr> from_pem_file(const std::string& path, const Provider&, std::vector<std::string>& warnings);
  static Result<Ptr> from_pem(std::string_view text, const Provider&, std::vector<std::string>& warnings);
  /// The same from DER. Error malformed_certificate where none of them is usable.
  static Result<Ptr> from_der(std::span<const ByteView> certificates, const Provider&, std::vector<std::string>& warnings);
  /// The anchors of all stores, without repetition.
  static Ptr merge(std::span<const Ptr> stores, const Provider&);
  /// Debian's bundle, parsed when it has changed, and shared. Error file_unreadable names the package ca-certificates.
  static Result<Ptr> system(const Provider&);

  /// Sentences for people: the anchors that are expired at this time and will be skipped.
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
  struct Key {};
  struct Entry {
    std::uint64_t subject_hash;
    std::uint32_t index;
  };
  std::span<const Entry> candidates(ByteView name) const;

 public:
  /// Only the functions above have the key.
  TrustStore(Key, std::vector<std::shared_ptr<const Anchor>> anchors, const crypto::Provider&);

 private:
  std::vector<std::shared_ptr<const Anchor>> anchors_;
  std::vector<Entry> by_subject_;  // sorted by hash
  Bytes fingerprint_;
};

template <class Visit>
void TrustStore::each_with_subject(ByteView name, Visit&& visit) const {
  for (const Entry& entry : candidates(name)) {
    const Anchor& anchor = *anchors_[entry.index];
    if (same_name(anchor.certificate().subject, name) && visit(anchor)) return;
  }
}

}  // namespace keyway::pki
