// SPDX-License-Identifier: Apache-2.0
//
// Virtual hosts inherit everything that they do not set, except the table itself.
#include "config/sni_table.h"

#include "config/suite_selection.h"

namespace keyway::config {
namespace {

/// What is for TLS 1.2 and below: a host without these versions cannot say that it has no use for it.
void leave_out_older_options(ServerOptions& options, const SniOptions& host) {
  options.sessions.tickets = false;
  options.sessions.store = nullptr;
  options.sessions.reuse_session = nullptr;
  options.client_renegotiation = false;
  options.next_protocols_advertised.reset();
  if (!host.protocol) options.protocol.secure_renegotiate = true;
}

}  // namespace

ServerOptions options_of_host(const ServerOptions& listener, const SniOptions& host) {
  ServerOptions options = listener;
  options.sni_fun = nullptr;
  options.sni_lookup = nullptr;
  options.pause_after_hello = false;
  if (host.certs_keys) {
    options.certs_keys = *host.certs_keys;
    // A chooser answers with indices into the list that it was written for.
    options.identity_select = nullptr;
  }
  if (host.identity_select) options.identity_select = host.identity_select;
  if (host.protocol) options.protocol = *host.protocol;
  if (host.peer) options.peer = *host.peer;
  // What goes into a request for a certificate is meant for the hosts that ask.
  if (options.peer.verify == VerifyMode::verify_none && !options.post_handshake_auth) {
    options.client_ca_names.reset();
    options.stapling = false;
  }
  if (host.fail_if_no_peer_cert) options.fail_if_no_peer_cert = host.fail_if_no_peer_cert;
  if (host.client_ca_names) options.client_ca_names = host.client_ca_names;
  options.certificate_authorities = host.certificate_authorities.value_or(options.certificate_authorities);
  options.stapling = host.stapling.value_or(options.stapling);
  if (host.ciphers) options.protocol.ciphers = *host.ciphers;
  options.honor_cipher_order = host.honor_cipher_order.value_or(options.honor_cipher_order);
  options.honor_ecc_order = host.honor_ecc_order.value_or(options.honor_ecc_order);
  if (host.alpn_preferred_protocols) {
    options.alpn_preferred_protocols = *host.alpn_preferred_protocols;
    options.alpn_select = nullptr;
  }
  if (host.alpn_select) options.alpn_select = host.alpn_select;
  const Versions versions = versions_of(options.protocol.ciphers, sorted(options.protocol.versions));
  if (!versions.empty() && versions.back() == ProtocolVersion::tls1_3) leave_out_older_options(options, host);
  return options;
}

}  // namespace keyway::config
