// SPDX-License-Identifier: Apache-2.0
//
// ServerKeyExchange (RFC 5246 7.4.3; RFC 8422 5.4; RFC 4279 2 and 3; RFC 5489 2). What is in it depends on the suite, which the
// message does not tell: the handler reads the parts of its key exchange, a hint before the parameters, a signature behind them
// (digitally_signed.h). Parts are `static Result<P> read(Reader&)` and `void write(Writer&) const`; those of suites that are off
// for safety are in legacy/.
#pragma once

#include "keyway/protocol.h"
#include "wire/message.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace keyway::wire {

/// A group by its number and a point on it.
struct EcdhParams {
  NamedGroup group{};
  ByteView point{};  ///< not empty

  /// Error wrong_group: a curve that is described and not named (RFC 8422 5.4).
  static Result<EcdhParams> read(Reader& reader) noexcept {
    constexpr std::uint8_t named_curve = 3;
    KW_ASSIGN(const auto curve_type, reader.u8());
    if (curve_type != named_curve) return fail(Errc::wrong_group);
    EcdhParams params;
    KW_ASSIGN(const auto group, reader.u16());
    params.group = static_cast<NamedGroup>(group);
    KW_ASSIGN(params.point, reader.vec8(1));
    return params;
  }
  void write(Writer& writer) const {
    writer.u8(3);
    writer.u16(static_cast<std::uint16_t>(group));
    writer.vec8(point);
  }
};

/// Prime, generator and public value, big-endian, none empty.
struct DhParams {
  ByteView p{};
  ByteView g{};
  ByteView y{};

  static Result<DhParams> read(Reader& reader) noexcept {
    DhParams params;
    KW_ASSIGN(params.p, reader.vec16(1));
    KW_ASSIGN(params.g, reader.vec16(1));
    KW_ASSIGN(params.y, reader.vec16(1));
    return params;
  }
  void write(Writer& writer) const {
    writer.vec16(p);
    writer.vec16(g);
    writer.vec16(y);
  }
};

/// What a server of pre-shared keys says about which identity to use; may be empty.
struct PskHint {
  ByteView identity_hint{};

  static Result<PskHint> read(Reader& reader) noexcept {
    KW_ASSIGN(const ByteView hint, reader.vec16());
    return PskHint{hint};
  }
  void write(Writer& writer) const { writer.vec16(identity_hint); }
};

struct ServerKeyExchange {
  static constexpr HandshakeType type = HandshakeType::server_key_exchange;
  static constexpr Hashed hashed = Hashed::after;

  ByteView body{};

  static Result<ServerKeyExchange> decode(ByteView body) noexcept { return ServerKeyExchange{body}; }
  void encode(Writer& writer) const { writer.bytes(body); }
};

}  // namespace keyway::wire
