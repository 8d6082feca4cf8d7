// SPDX-License-Identifier: Apache-2.0
//
// From a row of the suite table and the keys of one direction to the protection of its records, TLS 1.2 and below. What a
// version has of its own is a rule here, so that no version is asked for below the handshake.
#pragma once

#include <memory>

#include "keyway/crypto/provider.h"
#include "names/record_rules.h"
#include "record/protection.h"

namespace keyway::record {

/// What the key block gives to one direction.
struct RecordKeys {
  ByteView mac_key;
  ByteView key;
  ByteView iv;  ///< fixed part of the nonces, or the first IV of chained records
};

/// Errors: unsupported_algorithm where the provider or this build does not have it; what the provider reports. The provider
/// must outlive the protection.
Result<std::unique_ptr<ReadProtection>> make_read_protection(const CipherSuiteInfo&, const RecordRules&, const RecordKeys&,
                                                             const crypto::Provider&);
Result<std::unique_ptr<WriteProtection>> make_write_protection(const CipherSuiteInfo&, const RecordRules&, const RecordKeys&,
                                                               const crypto::Provider&);

}  // namespace keyway::record
