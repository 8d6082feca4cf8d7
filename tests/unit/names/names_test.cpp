// SPDX-License-Identifier: Apache-2.0
//
// The registries: every row is found by number and by name, and says what the RFCs say.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "names/alert_of_version.h"
#include "names/cipher_properties.h"
#include "names/cipher_suite_table.h"
#include "names/client_certificate_type.h"
#include "names/extension_type.h"
#include "names/handshake_type.h"
#include "names/named_group.h"
#include "names/protocol_version.h"
#include "names/signature_scheme.h"

namespace keyway {
namespace {

// RFC 6101 5.4.2: twelve, and what stands for the others.
TEST(Alerts, OfSsl3AreThoseThatItKnows) {
  using enum AlertDescription;
  const std::set<AlertDescription> known{close_notify,        unexpected_message,  bad_record_mac,      decompression_failure,
                                         handshake_failure,   no_certificate,      bad_certificate,     unsupported_certificate,
                                         certificate_revoked, certificate_expired, certificate_unknown, illegal_parameter};
  for (unsigned number = 0; number < 256; ++number) {
    const auto description = static_cast<AlertDescription>(number);
    const auto sent = alert_of(ProtocolVersion::ssl3, description);
    EXPECT_EQ(sent == description, known.contains(description)) << number;
    EXPECT_TRUE(!sent || known.contains(*sent)) << number;
    for (const ProtocolVersion version : {ProtocolVersion::tls1_0, ProtocolVersion::tls1_2, ProtocolVersion::tls1_3})
      EXPECT_EQ(alert_of(version, description), description);
  }
  EXPECT_EQ(alert_of(ProtocolVersion::ssl3, user_canceled), std::nullopt);
  const std::pair<AlertDescription, AlertDescription> table[] = {
      {decryption_failed, bad_record_mac},   {record_overflow, illegal_parameter},       {decode_error, illegal_parameter},
      {decrypt_error, handshake_failure},    {unsupported_extension, illegal_parameter}, {unknown_ca, certificate_unknown},
      {protocol_version, handshake_failure}, {insufficient_security, handshake_failure}, {internal_error, handshake_failure},
      {no_renegotiation, handshake_failure}, {certificate_required, handshake_failure}};
  for (const auto& [meant, sent] : table) EXPECT_EQ(alert_of(ProtocolVersion::ssl3, meant), sent) << to_string(meant);
}

TEST(CipherSuites, AreSortedUniqueAndFoundByEveryName) {
  std::set<std::string_view> names;
  int last = -1;
  for (const CipherSuiteInfo& row : all_cipher_suites()) {
    SCOPED_TRACE(row.iana_name);
    EXPECT_GT(row.code, last);
    last = row.code;
    EXPECT_TRUE(names.insert(row.iana_name).second);
    EXPECT_EQ(find_cipher_suite(static_cast<CipherSuite>(row.code)), &row);
    EXPECT_EQ(find_cipher_suite(row.iana_name), &row);
    EXPECT_EQ(find_cipher_suite(row.openssl_name), &row);
    EXPECT_EQ(cipher_suite_from(row.iana_name), static_cast<CipherSuite>(row.code));
    EXPECT_EQ(to_string(static_cast<CipherSuite>(row.code)), row.iana_name);
    EXPECT_LE(row.first, row.last);
    EXPECT_EQ(row.first == ProtocolVersion::tls1_3, row.code >> 8 == 0x13);
    EXPECT_EQ(row.key_exchange == KeyExchange::any, row.first == ProtocolVersion::tls1_3);
  }
  EXPECT_GT(names.size(), 100u);
}

TEST(CipherSuites, OfTls13) {
  const struct {
    std::string_view name;
    HashAlgorithm hash;
    AeadAlgorithm aead;
  } table[] = {{"TLS_AES_128_GCM_SHA256", HashAlgorithm::sha256, AeadAlgorithm::aes_128_gcm},
               {"TLS_AES_256_GCM_SHA384", HashAlgorithm::sha384, AeadAlgorithm::aes_256_gcm},
               {"TLS_CHACHA20_POLY1305_SHA256", HashAlgorithm::sha256, AeadAlgorithm::chacha20_poly1305},
               {"TLS_AES_128_CCM_SHA256", HashAlgorithm::sha256, AeadAlgorithm::aes_128_ccm},
               {"TLS_AES_128_CCM_8_SHA256", HashAlgorithm::sha256, AeadAlgorithm::aes_128_ccm_8}};
  for (const auto& row : table) {
    const auto suite = cipher_suite_from(row.name);
    ASSERT_TRUE(suite) << row.name;
    EXPECT_EQ(suite_hash(*suite), row.hash) << row.name;
    EXPECT_EQ(suite_aead(*suite), row.aead) << row.name;
  }
}

TEST(CipherSuites, SignalsHaveNamesAndUnknownOnesNone) {
  EXPECT_EQ(to_string(CipherSuite::TLS_FALLBACK_SCSV), "TLS_FALLBACK_SCSV");
  EXPECT_EQ(to_string(CipherSuite::TLS_EMPTY_RENEGOTIATION_INFO_SCSV), "TLS_EMPTY_RENEGOTIATION_INFO_SCSV");
  EXPECT_EQ(to_string(static_cast<CipherSuite>(0x1a1a)), "");
  EXPECT_EQ(find_cipher_suite(static_cast<CipherSuite>(0x1a1a)), nullptr);
  EXPECT_EQ(find_cipher_suite(static_cast<CipherSuite>(0xffff)), nullptr);
  EXPECT_EQ(find_cipher_suite("TLS_NO_SUCH"), nullptr);
  EXPECT_EQ(cipher_suite_from(""), std::nullopt);
}

const CipherSuiteInfo& row_of(std::string_view name) {
  const CipherSuiteInfo* row = find_cipher_suite(name);
  EXPECT_NE(row, nullptr) << name;
  return row == nullptr ? all_cipher_suites().front() : *row;
}

TEST(CipherSuites, HaveNamesOfTheirParts) {
  const struct {
    std::string_view name;
    std::string_view key_exchange;
    std::string_view cipher;
    std::string_view mac;
    HashAlgorithm hash;
  } table[] = {
      {"ECDHE-ECDSA-AES128-GCM-SHA256", "ecdhe_ecdsa", "aes_128_gcm", "aead", HashAlgorithm::sha256},
      {"TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384", "ecdhe_rsa", "aes_256_cbc", "sha384", HashAlgorithm::sha384},
      {"DHE-DSS-AES128-SHA", "dhe_dss", "aes_128_cbc", "sha", HashAlgorithm::sha256},
      {"AECDH-AES128-SHA", "ecdh_anon", "aes_128_cbc", "sha", HashAlgorithm::sha256},
      {"ADH-RC4-MD5", "dh_anon", "rc4_128", "md5", HashAlgorithm::sha256},
      {"SRP-RSA-3DES-EDE-CBC-SHA", "srp_rsa", "3des_ede_cbc", "sha", HashAlgorithm::sha256},
      {"RSA-PSK-AES256-GCM-SHA384", "rsa_psk", "aes_256_gcm", "aead", HashAlgorithm::sha384},
      {"CAMELLIA256-SHA", "rsa", "camellia_256_cbc", "sha", HashAlgorithm::sha256},
      {"ECDHE-ARIA128-GCM-SHA256", "ecdhe_rsa", "aria_128_gcm", "aead", HashAlgorithm::sha256},
      {"TLS_AES_128_GCM_SHA256", "any", "aes_128_gcm", "aead", HashAlgorithm::sha256},
  };
  for (const auto& expected : table) {
    const CipherSuiteInfo& row = row_of(expected.name);
    EXPECT_EQ(key_exchange_name(row), expected.key_exchange) << expected.name;
    EXPECT_EQ(to_string(row.cipher), expected.cipher) << expected.name;
    EXPECT_EQ(to_string(row.mac), expected.mac) << expected.name;
    EXPECT_EQ(row.hash, expected.hash) << expected.name;
  }
  for (const CipherSuiteInfo& row : all_cipher_suites()) {
    EXPECT_FALSE(key_exchange_name(row).empty()) << row.iana_name;
    EXPECT_FALSE(to_string(row.cipher).empty()) << row.iana_name;
  }
}

TEST(CipherSuites, OfErlangsSpelling) {
  EXPECT_EQ(row_of("TLS_DHE_PSK_WITH_AES_128_CCM_8").code, 0xc0aa);
  EXPECT_EQ(row_of("TLS_PSK_DHE_WITH_AES_128_CCM_8").code, 0xc0aa);
  EXPECT_EQ(row_of("SRP-DSS-AES128-CBC-SHA").code, 0xc01f);
}

TEST(CipherSuites, ThatAreOffForSafety) {
  for (const std::string_view name : {"NULL-SHA", "EXP-RC4-MD5", "ECDHE-ECDSA-NULL-SHA", "PSK-NULL-SHA384"}) {
    EXPECT_FALSE(is_negotiable(row_of(name))) << name;
    EXPECT_TRUE(is_legacy(row_of(name))) << name;
  }
  for (const std::string_view name :
       {"RC4-SHA", "ECDHE-RSA-RC4-SHA", "DES-CBC-SHA", "ECDHE-RSA-DES-CBC3-SHA", "AES128-GCM-SHA256", "ECDH-RSA-AES128-SHA",
        "DHE-DSS-AES128-SHA", "ADH-AES128-GCM-SHA256", "SRP-AES-128-CBC-SHA", "RSA-PSK-AES128-GCM-SHA256"}) {
    EXPECT_TRUE(is_negotiable(row_of(name))) << name;
    EXPECT_TRUE(is_legacy(row_of(name))) << name;
  }
  for (const std::string_view name : {"ECDHE-RSA-AES128-SHA", "DHE-RSA-AES256-SHA", "PSK-AES128-CBC-SHA",
                                      "TLS_AES_128_CCM_8_SHA256", "ECDHE-PSK-CHACHA20-POLY1305", "DHE-RSA-CAMELLIA128-SHA"})
    EXPECT_FALSE(is_legacy(row_of(name))) << name;
}

TEST(CipherSuites, AreForTheirVersions) {
  using enum ProtocolVersion;
  EXPECT_TRUE(is_for(row_of("ECDHE-RSA-AES128-GCM-SHA256"), tls1_2));
  EXPECT_TRUE(is_for(row_of("ECDHE-RSA-AES128-GCM-SHA256"), dtls1_2));
  EXPECT_FALSE(is_for(row_of("ECDHE-RSA-AES128-GCM-SHA256"), tls1_1));
  EXPECT_FALSE(is_for(row_of("ECDHE-RSA-AES128-GCM-SHA256"), dtls1_0));
  EXPECT_FALSE(is_for(row_of("ECDHE-RSA-AES128-GCM-SHA256"), tls1_3));
  EXPECT_TRUE(is_for(row_of("TLS_AES_128_GCM_SHA256"), dtls1_3));
  EXPECT_TRUE(is_for(row_of("AES128-SHA"), ssl3));
  EXPECT_FALSE(is_for(row_of("ECDHE-RSA-AES128-SHA"), ssl3));
  EXPECT_TRUE(is_for(row_of("RC4-SHA"), tls1_2));
  EXPECT_FALSE(is_for(row_of("RC4-SHA"), dtls1_2)) << "no stream ciphers over datagrams";
}

TEST(Ciphers, HaveTheSizesOfTheirKeys) {
  for (const CipherSuiteInfo& row : all_cipher_suites()) {
    SCOPED_TRACE(row.iana_name);
    const CipherProperties sizes = properties(row.cipher);
    const bool aead = row.mac == Mac::aead;
    if (!is_negotiable(row)) {
      EXPECT_EQ(sizes.key_size, 0u);
      EXPECT_FALSE(aead_of(row.cipher) || bulk_of(row.cipher));
      continue;
    }
    EXPECT_EQ(sizes.kind == CipherKind::aead, aead);
    EXPECT_EQ(aead_of(row.cipher).has_value(), aead);
    EXPECT_EQ(bulk_of(row.cipher).has_value(), !aead);
    // RFC 5246 6.3: names that have the size in them.
    if (row.iana_name.find("_128_") != row.iana_name.npos) { EXPECT_EQ(sizes.key_size, 16u); }
    if (row.iana_name.find("_256_") != row.iana_name.npos) { EXPECT_EQ(sizes.key_size, 32u); }
    EXPECT_EQ(sizes.fixed_iv_size + sizes.explicit_nonce_size, aead ? 12u : 0u);
    EXPECT_EQ(mac_size(row.mac) == 0, aead);
    EXPECT_EQ(mac_hash(row.mac).has_value(), !aead);
  }
  EXPECT_EQ(properties(Cipher::chacha20_poly1305).explicit_nonce_size, 0u);
  EXPECT_EQ(properties(Cipher::tdes_ede_cbc).key_size, 24u);
  EXPECT_EQ(properties(Cipher::des_cbc).block_size, 8u);
  EXPECT_EQ(static_cast<int>(ClientCertificateType::ecdsa_sign), 64);
}

TEST(Versions, HaveAnOrderAcrossFamilies) {
  using enum ProtocolVersion;
  static_assert(!is_datagram(tls1_2) && is_datagram(dtls1_2) && is_datagram(dtls1_3));
  static_assert(stream_counterpart(dtls1_0) == tls1_1 && stream_counterpart(dtls1_3) == tls1_3);
  static_assert(stream_counterpart(ssl3) == ssl3);
  EXPECT_TRUE(is_before(ssl3, tls1_0));
  EXPECT_TRUE(is_before(dtls1_0, dtls1_2));
  EXPECT_FALSE(is_before(dtls1_2, dtls1_0));
  EXPECT_FALSE(is_before(dtls1_2, tls1_2));
}

TEST(NamedGroups, AreFoundByEveryName) {
  for (const NamedGroupInfo& row : all_named_groups()) {
    EXPECT_EQ(find_named_group(row.group), &row);
    EXPECT_EQ(named_group_from(row.name), row.group);
    EXPECT_EQ(to_string(row.group), row.name);
    if (!row.alias.empty()) { EXPECT_EQ(named_group_from(row.alias), row.group); }
    // RFC 8446 4.2.8.1, 4.2.8.2: the size of a share follows from the group.
    const std::size_t field = (row.bits + 7) / 8;
    const bool curve = row.kind == GroupKind::nist || row.kind == GroupKind::brainpool;
    EXPECT_EQ(row.share_size, curve ? 1 + 2 * field : field) << row.name;
    EXPECT_EQ(row.tls13, row.kind != GroupKind::brainpool || row.name.ends_with("tls13")) << row.name;
  }
  EXPECT_EQ(named_group_from("P-255"), std::nullopt);
  EXPECT_EQ(find_named_group(static_cast<NamedGroup>(0x2a2a)), nullptr);
  EXPECT_EQ(to_string(static_cast<NamedGroup>(0x2a2a)), "");
}

//= rfc8446#4.2.3-3, 4.4.3-7
TEST(SignatureSchemes, AreFoundByNameAndLegalWhereTheRfcSays) {
  for (const SignatureSchemeInfo& row : all_signature_schemes()) {
    EXPECT_EQ(find_signature_scheme(row.scheme), &row);
    EXPECT_EQ(signature_scheme_from(row.name), row.scheme);
    EXPECT_EQ(to_string(row.scheme), row.name);
    // RFC 8446 4.2.3: PKCS#1 and SHA-1 are for certificates only; B.3.1.3: DSA is for nothing.
    EXPECT_EQ(is_dsa(row.scheme), row.name.starts_with("dsa_")) << row.name;
    EXPECT_EQ(is_off_for_safety(row), row.broken || is_dsa(row.scheme)) << row.name;
    EXPECT_EQ(row.in_handshake, !row.name.starts_with("rsa_pkcs1") && !is_off_for_safety(row)) << row.name;
    EXPECT_EQ(row.broken, row.name.ends_with("sha1")) << row.name;
    EXPECT_EQ(row.curve.has_value(), row.key == SignatureKey::ec && !row.broken) << row.name;
    if (row.curve) { EXPECT_NE(find_named_group(*row.curve), nullptr) << row.name; }
  }
  EXPECT_EQ(signature_scheme_from("rsa"), std::nullopt);
  EXPECT_EQ(to_string(static_cast<SignatureScheme>(0x0a0a)), "");
}

TEST(Versions, AreReadInEverySpelling) {
  using enum ProtocolVersion;
  const struct {
    std::string_view name;
    std::optional<ProtocolVersion> version;
  } table[] = {{"1.3", tls1_3},     {"tlsv1.3", tls1_3},   {"1.2", tls1_2},    {"tlsv1.2", tls1_2},
               {"TLS 1.3", tls1_3}, {"1.4", std::nullopt}, {"", std::nullopt}, {"3", std::nullopt}};
  for (const auto& row : table) EXPECT_EQ(protocol_version_from(row.name), row.version) << row.name;
  for (const ProtocolVersion version : {ssl3, tls1_0, tls1_1, tls1_2, tls1_3, dtls1_0, dtls1_2, dtls1_3})
    EXPECT_EQ(protocol_version_from(to_string(version)), version) << to_string(version);
  EXPECT_EQ(to_string(static_cast<ProtocolVersion>(0x7f1c)), "");
}

TEST(Types, HaveTheNamesOfIana) {
  EXPECT_EQ(to_string(HandshakeType::client_hello), "client_hello");
  EXPECT_EQ(to_string(HandshakeType::key_update), "key_update");
  EXPECT_EQ(to_string(HandshakeType::next_protocol), "next_protocol");
  EXPECT_EQ(to_string(static_cast<HandshakeType>(99)), "");
  EXPECT_EQ(to_string(ContentType::handshake), "handshake");
  EXPECT_EQ(to_string(static_cast<ContentType>(24)), "");
  EXPECT_EQ(to_string(ExtensionType::key_share), "key_share");
  EXPECT_EQ(to_string(static_cast<ExtensionType>(0x0a0a)), "");
}

}  // namespace
}  // namespace keyway
