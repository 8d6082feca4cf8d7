// SPDX-License-Identifier: Apache-2.0
//
// Which version a server goes on with (RFC 8446 4.2.1; RFC 5246 E.1; RFC 7507).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

namespace {

std::optional<ProtocolVersion> newest_common(const wire::ClientHello& hello, const std::vector<ProtocolVersion>& ours) {
  const auto& offered = hello.extensions.get<wire::SupportedVersionsClientHello>();
  for (const ProtocolVersion version : ours) {
    if (offered) {
      //= rfc8446#4.2.1-2, 4.2.1-3
      if (offered->versions.contains(version)) return version;
      continue;
    }
    // RFC 8446 4.2.1: without the extension legacy_version counts, and 1.3 cannot be meant.
    //= rfc8446#4.2.1-4
    //= rfc5246#E.1-2
    if (version <= ProtocolVersion::tls1_2 && static_cast<std::uint16_t>(version) <= hello.legacy_version) return version;
  }
  return std::nullopt;
}

}  // namespace

Result<ProtocolVersion> choose_version(const wire::ClientHello& hello, const std::vector<ProtocolVersion>& ours) {
  // RFC 8446 D.5: of a hello with the extension this cannot be meant.
  //= rfc8446#D.5-2
  const bool mixed = hello.legacy_version == static_cast<std::uint16_t>(ProtocolVersion::ssl3) &&
                     hello.extensions.get<wire::SupportedVersionsClientHello>();
  const auto version = mixed ? std::nullopt : newest_common(hello, ours);
  //= rfc8446#D.2-1
  //= rfc5246#E.1-3
  if (!version) return fail(Errc::no_common_version);
  // RFC 7507 3: a client that fell back, although both sides have a newer version.
  //= rfc7507#3-1, 3-2
  if (*version != ours.front() && hello.cipher_suites.contains(CipherSuite::TLS_FALLBACK_SCSV))
    return fail(Errc::inappropriate_fallback);
  return *version;
}

}  // namespace keyway::handshake::negotiation
