// SPDX-License-Identifier: Apache-2.0
//
// certs_keys -> identities: files are read, keys are decoded and matched, what can be checked is checked.
#pragma once

#include <memory>
#include <vector>

#include "keyway/option_groups.h"
#include "pki/identity.h"

namespace keyway::config {

using Identities = std::vector<std::shared_ptr<const pki::Identity>>;

/// In the order of the options; keys sign with SHA-1 where `accepted`, the schemes of the configuration, has it. Errors are
/// those of pki::load_identity under the names of the options ("certs_keys[0].keyfile").
Result<Identities> load_identities(const std::vector<CertKey>&, const std::vector<SignatureScheme>& accepted,
                                   const crypto::Provider&);

/// Wipes the passwords, and the PINs in URIs: once the keys are loaded, or cannot be, nobody needs them.
void forget_passwords(std::vector<CertKey>&);

}  // namespace keyway::config
