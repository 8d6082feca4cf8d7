// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS HandshakeType" and "TLS ContentType" (RFC 8446 sections 4 and 5.1).
#pragma once

#include <cstdint>
#include <string_view>

namespace keyway {

enum class HandshakeType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_status = 22,
  key_update = 24,
  compressed_certificate = 25,
  next_protocol = 67,
  message_hash = 254,
};

enum class ContentType : std::uint8_t {
  invalid = 0,
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

/// "client_hello", or an empty view for a number without a name.
std::string_view to_string(HandshakeType) noexcept;
std::string_view to_string(ContentType) noexcept;

}  // namespace keyway
