// SPDX-License-Identifier: Apache-2.0
//
// Everything a server can be told. SNI entries are partial: what they leave out is the listener's.
//
//   auto config = keyway::ServerConfig::make({.certs_keys = {{.certfile = "cert.pem", .keyfile = "key.pem"}}});
#pragma once

#include "keyway/option_groups.h"

namespace keyway {

class ServerConfig;
struct HelloInfo;

/// What becomes of a client's ALPN offer.
struct AlpnChoice {
  enum class Verdict : std::uint8_t { select, decline, refuse };
  Verdict verdict = Verdict::decline;  ///< decline: no ALPN; refuse: no_application_protocol
  std::string protocol{};              ///< with select
};
using AlpnFunction = std::function<AlpnChoice(const std::vector<std::string>& offered)>;

/// Options of one virtual host over those of the listener; unset members are inherited. The whole is checked as one.
struct SniOptions {
  std::optional<std::vector<CertKey>> certs_keys{};
  IdentityFunction identity_select{};
  std::optional<ProtocolOptions> protocol{};  ///< all of the group
  std::optional<VerifyOptions> peer{};        ///< likewise
  std::optional<bool> fail_if_no_peer_cert{};
  std::optional<bool> certificate_authorities{};
  std::optional<std::vector<Bytes>> client_ca_names{};
  std::optional<bool> stapling{};
  std::optional<std::vector<std::string>> alpn_preferred_protocols{};
  AlpnFunction alpn_select{};
  std::optional<std::vector<CipherSuite>> ciphers{};
  std::optional<bool> honor_cipher_order{};
  std::optional<bool> honor_ecc_order{};
};

/// A virtual host by its name.   \otp sni_hosts
struct SniHost {
  std::string name;  ///< compared without regard to case
  SniOptions options{};
};

/// The table sni_hosts as a function: asked for the host of a name (in lower case) that a client sends. Null: the options of the
/// listener. An error ends the handshake: unrecognized_name where the name is not served. The listener keeps what it has made of
/// the newest 256 answers: answer with the same object again, and its configuration is made once. `name` of the host, which may
/// be a wildcard or of any form, says where sessions and tickets belong. A host that cannot be made ends the handshake with the
/// error that ServerConfig::make would give, and with internal_error for the client; the same object then gives the same error
/// without another try, until a reload: answer with a new object to try again. May answer later, from any thread, which
/// then makes the configuration.   \otp sni_fun
using SniLookup = std::function<void(const std::string& server_name, Answer<std::shared_ptr<const SniHost>>)>;

/// Decides from the ClientHello; answers the configuration to go on with, null for the present one. An error answer
/// ends the handshake: unrecognized_name where the name is not served. The answer decides nothing more: one with sni_fun,
/// sni_lookup, sni_hosts or pause_after_hello of its own ends it with wrong_answer. `hello` is valid until this call returns.
using HelloFunction = std::function<void(const HelloInfo& hello, Answer<std::shared_ptr<const ServerConfig>>)>;

/// Options of a server: plain values, owned; ServerConfig::make checks them and says which one to mend.
/// \otp server options of listen/2                                                                   \since 0.1
struct ServerOptions {
  std::vector<CertKey> certs_keys{};
  IdentityFunction identity_select{};  ///< replaces the stock choice among certs_keys; not for hosts with their own
  ProtocolOptions protocol{};
  VerifyOptions peer{.verify = VerifyMode::verify_none};
  /// Unset: true with verify_peer. Clients that prove an external key of `psk` or a password of `srp` are not asked for a
  /// certificate, whatever this says: give them to those alone whom the server may admit.
  std::optional<bool> fail_if_no_peer_cert{};
  bool certificate_authorities = true;         ///< name our anchors when asking for a certificate
  bool stapling = false;                       ///< ask clients for an OCSP response, too (RFC 8446 4.4.2.1)
  std::optional<std::vector<Bytes>> client_ca_names{};  ///< DER names to send instead of the anchors', 16,384 bytes at most
  ServerTicketOptions tickets{};
  ServerSessionOptions sessions{};
  PskOptions psk{};
  SrpServerOptions srp{};
  DhOptions dh{};
  ObserveOptions observe{};
  std::vector<std::string> alpn_preferred_protocols{};
  /// Shown to clients that offer next protocol negotiation (see NextProtocolOptions), unless ALPN was taken; may be empty. Unset:
  /// there is none. Virtual hosts show the same.
  std::optional<std::vector<std::string>> next_protocols_advertised{};
  AlpnFunction alpn_select{};  ///< replaces alpn_preferred_protocols
  bool honor_cipher_order = false;
  bool honor_ecc_order = false;  ///< TLS 1.2 and below: our order of curves decides, not the client's
  /// TLS 1.2 and below: let clients renegotiate, once in 12 seconds; what is refused gets no_renegotiation.
  bool client_renegotiation = false;
  std::vector<SniHost> sni_hosts{};
  SniLookup sni_lookup{};  ///< in the place of sni_hosts; excludes sni_fun and pause_after_hello, too
  HelloFunction sni_fun{};  ///< excludes sni_hosts and pause_after_hello
  bool pause_after_hello = false;  ///< OTP's {handshake, hello}: see Connection::continue_with
  bool cookie = true;  ///< put a cookie into HelloRetryRequest
  bool post_handshake_auth = false;  ///< keep what request_certificate() needs (RFC 8446 4.6.2)
  bool server_name_ack = true;  ///< acknowledge SNI that guided a choice (RFC 6066 3)
  std::shared_ptr<PemCache> pem_cache{};  ///< where files of certificates and keys are kept for others; null: nowhere
  bool bypass_pem_cache = false;  ///< read them anew all the same, and leave nothing there
  std::shared_ptr<const crypto::Provider> provider{};  ///< null: crypto::default_provider()
};

}  // namespace keyway
