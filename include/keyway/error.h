// SPDX-License-Identifier: Apache-2.0
//
// Errors are values. An Error is a code, the place that found it and, where a call of the user ends, a shared detail.
// The alert that a peer sees is looked up from the code (base/errc_table.cpp) and nowhere else.
//
//   if (auto socket = keyway::connect(...); !socket) {
//     std::cerr << socket.error().message() << '\n';        // who decided, what, why, what to do next
//   }
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/alert.h"

namespace keyway {

/// The eight groups are the high byte of an error code.
enum class ErrorGroup : std::uint8_t {
  decode = 1,       ///< bytes that do not follow the presentation language
  protocol = 2,     ///< the peer broke a rule
  negotiation = 3,  ///< no common ground
  certificate = 4,  ///< a certificate, a chain or a name was refused
  crypto = 5,       ///< a primitive failed or a key is unusable
  limit = 6,        ///< a bound of ours was reached
  transport = 7,    ///< the connection below failed
  misuse = 8,       ///< the caller broke a rule
};

/// One row per code in base/errc_table.cpp: text, alert or none, RFC section, hint.
enum class Errc : std::uint16_t {
  // decode
  decode_error = 0x0101,
  trailing_data,
  empty_list,
  invalid_value,
  malformed_der,
  malformed_certificate,
  malformed_pem,
  malformed_ocsp_response,
  malformed_session,
  malformed_crl,

  // protocol: records
  bad_record_mac = 0x0201,
  unexpected_record,
  unexpected_application_data,
  wrong_record_version,
  not_tls,
  http_request,
  sslv2_hello,
  ssh_peer,
  bad_change_cipher_spec,
  bad_alert,
  empty_record,
  missing_content_type,
  // protocol: handshake
  unexpected_message,
  excess_handshake_data,
  interleaved_handshake,
  duplicate_extension,
  unsolicited_extension,
  misplaced_extension,
  missing_extension,
  pre_shared_key_not_last,
  wrong_cipher_suite,
  cipher_suite_not_for_version,
  wrong_compression,
  wrong_session_id_echo,
  wrong_selected_version,
  wrong_version_after_retry,
  wrong_group,
  wrong_key_share,
  duplicate_key_share,
  invalid_key_share,
  useless_hello_retry_request,
  hello_changed,
  wrong_cookie,
  downgrade_detected,
  wrong_psk_index,
  psk_binder_count,
  psk_binder_mismatch,
  psk_modes_missing,
  psk_hash_mismatch,
  finished_mismatch,
  wrong_signature,
  wrong_signature_scheme,
  wrong_alpn,
  wrong_max_fragment_length,
  wrong_record_size_limit,
  wrong_encrypt_then_mac,
  wrong_request_context,
  wrong_key_update,
  wrong_ticket_lifetime,
  wrong_early_data,
  empty_certificate,
  wrong_certificate_type,
  wrong_status_type,
  renegotiation_forbidden,
  alert_received,
  user_canceled,
  wrong_alert_level,
  insecure_renegotiation,
  wrong_renegotiation_info,
  http_response,
  weak_group,
  unwanted_certificate_request,
  certificate_changed,
  extended_master_secret_missing,
  extended_master_secret_changed,
  session_version_changed,
  session_cipher_suite_changed,
  alpn_and_npn,
  certificate_type_not_offered,
  malformed_raw_public_key,
  wrong_compression_algorithm,
  decompression_failed,

  // negotiation
  no_common_version = 0x0301,
  no_common_cipher_suite,
  no_common_group,
  no_common_signature_scheme,
  no_usable_identity,
  no_application_protocol,
  unrecognized_name,
  unknown_psk_identity,
  inappropriate_fallback,
  client_certificate_required,
  no_common_psk,
  no_common_psk_mode,
  client_certificate_missing,
  no_next_protocol,
  renegotiation_rejected,

  // certificate
  certificate_refused = 0x0401,
  certificate_unknown_ca,
  certificate_expired,
  certificate_not_yet_valid,
  certificate_bad_signature,
  certificate_unsupported_algorithm,
  certificate_weak_key,
  certificate_weak_signature,
  certificate_name_mismatch,
  certificate_no_name,
  certificate_wrong_usage,
  certificate_wrong_extended_usage,
  certificate_not_a_ca,
  certificate_path_length,
  certificate_path_too_long,
  certificate_name_constraint,
  certificate_critical_extension,
  certificate_duplicate_extension,
  certificate_version,
  certificate_policy,
  certificate_self_signed,
  certificate_revoked,
  certificate_status_unknown,
  certificate_key_type,
  certificate_web_policy,
  ocsp_response_refused,
  certificate_key_too_large,
  ocsp_response_missing,
  certificate_policy_tree,
  raw_public_key_unknown,

