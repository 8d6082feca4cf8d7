// SPDX-License-Identifier: Apache-2.0
//
// Codes, their context and received alerts to the names of BoGo's runner. Where the runner has several names for what is
// one code here, the detail or the message at which it happened decides.
#include "error_names.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace keyway::bogo_shim {
namespace {

struct CodeRow {
  Errc code;
  std::string_view name;
};

constexpr auto code_names = std::to_array<CodeRow>({
    {Errc::decode_error, "DECODE_ERROR"},
    {Errc::trailing_data, "DECODE_ERROR"},
    {Errc::empty_list, "DECODE_ERROR"},
    {Errc::malformed_certificate, "CANNOT_PARSE_LEAF_CERT"},
    {Errc::bad_record_mac, "DECRYPTION_FAILED_OR_BAD_RECORD_MAC"},
    {Errc::unexpected_record, "UNEXPECTED_RECORD"},
    {Errc::unexpected_application_data, "UNEXPECTED_RECORD"},
    {Errc::wrong_record_version, "WRONG_VERSION_NUMBER"},
    {Errc::not_tls, "WRONG_VERSION_NUMBER"},
    {Errc::http_request, "HTTP_REQUEST"},
    {Errc::bad_change_cipher_spec, "BAD_CHANGE_CIPHER_SPEC"},
    {Errc::bad_alert, "BAD_ALERT"},
    {Errc::wrong_alert_level, "UNKNOWN_ALERT_TYPE"},
    {Errc::unexpected_message, "UNEXPECTED_MESSAGE"},
    {Errc::excess_handshake_data, "EXCESS_HANDSHAKE_DATA"},
    {Errc::duplicate_extension, "DUPLICATE_EXTENSION"},
    {Errc::unsolicited_extension, "UNEXPECTED_EXTENSION"},
    {Errc::misplaced_extension, "UNEXPECTED_EXTENSION"},
    {Errc::missing_extension, "MISSING_EXTENSION"},
    {Errc::pre_shared_key_not_last, "PRE_SHARED_KEY_MUST_BE_LAST"},
    {Errc::wrong_cipher_suite, "WRONG_CIPHER_RETURNED"},
    {Errc::cipher_suite_not_for_version, "WRONG_CIPHER_RETURNED"},
    {Errc::wrong_compression, "INVALID_COMPRESSION_LIST"},
    {Errc::wrong_session_id_echo, "SERVER_ECHOED_INVALID_SESSION_ID"},
    {Errc::wrong_selected_version, "UNSUPPORTED_PROTOCOL"},
    {Errc::wrong_version_after_retry, "SECOND_SERVERHELLO_VERSION_MISMATCH"},
    {Errc::wrong_group, "WRONG_CURVE"},
    {Errc::wrong_key_share, "WRONG_CURVE"},
    {Errc::duplicate_key_share, "DUPLICATE_KEY_SHARE"},
    {Errc::invalid_key_share, "BAD_ECPOINT"},
    {Errc::useless_hello_retry_request, "EMPTY_HELLO_RETRY_REQUEST"},
    {Errc::downgrade_detected, "TLS13_DOWNGRADE"},
    {Errc::wrong_psk_index, "PSK_IDENTITY_NOT_FOUND"},
    {Errc::unknown_psk_identity, "PSK_IDENTITY_NOT_FOUND"},
    {Errc::no_common_psk, "PSK_IDENTITY_NOT_FOUND"},
    {Errc::no_common_psk_mode, "NO_SUPPORTED_PSK_MODE"},
    {Errc::psk_binder_count, "PSK_IDENTITY_BINDER_COUNT_MISMATCH"},
    {Errc::psk_binder_mismatch, "DIGEST_CHECK_FAILED"},
    {Errc::psk_modes_missing, "MISSING_EXTENSION"},
    {Errc::psk_hash_mismatch, "OLD_SESSION_PRF_HASH_MISMATCH"},
    {Errc::finished_mismatch, "DIGEST_CHECK_FAILED"},
    {Errc::alpn_and_npn, "NEGOTIATED_BOTH_NPN_AND_ALPN"},
    {Errc::wrong_signature, "BAD_SIGNATURE"},
    {Errc::wrong_signature_scheme, "WRONG_SIGNATURE_TYPE"},
    {Errc::wrong_alpn, "INVALID_ALPN_PROTOCOL"},
    {Errc::wrong_request_context, "DECODE_ERROR"},
    {Errc::wrong_key_update, "DECODE_ERROR"},
    {Errc::empty_certificate, "PEER_DID_NOT_RETURN_A_CERTIFICATE"},
    {Errc::client_certificate_required, "PEER_DID_NOT_RETURN_A_CERTIFICATE"},
    {Errc::client_certificate_missing, "PEER_DID_NOT_RETURN_A_CERTIFICATE"},
    {Errc::wrong_certificate_type, "UNSUPPORTED_CERTIFICATE"},
    {Errc::certificate_type_not_offered, "UNSUPPORTED_CERTIFICATE"},
    {Errc::malformed_raw_public_key, "INVALID_RAW_PUBLIC_KEY"},
    {Errc::wrong_compression_algorithm, "UNKNOWN_CERT_COMPRESSION_ALG"},
    {Errc::decompression_failed, "CERT_DECOMPRESSION_FAILED"},
    {Errc::uncompressed_certificate_too_long, "UNCOMPRESSED_CERT_TOO_LARGE"},
    {Errc::wrong_renegotiation_info, "RENEGOTIATION_MISMATCH"},
    {Errc::insecure_renegotiation, "RENEGOTIATION_MISMATCH"},
    {Errc::certificate_changed, "SERVER_CERT_CHANGED"},
    {Errc::session_version_changed, "OLD_SESSION_VERSION_NOT_RETURNED"},
    {Errc::session_cipher_suite_changed, "OLD_SESSION_CIPHER_NOT_RETURNED"},
    {Errc::unwanted_certificate_request, "UNEXPECTED_MESSAGE"},
    {Errc::no_common_version, "UNSUPPORTED_PROTOCOL"},
    {Errc::no_common_cipher_suite, "NO_SHARED_CIPHER"},
    {Errc::no_common_group, "NO_SHARED_GROUP"},
    {Errc::no_common_signature_scheme, "NO_COMMON_SIGNATURE_ALGORITHMS"},
    {Errc::no_usable_identity, "NO_MATCHING_ISSUER"},
    {Errc::no_application_protocol, "NO_APPLICATION_PROTOCOL"},
    {Errc::inappropriate_fallback, "INAPPROPRIATE_FALLBACK"},
    {Errc::certificate_refused, "CERTIFICATE_VERIFY_FAILED"},
    {Errc::certificate_wrong_usage, "KEY_USAGE_BIT_INCORRECT"},
    {Errc::certificate_key_type, "WRONG_CERTIFICATE_TYPE"},
    {Errc::ocsp_response_refused, "OCSP_CB_ERROR"},
    {Errc::record_overflow, "ENCRYPTED_LENGTH_TOO_LONG"},
    {Errc::plaintext_overflow, "DATA_LENGTH_TOO_LONG"},
    {Errc::handshake_message_too_long, "EXCESSIVE_MESSAGE_SIZE"},
    {Errc::certificate_list_too_long, "EXCESSIVE_MESSAGE_SIZE"},
    {Errc::too_many_empty_records, "TOO_MANY_EMPTY_FRAGMENTS"},
    {Errc::too_many_warning_alerts, "TOO_MANY_WARNING_ALERTS"},
    {Errc::too_many_key_updates, "TOO_MANY_KEY_UPDATES"},
    {Errc::too_much_skipped_early_data, "TOO_MUCH_SKIPPED_EARLY_DATA"},
});

/// A code with the reason of its detail.
struct ReasonRow {
  Errc code;
  std::string_view reason;
  std::string_view name;
};

constexpr auto reason_names = std::to_array<ReasonRow>({
    {Errc::missing_extension, "key_share", "MISSING_KEY_SHARE"},
    {Errc::missing_extension, "supported_groups", "NO_SHARED_GROUP"},
    {Errc::missing_extension, "signature_algorithms", "NO_COMMON_SIGNATURE_ALGORITHMS"},
    {Errc::hello_changed, "pre_shared_key", "PSK_IDENTITY_NOT_FOUND"},
    {Errc::certificate_key_type, "its curve is none of the groups that were offered", "BAD_ECC_CERT"},
});

/// A code with the message that was being handled.
struct MessageRow {
  Errc code;
  std::string_view message;
  std::string_view name;
};

constexpr auto message_names = std::to_array<MessageRow>({
    {Errc::missing_extension, "certificate_request", "DECODE_ERROR"},
    {Errc::decode_error, "client_hello", "CLIENTHELLO_PARSE_FAILED"},
    {Errc::trailing_data, "client_hello", "CLIENTHELLO_PARSE_FAILED"},
    {Errc::invalid_value, "client_hello", "ERROR_PARSING_EXTENSION"},
    {Errc::invalid_value, "server_hello", "ERROR_PARSING_EXTENSION"},
    {Errc::trailing_data, "hello_request", "BAD_HELLO_REQUEST"},
    {Errc::wrong_compression, "server_hello", "UNSUPPORTED_COMPRESSION_ALGORITHM"},
});

/// BoringSSL reads these outside of its loop over extensions.
constexpr auto read_apart = std::to_array<std::string_view>(
    {"status_request", "cookie", "key_share", "pre_shared_key", "supported_versions", "early_data"});

struct AlertRow {
  AlertDescription alert;
  std::string_view name;
};

constexpr auto alert_names = std::to_array<AlertRow>({
    {AlertDescription::unexpected_message, "SSLV3_ALERT_UNEXPECTED_MESSAGE"},
    {AlertDescription::bad_record_mac, "SSLV3_ALERT_BAD_RECORD_MAC"},
    {AlertDescription::decryption_failed, "TLSV1_ALERT_DECRYPTION_FAILED"},
    {AlertDescription::record_overflow, "TLSV1_ALERT_RECORD_OVERFLOW"},
    {AlertDescription::decompression_failure, "SSLV3_ALERT_DECOMPRESSION_FAILURE"},
    {AlertDescription::handshake_failure, "SSLV3_ALERT_HANDSHAKE_FAILURE"},
    {AlertDescription::no_certificate, "SSLV3_ALERT_NO_CERTIFICATE"},
    {AlertDescription::bad_certificate, "SSLV3_ALERT_BAD_CERTIFICATE"},
    {AlertDescription::unsupported_certificate, "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE"},
    {AlertDescription::certificate_revoked, "SSLV3_ALERT_CERTIFICATE_REVOKED"},
    {AlertDescription::certificate_expired, "SSLV3_ALERT_CERTIFICATE_EXPIRED"},
    {AlertDescription::certificate_unknown, "SSLV3_ALERT_CERTIFICATE_UNKNOWN"},
    {AlertDescription::illegal_parameter, "SSLV3_ALERT_ILLEGAL_PARAMETER"},
    {AlertDescription::unknown_ca, "TLSV1_ALERT_UNKNOWN_CA"},
    {AlertDescription::access_denied, "TLSV1_ALERT_ACCESS_DENIED"},
    {AlertDescription::decode_error, "TLSV1_ALERT_DECODE_ERROR"},
    {AlertDescription::decrypt_error, "TLSV1_ALERT_DECRYPT_ERROR"},
    {AlertDescription::export_restriction, "TLSV1_ALERT_EXPORT_RESTRICTION"},
    {AlertDescription::protocol_version, "TLSV1_ALERT_PROTOCOL_VERSION"},
    {AlertDescription::insufficient_security, "TLSV1_ALERT_INSUFFICIENT_SECURITY"},
    {AlertDescription::internal_error, "TLSV1_ALERT_INTERNAL_ERROR"},
    {AlertDescription::inappropriate_fallback, "TLSV1_ALERT_INAPPROPRIATE_FALLBACK"},
    {AlertDescription::user_canceled, "TLSV1_ALERT_USER_CANCELLED"},
    {AlertDescription::no_renegotiation, "TLSV1_ALERT_NO_RENEGOTIATION"},
    {AlertDescription::unsupported_extension, "TLSV1_ALERT_UNSUPPORTED_EXTENSION"},
    {AlertDescription::certificate_unobtainable, "TLSV1_ALERT_CERTIFICATE_UNOBTAINABLE"},
    {AlertDescription::unrecognized_name, "TLSV1_ALERT_UNRECOGNIZED_NAME"},
    {AlertDescription::bad_certificate_status_response, "TLSV1_ALERT_BAD_CERTIFICATE_STATUS_RESPONSE"},
    {AlertDescription::bad_certificate_hash_value, "TLSV1_ALERT_BAD_CERTIFICATE_HASH_VALUE"},
    {AlertDescription::unknown_psk_identity, "TLSV1_ALERT_UNKNOWN_PSK_IDENTITY"},
    {AlertDescription::certificate_required, "TLSV1_ALERT_CERTIFICATE_REQUIRED"},
    {AlertDescription::no_application_protocol, "TLSV1_ALERT_NO_APPLICATION_PROTOCOL"},
});

std::string in_capitals(std::string_view name) {
  std::string out(name);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

bool is_format_error(Errc code) { return code == Errc::decode_error || code == Errc::trailing_data || code == Errc::empty_list; }

std::string_view name_of_alert(AlertDescription alert, std::string_view last_message) {
  // The answer to a ClientHello has a name of its own where it is this alert.
  if (alert == AlertDescription::handshake_failure && last_message.empty()) return "HANDSHAKE_FAILURE_ON_CLIENT_HELLO";
  return alert_name(alert);
}

/// Empty where the code alone decides.
std::string_view name_in_context(const Error& error, std::string_view last_message) {
  const ErrorDetail* detail = error.detail();
  const std::string_view reason = detail != nullptr ? std::string_view(detail->reason) : std::string_view();
  if (error.code() == Errc::alert_received && detail != nullptr && detail->received_alert)
    return name_of_alert(*detail->received_alert, last_message);
  for (const MessageRow& row : message_names) {
    if (row.code == error.code() && row.message == last_message && (reason.empty() || !is_format_error(row.code)))
      return row.name;
  }
  for (const ReasonRow& row : reason_names) {
    if (row.code == error.code() && row.reason == reason) return row.name;
  }
  // A reason of one word is the extension in which the format was found to be wrong.
  const bool in_extension = is_format_error(error.code()) && !reason.empty() && reason.find(' ') == std::string_view::npos;
  const bool of_older = reason == "status_request" && last_message == "server_hello";  // in TLS 1.3 it stands elsewhere
  const bool apart = (std::ranges::find(read_apart, reason) != read_apart.end() && !of_older) ||
                     (last_message == "certificate_request" && reason == "signature_algorithms");
  if (in_extension && !apart) return "ERROR_PARSING_EXTENSION";
  return {};
}

}  // namespace

std::string_view error_name(Errc code) noexcept {
  for (const CodeRow& row : code_names) {
    if (row.code == code) return row.name;
  }
  return {};
}

std::string_view alert_name(AlertDescription alert) noexcept {
  for (const AlertRow& row : alert_names) {
    if (row.alert == alert) return row.name;
  }
  return {};
}

std::string describe(const Error& error, std::string_view last_message) {
  std::string name(name_in_context(error, last_message));
  if (name.empty()) name = error_name(error.code());
  if (name.empty()) name = in_capitals(to_string(error.code()));
  return ":" + name + ": " + std::string(to_string(error.code())) + ": " + error.message();
}

}  // namespace keyway::bogo_shim
