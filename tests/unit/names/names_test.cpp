// SPDX-License-Identifier: Apache-2.0
//
// The registries: every row is found by number and by name, and says what the RFCs say.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "names/cipher_suite_table.h"
#include "names/extension_type.h"
#include "names/handshake_type.h"
#include "names/named_group.h"
#include "names/signature_scheme.h"

namespace keyway {
namespace {

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
    // RFC 8446 4.2.3: PKCS#1 and SHA-1 are for certificates only.
    EXPECT_EQ(row.in_handshake, !row.name.starts_with("rsa_pkcs1") && !row.broken) << row.name;
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
  EXPECT_EQ(to_string(static_cast<HandshakeType>(99)), "");
  EXPECT_EQ(to_string(ContentType::handshake), "handshake");
  EXPECT_EQ(to_string(static_cast<ContentType>(24)), "");
  EXPECT_EQ(to_string(ExtensionType::key_share), "key_share");
  EXPECT_EQ(to_string(static_cast<ExtensionType>(0x0a0a)), "");
}

TEST(Grease, IsTheSixteenValuesOfRfc8701) {
  int count = 0;
  for (unsigned value = 0; value < 0x10000; ++value) {
    const bool expected = (value & 0xff) == value >> 8 && (value & 0x0f) == 0x0a;
    ASSERT_EQ(is_grease(static_cast<std::uint16_t>(value)), expected) << value;
    count += expected ? 1 : 0;
  }
  EXPECT_EQ(count, 16);
}

}  // namespace
}  // namespace keyway
