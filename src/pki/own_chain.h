// SPDX-License-Identifier: Apache-2.0
//
// Completing our own chain: a leaf that stands alone is sent with its issuers, where they are among the given authorities.
#pragma once

#include <memory>
#include <span>

#include "pki/identity.h"
#include "pki/trust_store.h"

namespace keyway::pki {

/// The same identity with the issuers of its leaf behind it, as far as the stores have them; a root is left out, for who does
/// not have it does not trust it (RFC 8446 4.4.2). Null where nothing is to be added: the chain has more than a leaf, the leaf is
/// self-issued, or its issuer is no certificate of the stores but a root.
std::shared_ptr<const Identity> completed(const Identity&, std::span<const TrustStore::Ptr>);

}  // namespace keyway::pki
