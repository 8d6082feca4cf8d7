// SPDX-License-Identifier: Apache-2.0
//
// In place of the files of legacy/ in a build without them.
#include "handshake/tls12/kx/legacy/legacy.h"

namespace keyway::handshake::tls12 {

Result<ExchangePtr> make_legacy_exchange(const Terms&) { return fail(Errc::unsupported_algorithm); }
Result<ExchangePtr> make_legacy_exchange(const Terms&, const ServerBasis&, Flow&) { return fail(Errc::unsupported_algorithm); }
bool can_exchange_legacy(const CipherSuiteInfo&, const wire::ClientHello&, Flow&) { return false; }
bool can_exchange_with(const CipherSuiteInfo&, const pki::Identity&, const wire::ClientHello&) { return false; }
Errc why_no_suite(const wire::ClientHello&, Flow&) { return Errc::no_common_cipher_suite; }

}  // namespace keyway::handshake::tls12
