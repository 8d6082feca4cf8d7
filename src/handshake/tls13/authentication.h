// SPDX-License-Identifier: Apache-2.0
//
// The Authentication messages of RFC 8446 4.4, for both roles: Certificate, CertificateVerify, Finished.
#pragma once

#include <array>

#include "handshake/questions.h"
#include "handshake/tls13/evidence.h"
#include "handshake/tls13/traffic.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/finished.h"

namespace keyway::handshake::tls13 {

/// What a peer said when it asked for a certificate, or in its ClientHello: enough to choose an identity.
struct Requested {
  Bytes context{};                                    ///< certificate_request_context
  std::vector<SignatureScheme> schemes{};
  std::vector<SignatureScheme> certificate_schemes{};
  std::vector<Bytes> authorities{};
  std::vector<pki::ExtensionFilter> filters{};        ///< clients
  bool ocsp = false;
  bool signed_certificate_timestamps = false;
};

/// Of a post-handshake request (RFC 8446 4.3.2): unpredictable, so that an answer cannot be prepared.
using RequestContext = std::array<std::byte, 16>;

/// What CertificateVerify signs (RFC 8446 4.4.3); lives until the handshake is done.
ByteView signature_content(Role signer, Flow&);

/// Sends a Certificate; `identity` null: an empty one.
Result<void> send_certificate(const pki::Identity* identity, const Requested& asked, Flow&);
Result<void> send_certificate_verify(SignatureScheme, ByteView signature, Flow&);
Result<void> send_finished(const schedule::TrafficSecret& own_base_key, Flow&);

/// Checks verify_data over the present transcript, then adds the message to it (RFC 8446 4.4.4).
Result<void> check_finished(const schedule::TrafficSecret& peer_base_key, const wire::Finished&, Flow&);

/// The question about the peer's chain, its views kept. Errors: certificate_list_too_long, unsolicited_extension for
/// staples that were not asked for.
Result<VerifyPeer> question_about(const wire::Certificate13&, bool staple_allowed, bool timestamps_allowed, Flow&);

/// Notes in the facts who the peer is: behind its Finished, not before.
void remember_peer(const AuthenticatedPeer&, Flow&);
void remember_session(const Session&, Flow&);
template <class Evidence>
void remember_authenticated(const Evidence& peer, Flow& flow) {
  //= rfc8446#E.1-1
  if (const auto* with_certificate = std::get_if<AuthenticatedPeer>(&peer)) remember_peer(*with_certificate, flow);
  const auto* with_key = std::get_if<AuthenticatedPsk>(&peer);
  if (with_key != nullptr && with_key->session()) remember_session(*with_key->session(), flow);
}
/// Notes who the peer is in a session that a ticket will stand for.
void remember_in(Session&, const Facts&);
void remember_identity(std::size_t index, Flow&);
std::unique_ptr<Requested> remember_request(const wire::CertificateRequest13&);
/// The question about the peer of a session; its views live as long as the session and the handshake.
VerifyPeer question_about(const Session&, Flow&);

/// The stock choice of an identity and what a chooser is asked.
ChooseIdentity question_for(const Requested&, Flow&);
/// The scheme to sign with. Errors: no_common_signature_scheme; wrong_answer for an index that a chooser made up.
Result<SignatureScheme> scheme_for(std::size_t identity, const Requested&, Flow&);

}  // namespace keyway::handshake::tls13
