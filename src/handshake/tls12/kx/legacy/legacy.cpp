// SPDX-License-Identifier: Apache-2.0
//
// Which of the key exchanges of this folder runs a suite.
#include "handshake/tls12/kx/legacy/legacy.h"

#include <algorithm>

#include "handshake/tls12/kx/legacy/rsa.h"
#include "handshake/tls12/kx/legacy/srp.h"
#include "handshake/tls12/kx/legacy/static_ecdh.h"
#include "handshake/tls12/kx/psk.h"

namespace keyway::handshake::tls12 {

namespace {

bool names_user(const wire::ClientHello& hello) { return hello.extensions.get<wire::SrpUser>().has_value(); }

}  // namespace

Result<ExchangePtr> make_legacy_exchange(const Terms& terms) {
  switch (terms.suite->key_exchange) {
    case KeyExchange::rsa: return make_rsa(terms.offered);
    case KeyExchange::rsa_psk: return make_psk(make_rsa(terms.offered));
    case KeyExchange::ecdh: return make_static_ecdh();
    case KeyExchange::srp: return make_srp();
    default: return fail(Errc::unsupported_algorithm);
  }
}

Result<ExchangePtr> make_legacy_exchange(const Terms& terms, const ServerBasis& basis, Flow&) {
  switch (terms.suite->key_exchange) {
    case KeyExchange::rsa: return make_rsa(basis);
    case KeyExchange::rsa_psk: return make_psk(make_rsa(basis));
    case KeyExchange::ecdh: return make_static_ecdh(basis);
    case KeyExchange::srp: return make_srp(basis);
    default: return fail(Errc::unsupported_algorithm);
  }
}

bool can_exchange_legacy(const CipherSuiteInfo& suite, const wire::ClientHello& hello, Flow&) {
  switch (suite.key_exchange) {
    case KeyExchange::rsa:
    case KeyExchange::rsa_psk:
    case KeyExchange::ecdh: return true;
    case KeyExchange::srp: return names_user(hello);
    default: return false;
  }
}

bool can_exchange_with(const CipherSuiteInfo& suite, const pki::Identity& identity, const wire::ClientHello& hello) {
  if (suite.key_exchange == KeyExchange::ecdh) return has_curve_of(identity, hello);
  return identity.signer->can_decrypt();
}

Errc why_no_suite(const wire::ClientHello& hello, Flow& flow) {
  const auto of_users = [&](CipherSuite suite) {
    return hello.cipher_suites.contains(suite) && find_cipher_suite(suite)->key_exchange == KeyExchange::srp;
  };
  // RFC 5054 2.5.1.2: by which the client learns that it should ask its user who he is.
  const bool wants_user = !names_user(hello) && std::ranges::any_of(flow.in().common().cipher_suites, of_users);
  return wants_user ? Errc::unknown_psk_identity : Errc::no_common_cipher_suite;
}

}  // namespace keyway::handshake::tls12
