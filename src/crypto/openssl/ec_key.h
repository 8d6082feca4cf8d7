// SPDX-License-Identifier: Apache-2.0
//
// EC_KEY objects, used again: each one copies its group when it is made, which costs more than reading a point. For the
// form that uses libcrypto's plain interfaces; EVP has its own contexts.
#pragma once

#include "crypto/openssl/library.h"

namespace keyway::crypto::openssl {

/// Puts the key among the spare ones of the thread that destroys it, its private part wiped, or frees it.
struct EcKeyReturner {
  std::size_t curve = curves.size();
  void operator()(EC_KEY*) const noexcept;
};
using EcKeyHandle = std::unique_ptr<EC_KEY, EcKeyReturner>;

/// A key on curves[curve] that has no private part; it may still have the public one of an earlier use. The library must have
/// the curve.
EcKeyHandle blank_ec_key(const Library&, std::size_t curve);

}  // namespace keyway::crypto::openssl
