// SPDX-License-Identifier: Apache-2.0
//
// Chooses a protection.
#include "record/protection_factory.h"

#include "record/aead12.h"

namespace keyway::record {

Result<std::unique_ptr<ReadProtection>> make_read_protection(const CipherSuiteInfo& suite, const RecordRules&,
                                                             const RecordKeys& keys, const crypto::Provider& provider) {
  if (const auto aead = aead_of(suite.cipher)) return Aead12Opener::make(*aead, keys.key, keys.iv, provider);
  return fail(Errc::unsupported_algorithm);
}

Result<std::unique_ptr<WriteProtection>> make_write_protection(const CipherSuiteInfo& suite, const RecordRules&,
                                                               const RecordKeys& keys, const crypto::Provider& provider) {
  if (const auto aead = aead_of(suite.cipher)) return Aead12Sealer::make(*aead, keys.key, keys.iv, provider);
  return fail(Errc::unsupported_algorithm);
}

}  // namespace keyway::record
