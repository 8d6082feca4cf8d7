// SPDX-License-Identifier: Apache-2.0
//
// Whether suites, curves, signature schemes and keys leave something to negotiate in each version.
#pragma once

#include "config/settings.h"
#include "names/cipher_suite_table.h"

namespace keyway::config {

/// Whether a key of this kind can authenticate the suite, by its leaf (RFC 5246 7.4.2, RFC 8422 5.3).
bool suits(const CipherSuiteInfo&, crypto::KeyType) noexcept;

/// Behind set_algorithms and, for servers, the identities: `by_own_keys` where those of `common` alone authenticate.
/// Error conflicting_options; but where no suite was named and there is TLS 1.3, the older versions are left out and warned of.
Result<void> check_usable(const ProtocolOptions&, bool by_own_keys, CommonSettings& common);

}  // namespace keyway::config
