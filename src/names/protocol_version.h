// SPDX-License-Identifier: Apache-2.0
//
// Order and kinship of versions. On the wire, versions of DTLS count down and stand for the TLS that they were made from
// (RFC 6347 1, RFC 9147 5.3); order is asked for here, never with `<` on a version of DTLS.
#pragma once

#include "keyway/protocol.h"

namespace keyway {

constexpr bool is_datagram(ProtocolVersion version) noexcept { return static_cast<std::uint16_t>(version) >> 8 == 0xfe; }

/// The TLS that a version of DTLS was made from; a version of TLS itself.
constexpr ProtocolVersion stream_counterpart(ProtocolVersion version) noexcept {
  switch (version) {
    case ProtocolVersion::dtls1_0: return ProtocolVersion::tls1_1;
    case ProtocolVersion::dtls1_2: return ProtocolVersion::tls1_2;
    case ProtocolVersion::dtls1_3: return ProtocolVersion::tls1_3;
    default: return version;
  }
}

/// Whether it is one of the IETF's: with extensions, and with a pseudorandom function that exporters use.
constexpr bool is_tls(ProtocolVersion version) noexcept { return version != ProtocolVersion::ssl3; }

/// Older than, whichever family.
constexpr bool is_before(ProtocolVersion a, ProtocolVersion b) noexcept { return stream_counterpart(a) < stream_counterpart(b); }

}  // namespace keyway
