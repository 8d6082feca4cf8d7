// SPDX-License-Identifier: Apache-2.0
//
// One of our own identities: a chain, the key that belongs to its leaf, and what it can sign with in TLS 1.3.
// Everything is checked here, when a configuration is made; which identity a handshake uses is chosen in
// handshake/negotiation.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/certificate.h"
#include "keyway/crypto/provider.h"
#include "keyway/private_key.h"
#include "pki/certificate.h"
#include "pki/key_usage.h"

namespace keyway::pki {

struct Identity {
  std::shared_ptr<const CertificateChain> chain;
  std::vector<ParsedCertificate> parsed;  ///< of the chain, leaf first; views into it
  std::shared_ptr<const crypto::Signer> signer;
  std::vector<SignatureScheme> schemes;  ///< what it signs with, best first; versions do not allow all of them
  std::optional<SignatureScheme> implied_scheme{};  ///< what it signs with where no message says it; nothing: it cannot
  Bytes ocsp_response{};
  Bytes signed_certificate_timestamps{};
  bool must_match_issuer = false;

  /// The leaf is for this host (RFC 9525); wildcards count.
  bool matches_name(std::string_view host) const;
  /// Some certificate of the chain was issued by one of these names (DER; RFC 8446 4.2.4).
  bool issued_by_any(const std::vector<Bytes>& authorities) const;
  /// The leaf has what a server filters by (RFC 8446 4.2.5).
  bool satisfies_all(std::span<const ExtensionFilter>) const;
  /// Every signature of the chain, a self-signed root's apart, is made with one of these (RFC 8446 4.4.2.2).
  bool chain_signed_with_any(const std::vector<SignatureScheme>&) const;
};

/// Where one identity comes from. Certificates come from `certfile` or `certificates`, the key from `signer`, `keyfile` or
/// `certfile`.
struct IdentitySource {
  std::string certfile{};
  std::string keyfile{};   ///< or a PKCS#11 URI; empty: the key is in certfile
  std::string_view password{};  ///< of the key, or the PIN of its token; empty: none; not kept
  std::vector<Bytes> certificates{};  ///< DER, leaf first
  std::shared_ptr<const crypto::Signer> signer{};
  Executor sign_on{};  ///< null: the signer itself answers
  std::string ocsp_staple_file{};     ///< DER
  Bytes ocsp_response{};
  Bytes signed_certificate_timestamps{};
  std::vector<SignatureScheme> signature_algs{};  ///< restricts and orders what it signs with; empty: all it can
  std::vector<SignatureScheme> legacy_algs{};     ///< with SHA-1 or DSA, behind all others, unless it is restricted
  bool must_match_issuer = false;
};

/// Errors, with option, path, reason and mend in the detail: missing_option where certificate or key is not named;
/// file_unreadable; malformed_pem where no certificate or no key is in the file; malformed_certificate;
/// invalid_private_key; wrong_password; key_mismatch; certificate_key_type for keys without a use in TLS 1.3;
/// for a PKCS#11 URI those of load_private_key().
Result<std::shared_ptr<const Identity>> load_identity(const IdentitySource&, const crypto::Provider&);

}  // namespace keyway::pki
