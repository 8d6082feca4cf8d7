// SPDX-License-Identifier: Apache-2.0
//
// ClientHello (RFC 8446 4.1.2; RFC 5246 7.4.1.2): also the hello of clients that know no TLS 1.3.
// What the fields mean together is decided by handshake/hello and handshake/negotiation.
#pragma once

#include <concepts>

#include "keyway/protocol.h"
#include "wire/extension_lists.h"
#include "wire/message.h"

namespace keyway::wire {

inline constexpr std::size_t random_size = 32;
inline constexpr std::size_t max_session_id = 32;

struct ClientHello {
  static constexpr HandshakeType type = HandshakeType::client_hello;
  static constexpr Hashed hashed = Hashed::by_handler;

  std::uint16_t legacy_version = 0x0303;
  ByteView random{};             ///< 32 bytes
  ByteView legacy_session_id{};  ///< at most 32 bytes
  U16List<CipherSuite> cipher_suites{};
  ByteView legacy_compression_methods{};  ///< not empty
  ClientHelloExtensions extensions{};
  bool has_extensions = true;  ///< SSL 3.0 and TLS 1.0 had hellos that end before them

  /// Views into `body`.
  static Result<ClientHello> decode(ByteView body);

  /// With the extensions of the set, in the order of its list.
  void encode(Writer& writer) const {
    encode_fields(writer);
    if (has_extensions) writer.vec16([&] { extensions.encode(writer); });
  }
  /// With whatever the caller writes in their place.
  template <std::invocable WriteExtensions>
  void encode(Writer& writer, WriteExtensions&& write_extensions) const {
    encode_fields(writer);
    writer.vec16(std::forward<WriteExtensions>(write_extensions));
  }

  /// Bytes at the end that the PSK binders do not cover; 0 without PSKs.
  std::size_t binders_size() const;
  /// RFC 8446 4.2.11.2: what the binders cover. `message` is this hello with its header.
  ByteView truncated(ByteView message) const { return message.first(message.size() - binders_size()); }

 private:
  void encode_fields(Writer&) const;
};

}  // namespace keyway::wire
