// SPDX-License-Identifier: Apache-2.0
//
// Alerts: levels, descriptions and their texts (RFC 8446 section 6; IANA TLS Alerts).
// Which error leads to which alert is decided in base/errc_table.cpp; who sends alerts: connection/alerts.cpp.
#pragma once

#include <cstdint>
#include <string_view>

namespace keyway {

/// RFC 8446 6: what the level says does not matter to a receiver; the description decides.
enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };

/// IANA "TLS Alerts". A peer may send a number that is not here: it is fatal like the others.   \otp tls_alert()
enum class AlertDescription : std::uint8_t {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  decryption_failed = 21,
  record_overflow = 22,
  decompression_failure = 30,
  handshake_failure = 40,
  no_certificate = 41,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  access_denied = 49,
  decode_error = 50,
  decrypt_error = 51,
  export_restriction = 60,
  protocol_version = 70,
  insufficient_security = 71,
  internal_error = 80,
  inappropriate_fallback = 86,
  user_canceled = 90,
  no_renegotiation = 100,
  missing_extension = 109,
  unsupported_extension = 110,
  certificate_unobtainable = 111,
  unrecognized_name = 112,
  bad_certificate_status_response = 113,
  bad_certificate_hash_value = 114,
  unknown_psk_identity = 115,
  certificate_required = 116,
  no_application_protocol = 120,
};

/// An alert of the peer, as it was on the wire: as an event of a connection, a warning that ended nothing.
struct AlertReceived {
  AlertDescription description;
  AlertLevel level;
};

/// The registered name ("handshake_failure"), or "unknown" for a number without one. Any thread.
std::string_view to_string(AlertDescription) noexcept;

}  // namespace keyway
