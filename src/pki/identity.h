// SPDX-License-Identifier: Apache-2.0
//
// One of our own identities: a chain, or a raw public key, with the private key and what it can sign with in TLS 1.3.
// Everything is checked here, when a configuration is made; which identity a handshake uses is chosen in
// handshake/negotiation.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/certificate.h"
#include "keyway/crypto/provider.h"
#include "keyway/private_key.h"
#include "keyway/secret.h"
#include "keyway/staple_source.h"
#include "pki/certificate.h"
#include "pki/compressed_forms.h"
#include "pki/file_reader.h"
#include "pki/key_usage.h"

namespace keyway::pki {

struct Identity {
  std::shared_ptr<const CertificateChain> chain;
  std::vector<ParsedCertificate> parsed;  ///< of the chain, leaf first; views into it; none of a raw public key
  std::shared_ptr<const crypto::Signer> signer;
  std::vector<SignatureScheme> schemes;  ///< what it signs with, best first; versions do not allow all of them: may_use
  std::optional<NamedGroup> curve{};     ///< of an EC key
  std::optional<SignatureScheme> implied_scheme{};  ///< what it signs with where no message says it; nothing: it cannot
  std::shared_ptr<const Bytes> ocsp_response{};       ///< that stays as it is; null: none
  std::shared_ptr<const StapleSource> staples{};      ///< in its place
  Bytes signed_certificate_timestamps{};
  bool must_match_issuer = false;
  CompressedForms compressed{};  ///< of the messages that show it

  /// The OCSP response that goes with the leaf now; null: none.
  std::shared_ptr<const Bytes> staple(WallTime now) const;
  CertificateType type() const noexcept {
    return chain->is_raw_public_key() ? CertificateType::raw_public_key : CertificateType::x509;
  }
  /// Whether one of `schemes` signs handshakes of this version.
  bool may_use(SignatureScheme, ProtocolVersion) const noexcept;
  /// Whether the leaf's key usage allows it; that of a raw public key always does.
  bool may(KeyUsage usage) const noexcept { return parsed.empty() || parsed.front().extensions.allows(usage); }
  /// The leaf's key. Errors as of public_key_parts.
  Result<crypto::PublicKeyParts> key() const;
  // A raw public key has neither names, issuer nor signatures: it fits whatever is asked about them, but no filter.
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
/// `certfile`; a raw public key from the private one, or from `subject_public_key_info`.
struct IdentitySource {
  std::string certfile{};
  std::string keyfile{};   ///< or a PKCS#11 URI; empty: the key is in certfile
  std::string_view password{};  ///< of the key, or the PIN of its token; empty: none; not kept
  std::function<Result<SecretBytes>()> ask_password{};  ///< in its place: asked where the key is encrypted, or in a token
  std::vector<Bytes> certificates{};  ///< DER, leaf first
  std::shared_ptr<const crypto::Signer> signer{};
  Executor sign_on{};  ///< null: the signer itself answers
  std::string ocsp_staple_file{};     ///< DER
  Bytes ocsp_response{};
  std::shared_ptr<const StapleSource> staples{};
  Bytes signed_certificate_timestamps{};
  std::vector<SignatureScheme> signature_algs{};  ///< restricts and orders what it signs with; empty: all it can
  std::vector<SignatureScheme> legacy_algs{};     ///< with SHA-1 or DSA, behind all others, unless it is restricted
  std::vector<SignatureScheme> used_algs{};       ///< without signature_algs: it signs with no others; empty: with all
  bool must_match_issuer = false;
  bool raw_public_key = false;
  Bytes subject_public_key_info{};  ///< of a signer that does not tell it
};

/// Errors, with option, path, line, reason and mend in the detail: missing_option where certificate or key is not named;
/// file_unreadable; malformed_pem where no certificate or no key is in the file; malformed_certificate;
/// invalid_private_key; wrong_password; key_mismatch; malformed_raw_public_key; certificate_key_type for keys without a use in
/// TLS 1.3; what ask_password answers, or callback_threw; for a PKCS#11 URI those of load_private_key().
Result<std::shared_ptr<const Identity>> load_identity(const IdentitySource&, const crypto::Provider&, FileReader&);
/// The same without a cache.
Result<std::shared_ptr<const Identity>> load_identity(const IdentitySource&, const crypto::Provider&);

}  // namespace keyway::pki
