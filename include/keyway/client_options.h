// SPDX-License-Identifier: Apache-2.0
//
// Everything a client can be told. The defaults verify the server against the system's trust store and speak TLS 1.3
// or, with a server that does not, TLS 1.2.
//
//   auto config = keyway::ClientConfig::make({.peer = {.cacertfile = "ca.pem"}, .alpn_advertised_protocols = {"h2"}});
#pragma once

#include "keyway/option_groups.h"

namespace keyway {

/// Options of a client: plain values, owned; ClientConfig::make checks them and says which one to mend.
/// \otp client options of connect/2,3,4                                                              \since 0.1
struct ClientOptions {
  std::vector<CertKey> certs_keys{};   ///< for servers that ask; chosen by what the server says it accepts
  IdentityFunction identity_select{};  ///< replaces the stock choice among certs_keys
  ProtocolOptions protocol{};
  VerifyOptions peer{};
  ClientTicketOptions tickets{};
  ClientSessionOptions sessions{};
  PskOptions psk{};
  SrpIdentity srp{};
  std::size_t min_dh_bits = 2048;      ///< smallest prime of a server that is taken in DHE and SRP, 1,024 to 8,192
  ObserveOptions observe{};
  std::vector<std::string> alpn_advertised_protocols{};
  NextProtocolOptions client_preferred_next_protocols{};
  bool allow_unknown_alpn = false;     ///< accept a protocol that was not advertised; dangerous, for tests of peers
  std::optional<std::vector<NamedGroup>> key_shares{};  ///< groups that get a share, in the order of
                                                        ///< supported_groups; unset: the first of those
  std::optional<std::uint16_t> max_fragment_length{};   ///< RFC 6066: 512, 1024, 2048 or 4096
  bool middlebox_comp_mode = true;     ///< RFC 8446 D.4
  bool stapling = false;               ///< ask for an OCSP response
  /// With stapling: ask for a response that was made for this connection (RFC 8954). One with another nonce is refused, one
  /// without is not: servers staple what they have.
  bool ocsp_nonce = false;
  bool signed_certificate_timestamps = false;  ///< ask for them (RFC 6962)
  bool certificate_authorities = false;        ///< tell the server our anchors, at most 64 (RFC 8446 4.2.4)
  /// TLS 1.2 and below: renegotiate when the server asks for it with HelloRequest; false answers no_renegotiation.
  bool server_renegotiation = false;
  bool post_handshake_auth = false;    ///< offer RFC 8446 4.6.2
  bool permute_extensions = false;     ///< random order of ClientHello extensions
  /// TLS 1.2: let data leave behind our Finished, a round trip before the server has shown its own (RFC 7918); FalseStarted tells
  /// when. Only in full handshakes with ephemeral keys, an AEAD and a negotiated protocol, so protocols must be named. What was
  /// sent so is lost if the handshake fails afterwards, and it is sent before a change of version or suite on the way is seen.
  bool false_start = false;
  bool fallback = false;  ///< RFC 7507: newer versions were tried and failed; for such loops alone
  std::shared_ptr<PemCache> pem_cache{};  ///< where files of certificates and keys are kept for others; null: nowhere
  bool bypass_pem_cache = false;  ///< read them anew all the same, and leave nothing there
  std::shared_ptr<const crypto::Provider> provider{};  ///< null: crypto::default_provider()
};

}  // namespace keyway
