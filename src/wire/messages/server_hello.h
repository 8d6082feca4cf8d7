// SPDX-License-Identifier: Apache-2.0
//
// ServerHello and HelloRetryRequest (RFC 8446 4.1.3, 4.1.4), and telling them apart.
// A ServerHello without an extension of TLS 1.3 is one of TLS 1.2 or below: its extensions are those of extensions12.
#pragma once

#include <array>
#include <concepts>

#include "keyway/protocol.h"
#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

/// RFC 8446 4.1.3: SHA-256 of "HelloRetryRequest".
inline constexpr std::array<std::byte, 32> hello_retry_request_random = [] {
  constexpr unsigned char digest[] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                      0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                      0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};
  std::array<std::byte, 32> random{};
  for (std::size_t i = 0; i < random.size(); ++i) random[i] = static_cast<std::byte>(digest[i]);
  return random;
}();

/// Whether the body of a server_hello is a HelloRetryRequest.
bool is_hello_retry_request(ByteView body) noexcept;

struct ServerHello {
  static constexpr HandshakeType type = HandshakeType::server_hello;
  static constexpr Hashed hashed = Hashed::by_handler;

  std::uint16_t legacy_version = 0x0303;
  ByteView random{};                  ///< 32 bytes
  ByteView legacy_session_id_echo{};  ///< at most 32 bytes
  CipherSuite cipher_suite{};
  ServerHello13Extensions extensions{};    ///< empty if supported_versions was missing
  ServerHello12Extensions extensions12{};  ///< empty if it was there
  bool has_extensions = true;              ///< before TLS 1.3 a server may leave the block out

  /// As supported_versions says, else legacy_version.
  ProtocolVersion version() const noexcept;

  static bool matches(ByteView body) noexcept { return !is_hello_retry_request(body); }
  /// Views into `body`. Errors wrong_compression: a hello of TLS 1.2 or below has one. decode_error: in a hello of TLS 1.3
  /// legacy_version or legacy_compression_method is not the constant of the format.
  static Result<ServerHello> decode(ByteView body);
  /// With the extensions of the set that is not empty.
  void encode(Writer&) const;
};

struct HelloRetryRequest {
  static constexpr HandshakeType type = HandshakeType::server_hello;
  static constexpr Hashed hashed = Hashed::by_handler;

  ByteView legacy_session_id_echo{};
  CipherSuite cipher_suite{};
  HelloRetryRequestExtensions extensions{};

  static bool matches(ByteView body) noexcept { return is_hello_retry_request(body); }
  /// Views into `body`. Errors as those of ServerHello.
  static Result<HelloRetryRequest> decode(ByteView body);
  void encode(Writer&) const;
};

}  // namespace keyway::wire
