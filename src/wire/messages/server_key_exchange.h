// SPDX-License-Identifier: Apache-2.0
//
// ServerKeyExchange (RFC 5246 7.4.3; RFC 8422 5.4; RFC 4279 2 and 3; RFC 5489 2). What is in it depends on the suite, which the
// message does not tell: the handler reads the parameters of its key exchange. Parameters are `static Result<P> read(Reader&)`
// and `void write(Writer&) const`; those of suites that are off for safety are in legacy/.
#pragma once

#include "wire/digitally_signed.h"
#include "wire/message.h"

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

/// The hint, then the parameters of another key exchange.
template <class Params>
struct HintedParams {
  ByteView identity_hint{};
  Params params{};

  static Result<HintedParams> read(Reader& reader) {
    HintedParams hinted;
    KW_ASSIGN(hinted.identity_hint, reader.vec16());
    KW_ASSIGN(hinted.params, Params::read(reader));
    return hinted;
  }
  void write(Writer& writer) const {
    writer.vec16(identity_hint);
    params.write(writer);
  }
};

/// Parameters with their signature.
template <class Params>
struct SignedParams {
  Params params{};
  ByteView signed_part{};  ///< as received; what is signed is both randoms and this. Not for encoding
  DigitallySigned signature{};

  /// Views into `body`, which is the whole message.
  static Result<SignedParams> decode(ByteView body, SignatureForm form) {
    Reader reader(body);
    SignedParams read;
    KW_ASSIGN(read.params, Params::read(reader));
    read.signed_part = body.first(body.size() - reader.rest().size());
    KW_ASSIGN(read.signature, DigitallySigned::read(reader, form));
    KW_TRY(reader.finish());
    return read;
  }
  void encode(Writer& writer, SignatureForm form) const {
    params.write(writer);
    signature.write(writer, form);
  }
};

struct ServerKeyExchange {
  static constexpr HandshakeType type = HandshakeType::server_key_exchange;
  static constexpr Hashed hashed = Hashed::after;

  ByteView body{};

  static Result<ServerKeyExchange> decode(ByteView body) noexcept { return ServerKeyExchange{body}; }
  void encode(Writer& writer) const { writer.bytes(body); }

  template <class Params>
  Result<SignedParams<Params>> read(SignatureForm form) const {
    return SignedParams<Params>::decode(body, form);
  }
};

}  // namespace keyway::wire
