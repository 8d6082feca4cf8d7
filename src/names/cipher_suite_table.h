// SPDX-License-Identifier: Apache-2.0
//
// IANA "TLS Cipher Suites" with their properties: one row for each suite that can be named (RFC 8446 B.4, RFC 5246 A.5 and
// the documents that added to it). What is off for safety is listed too; whether it is negotiated is decided elsewhere.
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
  tdes_ede_cbc,
  des_cbc,
  rc4_128
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

/// TLS 1.3 suites only: hash and AEAD (RFC 8446 B.4).
HashAlgorithm suite_hash(CipherSuite) noexcept;
AeadAlgorithm suite_aead(CipherSuite) noexcept;

}  // namespace keyway
