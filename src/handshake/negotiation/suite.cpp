// SPDX-License-Identifier: Apache-2.0
//
// Which cipher suite a server takes (RFC 8446 4.1.1).
#include <algorithm>

#include "handshake/negotiation/negotiation.h"
#include "names/cipher_suite_table.h"

namespace keyway::handshake::negotiation {

bool has_suite(ProtocolVersion version, CipherSuite suite) {
  const CipherSuiteInfo* row = find_cipher_suite(suite);
  return row != nullptr && is_for(*row, version);
}

Result<CipherSuite> choose_cipher_suite(const wire::ClientHello& hello, const std::vector<CipherSuite>& ours, bool server_order,
                                        ProtocolVersion version) {
  if (server_order) {
    for (const CipherSuite suite : ours) {
      if (has_suite(version, suite) && hello.cipher_suites.contains(suite)) return suite;
    }
    return fail(Errc::no_common_cipher_suite);
  }
  //= rfc8446#4.1.2-13, 4.1.3-4, 9.3-1
  for (const CipherSuite suite : hello.cipher_suites) {
    if (has_suite(version, suite) && std::ranges::find(ours, suite) != ours.end()) return suite;
  }
  //= rfc8446#4.1.1-1
  return fail(Errc::no_common_cipher_suite);
}

}  // namespace keyway::handshake::negotiation
