// SPDX-License-Identifier: Apache-2.0
//
// Which version a server goes on with (RFC 8446 4.2.1).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

Result<ProtocolVersion> choose_version(const wire::ClientHello& hello, const std::vector<ProtocolVersion>& ours) {
  const auto& offered = hello.extensions.get<wire::SupportedVersionsClientHello>();
  // RFC 8446 4.2.1: without the extension legacy_version counts, and 1.3 cannot be meant.
  //= rfc8446#4.2.1-4
  if (!offered) return fail(Errc::no_common_version);
  for (const ProtocolVersion version : ours) {
    //= rfc8446#4.2.1-2, 4.2.1-3
    if (offered->versions.contains(version)) return version;
  }
  //= rfc8446#D.2-1
  return fail(Errc::no_common_version);
}

}  // namespace keyway::handshake::negotiation
