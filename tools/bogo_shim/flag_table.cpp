// SPDX-License-Identifier: Apache-2.0
//
// Every flag of BoGo's runner, in the order of its documentation. A new feature of the library turns a refusal into a
// row with a member.
#include "flag_table.h"

#include <array>

namespace keyway::bogo_shim {
namespace {

constexpr std::string_view no_dtls = "DTLS is not built";
constexpr std::string_view no_quic = "QUIC is not a bearer of this library";
constexpr std::string_view no_hints = "split handshakes are a concept of BoringSSL";
constexpr std::string_view no_early_data = "0-RTT is not built";
constexpr std::string_view no_ech = "Encrypted ClientHello is not built";
constexpr std::string_view no_pake = "PAKE credentials are not a feature of this library";
constexpr std::string_view no_policy = "compliance policies are sets of options of BoringSSL";
constexpr std::string_view no_trust_anchors = "trust anchor identifiers are a draft";
constexpr std::string_view no_alps = "ALPS is a draft";
constexpr std::string_view no_channel_id = "Channel ID is not a feature of this library";
constexpr std::string_view no_padding = "server padding requests are an experiment of BoringSSL";
constexpr std::string_view no_cross_name = "resumption across names is a draft";
constexpr std::string_view no_grease = "GREASE values are tolerated, not sent";
constexpr std::string_view no_ddos = "that callback is BoringSSL's";
constexpr std::string_view no_digest_only = "keeping only the hash of a certificate is an option of BoringSSL";
constexpr std::string_view no_ticket_layout = "tickets are references into a store, not BoringSSL's encrypted layout";
constexpr std::string_view no_equal_groups = "groups have a strict order";

constexpr bool plain = false;
constexpr bool valued = true;

const auto rows = std::to_array<FlagRow>({
    // connection and process
    {"-port", &Flags::port},
    {"-ipv6", &Flags::ipv6},
    {"-shim-id", &Flags::shim_id},
    {"-server", &Flags::server},
    {"-dtls", Refused{plain, no_dtls}},
    {"-quic", Refused{plain, no_quic}},
    {"-resume-count", &Flags::resume_count},
    {"-write-settings", Moot{valued}},
    {"-is-handshaker-supported", &Flags::is_handshaker_supported},
    {"-handshaker-path", Refused{valued, no_hints}},
    {"-handshaker-resume", Refused{plain, no_hints}},
    {"-wait-for-debugger", &Flags::wait_for_debugger},
    {"-shim-writes-first", &Flags::shim_writes_first},
    {"-shim-initial-write", &Flags::shim_initial_write},
    {"-repeat-shim-initial-write", &Flags::repeat_shim_initial_write},
    {"-read-with-unfinished-write", &Flags::read_with_unfinished_write},
    {"-shim-shuts-down", &Flags::shim_shuts_down},
    {"-check-close-notify", &Flags::check_close_notify},
    {"-send-alert", &Flags::send_alert},
    {"-read-size", &Flags::read_size},
    {"-peek-then-read", &Flags::peek_then_read},
    {"-max-send-fragment", &Flags::max_send_fragment},
    {"-write-different-record-sizes", &Flags::write_different_record_sizes},
    {"-partial-write", Moot{plain}},
    {"-cbc-record-splitting", Moot{plain}},
    {"-implicit-handshake", Moot{plain}},
    {"-handshake-twice", &Flags::handshake_twice},
    {"-no-op-extra-handshake", &Flags::no_op_extra_handshake},
    {"-handshake-never-done", &Flags::handshake_never_done},
    {"-use-exporter-between-reads", &Flags::use_exporter_between_reads},

    // async and callbacks
    {"-async", &Flags::async},
    {"-use-early-callback", &Flags::use_early_callback},
    {"-fail-early-callback", &Flags::fail_early_callback},
    {"-install-ddos-callback", Refused{plain, no_ddos}},
    {"-fail-ddos-callback", Refused{plain, no_ddos}},
    {"-fail-cert-callback", &Flags::fail_cert_callback},
    {"-use-old-client-cert-callback", Moot{plain}},
    {"-use-custom-verify-callback", &Flags::use_custom_verify_callback},
    {"-expect-msg-callback", &Flags::expect_msg_callback},
    {"-private-key-delay-ms", Refused{valued, no_dtls}},

    // versions, ciphers, groups, signatures
    {"-min-version", &Flags::min_version},
    {"-max-version", &Flags::max_version},
    {"-expect-version", &Flags::expect_version},
    {"-no-tls1", &Flags::no_tls1},
    {"-no-tls11", &Flags::no_tls11},
    {"-no-tls12", &Flags::no_tls12},
    {"-no-tls13", &Flags::no_tls13},
    {"-fallback-scsv", &Flags::fallback_scsv},
    {"-cipher", &Flags::cipher},
    {"-server-preference", &Flags::server_preference},
    {"-expect-cipher", &Flags::expect_cipher},
    {"-expect-cipher-aes", &Flags::expect_cipher_aes},
    {"-expect-cipher-no-aes", Moot{valued}},
    {"-curves", &Flags::curves},
    {"-curves-flags", Refused{valued, no_equal_groups}},
    {"-key-shares", &Flags::key_shares},
    {"-no-key-shares", EmptyKeyShares{}},
    {"-server-supported-groups-hint", Refused{valued, "key shares are named by the caller, not guessed from a hint"}},
    {"-expect-curve-id", &Flags::expect_curve_id},
    {"-expect-hrr", &Flags::expect_hrr},
    {"-expect-no-hrr", &Flags::expect_no_hrr},
    {"-signing-prefs", &Credential::signing_prefs},
    {"-verify-prefs", &Flags::verify_prefs},
    {"-expect-peer-verify-pref", &Flags::expect_peer_verify_pref},
    {"-expect-peer-signature-algorithm", &Flags::expect_peer_signature_algorithm},
    {"-fips-202205", Refused{plain, no_policy}},
    {"-wpa-202304", Refused{plain, no_policy}},
    {"-cnsa-202407", Refused{plain, no_policy}},
    {"-cnsa1-202603", Refused{plain, no_policy}},
    {"-cnsa2-202603", Refused{plain, no_policy}},

    // certificates, keys and verification
    {"-cert-file", &Credential::cert_file},
    {"-key-file", &Credential::key_file},
    {"-trust-cert", Moot{valued}},
    {"-new-x509-credential", NewCredential{CredentialKind::x509}},
    {"-new-delegated-credential", Refused{plain, "delegated credentials are not a feature of this library"}},
    {"-new-rpk-credential", NewCredential{CredentialKind::raw_public_key}},
    {"-new-psk-credential", NewCredential{CredentialKind::pre_shared_key}},
    {"-new-spake2plusv1-credential", Refused{plain, no_pake}},
    {"-delegated-credential", Refused{valued, "delegated credentials are not a feature of this library"}},
    {"-must-match-issuer", &Credential::must_match_issuer},
    {"-cert-properties", Refused{valued, no_trust_anchors}},
    {"-expect-selected-credential", &Flags::expect_selected_credential},
    {"-verify-peer", &Flags::verify_peer},
    {"-require-any-client-certificate", &Flags::require_any_client_certificate},
    {"-verify-fail", &Flags::verify_fail},
    {"-expect-verify-result", &Flags::expect_verify_result},
    {"-reverify-on-resume", &Flags::reverify_on_resume},
    {"-expect-peer-cert-file", &Flags::expect_peer_cert_file},
    {"-expect-no-peer-cert", &Flags::expect_no_peer_cert},
    {"-expect-certificate-types", &Flags::expect_certificate_types},
    {"-use-client-ca-list", &Flags::use_client_ca_list},
    {"-expect-client-ca-list", &Flags::expect_client_ca_list},
    {"-max-cert-list", &Flags::max_cert_list},
    {"-retain-only-sha256-client-cert", Refused{plain, no_digest_only}},
    {"-expect-sha256-client-cert", Refused{plain, no_digest_only}},
    {"-install-cert-compression-algs", &Flags::install_cert_compression_algs},
    {"-install-one-cert-compression-alg", &Flags::install_one_cert_compression_alg},
    {"-ocsp-response", &Credential::ocsp_response},
    {"-enable-ocsp-stapling", &Flags::enable_ocsp_stapling},
    {"-expect-ocsp-response", &Flags::expect_ocsp_response},
    {"-use-ocsp-callback", &Flags::use_ocsp_callback},
    {"-set-ocsp-in-callback", Moot{plain}},
    {"-decline-ocsp-callback", &Flags::decline_ocsp_callback},
    {"-fail-ocsp-callback", &Flags::fail_ocsp_callback},
    {"-signed-cert-timestamps", &Credential::signed_cert_timestamps},
    {"-enable-signed-cert-timestamps", &Flags::enable_signed_cert_timestamps},
    {"-expect-signed-cert-timestamps", &Flags::expect_signed_cert_timestamps},
    {"-accepted-peer-cert-types", &Flags::accepted_peer_cert_types},
    {"-available-client-cert-types", &Flags::available_client_cert_types},
    {"-expect-peer-certificate-type", &Flags::expect_peer_certificate_type},
    {"-expect-peer-rpk-sha256", &Flags::expect_peer_rpk_sha256},
    {"-requested-trust-anchors", Refused{valued, no_trust_anchors}},
    {"-available-trust-anchors", Refused{valued, no_trust_anchors}},
    {"-expect-peer-match-trust-anchor", Refused{plain, no_trust_anchors}},
    {"-expect-no-peer-match-trust-anchor", Refused{plain, no_trust_anchors}},
    {"-expect-peer-available-trust-anchors", Refused{valued, no_trust_anchors}},

    // extensions
    {"-host-name", &Flags::host_name},
    {"-expect-server-name", &Flags::expect_server_name},
    {"-expect-no-server-name", &Flags::expect_no_server_name},
    {"-no-server-name-ack", &Flags::no_server_name_ack},
    {"-advertise-alpn", &Flags::advertise_alpn},
    {"-expect-alpn", &Flags::expect_alpn},
    {"-expect-advertised-alpn", &Flags::expect_advertised_alpn},
    {"-select-alpn", &Flags::select_alpn},
    {"-select-empty-alpn", &Flags::select_empty_alpn},
    {"-decline-alpn", &Flags::decline_alpn},
    {"-reject-alpn", &Flags::reject_alpn},
    {"-allow-unknown-alpn-protos", &Flags::allow_unknown_alpn_protos},
    {"-application-settings", Refused{valued, no_alps}},
    {"-expect-peer-application-settings", Refused{valued, no_alps}},
    {"-alps-use-new-codepoint", Refused{valued, no_alps}},
    {"-defer-alps", Refused{plain, no_alps}},
    {"-advertise-npn", &Flags::advertise_npn},
    {"-advertise-empty-npn", &Flags::advertise_empty_npn},
    {"-select-next-proto", &Flags::select_next_proto},
    {"-select-empty-next-proto", &Flags::select_empty_next_proto},
    {"-expect-next-proto", &Flags::expect_next_proto},
    {"-expect-no-next-proto", &Flags::expect_no_next_proto},
    {"-enable-channel-id", Refused{plain, no_channel_id}},
    {"-send-channel-id", Refused{valued, no_channel_id}},
    {"-expect-channel-id", Refused{valued, no_channel_id}},
    {"-srtp-profiles", Moot{valued}},
    {"-expect-extended-master-secret", &Flags::expect_extended_master_secret},
    {"-enable-grease", Refused{plain, no_grease}},
    {"-permute-extensions", &Flags::permute_extensions},
    {"-jdk11-workaround", Refused{plain, "the workaround for JDK 11 is BoringSSL's"}},
    {"-request-server-padding", Refused{valued, no_padding}},
    {"-server-supports-padding", Refused{plain, no_padding}},
    {"-expect-server-sent-requested-padding", Refused{plain, no_padding}},

    // resumption and tickets
    {"-no-ticket", &Flags::no_ticket},
    {"-ticket-key", Refused{valued, no_ticket_layout}},
    {"-use-ticket-callback", Moot{plain}},
    {"-use-ticket-aead-callback", Moot{plain}},
    {"-renew-ticket", &Flags::renew_ticket},
    {"-skip-ticket", &Flags::skip_ticket},
    {"-expect-ticket-renewal", &Flags::expect_ticket_renewal},
    {"-expect-no-session", &Flags::expect_no_session},
    {"-expect-session-miss", &Flags::expect_session_miss},
    {"-expect-session-id", &Flags::expect_session_id},
    {"-expect-no-session-id", &Flags::expect_no_session_id},
    {"-resumption-delay", &Flags::resumption_delay},
    {"-expect-ticket-age-skew", &Flags::expect_ticket_age_skew},
    {"-resumption-across-names-enabled", Refused{plain, no_cross_name}},
    {"-expect-resumable-across-names", Refused{plain, no_cross_name}},
    {"-expect-not-resumable-across-names", Refused{plain, no_cross_name}},

    // early data and half-RTT
    {"-enable-early-data", Refused{plain, no_early_data}},
    {"-expect-ticket-supports-early-data", &Flags::expect_ticket_supports_early_data},
    {"-expect-accept-early-data", Refused{plain, no_early_data}},
    {"-expect-reject-early-data", Refused{plain, no_early_data}},
    {"-expect-no-offer-early-data", Moot{plain}},
    {"-expect-early-data-reason", &Flags::expect_early_data_reason},
    {"-early-write-after-message", Refused{valued, no_early_data}},
    {"-false-start", &Flags::false_start},
    {"-allow-false-start-without-alpn", Refused{plain, "False Start needs an application protocol"}},

    // DTLS
    {"-mtu", Refused{valued, no_dtls}},
    {"-initial-timeout-duration-ms", Refused{valued, no_dtls}},

    // renegotiation and key update
    {"-renegotiate-once", &Flags::renegotiate_once},
    {"-renegotiate-freely", &Flags::renegotiate_freely},
    {"-renegotiate-ignore", &Flags::renegotiate_ignore},
    {"-renegotiate-explicit", &Flags::renegotiate_explicit},
    {"-forbid-renegotiation-after-handshake", Moot{plain}},
    {"-expect-total-renegotiations", &Flags::expect_total_renegotiations},
    {"-expect-secure-renegotiation", &Flags::expect_secure_renegotiation},
    {"-expect-no-secure-renegotiation", &Flags::expect_no_secure_renegotiation},
    {"-no-legacy-server-connect", &Flags::no_legacy_server_connect},
    {"-key-update", &Flags::key_update},
    {"-key-update-before-read", &Flags::key_update_before_read},

    // Encrypted ClientHello
    {"-ech-config-list", Refused{valued, no_ech}},
    {"-enable-ech-grease", Refused{plain, no_ech}},
    {"-reject-unusable-ech-config", Refused{plain, no_ech}},
    {"-ech-server-config", Refused{valued, no_ech}},
    {"-ech-server-key", Refused{valued, no_ech}},
    {"-ech-is-retry-config", Refused{valued, no_ech}},
    {"-expect-ech-accept", Refused{plain, no_ech}},
    {"-expect-ech-name-override", Refused{valued, no_ech}},
    {"-expect-no-ech-name-override", Refused{plain, no_ech}},
    {"-expect-ech-retry-configs", Refused{valued, no_ech}},
    {"-expect-no-ech-retry-configs", Refused{plain, no_ech}},
    {"-fail-early-callback-ech-rewind", Refused{plain, no_ech}},

    // QUIC
    {"-quic-transport-params", Refused{valued, no_quic}},
    {"-expect-quic-transport-params", Refused{valued, no_quic}},
    {"-quic-use-legacy-codepoint", Refused{valued, no_quic}},
    {"-quic-early-data-context", Refused{valued, no_quic}},

    // PSK and PAKE
    {"-psk", &Flags::psk},
    {"-psk-identity", &Flags::psk_identity},
    {"-psk-importer-key", &Credential::psk_key},
    {"-psk-importer-identity", &Credential::psk_identity},
    {"-psk-importer-context", &Credential::psk_context},
    {"-psk-importer-sha256", PskHash{HashAlgorithm::sha256}},
    {"-psk-importer-sha384", PskHash{HashAlgorithm::sha384}},
    {"-pake-context", Refused{valued, no_pake}},
    {"-pake-client-id", Refused{valued, no_pake}},
    {"-pake-server-id", Refused{valued, no_pake}},
    {"-pake-password", Refused{valued, no_pake}},
    {"-wrong-pake-role", Refused{plain, no_pake}},

    // exporters and channel bindings
    {"-export-keying-material", &Flags::export_keying_material},
    {"-export-label", &Flags::export_label},
    {"-export-context", &Flags::export_context},
    {"-use-export-context", &Flags::use_export_context},
    {"-export-traffic-secrets", &Flags::export_traffic_secrets},
    {"-tls-unique", &Flags::tls_unique},

    // split handshakes
    {"-handshake-hints", Refused{plain, no_hints}},
    {"-allow-hint-mismatch", Refused{plain, no_hints}},
});

}  // namespace

std::span<const FlagRow> flag_table() { return rows; }

}  // namespace keyway::bogo_shim
