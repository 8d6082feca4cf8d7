// SPDX-License-Identifier: Apache-2.0
//
// X.509 certificates (RFC 5280) for people and programs: what they say, not whether they are trusted (verify.h).
//
//   const auto leaf = socket.info()->peer_chain->certificate(0);
//   if (leaf) std::cout << leaf->subject() << ", issued by " << leaf->issuer() << '\n';
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/clock.h"
#include "keyway/result.h"

namespace keyway {

namespace pki {
class ChainPool;
}

/// One certificate: its DER and views of its fields. Immutable; copies share the storage. Any thread.
class Certificate {
 public:
  /// Copies the DER. Error malformed_certificate: not exactly one DER certificate.
  static Result<Certificate> from_der(ByteView der);
  /// Every CERTIFICATE block of a PEM text, in order. Errors: malformed_pem where there is none, malformed_certificate.
  static Result<std::vector<Certificate>> from_pem(std::string_view text);

  std::string subject() const;        ///< RFC 4514 text; empty for an empty name
  std::string issuer() const;         ///< RFC 4514 text
  std::string serial() const;         ///< lower-case hexadecimal of the content octets
  WallTime not_before() const;        ///< inclusive
  WallTime not_after() const;         ///< inclusive
  /// "dns:a.example", "ip:192.0.2.1", "email:a@b.example", "uri:...", "dir:CN=...", "other:1.2.3"; empty without any.
  std::vector<std::string> subject_alternative_names() const;
  std::string key_description() const;        ///< "EC secp256r1", "RSA 2048", "Ed25519", or the algorithm's OID
  std::string signature_description() const;  ///< "ecdsa-with-SHA256", or the algorithm's OID
  std::vector<std::string> key_usage() const;           ///< "digital_signature", ...; empty without the extension
  std::vector<std::string> extended_key_usage() const;  ///< "server_auth", "client_auth" or OIDs; empty without
  bool is_ca() const;                                   ///< basicConstraints says so
  /// The whole certificate; valid as long as any copy of this object.
  ByteView der() const noexcept;
  /// One CERTIFICATE block, lines ended.
  std::string pem() const;

 private:
  struct Content;
  explicit Certificate(std::shared_ptr<const Content> content) noexcept : content_(std::move(content)) {}

  std::shared_ptr<const Content> content_;
};

/// A chain as it was received or configured, leaf first, in one owned block; or a raw public key in its place. Immutable, shared;
/// any thread.
class CertificateChain {
  struct Key {};
  friend class pki::ChainPool;
  /// For those who have parsed the leaf already; at least one certificate.
  static std::shared_ptr<const CertificateChain> of_parsed(std::span<const ByteView> certificates, WallTime not_after_leaf);

 public:
  /// Copies the certificates. Errors: empty_certificate for none; malformed_certificate where the leaf is not one. What
  /// comes with the leaf is not looked at: peers send all kinds of things, and only what a path needs must be right.
  static Result<std::shared_ptr<const CertificateChain>> from_der(std::span<const ByteView> certificates);
  static Result<std::shared_ptr<const CertificateChain>> from_der(std::span<const Bytes> certificates);
  /// What stands for a chain where a peer shows its bare key (RFC 7250): one element, the DER of its SubjectPublicKeyInfo. Error
  /// malformed_raw_public_key.
  static Result<std::shared_ptr<const CertificateChain>> of_raw_public_key(ByteView subject_public_key_info);

  /// There is no certificate: der(0) is a SubjectPublicKeyInfo, and certificate() fails.
  bool is_raw_public_key() const noexcept { return raw_public_key_; }
  std::size_t size() const noexcept { return ends_.size(); }
  /// DER of certificate `index` (less than size()); valid as long as this chain.
  ByteView der(std::size_t index) const noexcept;
  /// A copy that stands on its own. Error malformed_certificate.
  Result<Certificate> certificate(std::size_t index) const;
  /// When the leaf stops being valid; WallTime::max() for a raw public key.
  WallTime not_after_leaf() const noexcept { return not_after_leaf_; }

  friend bool operator==(const CertificateChain& a, const CertificateChain& b) noexcept {
    return a.raw_public_key_ == b.raw_public_key_ && a.ends_ == b.ends_ && a.block_ == b.block_;
  }

  /// Only the makers above have the key.
  CertificateChain(Key, Bytes block, std::vector<std::uint32_t> ends, WallTime not_after_leaf,
                   bool raw_public_key = false) noexcept
      : block_(std::move(block)), ends_(std::move(ends)), not_after_leaf_(not_after_leaf), raw_public_key_(raw_public_key) {}

 private:
  Bytes block_;
  std::vector<std::uint32_t> ends_;  ///< where each certificate ends in block_
  WallTime not_after_leaf_;
  bool raw_public_key_;
};

}  // namespace keyway
