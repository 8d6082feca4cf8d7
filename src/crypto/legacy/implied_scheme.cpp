// SPDX-License-Identifier: Apache-2.0
//
// One scheme for each kind of key.
#include "crypto/legacy/implied_scheme.h"

namespace keyway::crypto {

std::optional<SignatureScheme> implied_scheme(KeyType type) noexcept {
  switch (type) {
    case KeyType::rsa: return SignatureScheme::rsa_pkcs1_md5_sha1;
    case KeyType::dsa: return SignatureScheme::dsa_sha1;
    case KeyType::ec: return SignatureScheme::ecdsa_sha1;
    default: return std::nullopt;
  }
}

}  // namespace keyway::crypto
