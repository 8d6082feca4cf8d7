// SPDX-License-Identifier: Apache-2.0
//
// Decisions of a handshake as pure functions: an offer and a configuration in, a choice or an error out.
// None of them needs a connection to be tested. Who calls them in which order: hello/, tls13/server_hello.cpp.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/settings.h"
#include "keyway/connection_info.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake::negotiation {

/// Our newest that the client has, too (RFC 8446 4.2.1; RFC 5246 E.1); `ours` newest first. Errors: no_common_version;
/// inappropriate_fallback (RFC 7507 3).
Result<ProtocolVersion> choose_version(const wire::ClientHello&, const std::vector<ProtocolVersion>& ours);

/// The suite of a server, of those that the version has: by the client's order, or by its own where the option says so.
Result<CipherSuite> choose_cipher_suite(const wire::ClientHello&, const std::vector<CipherSuite>& ours, bool server_order,
                                        ProtocolVersion);
/// Whether the version has the suite.
bool has_suite(ProtocolVersion, CipherSuite);

struct GroupChoice {
  NamedGroup group;
  ByteView share;  ///< empty: ask again (HelloRetryRequest)
};
/// Our first group that came with a share; if none did, our first that the client supports at all.
Result<GroupChoice> choose_group(const wire::ClientHello&, const std::vector<NamedGroup>& ours);

/// The client's side: the protocol that the server answered with. Errors: decode_error where it is not exactly one; wrong_alpn
/// for one that was not advertised.
Result<std::string> accept_alpn(const wire::Alpn& answer, const ClientOptions&, const std::vector<std::string>& ours);
/// The server's protocol, empty for none. Error no_application_protocol.
Result<std::string> choose_alpn(const wire::ClientHello&, const ServerOptions&, const std::vector<std::string>& ours);

/// What a ClientHello offers, for people and for sni_fun.
HelloInfo describe(const wire::ClientHello&, ByteView body);

// What a peer names in lists with room for 30,000 is looked at again and again: of those, what has a name here, once each.
std::vector<SignatureScheme> known_schemes(const wire::U16List<SignatureScheme>&);
std::vector<NamedGroup> known_groups(const wire::U16List<NamedGroup>&);

/// The first scheme in the identity's order that `accepted` has and the version allows.
std::optional<SignatureScheme> choose_scheme(const pki::Identity&, const std::vector<SignatureScheme>& accepted, ProtocolVersion);

/// Types of certificates (RFC 7250) that a peer takes.
struct CertificateTypes {
  bool x509 = true;
  bool raw_public_key = false;

  static constexpr CertificateTypes only(CertificateType type) noexcept {
    return {type == CertificateType::x509, type == CertificateType::raw_public_key};
  }
  constexpr bool has(CertificateType type) const noexcept {
    return (type == CertificateType::x509 && x509) || (type == CertificateType::raw_public_key && raw_public_key);
  }
};

/// Servers: what the client takes of us; certificates alone where it does not say.
CertificateTypes types_for_server(const wire::ClientHello&);
/// Servers: what the client is to show; `accepted` in our order. Error wrong_certificate_type: nothing in common.
Result<CertificateType> choose_client_type(const wire::ClientHello&, const std::vector<CertificateType>& accepted);
/// Servers: whether a client that choose_client_type finds nothing for goes on without being asked: it has offered no types, and
/// its certificate is not required.
bool goes_on_unasked(const wire::ClientHello&, const ServerSettings&);
/// Clients: what the server shows, by its answer to our list; no answer means certificates. Errors: certificate_type_not_offered;
/// wrong_certificate_type where we take none without an answer.
Result<CertificateType> accept_server_type(const std::optional<wire::SelectedServerCertificateType>&,
                                           const std::vector<CertificateType>& accepted);
/// Clients: what the server takes of us, likewise. Error certificate_type_not_offered.
Result<CertificateType> accept_client_type(const std::optional<wire::SelectedClientCertificateType>&,
                                           const std::vector<CertificateType>& own);

/// What decides between identities.
struct IdentityCriteria {
  const std::vector<SignatureScheme>& schemes;
  const std::vector<SignatureScheme>& certificate_schemes;  ///< of the signatures in the chain; empty: not said
  const std::vector<Bytes>& authorities;  ///< empty: not said
  const std::optional<std::string>& server_name;  ///< servers
  std::span<const pki::ExtensionFilter> filters{};  ///< clients
  std::optional<std::vector<crypto::KeyType>> key_types{};  ///< nothing: any
  std::optional<std::vector<NamedGroup>> curves{};  ///< nothing: any
  ProtocolVersion version = ProtocolVersion::tls1_3;
  bool signs = true;  ///< false: the key decrypts or agrees
  CertificateTypes types{};
};
/// Whether the leaf's key usage allows to sign; or else to agree or to decrypt, as the kind of its key does (RFC 5246 7.4.2).
bool has_usage_for(const pki::Identity&, bool signs);
/// The first identity that fits all criteria; then the best that can sign; nothing if none can (RFC 8446 4.4.2.2, 4.4.2.3).
std::optional<std::size_t> choose_identity(const std::vector<std::shared_ptr<const pki::Identity>>&, const IdentityCriteria&);
/// Why there was none: wrong_certificate_type, no_common_signature_scheme where no key can sign for the peer, no_usable_identity
/// otherwise.
Errc why_no_identity(const std::vector<std::shared_ptr<const pki::Identity>>&, const std::vector<SignatureScheme>& accepted,
                     CertificateTypes, ProtocolVersion);

}  // namespace keyway::handshake::negotiation
