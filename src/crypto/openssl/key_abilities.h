// SPDX-License-Identifier: Apache-2.0
//
// What a private key is and which schemes fit it: RFC 8446 4.2.3, RFC 8734 4 and, for the restrictions inside an RSASSA-PSS
// key, RFC 4055 3.1. For keys in memory and keys elsewhere alike.
#pragma once

#include <optional>
#include <string>

#include "crypto/openssl/signature.h"

namespace keyway::crypto::openssl {

class KeyAbilities {
 public:
  /// Nothing for types, curves and sizes that are not served.
  static std::optional<KeyAbilities> of(const Library&, const EVP_PKEY&);

  KeyType type() const noexcept { return type_; }
  std::size_t curve() const noexcept { return curve_; }  ///< index, ec only
  /// Whether the scheme is for such a key: as Signer::can says.
  bool can(SignatureScheme) const;
  /// Type and size; the curve is not asked for, because the pairs of TLS 1.2 name none (RFC 5246 7.4.1.4.1).
  bool signs_with(const SignatureAlgorithm&) const;
  bool fits_pss(const SignatureAlgorithm&) const;

 private:
  /// What an RSASSA-PSS key allows; libcrypto shows a salt size exactly when the key is restricted.
  struct PssRestriction {
    bool restricted = false;
    std::string digest = "SHA1";  // RFC 4055 3.1: the default of an absent field
    std::size_t min_salt_size = 0;
  };
  KeyAbilities(const Library& from, KeyType type) : from_(&from), type_(type) {}
  static PssRestriction restriction_of(const EVP_PKEY&);
  bool usable(const EVP_PKEY&) const;
  bool on(NamedGroup curve) const noexcept { return curves[curve_].group == curve; }

  const Library* from_;
  KeyType type_;
  std::size_t curve_ = curves.size();
  std::size_t size_ = 0;  ///< of the modulus in bytes, RSA only
  PssRestriction restriction_{};
};

/// SubjectPublicKeyInfo; empty where the key does not show its public half.
Bytes public_key_info_of(const EVP_PKEY&);

}  // namespace keyway::crypto::openssl
