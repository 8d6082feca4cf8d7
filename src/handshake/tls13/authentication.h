// SPDX-License-Identifier: Apache-2.0
//
// The Authentication messages of RFC 8446 4.4, for both roles: Certificate, CertificateVerify, Finished.
#pragma once

#include <array>

#include "handshake/parties/parties.h"
#include "handshake/tls13/evidence.h"
#include "handshake/tls13/traffic.h"
#include "wire/messages/certificate13.h"
#include "wire/messages/certificate_request13.h"
#include "wire/messages/finished.h"

namespace keyway::handshake::tls13 {

/// Of a post-handshake request (RFC 8446 4.3.2): unpredictable, so that an answer cannot be prepared.
using RequestContext = std::array<std::byte, 16>;

/// What CertificateVerify signs (RFC 8446 4.4.3); lives until the handshake is done.
ByteView signature_content(Role signer, Flow&);

/// Sends a Certificate, compressed where the peer takes that and we do it; `identity` null: an empty one.
Result<void> send_certificate(const pki::Identity* identity, const Requested& asked, Flow&);
Result<void> send_certificate_verify(SignatureScheme, ByteView signature, Flow&);
Result<void> send_finished(const schedule::TrafficSecret& own_base_key, Flow&);

/// Checks verify_data over the present transcript, then adds the message to it (RFC 8446 4.4.4).
Result<void> check_finished(const schedule::TrafficSecret& peer_base_key, const wire::Finished&, Flow&);

/// The question about the peer's chain or raw public key, its views kept. Errors: certificate_list_too_long,
/// unsolicited_extension for staples that were not asked for, malformed_raw_public_key.
Result<VerifyPeer> question_about(const wire::Certificate13&, bool staple_allowed, bool timestamps_allowed, Flow&);

/// Notes in the facts who the peer is: behind its Finished, not before.
template <class Evidence>
void remember_authenticated(const Evidence& peer, Flow& flow) {
  //= rfc8446#E.1-1
  const auto* certified = std::get_if<AuthenticatedPeer>(&peer);
  if (certified != nullptr) remember_peer(certified->chain(), certified->scheme(), flow);
  const auto* with_key = std::get_if<AuthenticatedPsk>(&peer);
  if (with_key != nullptr && with_key->session()) remember_session(*with_key->session(), flow);
}
std::unique_ptr<Requested> remember_request(const wire::CertificateRequest13&, Flow&);

}  // namespace keyway::handshake::tls13
