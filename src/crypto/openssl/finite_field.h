// SPDX-License-Identifier: Apache-2.0
//
// Key agreement over fields that are given and not named, and the arithmetic on numbers that it shares with SRP.
#pragma once

#include "crypto/openssl/key_agreement.h"
#include "crypto/openssl/library.h"
#include "keyway/crypto/provider.h"

namespace keyway::crypto::openssl {

NewAgreement make_field_agreement(const Library&, const FiniteField&);

/// Public numbers: 1 < value < p - 1, not in a subgroup of one or two elements (RFC 7919 5.1).
bool in_range(const BIGNUM& value, const BIGNUM& p);

/// The two numbers of a field. Error invalid_key_share where they are none: see Provider::field_agreement.
struct Field {
  BigNumber p;
  BigNumber g;
  std::size_t size = 0;  ///< of p in bytes

  static Result<Field> import(const FiniteField&);
};

/// SRP (RFC 5054); without_legacy.cpp has none of it.
NewAgreement make_srp_client(const Library&, const FiniteField&, ByteView x);
NewAgreement make_srp_server(const Library&, const FiniteField&, ByteView verifier);
Result<SecretBytes> make_srp_verifier(const Library&, const FiniteField&, ByteView x);

}  // namespace keyway::crypto::openssl
