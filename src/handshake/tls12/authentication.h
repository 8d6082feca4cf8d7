// SPDX-License-Identifier: Apache-2.0
//
// Certificate, ServerKeyExchange's signature and CertificateVerify of TLS 1.2 and below, for both roles (RFC 5246 7.4.2,
// 7.4.3, 7.4.8). AuthenticatedPeer is evidence: it is made here alone, of a trusted chain and a signature under its key, or of
// one whose key the secret cannot be had without.
#pragma once

#include "config/usable_suites.h"
#include "handshake/parties/parties.h"
#include "handshake/tls12/kx/exchange.h"
#include "wire/digitally_signed.h"
#include "wire/messages/certificate12.h"
#include "wire/messages/certificate_verify12.h"

namespace keyway::handshake::tls12 {

/// A trusted chain and proof that the peer has its key.
class AuthenticatedPeer {
 public:
  const TrustedChain& chain() const noexcept { return chain_; }
  /// Nothing where keys were exchanged with its own.
  std::optional<SignatureScheme> scheme() const noexcept { return scheme_; }

 private:
  AuthenticatedPeer(TrustedChain&& chain, std::optional<SignatureScheme> scheme) noexcept
      : chain_(std::move(chain)), scheme_(scheme) {}
  friend Result<AuthenticatedPeer> prove_possession(TrustedChain&&, const wire::DigitallySigned&, ByteView content, Flow&);
  friend Result<AuthenticatedPeer> exchange_with(TrustedChain&&, Exchange&, Flow&);

  TrustedChain chain_;
  std::optional<SignatureScheme> scheme_;
};

/// A signature that nobody has checked yet and what it is over; views that the flow keeps.
struct Unproven {
  wire::DigitallySigned signature;
  ByteView content;
};

/// The scheme of a signature: as it says, one that we accept and that fits the key; or, where signatures say nothing, what the
/// key implies, unless its reader set one. Errors: wrong_signature_scheme; certificate_key_type.
Result<SignatureScheme> scheme_of(const wire::DigitallySigned&, const crypto::PublicKey&, Flow&);
/// Checks a signature under the leaf's key. Errors: wrong_signature_scheme, certificate_wrong_usage, wrong_signature.
Result<AuthenticatedPeer> prove_possession(TrustedChain&&, const wire::DigitallySigned&, ByteView content, Flow&);

/// Lets the key exchange use the leaf's key: who does not have it does not come by the secret, and Finished tells (RFC 5246
/// 7.4.7.1, RFC 8422 2). Errors: certificate_wrong_usage, certificate_key_type.
Result<AuthenticatedPeer> exchange_with(TrustedChain&&, Exchange&, Flow&);

/// What ServerKeyExchange signs: both randoms and the parameters (RFC 5246 7.4.3); lives until the handshake is done.
ByteView signed_parameters(const Terms&, ByteView parameters, Flow&);

/// Sends a Certificate; `identity` null: an empty one.
Result<void> send_certificate(const pki::Identity* identity, Flow&);

/// The question about the peer's chain, its views kept. Error certificate_list_too_long.
Result<VerifyPeer> question_about(const wire::Certificate12&, Flow&);

using config::suits;

}  // namespace keyway::handshake::tls12
