// SPDX-License-Identifier: Apache-2.0
//
// The table. A field that is new in the structs gets its row here.
#include "config/option_names.h"

#include <array>

namespace keyway::config {
namespace {

// clang-format off
constexpr auto rows = std::to_array<OptionName>({
    {"certs_keys", "certs_keys", "certs_keys", "list of CertKey", "none", "identities, chosen by what the peer accepts"},
    {"certfile", "certs_keys.certfile", "certs_keys.certfile", "path", "none", "PEM chain of an identity, leaf first"},
    {"keyfile", "certs_keys.keyfile", "certs_keys.keyfile", "path or PKCS#11 URI", "certfile", "PEM private key of an identity, or a key in a token"},
    {"password", "certs_keys.password", "certs_keys.password", "text", "none", "password of an encrypted private key, or PIN of its token"},
    {"cert", "certs_keys.cert", "certs_keys.cert", "list of DER", "none", "chain of an identity as values, leaf first"},
    {"key", "certs_keys.signer", "certs_keys.signer", "Signer", "none", "private key of an identity, wherever it lives"},
    {"", "certs_keys.sign_on", "certs_keys.sign_on", "Executor", "none", "threads on which the key of an identity works"},
    {"", "certs_keys.ocsp_staple_file", "certs_keys.ocsp_staple_file", "path", "none", "OCSP response to staple to the leaf"},
    {"", "certs_keys.signed_certificate_timestamps", "certs_keys.signed_certificate_timestamps", "bytes", "none", "RFC 6962 list to send with the leaf"},
    {"", "certs_keys.signature_algs", "certs_keys.signature_algs", "list of schemes", "all the key can", "restricts and orders what one key signs with"},
    {"", "certs_keys.must_match_issuer", "certs_keys.must_match_issuer", "boolean", "false", "use an identity only where the peer names its issuer"},
    {"", "identity_select", "identity_select", "function", "stock rules", "chooses among the identities"},
    {"versions", "protocol.versions", "protocol.versions", "list of versions", "TLS 1.3, TLS 1.2", "protocol versions that are offered and accepted"},
    {"ciphers", "protocol.ciphers", "protocol.ciphers", "list of suites", "AEADs with ephemeral keys", "cipher suites in order of preference"},
    {"supported_groups", "protocol.supported_groups", "protocol.supported_groups", "list of groups", "x25519, secp256r1, x448, secp521r1, secp384r1", "key exchange groups in order of preference"},
    {"signature_algs", "protocol.signature_algs", "protocol.signature_algs", "list of schemes", "ECDSA, EdDSA, RSA-PSS", "signature schemes that are accepted and used"},
    {"signature_algs_cert", "protocol.signature_algs_cert", "protocol.signature_algs_cert", "list of schemes", "signature_algs and rsa_pkcs1", "signature schemes accepted in certificates"},
    {"", "protocol.record_size_limit", "protocol.record_size_limit", "64 to 16385", "not sent", "largest record that we accept (RFC 8449)"},
    {"", "protocol.max_send_fragment", "protocol.max_send_fragment", "64 to 16384", "16384", "largest plaintext that we put into one record"},
    {"", "protocol.pad_records_to", "protocol.pad_records_to", "0 to 16384", "0", "pads records to a multiple of this many bytes"},
    {"key_update_at", "protocol.key_update_at", "protocol.key_update_at", "bytes", "388736063997", "bytes under one key before it is updated"},
    {"", "protocol.require_extended_master_secret", "protocol.require_extended_master_secret", "boolean", "false", "refuse peers of TLS 1.2 and below without RFC 7627"},
    {"max_handshake_size", "protocol.max_handshake_size", "protocol.max_handshake_size", "1 to 8388607", "262144", "largest handshake message that is accepted"},
    {"", "protocol.max_certificate_list", "protocol.max_certificate_list", "1 to 16777215", "102400", "largest certificate list that is accepted"},
    {"", "protocol.psk_modes", "protocol.psk_modes", "list of modes", "psk_dhe_ke", "key exchange modes of resumption and pre-shared keys"},
    {"eccs", "protocol.eccs", "protocol.eccs", "list of groups", "those of supported_groups", "curves of TLS 1.2 and below in order of preference"},
    {"", "protocol.encrypt_then_mac", "protocol.encrypt_then_mac", "boolean", "true", "MAC over the ciphertext with CBC suites (RFC 7366)"},
    {"padding_check", "protocol.padding_check", "protocol.padding_check", "boolean", "true", "check the bytes of CBC padding of TLS 1.0 and below; false is POODLE"},
    {"beast_mitigation", "protocol.beast_mitigation", "protocol.beast_mitigation", "one_n_minus_one, zero_n or disabled", "one_n_minus_one", "how data of TLS 1.0 and below is cut into records"},
    {"secure_renegotiate", "protocol.secure_renegotiate", "protocol.secure_renegotiate", "boolean", "true", "refuse peers of TLS 1.2 and below without RFC 5746; false lets others put data before theirs"},
    {"verify", "peer.verify", "peer.verify", "verify_none or verify_peer", "clients verify_peer, servers verify_none", "whether the peer's certificate is judged"},
    {"cacertfile", "peer.cacertfile", "peer.cacertfile", "path", "clients: the system's", "PEM file of trust anchors"},
    {"cacerts", "peer.cacerts", "peer.cacerts", "list of DER", "clients: the system's", "trust anchors as values"},
    {"", "peer.system_anchors", "peer.system_anchors", "boolean", "false", "also trust the system's store"},
    {"depth", "peer.depth", "peer.depth", "0 to 255", "10", "intermediates between leaf and anchor"},
    {"", "peer.max_rsa_bits", "peer.max_rsa_bits", "2048 to 16384", "8192", "largest RSA key in the peer's chain"},
    {"", "peer.min_rsa_bits", "peer.min_rsa_bits", "1024 to max_rsa_bits", "2048", "smallest RSA key in the peer's chain"},
    {"", "peer.check_host_name", "peer.check_host_name", "boolean", "true", "the certificate must say the name that was asked for"},
    {"", "peer.reverify_on_resumption", "peer.reverify_on_resumption", "boolean", "false", "judge the original chain again on resumption"},
    {"crl_check", "peer.crl_check", "peer.crl_check", "off, all, peer or best_effort", "off", "whose revocation is looked up in lists"},
    {"crl_cache", "peer.crl_cache", "peer.crl_cache", "CrlCache", "none", "where revocation lists come from"},
    {"", "peer.require_ocsp_staple", "peer.require_ocsp_staple", "boolean", "false", "refuse peers that staple no OCSP response"},
    {"allow_any_ca_purpose", "peer.allow_any_ca_purpose", "peer.allow_any_ca_purpose", "boolean", "false", "authorities for any purpose are ones for this purpose"},
    {"cert_policy_opts", "peer.cert_policy_opts.policy_set", "peer.cert_policy_opts.policy_set", "list of dotted identifiers", "any policy", "policies that paths may be valid for"},
    {"", "peer.cert_policy_opts.explicit_policy", "peer.cert_policy_opts.explicit_policy", "boolean", "false", "a path must be valid for one of the policies"},
    {"", "peer.cert_policy_opts.inhibit_policy_mapping", "peer.cert_policy_opts.inhibit_policy_mapping", "boolean", "false", "authorities cannot equate policies"},
    {"", "peer.cert_policy_opts.inhibit_any_policy", "peer.cert_policy_opts.inhibit_any_policy", "boolean", "false", "anyPolicy stands for no policy"},
    {"", "peer.web_pki", "peer.web_pki", "boolean", "false", "also the rules of the public web's authorities"},
    {"verify_fun", "peer.verify_fun", "peer.verify_fun", "function and state", "fail what is bad", "is told every step along the path and may pass over it"},
    {"partial_chain", "peer.partial_chain", "peer.partial_chain", "function", "none", "names the anchor of a chain that leads to none"},
    {"customize_hostname_check", "peer.customize_hostname_check", "", "functions", "RFC 9525", "exceptions from the check of the server's name"},
    {"", "peer.verifier", "peer.verifier", "Verifier", "the stock verifier", "replaces the stock verifier"},
    {"session_tickets", "", "tickets.mode", "disabled or stateful", "disabled", "whether and how tickets are issued"},
    {"", "", "tickets.lifetime", "1 to 604800 seconds", "7200", "how long a ticket can be used"},
    {"", "", "tickets.count", "0 to 255", "3", "tickets after each handshake, resumptions included"},
    {"", "", "tickets.store_size", "1 to 10000000", "1000", "sessions in the stock store"},
    {"", "", "tickets.store", "TicketStore", "a stock store", "where stateful tickets live"},
    {"", "", "tickets.max_skipped_early_data", "bytes", "16640", "refused 0-RTT data that is skipped"},
    {"session_tickets", "tickets.store", "", "ClientTicketStore", "none", "where tickets wait to be offered automatically"},
    {"use_ticket", "tickets.use_ticket", "", "list of tickets", "none", "tickets to offer first, in order"},
    {"reuse_sessions", "sessions.reuse_sessions", "", "no, automatic or save", "automatic", "whether sessions of TLS 1.2 and below are offered and kept"},
    {"reuse_sessions", "", "sessions.reuse_sessions", "boolean", "true", "resume sessions of TLS 1.2 and below by their ids"},
    {"reuse_session", "sessions.reuse_session", "", "id or session", "none", "the session of TLS 1.2 or below to offer"},
    {"reuse_session", "", "sessions.reuse_session", "function", "all that fit", "says which sessions may be resumed"},
    {"client_session_cb", "sessions.store", "", "ClientSessionStore", "none", "where a client's sessions of TLS 1.2 and below are kept"},
    {"server_session_cb", "", "sessions.store", "SessionStore", "a stock store", "where a server's sessions of TLS 1.2 and below are kept"},
    {"session_lifetime", "", "sessions.lifetime", "1 to 604800 seconds", "86400", "how long a session of TLS 1.2 or below can be resumed"},
    {"session_cache_server_max", "", "sessions.store_size", "1 to 10000000", "1000", "sessions in the stock store"},
    {"", "", "sessions.store_bytes", "1024 to 2^40 bytes", "8388608", "bytes of the sessions in the stock store"},
    {"", "sessions.tickets", "sessions.tickets", "boolean", "false", "tickets of RFC 5077, in TLS 1.2 and below"},
    {"", "psk.keys", "psk.keys", "list of Psk", "none", "external pre-shared keys"},
    {"user_lookup_fun", "psk.lookup", "psk.lookup", "function", "none", "finds pre-shared keys by identity, on clients by hint"},
    {"psk_identity", "", "psk.hint", "text", "none", "what a client is told about the identity to use (RFC 4279)"},
    {"", "", "psk.tell_unknown_identities", "boolean", "false", "answer unknown identities with an alert of their own"},
    {"srp_identity", "srp.user", "", "text", "none", "who we are in suites with SRP (RFC 5054)"},
    {"", "srp.password", "", "text", "none", "what proves it"},
    {"", "", "srp.lookup", "function", "none", "finds users of SRP: group, salt and verifier or derived key"},
    {"", "", "srp.group", "srp_1024 to srp_8192", "srp_2048", "group that unknown users of SRP are shown"},
    {"", "", "srp.salt_size", "1 to 32", "20", "size of the salt that unknown users of SRP are shown"},
    {"", "", "srp.salt_seed", "bytes", "drawn", "from which that salt is derived"},
    {"", "", "srp.tell_unknown_users", "boolean", "false", "answer unknown users of SRP with an alert of their own"},
    {"", "", "dh.group", "ffdhe2048 to ffdhe8192", "ffdhe2048", "finite field of DHE in TLS 1.2 and below"},
    {"dhfile", "", "dh.dhfile", "path", "none", "parameters of DHE, PEM or DER"},
    {"dh", "", "dh.dh", "DER", "none", "the same as a value"},
    {"", "min_dh_bits", "", "1024 to 8192", "2048", "smallest finite field of a server that is taken in TLS 1.2 and below"},
    {"", "psk.required", "psk.required", "boolean", "false", "refuse handshakes without a pre-shared key"},
    {"", "observe.key_log", "observe.key_log", "KeyLog", "none", "called with secrets in the NSS format, for debugging"},
    {"keep_secrets", "observe.keep_secrets", "observe.keep_secrets", "boolean", "false", "let connections tell their secrets, for debugging"},
    {"", "observe.trace", "observe.trace", "TraceSink", "none", "messages and events for tools"},
    {"fail_if_no_peer_cert", "", "fail_if_no_peer_cert", "boolean", "true with verify_peer", "refuse clients without a certificate"},
    {"certificate_authorities", "certificate_authorities", "certificate_authorities", "boolean", "clients false, servers true", "name our anchors to the peer"},
    {"", "", "client_ca_names", "list of DER names", "the anchors'", "names to send instead of the anchors'"},
    {"alpn_advertised_protocols", "alpn_advertised_protocols", "", "list of names", "none", "application protocols that are offered"},
    {"client_preferred_next_protocols", "client_preferred_next_protocols.protocols", "", "list of names", "none", "next protocols of TLS 1.2 and below in order of preference"},
    {"", "client_preferred_next_protocols.precedence", "", "server or client", "server", "whose order decides among next protocols"},
    {"", "client_preferred_next_protocols.default_protocol", "", "name", "the first", "next protocol where none is common"},
    {"", "client_preferred_next_protocols.required", "", "boolean", "false", "refuse servers without next protocol negotiation"},
    {"next_protocols_advertised", "", "next_protocols_advertised", "list of names", "none", "next protocols that are shown to clients of TLS 1.2 and below"},
    {"", "allow_unknown_alpn", "", "boolean", "false", "accept a protocol that was not offered"},
    {"alpn_preferred_protocols", "", "alpn_preferred_protocols", "list of names", "none", "application protocols in order of preference"},
    {"", "", "alpn_select", "function", "alpn_preferred_protocols", "chooses among the offered protocols"},
    {"honor_cipher_order", "", "honor_cipher_order", "boolean", "false", "the server's order of suites decides"},
    {"honor_ecc_order", "", "honor_ecc_order", "boolean", "false", "the server's order of curves decides in TLS 1.2 and below"},
    {"sni_hosts", "", "sni_hosts", "list of hosts", "none", "options of virtual hosts"},
    {"sni_fun", "", "sni_fun", "function", "none", "chooses a configuration from the ClientHello"},
    {"handshake", "", "pause_after_hello", "boolean", "false", "pause after the ClientHello"},
    {"cookie", "", "cookie", "boolean", "true", "put a cookie into HelloRetryRequest"},
    {"", "", "server_name_ack", "boolean", "true", "acknowledge a server name that guided a choice"},
    {"", "key_shares", "", "list of groups", "the first group", "groups that get a key share"},
    {"max_fragment_length", "max_fragment_length", "", "512, 1024, 2048 or 4096", "not sent", "largest fragment (RFC 6066 4)"},
    {"middlebox_comp_mode", "middlebox_comp_mode", "", "boolean", "true", "look like TLS 1.2 to middleboxes"},
    {"stapling", "stapling", "stapling", "boolean", "false", "ask for an OCSP response"},
    {"stapling", "ocsp_nonce", "", "boolean", "false", "ask for an OCSP response made for this connection"},
    {"", "signed_certificate_timestamps", "", "boolean", "false", "ask for certificate timestamps"},
    {"", "post_handshake_auth", "post_handshake_auth", "boolean", "false", "certificate requests after the handshake"},
    {"client_renegotiation", "", "client_renegotiation", "boolean", "false", "let clients of TLS 1.2 and below renegotiate"},
    {"", "server_renegotiation", "", "boolean", "false", "renegotiate when a server of TLS 1.2 or below asks"},
    {"", "permute_extensions", "", "boolean", "false", "random order of ClientHello extensions"},
    {"", "false_start", "", "boolean", "false", "send data before the server's Finished in TLS 1.2 (RFC 7918)"},
    {"fallback", "fallback", "", "boolean", "false", "say that newer versions were tried and failed (RFC 7507)"},
    {"", "provider", "provider", "Provider", "over libcrypto", "where primitives come from"},
});
// clang-format on

}  // namespace

std::span<const OptionName> option_names() noexcept { return rows; }

const OptionName* find_option(std::string_view name) noexcept {
  for (const OptionName& row : rows) {
    if (row.name() == name) return &row;
  }
  for (const OptionName& row : rows) {
    if (!name.empty() && (row.client_field == name || row.server_field == name)) return &row;
  }
  return nullptr;
}

}  // namespace keyway::config
