// SPDX-License-Identifier: Apache-2.0
//
// The command line of the BoGo shim: one struct for each kind of connection (first, resumed, retried after refused
// early data), filled from the flags the runner passes. Every flag of the runner is known here; a flag that concerns
// something this library does not have yet is kept as a refusal with its reason, and the shim then says "not
// implemented".
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/bytes.h"
#include "keyway/protocol.h"

namespace keyway::bogo_shim {

enum class CredentialKind : std::uint8_t { x509, pre_shared_key, delegated, raw_public_key, spake2plus };

/// One credential; the default one has no -new-...-credential flag and is number -1 for the runner.
struct Credential {
  CredentialKind kind = CredentialKind::x509;
  std::string cert_file;
  std::string key_file;
  std::vector<std::uint16_t> signing_prefs;
  Bytes ocsp_response;
  Bytes signed_cert_timestamps;
  bool must_match_issuer = false;
  Bytes psk_key;
  Bytes psk_identity;
  Bytes psk_context;
  HashAlgorithm psk_hash = HashAlgorithm::sha256;

  friend bool operator==(const Credential&, const Credential&) = default;
};

/// What the runner wants of one connection.
struct Flags {
  // connection and process
  std::uint16_t port = 0;
  bool ipv6 = false;
  std::uint64_t shim_id = 0;
  bool server = false;
  int resume_count = 0;
  bool is_handshaker_supported = false;
  bool wait_for_debugger = false;
  bool shim_writes_first = false;
  std::string shim_initial_write = "hello";
  int repeat_shim_initial_write = 1;
  bool read_with_unfinished_write = false;
  bool shim_shuts_down = false;
  bool check_close_notify = false;
  bool send_alert = false;
  int read_size = 512;
  bool peek_then_read = false;
  std::optional<std::uint16_t> max_send_fragment;
  bool write_different_record_sizes = false;
  bool handshake_twice = false;
  bool no_op_extra_handshake = false;
  bool handshake_never_done = false;
  bool use_exporter_between_reads = false;
  // callbacks
  bool async = false;
  bool use_early_callback = false;
  bool fail_early_callback = false;
  bool fail_cert_callback = false;
  bool use_custom_verify_callback = false;
  std::optional<std::string> expect_msg_callback;
  // versions and algorithms
  std::optional<std::uint16_t> min_version;
  std::optional<std::uint16_t> max_version;
  std::optional<std::uint16_t> expect_version;
  bool no_tls1 = false;
  bool no_tls11 = false;
  bool no_tls12 = false;
  bool no_tls13 = false;
  bool fallback_scsv = false;
  bool expect_secure_renegotiation = false;
  bool expect_no_secure_renegotiation = false;
  bool no_legacy_server_connect = false;
  std::string cipher;
  bool server_preference = false;
  std::optional<std::uint16_t> expect_cipher;
  std::optional<std::uint16_t> expect_cipher_aes;
  std::vector<std::uint16_t> curves;
  std::optional<std::vector<std::uint16_t>> key_shares;
  std::optional<std::uint16_t> expect_curve_id;
  bool expect_hrr = false;
  bool expect_no_hrr = false;
  std::vector<std::uint16_t> verify_prefs;
  std::vector<std::uint16_t> expect_peer_verify_pref;
  std::optional<std::uint16_t> expect_peer_signature_algorithm;
  // certificates
  Credential default_credential;
  std::vector<Credential> credentials;
  std::optional<int> expect_selected_credential;
  bool verify_peer = false;
  bool require_any_client_certificate = false;
  bool verify_fail = false;
  bool expect_verify_result = false;
  bool reverify_on_resume = false;
  std::string expect_peer_cert_file;
  bool expect_no_peer_cert = false;
  std::optional<std::string> use_client_ca_list;
  std::optional<std::string> expect_client_ca_list;
  std::optional<Bytes> expect_certificate_types;
  std::optional<std::size_t> max_cert_list;
  bool enable_ocsp_stapling = false;
  std::optional<Bytes> expect_ocsp_response;
  bool use_ocsp_callback = false;
  bool decline_ocsp_callback = false;
  bool fail_ocsp_callback = false;
  bool enable_signed_cert_timestamps = false;
  std::optional<Bytes> expect_signed_cert_timestamps;
  std::vector<std::uint16_t> accepted_peer_cert_types;
  std::optional<std::vector<std::uint16_t>> available_client_cert_types;
  std::optional<std::uint16_t> expect_peer_certificate_type;
  std::optional<Bytes> expect_peer_rpk_sha256;
  bool install_cert_compression_algs = false;
  std::optional<std::uint16_t> install_one_cert_compression_alg;
  // extensions
  std::string host_name;
  std::optional<std::string> expect_server_name;
  bool expect_no_server_name = false;
  bool no_server_name_ack = false;
  std::string advertise_alpn;
  std::optional<std::string> expect_alpn;
  std::optional<std::string> expect_advertised_alpn;
  std::string select_alpn;
  bool select_empty_alpn = false;
  bool decline_alpn = false;
  bool reject_alpn = false;
  bool allow_unknown_alpn_protos = false;
  std::optional<std::string> advertise_npn;
  bool advertise_empty_npn = false;
  std::string select_next_proto;
  bool select_empty_next_proto = false;
  std::optional<std::string> expect_next_proto;
  bool expect_no_next_proto = false;
  bool false_start = false;
  bool permute_extensions = false;
  bool expect_extended_master_secret = false;
  // pre-shared keys of TLS 1.2
  std::string psk;
  std::string psk_identity;
  // resumption
  bool no_ticket = false;
  bool skip_ticket = false;
  bool renew_ticket = false;
  bool expect_ticket_renewal = false;
  bool expect_no_session = false;
  bool expect_session_miss = false;
  bool expect_session_id = false;
  bool expect_no_session_id = false;
  int resumption_delay = 0;
  std::optional<int> expect_ticket_age_skew;
  bool expect_ticket_supports_early_data = false;
  std::optional<std::string> expect_early_data_reason;
  // renegotiation
  bool renegotiate_once = false;
  bool renegotiate_freely = false;
  bool renegotiate_ignore = false;
  bool renegotiate_explicit = false;
  int expect_total_renegotiations = 0;
  // key update, exporters, channel bindings
  bool key_update = false;
  bool key_update_before_read = false;
  std::size_t export_keying_material = 0;
  std::string export_label;
  std::string export_context;
  bool use_export_context = false;
  bool export_traffic_secrets = false;
  bool tls_unique = false;

  friend bool operator==(const Flags&, const Flags&) = default;
};

/// A flag that was passed and concerns something that is not there.
struct Refusal {
  std::string flag;
  std::string value;
  std::string_view reason;
};

struct CommandLine {
  Flags initial;
  Flags resume;
  Flags retry;
  std::vector<Refusal> refused;
};

/// Parses the arguments after the program's name. Errors: a text that names the flag; the shim then exits 89, as an
/// unknown
/// flag means that the runner is newer than this table.
std::expected<CommandLine, std::string> parse(std::span<char* const> arguments);

/// Number of rows of the table, for a test of its completeness.
std::vector<std::string_view> known_flags();

}  // namespace keyway::bogo_shim
