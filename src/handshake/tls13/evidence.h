// SPDX-License-Identifier: Apache-2.0
//
// Evidence of who the peer is. There is no way to a connected state without one of these, and each is made in exactly
// one place: AuthenticatedPeer by the CertificateVerify check, AuthenticatedPsk by the offer and binder rules.
#pragma once

#include <memory>
#include <variant>

#include "handshake/flow.h"
#include "handshake/hello/client_offer.h"
#include "keyway/psk.h"
#include "keyway/verify.h"
#include "wire/messages/certificate_verify.h"

namespace keyway::handshake::tls13 {

/// What a server checks a binder with.
struct OfferedBinder {
  std::shared_ptr<const Session> session;  ///< null: external
  bool imported = false;
  ByteView key;
  ByteView truncated_hello;                ///< header and body up to the binders
};

/// A trusted chain and proof that the peer has its key (RFC 8446 4.4.3).
class AuthenticatedPeer {
 public:
  const TrustedChain& chain() const noexcept { return chain_; }
  SignatureScheme scheme() const noexcept { return scheme_; }

 private:
  AuthenticatedPeer(TrustedChain&& chain, SignatureScheme scheme) noexcept : chain_(std::move(chain)), scheme_(scheme) {}
  friend Result<AuthenticatedPeer> prove_possession(TrustedChain&&, const wire::CertificateVerify&, Role, Flow&);

  TrustedChain chain_;
  SignatureScheme scheme_;
};

/// A key that both sides have: clients offered it and the server took it; servers checked the binder (RFC 8446 4.2.11.2).
/// On clients the proof is complete with the server's Finished.
class AuthenticatedPsk {
 public:
  /// The resumed session, or null for an external key.
  const std::shared_ptr<const Session>& session() const noexcept { return session_; }

 private:
  explicit AuthenticatedPsk(std::shared_ptr<const Session> session) noexcept : session_(std::move(session)) {}
  friend Result<AuthenticatedPsk> take_selected_psk(const ClientOffer&, std::size_t index, CipherSuite, Flow&);
  friend Result<AuthenticatedPsk> check_binder(const OfferedBinder&, ByteView binder, Flow&);

  std::shared_ptr<const Session> session_;
};

using Authenticated = std::variant<AuthenticatedPsk, AuthenticatedPeer>;

struct NotAsked {};   ///< no certificate was requested
struct NoneGiven {};  ///< requested, not required, not given
using Peer = std::variant<NotAsked, NoneGiven, AuthenticatedPsk, AuthenticatedPeer>;

/// Checks CertificateVerify over the present transcript under the leaf's key. `signer` is the role that signed.
Result<AuthenticatedPeer> prove_possession(TrustedChain&&, const wire::CertificateVerify&, Role signer, Flow&);

/// Client: the server took one of our offers. Errors: wrong_psk_index, psk_hash_mismatch (RFC 8446 4.2.11).
Result<AuthenticatedPsk> take_selected_psk(const ClientOffer&, std::size_t index, CipherSuite, Flow&);
/// Server: the client has the key it names. Error psk_binder_mismatch.
Result<AuthenticatedPsk> check_binder(const OfferedBinder&, ByteView binder, Flow&);

}  // namespace keyway::handshake::tls13
