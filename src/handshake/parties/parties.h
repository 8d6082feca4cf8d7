// SPDX-License-Identifier: Apache-2.0
//
// Who the two sides of a handshake are, for both families of machines: which of our identities fits what the peer said,
// and what is remembered of the peer in facts and sessions. Possession of keys is proved in the families' evidence.
#pragma once

#include <optional>
#include <vector>

#include "handshake/flow.h"
#include "handshake/negotiation/negotiation.h"
#include "handshake/questions.h"
#include "keyway/session_store.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake {

/// What a peer said when it asked for a certificate, or in its ClientHello: enough to choose an identity.
struct Requested {
  Bytes context{};                                    ///< certificate_request_context (RFC 8446 4.3.2)
  std::vector<SignatureScheme> schemes{};
  std::vector<SignatureScheme> certificate_schemes{};  ///< of the signatures in the chain, where they are named apart
  bool schemes_of_chain = false;                      ///< `schemes` speaks for these, too
  std::vector<Bytes> authorities{};
  std::optional<std::vector<crypto::KeyType>> key_types{};  ///< TLS 1.2 and below: those that the suites or the peer allow
  std::optional<std::vector<NamedGroup>> curves{};    ///< TLS 1.2 and below, servers: those of keys in certificates
  std::vector<pki::ExtensionFilter> filters{};        ///< clients
  bool ocsp = false;
  bool signed_certificate_timestamps = false;
  negotiation::CertificateTypes types{};
  std::vector<CertificateCompression> compression{};  ///< TLS 1.3: what it can decompress
  bool signs = true;                                  ///< TLS 1.2 and below, servers: false where the key decrypts or agrees
};

/// Everything that a ClientHello says about the identity it wants to see. Below TLS 1.3, silence about signatures says something.
Requested requested_by(const wire::ClientHello&, ProtocolVersion chosen);
/// The same without what only the choice of an identity needs.
Requested requested_of_chosen(const wire::ClientHello&, ProtocolVersion chosen = ProtocolVersion::tls1_2);
/// It asks for a staple, and for one of the type that we know (RFC 6066 8).
bool asks_for_ocsp(const wire::ClientHello&);
/// The names of anchors that a client may find useful; none where they would not fit (RFC 8446 4.2.4, RFC 5246 7.4.4).
std::vector<ByteView> authorities_to_name(const ServerSettings&);

/// The stock choice of an identity and what a chooser is asked.
ChooseIdentity question_for(const Requested&, Flow&);
/// The scheme to sign with. Errors: no_common_signature_scheme; wrong_answer for an index that a chooser made up, or an identity
/// of a type that the peer does not take.
Result<SignatureScheme> scheme_for(std::size_t identity, const Requested&, Flow&);
void remember_identity(std::size_t index, Flow&);

/// Notes in the facts who the peer is, a chain whose key it was shown to have: behind its Finished, not before.
/// `scheme` nothing: the key exchange itself showed it.
void remember_peer(const TrustedChain&, std::optional<SignatureScheme> scheme, Flow&);
void remember_session(const Session&, Flow&);
/// Notes who the peer is in a session that a ticket or an id will stand for.
void remember_in(Session&, const Facts&);
/// TLS 1.2 and below: the client is who has a pre-shared key or a password, also where its name is empty (RFC 4279 5.3).
bool is_by_key(const CipherSuiteInfo&) noexcept;
/// Servers: what Session::policy must be, by what the peer has proved in the session's first handshake.
const Bytes& policy_for(const Session&, const ServerSettings&);
/// The question about the peer of a session; its views live as long as the session and the handshake.
VerifyPeer question_about(const Session&, Flow&);

}  // namespace keyway::handshake
