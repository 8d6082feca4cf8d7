// SPDX-License-Identifier: Apache-2.0
//
// What the factory asks of the files of this folder: key exchanges with the key of a certificate, and with passwords. A build
// without them has without_legacy.cpp instead, which has none of it.
#pragma once

#include "handshake/tls12/kx/exchange.h"

namespace keyway::handshake::tls12 {

/// Error unsupported_algorithm where it is not compiled.
Result<ExchangePtr> make_legacy_exchange(const Terms&);
Result<ExchangePtr> make_legacy_exchange(const Terms&, const ServerBasis&, Flow&);
bool can_exchange_legacy(const CipherSuiteInfo&, const wire::ClientHello&, Flow&);

}  // namespace keyway::handshake::tls12
