// SPDX-License-Identifier: Apache-2.0
//
// SRP with a private number that is given and not drawn: published vectors can be checked. Nothing else calls this.
#pragma once

#include "crypto/openssl/finite_field.h"

namespace keyway::crypto::openssl {

NewAgreement srp_client_with(const Library&, const FiniteField&, ByteView x, ByteView exponent);
NewAgreement srp_server_with(const Library&, const FiniteField&, ByteView verifier, ByteView exponent);

}  // namespace keyway::crypto::openssl
