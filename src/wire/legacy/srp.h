// SPDX-License-Identifier: Apache-2.0
//
// SRP on the wire (RFC 5054 2.8): the user's name in ClientHello, the server's parameters, both public values. All numbers are
// big-endian and not empty; what they are worth is checked where they are used.
#pragma once

#include "wire/extension_set.h"

namespace keyway::wire {

/// ClientHello.
struct SrpUser {
  static constexpr ExtensionType type = ExtensionType::srp;
  ByteView user{};  ///< UTF-8 prepared as RFC 5054 2.3 says; not empty

  static Result<SrpUser> decode(ByteView body) noexcept {
    Reader reader(body);
    KW_ASSIGN(const ByteView user, reader.vec8(1));
    KW_TRY(reader.finish());
    return SrpUser{user};
  }
  void encode(Writer& writer) const { writer.vec8(user); }
};

/// ServerKeyExchange.
struct SrpParams {
  ByteView n{};
  ByteView g{};
  ByteView salt{};
  ByteView b{};

  static Result<SrpParams> read(Reader& reader) noexcept {
    SrpParams params;
    KW_ASSIGN(params.n, reader.vec16(1));
    KW_ASSIGN(params.g, reader.vec16(1));
    KW_ASSIGN(params.salt, reader.vec8(1));
    KW_ASSIGN(params.b, reader.vec16(1));
    return params;
  }
  void write(Writer& writer) const {
    writer.vec16(n);
    writer.vec16(g);
    writer.vec8(salt);
    writer.vec16(b);
  }
};

/// ClientKeyExchange.
struct ClientSrpPublic {
  ByteView a{};

  static Result<ClientSrpPublic> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView a, reader.vec16(1));
    return ClientSrpPublic{a};
  }
  void write(Writer& writer) const { writer.vec16(a); }
};

}  // namespace keyway::wire
