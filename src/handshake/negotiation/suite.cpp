// SPDX-License-Identifier: Apache-2.0
//
// Which cipher suite a server takes (RFC 8446 4.1.1).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"

namespace keyway::handshake::negotiation {

Result<CipherSuite> choose_cipher_suite(const wire::ClientHello& hello, const std::vector<CipherSuite>& ours, bool server_order) {
  if (server_order) {
    for (const CipherSuite suite : ours) {
      if (hello.cipher_suites.contains(suite)) return suite;
    }
    return fail(Errc::no_common_cipher_suite);
  }
  //= rfc8446#4.1.2-13, 4.1.3-4, 9.3-1
  for (const CipherSuite suite : hello.cipher_suites) {
    if (std::ranges::find(ours, suite) != ours.end()) return suite;
  }
  //= rfc8446#4.1.1-1
  return fail(Errc::no_common_cipher_suite);
}

}  // namespace keyway::handshake::negotiation
