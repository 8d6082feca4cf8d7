// SPDX-License-Identifier: Apache-2.0
//
// certs_keys -> identities: files are read, keys are decoded and matched, what can be checked is checked.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "keyway/option_groups.h"
#include "pki/identity.h"
#include "pki/trust_store.h"

namespace keyway::config {

using Identities = std::vector<std::shared_ptr<const pki::Identity>>;

/// In the order of the options. Keys sign with SHA-1 and DSA where `accepted`, the schemes of the configuration, has that; keys
/// without a list of their own sign with nothing but `used`, its signature_algs, unless that is empty. Errors are those of
/// pki::load_identity under the names of the options ("certs_keys[0].keyfile").
Result<Identities> load_identities(const std::vector<CertKey>&, const std::vector<SignatureScheme>& accepted,
                                   const std::vector<SignatureScheme>& used, const crypto::Provider&, pki::FileReader&);

/// A list of a key's own names something that the key signs with in one of the versions. Error conflicting_options.
Result<void> check_own_lists(const Identities&, const std::vector<CertKey>&, std::span<const ProtocolVersion> versions);

/// A host's identities, which were loaded for its listener, sign with nothing that load_identities would leave out for the host:
/// those without a list of their own are copied where that takes something away, maybe everything. Error conflicting_options
/// where none is left that can sign.
Result<void> restrict_schemes(Identities&, const std::vector<CertKey>&, const std::vector<SignatureScheme>& used);

/// Leaves that stand alone get their issuers from these.
void complete_chains(Identities&, std::span<const pki::TrustStore::Ptr>);

/// Wipes passwords that are texts, and PINs in URIs: once the keys are loaded, or cannot be, nobody needs them. True where
/// there was one.
bool forget_passwords(std::vector<CertKey>&);

}  // namespace keyway::config
