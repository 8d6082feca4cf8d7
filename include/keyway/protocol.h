// SPDX-License-Identifier: Apache-2.0
//
// The registries of TLS as types, spelled as IANA spells them. Names, texts and properties: names/*.h.
// Values that are not listed here may still be held: a peer can offer anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace keyway {

/// Versions as they stand on the wire; datagram versions count down.   \otp versions/0
enum class ProtocolVersion : std::uint16_t {
  ssl3 = 0x0300,
  tls1_0 = 0x0301,
  tls1_1 = 0x0302,
  tls1_2 = 0x0303,
  tls1_3 = 0x0304,
  dtls1_0 = 0xfeff,
  dtls1_2 = 0xfefd,
  dtls1_3 = 0xfefc,
};

/// IANA "TLS Certificate Types" (RFC 7250): in which form a peer shows its key. Others are not used.
enum class CertificateType : std::uint8_t { x509 = 0, raw_public_key = 2 };

/// IANA "TLS Cipher Suites"; all rows with their properties are in names/cipher_suite_table.cpp.
enum class CipherSuite : std::uint16_t {
  TLS_AES_128_GCM_SHA256 = 0x1301,
  TLS_AES_256_GCM_SHA384 = 0x1302,
  TLS_CHACHA20_POLY1305_SHA256 = 0x1303,
  TLS_AES_128_CCM_SHA256 = 0x1304,
  TLS_AES_128_CCM_8_SHA256 = 0x1305,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 = 0xc02b,
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384 = 0xc02c,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 = 0xc02f,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384 = 0xc030,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256 = 0xcca8,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 = 0xcca9,
  TLS_DHE_RSA_WITH_AES_128_GCM_SHA256 = 0x009e,
  TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 = 0x009f,
  TLS_EMPTY_RENEGOTIATION_INFO_SCSV = 0x00ff,
  TLS_FALLBACK_SCSV = 0x5600,
};

/// IANA "TLS Supported Groups".
enum class NamedGroup : std::uint16_t {
  secp256r1 = 0x0017,
  secp384r1 = 0x0018,
  secp521r1 = 0x0019,
  brainpoolP256r1 = 0x001a,
  brainpoolP384r1 = 0x001b,
  brainpoolP512r1 = 0x001c,
  x25519 = 0x001d,
  x448 = 0x001e,
  brainpoolP256r1tls13 = 0x001f,
  brainpoolP384r1tls13 = 0x0020,
  brainpoolP512r1tls13 = 0x0021,
  ffdhe2048 = 0x0100,
  ffdhe3072 = 0x0101,
  ffdhe4096 = 0x0102,
  ffdhe6144 = 0x0103,
  ffdhe8192 = 0x0104,
};

/// IANA "TLS SignatureScheme".
enum class SignatureScheme : std::uint16_t {
  rsa_pkcs1_sha1 = 0x0201,
  ecdsa_sha1 = 0x0203,
  rsa_pkcs1_sha256 = 0x0401,
  rsa_pkcs1_sha384 = 0x0501,
  rsa_pkcs1_sha512 = 0x0601,
  ecdsa_secp256r1_sha256 = 0x0403,
  ecdsa_secp384r1_sha384 = 0x0503,
  ecdsa_secp521r1_sha512 = 0x0603,
  rsa_pss_rsae_sha256 = 0x0804,
  rsa_pss_rsae_sha384 = 0x0805,
  rsa_pss_rsae_sha512 = 0x0806,
  ed25519 = 0x0807,
  ed448 = 0x0808,
  rsa_pss_pss_sha256 = 0x0809,
  rsa_pss_pss_sha384 = 0x080a,
  rsa_pss_pss_sha512 = 0x080b,
  ecdsa_brainpoolP256r1tls13_sha256 = 0x081a,
  ecdsa_brainpoolP384r1tls13_sha384 = 0x081b,
  ecdsa_brainpoolP512r1tls13_sha512 = 0x081c,
  dsa_sha1 = 0x0202,
  dsa_sha256 = 0x0402,
  /// What RSA keys signed with before TLS 1.2 (RFC 4346 7.4.3). Never on the wire: the number is of the private range.
  rsa_pkcs1_md5_sha1 = 0xff01,
  /// The same over digests that were made already: CertificateVerify of SSL 3.0 (RFC 6101 5.6.8). Never on the wire.
  rsa_pkcs1_digests = 0xff02,
  dsa_digest = 0xff03,
};

/// Hashes by name; SHA-1 and MD5 are for naming what is refused.
enum class HashAlgorithm : std::uint8_t { sha1, sha224, sha256, sha384, sha512, md5, md5_sha1 };

/// Record protection apart from its hash (RFC 5116).
enum class AeadAlgorithm : std::uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
  aes_256_ccm,
  aes_256_ccm_8,
  aria_128_gcm,
  aria_256_gcm
};

/// Ciphers of TLS 1.2 and below that have a MAC beside them: blocks in CBC mode, and a key stream (RFC 5246 6.2.3).
enum class BulkAlgorithm : std::uint8_t {
  aes_128_cbc,
  aes_256_cbc,
  camellia_128_cbc,
  camellia_256_cbc,
  aria_128_cbc,
  aria_256_cbc,
  tdes_ede_cbc,
  des_cbc,
  rc4_128
};

/// Against an attack on the chained IVs of TLS 1.0 and SSL 3.0 (RFC 5246 F.3): application data goes out as two records, the
/// first with one byte or none.   \otp beast_mitigation
enum class BeastMitigation : std::uint8_t { one_n_minus_one, zero_n, disabled };

/// Which side of the handshake.
enum class Role : std::uint8_t { client, server };

/// IANA name ("TLS 1.3", "TLS_AES_128_GCM_SHA256", "x25519", "ecdsa_secp256r1_sha256"); empty for a value without a
/// name: show its number. Any thread.
std::string_view to_string(ProtocolVersion) noexcept;
std::string_view to_string(CipherSuite) noexcept;
std::string_view to_string(NamedGroup) noexcept;
std::string_view to_string(SignatureScheme) noexcept;
std::string_view to_string(HashAlgorithm) noexcept;

/// Parsing of names: IANA and OpenSSL spellings, aliases such as "P-256"; versions as "1.3" and "tlsv1.3". Any thread.
std::optional<ProtocolVersion> protocol_version_from(std::string_view name) noexcept;
std::optional<CipherSuite> cipher_suite_from(std::string_view name) noexcept;
std::optional<NamedGroup> named_group_from(std::string_view name) noexcept;
std::optional<SignatureScheme> signature_scheme_from(std::string_view name) noexcept;

}  // namespace keyway
