// SPDX-License-Identifier: Apache-2.0
//
// The signature algorithm behind each SignatureScheme: RFC 8446 4.2.3, RFC 8734 4, and for TLS 1.2 the pairs of hash and
// signature of RFC 5246 7.4.1.4.1. Which of them may be used is decided above.
#include "keyway/crypto/public_key.h"

namespace keyway::crypto {
namespace {

constexpr SignatureAlgorithm pss(HashAlgorithm hash, std::size_t salt_size) noexcept {
  // RFC 8446 4.2.3: the salt is as long as the digest.
  //= rfc8446#4.2.3-4
  return {SignatureKind::rsa_pss, hash, salt_size};
}

/// The pairs of TLS 1.2: the hash in the high byte, the signature algorithm in the low one.
std::optional<SignatureAlgorithm> algorithm_of_pair(std::uint16_t pair) noexcept {
  SignatureAlgorithm algorithm;
  switch (pair & 0xff) {
    case 1: algorithm.kind = SignatureKind::rsa_pkcs1; break;
    case 2: algorithm.kind = SignatureKind::dsa; break;
    case 3: algorithm.kind = SignatureKind::ecdsa; break;
    default: return std::nullopt;
  }
  switch (pair >> 8) {
    case 1: algorithm.hash = HashAlgorithm::md5; break;
    case 2: algorithm.hash = HashAlgorithm::sha1; break;
    case 3: algorithm.hash = HashAlgorithm::sha224; break;
    case 4: algorithm.hash = HashAlgorithm::sha256; break;
    case 5: algorithm.hash = HashAlgorithm::sha384; break;
    case 6: algorithm.hash = HashAlgorithm::sha512; break;
    default: return std::nullopt;
  }
  return algorithm;
}

}  // namespace

std::optional<SignatureAlgorithm> algorithm_of(SignatureScheme scheme) noexcept {
  switch (scheme) {
    case SignatureScheme::rsa_pss_rsae_sha256:
    case SignatureScheme::rsa_pss_pss_sha256: return pss(HashAlgorithm::sha256, 32);
    case SignatureScheme::rsa_pss_rsae_sha384:
    case SignatureScheme::rsa_pss_pss_sha384: return pss(HashAlgorithm::sha384, 48);
    case SignatureScheme::rsa_pss_rsae_sha512:
    case SignatureScheme::rsa_pss_pss_sha512: return pss(HashAlgorithm::sha512, 64);
    case SignatureScheme::ed25519: return SignatureAlgorithm{SignatureKind::ed25519, HashAlgorithm::sha512, 0};
    case SignatureScheme::ed448: return SignatureAlgorithm{SignatureKind::ed448, HashAlgorithm::sha512, 0};
    case SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256:
      return SignatureAlgorithm{SignatureKind::ecdsa, HashAlgorithm::sha256, 0};
    case SignatureScheme::ecdsa_brainpoolP384r1tls13_sha384:
      return SignatureAlgorithm{SignatureKind::ecdsa, HashAlgorithm::sha384, 0};
    case SignatureScheme::ecdsa_brainpoolP512r1tls13_sha512:
      return SignatureAlgorithm{SignatureKind::ecdsa, HashAlgorithm::sha512, 0};
    // RFC 4346 7.4.3: both hashes, one behind the other, without the DigestInfo of PKCS#1.
    case SignatureScheme::rsa_pkcs1_md5_sha1: return SignatureAlgorithm{SignatureKind::rsa_pkcs1, HashAlgorithm::md5_sha1, 0};
    case SignatureScheme::rsa_pkcs1_digests:
      return SignatureAlgorithm{.kind = SignatureKind::rsa_pkcs1, .hash = HashAlgorithm::md5_sha1, .of_digest = true};
    case SignatureScheme::dsa_digest:
      return SignatureAlgorithm{.kind = SignatureKind::dsa, .hash = HashAlgorithm::sha1, .of_digest = true};
    default: return algorithm_of_pair(static_cast<std::uint16_t>(scheme));
  }
}

}  // namespace keyway::crypto
