// SPDX-License-Identifier: Apache-2.0
//
// ClientKeyExchange (RFC 5246 7.4.7; RFC 8422 5.7; RFC 4279 2 and 3; RFC 5489 2). What is in it depends on the suite, which the
// message does not tell: the handler reads the parts that its key exchange wants, an identity before a public value. Parts are
// `static Result<E> read(Reader&)` and `void write(Writer&) const`; those of suites that are off for safety are in legacy/.
#pragma once

#include "wire/message.h"
#include "wire/reader.h"

namespace keyway::wire {

/// A point, not empty.
struct ClientEcdhPublic {
  ByteView point{};

  static Result<ClientEcdhPublic> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView point, reader.vec8(1));
    return ClientEcdhPublic{point};
  }
  void write(Writer& writer) const { writer.vec8(point); }
};

/// A public value of a finite field, big-endian, not empty. The implicit form is for certificates with fixed keys.
struct ClientDhPublic {
  ByteView y{};

  static Result<ClientDhPublic> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView y, reader.vec16(1));
    return ClientDhPublic{y};
  }
  void write(Writer& writer) const { writer.vec16(y); }
};

/// The identity of a pre-shared key; may be empty.
struct ClientPsk {
  ByteView identity{};

  static Result<ClientPsk> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView identity, reader.vec16());
    return ClientPsk{identity};
  }
  void write(Writer& writer) const { writer.vec16(identity); }
};

struct ClientKeyExchange {
  static constexpr HandshakeType type = HandshakeType::client_key_exchange;
  static constexpr Hashed hashed = Hashed::before;

  ByteView body{};

  static Result<ClientKeyExchange> decode(ByteView body) noexcept { return ClientKeyExchange{body}; }
  void encode(Writer& writer) const { writer.bytes(body); }
};

}  // namespace keyway::wire
