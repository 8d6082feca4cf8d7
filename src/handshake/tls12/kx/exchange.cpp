// SPDX-License-Identifier: Apache-2.0
//
// Which object runs the key exchange of a suite.
#include "handshake/tls12/kx/exchange.h"

#include "handshake/tls12/kx/ecdhe.h"

namespace keyway::handshake::tls12 {

Result<std::unique_ptr<Exchange>> make_exchange(const CipherSuiteInfo& suite) {
  if (suite.key_exchange == KeyExchange::ecdhe) return make_ecdhe();
  return fail(Errc::unsupported_algorithm);
}

Result<std::unique_ptr<Exchange>> make_exchange(const CipherSuiteInfo& suite, const wire::ClientHello& hello, Flow& flow) {
  if (suite.key_exchange != KeyExchange::ecdhe) return fail(Errc::unsupported_algorithm);
  const auto group = choose_curve(hello, flow);
  if (!group) return fail(Errc::no_common_group);
  return make_ecdhe(*group);
}

bool can_exchange(const CipherSuiteInfo& suite, const wire::ClientHello& hello, Flow& flow) {
  return suite.key_exchange == KeyExchange::ecdhe && choose_curve(hello, flow).has_value();
}

}  // namespace keyway::handshake::tls12
