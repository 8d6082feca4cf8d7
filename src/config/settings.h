// SPDX-License-Identifier: Apache-2.0
//
// The checked, complete form of options that handshakes read. Made by client_config.cpp and server_config.cpp.
// Nothing here is optional that a handshake needs: defaults are filled in, files are parsed, keys are matched.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "config/looked_up_hosts.h"
#include "keyway/config.h"
#include "pki/file_reader.h"
#include "pki/identity.h"
#include "pki/trust_store.h"
#include "session/ticket_keys.h"

namespace keyway {

/// RFC 8446 4.2.4: so many names of authorities a client puts into its hello, so many bytes of them a server into its
/// request. More are not sent at all: part of a list would say that the rest is not accepted.
inline constexpr std::size_t max_authority_names = 64;
inline constexpr std::size_t max_authority_bytes = 16384;

struct CommonSettings {
  std::shared_ptr<const crypto::Provider> provider;
  std::vector<ProtocolVersion> versions;              ///< non-empty, newest first, without a gap
  std::vector<CipherSuite> cipher_suites;             ///< non-empty, in order, all served by the provider
  std::vector<NamedGroup> groups;                     ///< those that TLS 1.3 may negotiate, in order
  std::vector<NamedGroup> curves;                     ///< elliptic curves of TLS 1.2 and below, in order
  std::vector<NamedGroup> offered_groups;             ///< what a ClientHello says: for all versions
  std::vector<SignatureScheme> signature_schemes;     ///< offered and accepted in CertificateVerify, in order
  std::vector<SignatureScheme> certificate_schemes;   ///< offered and accepted in certificates
  bool send_certificate_schemes = false;              ///< they differ: signature_algorithms_cert is sent
  std::vector<std::shared_ptr<const pki::Identity>> identities;
  std::shared_ptr<const Verifier> verifier;           ///< null where no certificate is asked for or taken
  std::shared_ptr<const Verifier> raw_key_verifier{}; ///< likewise of raw public keys
  std::vector<CertificateType> peer_types;            ///< non-empty, in order: what the peer may show
  std::vector<CertificateType> own_types;             ///< of `identities`, in order
  std::shared_ptr<const pki::TrustStore> anchors;     ///< for certificate_authorities; may be null
  Bytes functions;     ///< stands for those of VerifyOptions; empty where there are none
  Bytes verification;  ///< fingerprint of the verification settings; clients: and of our own identities
  std::vector<std::string> alpn;
  std::vector<std::shared_ptr<const pki::TrustStore>> named_anchors;  ///< those of `anchors` that the options name
  std::vector<std::string> warnings;                  ///< what was met while files were read
  pki::FileReader files;                              ///< that read them, and knows how they were
};

/// Finite fields of a server for TLS 1.2 and below.
struct DhSettings {
  std::vector<NamedGroup> groups;                 ///< for clients that name groups, in order
  NamedGroup group = NamedGroup::ffdhe2048;       ///< for the others, unless there are
  Bytes p, g;                                     ///< parameters of the user
};

struct ClientSettings {
  ClientOptions options;
  CommonSettings common;
  std::vector<NamedGroup> key_shares;
  SecretBytes password;                               ///< of options.srp
  std::unique_ptr<std::atomic_flag[]> spent_tickets;  ///< one for each of use_ticket: set by the connection that offers it
};

struct ServerSettings {
  ServerOptions options;
  CommonSettings common;
  bool request_certificate = false;                   ///< in the handshake; the verifier may also be for later requests
  bool require_certificate = false;
  std::shared_ptr<TicketStore> tickets;               ///< null: none issued, none accepted
  std::shared_ptr<SessionStore> sessions;             ///< of TLS 1.2 and below; null: none is resumed by its id
  std::shared_ptr<session::TicketKeys> ticket_keys;   ///< of TLS 1.2 and below; null: no ticket is sealed or opened
  std::map<std::string, std::shared_ptr<const ServerConfig>> sni_hosts;  ///< lower-case names
  Secret32 cookie_key;                                ///< random, of this configuration alone
  DhSettings dh;
  SecretBytes salt_seed;                              ///< of options.srp
  Bytes own_keys;           ///< fingerprint of the public keys of our identities, as first loaded
  Bytes resumption_policy;  ///< fingerprint of those, of ALPN and client-authentication policy and virtual host
  Bytes key_policy;         ///< the same and who is known, of sessions that a pre-shared key or a password was proved for
  Bytes lookups;            ///< stands for options.psk.lookup and options.srp.lookup
  std::string host;         ///< whose they are, in lower case; empty: of a listener
  std::unique_ptr<config::LookedUpHosts> looked_up_hosts{};  ///< with options.sni_lookup
  bool forgot_password = false;                       ///< one that was a text: the keys cannot be loaded again
};

namespace config {

/// What was read for these settings and their hosts, each file as it was.
std::vector<pki::FileStamp> files_of(const ServerSettings&);

/// The configuration of what sni_lookup answered; null for null. Errors of ServerConfig::make.
Result<std::shared_ptr<const ServerConfig>> looked_up_host(const ServerSettings& listener, const std::shared_ptr<const SniHost>&);

}  // namespace config
}  // namespace keyway