  // crypto
  crypto_failure = 0x0501,
  random_failure,
  unsupported_algorithm,
  invalid_public_key,
  invalid_private_key,
  wrong_password,
  key_mismatch,
  verification_failed,
  key_store_failed,
  key_not_found,
  key_unavailable,

  // limit
  record_overflow = 0x0601,
  plaintext_overflow,
  handshake_message_too_long,
  certificate_list_too_long,
  too_many_extensions,
  too_many_empty_records,
  too_many_warning_alerts,
  too_many_key_updates,
  too_many_certificate_requests,
  too_much_skipped_early_data,
  aead_limit,
  too_many_signature_checks,
  too_long,
  queue_full,
  uncompressed_certificate_too_long,

  // transport
  closed = 0x0701,
  truncated,
  reset,
  timeout,
  refused,
  unreachable,
  resolve_failed,
  address_in_use,
  system_error,
  canceled,

  // misuse
  invalid_option = 0x0801,
  conflicting_options,
  missing_option,
  file_unreadable,
  reentrant,
  busy,
  blocked,
  handshake_incomplete,
  write_closed,
  not_available,
  not_supported,
  answer_dropped,
  callback_threw,
  wrong_answer,
  internal,
  already_renegotiating,
};

/// Who ended the connection or refused the call.
enum class DecidedBy : std::uint8_t { us, peer, transport };

/// One problem of one certificate of a chain.
struct CertificateProblem {
  std::size_t index = 0;  ///< position in the chain as received, leaf is 0; anchors follow
  std::string subject;
  Errc reason = Errc::certificate_refused;
  std::string text;
};

/// Whom one certificate of a refused chain names (RFC 4514, as the peer wrote it).
struct CertificateNames {
  std::size_t index = 0;  ///< position in the chain as received, leaf is 0
  std::string subject;
  std::string issuer;
};

/// Facts about an error that a person needs. Immutable and shared once attached.
struct ErrorDetail {
  DecidedBy decided_by = DecidedBy::us;
  std::optional<AlertDescription> received_alert{};
  AlertLevel received_level = AlertLevel::fatal;  ///< of received_alert: what the peer wrote, whatever it means
  std::vector<AlertReceived> warnings{};          ///< of the peer, in a blocking handshake that failed after them
  int system_errno = 0;
  std::string option{};   ///< configuration errors: the option's name
  std::string value{};    ///< configuration errors: the value that was given
  std::string mend{};     ///< what to do next, one sentence
  std::string path{};     ///< file or address the error belongs to
  std::optional<std::size_t> position{};  ///< byte or line in `path`
  std::string reason{};   ///< what exactly was found
  std::vector<CertificateProblem> certificates{};
  std::vector<CertificateNames> chain{};  ///< the chain that was refused, at most 32 of it that can be read; leaf first
  std::exception_ptr exception{};
};

/// A small value: code, place, optional detail. Making one allocates nothing unless a detail is attached.
class [[nodiscard]] Error {
 public:
  explicit Error(Errc code, const char* file = __builtin_FILE(), std::uint32_t line = __builtin_LINE()) noexcept
      : file_(file), line_(line), code_(code) {}

  /// The same error with a detail; replaces an earlier detail.
  Error with(ErrorDetail detail) &&;

  Errc code() const noexcept { return code_; }
  ErrorGroup group() const noexcept { return static_cast<ErrorGroup>(static_cast<unsigned>(code_) >> 8); }

  /// The alert that RFC 8446 section 6.2 demands for this error; nothing where none is sent.
  std::optional<AlertDescription> alert() const noexcept;

  /// May be null; valid as long as any copy of this error.
  const ErrorDetail* detail() const noexcept { return detail_.get(); }
  DecidedBy decided_by() const noexcept;

  /// Who decided, what, why and what to do next, in one paragraph. Never holds secrets.
  std::string message() const;

  const char* file() const noexcept { return file_; }
  std::uint32_t line() const noexcept { return line_; }

 private:
  std::shared_ptr<const ErrorDetail> detail_;
  const char* file_;
  std::uint32_t line_;
  Errc code_;
};

/// The enumerator's name ("bad_record_mac"). Any thread.
std::string_view to_string(Errc) noexcept;
std::string_view to_string(ErrorGroup) noexcept;

/// The sentence of the table ("a record could not be decrypted"), without detail. Any thread.
std::string_view description(Errc) noexcept;

/// What a person can do about it, from the table; may be empty. Any thread.
std::string_view hint(Errc) noexcept;

/// The RFC section behind the rule ("RFC 8446 5.2"); may be empty. Any thread.
std::string_view source(Errc) noexcept;

/// Every code that exists, for tests and documentation.
std::vector<Errc> all_error_codes();

}  // namespace keyway
