// SPDX-License-Identifier: Apache-2.0
//
// One of our own identities: a chain, the key that belongs to its leaf, and what it can sign with in TLS 1.3.
// Everything is checked here, when a configuration is made; which identity a handshake uses is chosen in
// handshake/negotiation.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "keyway/certificate.h"
#include "keyway/crypto/provider.h"

namespace keyway::pki {

struct Identity {
  std::shared_ptr<const CertificateChain> chain;
  std::shared_ptr<const crypto::Signer> signer;
  std::vector<SignatureScheme> schemes;  ///< what it signs with in TLS 1.3, best first
  Bytes ocsp_response{};
  Bytes signed_certificate_timestamps{};
  bool must_match_issuer = false;

  /// The leaf is for this host (RFC 9525); wildcards count.
  bool matches_name(std::string_view host) const;
  /// Some certificate of the chain was issued by one of these names (DER; RFC 8446 4.2.4).
  bool issued_by_any(const std::vector<Bytes>& authorities) const;
  /// Every signature of the chain, a self-signed root's apart, is made with one of these (RFC 8446 4.4.2.2).
  bool chain_signed_with_any(const std::vector<SignatureScheme>&) const;
};

/// Where a certificate and its key are, as PEM.
struct IdentityFiles {
  std::string certificate_file;
  std::string key_file{};  ///< empty: the key is in certificate_file
  std::string password{};  ///< empty: none
};

/// Errors, each with path, reason and mend in the detail: file_unreadable; malformed_pem where no certificate or no key is
/// in the file; malformed_certificate; invalid_private_key; wrong_password; key_mismatch; certificate_key_type for keys
/// without a use in TLS 1.3.
Result<Identity> load_identity(const IdentityFiles&, const crypto::Provider&);

/// The same from DER, leaf first, and a key that lives anywhere.
Result<Identity> make_identity(std::span<const Bytes> certificates, std::shared_ptr<const crypto::Signer>);

}  // namespace keyway::pki
