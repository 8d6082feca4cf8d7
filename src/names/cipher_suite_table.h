// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS Cipher Suites" with their properties: one row for each suite that can be named (RFC 8446 B.4, RFC 5246 A.5 and
// the documents that added to it). What is off for safety is listed too; whether it is negotiated is decided elsewhere.
// Sizes of keys and blocks: cipher_properties.h.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "keyway/protocol.h"

namespace keyway {

enum class KeyExchange : std::uint8_t { any, rsa, dhe, ecdhe, ecdh, psk, dhe_psk, ecdhe_psk, rsa_psk, srp };
enum class Authentication : std::uint8_t { any, none, rsa, dss, ecdsa, psk };
enum class Cipher : std::uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
  aes_256_ccm,
  aes_256_ccm_8,
  aes_128_cbc,
  aes_256_cbc,
  camellia_128_cbc,
  camellia_256_cbc,
  aria_128_cbc,
  aria_256_cbc,
  aria_128_gcm,
  aria_256_gcm,
  tdes_ede_cbc,
  des_cbc,
  rc4_128,
  null,
  rc4_40,
  rc2_cbc_40,
  des40_cbc
};
enum class Mac : std::uint8_t { aead, md5, sha1, sha256, sha384 };

struct CipherSuiteInfo {
  std::uint16_t code;
  std::string_view iana_name;
  std::string_view openssl_name;
  KeyExchange key_exchange;
  Authentication authentication;
  Cipher cipher;
  Mac mac;
  HashAlgorithm hash;  ///< of HKDF or PRF
  ProtocolVersion first;
  ProtocolVersion last;
};

/// All rows, by code point.
std::span<const CipherSuiteInfo> all_cipher_suites() noexcept;
/// The row of a suite, or null.
const CipherSuiteInfo* find_cipher_suite(CipherSuite) noexcept;
/// By IANA, OpenSSL or Erlang spelling, or null.
const CipherSuiteInfo* find_cipher_suite(std::string_view name) noexcept;

/// Suites with an AEAD only: hash and AEAD (RFC 8446 B.4, RFC 5288, RFC 6655, RFC 7905).
HashAlgorithm suite_hash(CipherSuite) noexcept;
AeadAlgorithm suite_aead(CipherSuite) noexcept;

/// NULL and export suites are listed so that they can be named in a refusal; they are never negotiated.
bool is_negotiable(const CipherSuiteInfo&) noexcept;
/// What a build without KEYWAY_LEGACY does not have: RC4, single and triple DES, MD5, RSA and ECDH keys that are not
/// ephemeral, DSS, SRP, and no authentication at all.
bool is_legacy(const CipherSuiteInfo&) noexcept;
/// Whether a pre-shared key takes part in the key exchange (RFC 4279, RFC 5489).
bool needs_psk(const CipherSuiteInfo&) noexcept;
/// Whether nobody is authenticated (RFC 5246 F.1.1.1): no certificate, no pre-shared key, no password.
bool is_anonymous(const CipherSuiteInfo&) noexcept;
/// Whether data may leave before the server's Finished (RFC 7918 4): an ephemeral exchange that a certificate signs, and an AEAD,
/// so that what nobody has confirmed yet could not be weaker.
bool may_start_falsely(const CipherSuiteInfo&) noexcept;
/// RFC 6347 4.1.2.2: no stream ciphers over datagrams, whose records get lost.
bool is_for_datagrams(const CipherSuiteInfo&) noexcept;
/// Whether the version can have the suite. A version of DTLS counts as the TLS that it was made from.
bool is_for(const CipherSuiteInfo&, ProtocolVersion) noexcept;

/// Erlang's names of the parts: "ecdhe_ecdsa", "aes_128_cbc", "sha".
std::string_view key_exchange_name(const CipherSuiteInfo&) noexcept;
std::string_view to_string(Cipher) noexcept;
std::string_view to_string(Mac) noexcept;

}  // namespace keyway
