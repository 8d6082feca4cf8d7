// SPDX-License-Identifier: Apache-2.0
//
// SSL 3.0 has twelve alerts (RFC 6101 5.4.2); whatever TLS added is said by one of those.
#include "names/alert_of_version.h"

#include "names/protocol_version.h"

namespace keyway {

namespace {

std::optional<AlertDescription> alert_of_ssl3(AlertDescription description) noexcept {
  using enum AlertDescription;
  switch (description) {
    case close_notify:
    case unexpected_message:
    case bad_record_mac:
    case decompression_failure:
    case handshake_failure:
    case no_certificate:
    case bad_certificate:
    case unsupported_certificate:
    case certificate_revoked:
    case certificate_expired:
    case certificate_unknown:
    case illegal_parameter: return description;
    case decryption_failed: return bad_record_mac;
    case record_overflow:
    case decode_error:
    case unsupported_extension: return illegal_parameter;
    case unknown_ca:
    case certificate_unobtainable:
    case bad_certificate_status_response:
    case bad_certificate_hash_value: return certificate_unknown;
    // A warning in front of close_notify, which says enough.
    case user_canceled: return std::nullopt;
    default: return handshake_failure;
  }
}

}  // namespace

std::optional<AlertDescription> alert_of(ProtocolVersion version, AlertDescription description) noexcept {
  return is_tls(version) ? std::optional(description) : alert_of_ssl3(description);
}

}  // namespace keyway
