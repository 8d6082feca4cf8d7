// SPDX-License-Identifier: Apache-2.0
//
// Lists to choose from: those of OTP, which tests/fixtures/otp_suites.txt has as data, and what is made of them.
#include "keyway/cipher_suites.h"

#include <fstream>
#include <map>
#include <sstream>

#include "expect_error.h"

namespace keyway {
namespace {

using test::expect_error;
using enum CipherSuite;
using Suites = std::vector<CipherSuite>;

TEST(SuiteLists, AreThoseOfOtp) {
  const std::map<std::string, SuiteSet> sets{{"default", SuiteSet::defaults},
                                             {"all", SuiteSet::all},
                                             {"exclusive", SuiteSet::exclusive},
                                             {"anonymous", SuiteSet::anonymous},
                                             {"exclusive_anonymous", SuiteSet::exclusive_anonymous}};
  std::ifstream file(KEYWAY_SOURCE_DIR "/tests/fixtures/otp_suites.txt");
  std::size_t lists = 0;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("#")) continue;
    SCOPED_TRACE(line);
    std::istringstream words(line);
    std::string set, version, code;
    words >> set >> version;
    Suites expected;
    while (words >> code) expected.push_back(static_cast<CipherSuite>(std::stoul(code, nullptr, 16)));
    EXPECT_EQ(cipher_suites(sets.at(set), protocol_version_from(version).value()), expected);
    ++lists;
  }
  EXPECT_EQ(lists, 30u);
}

TEST(SuiteLists, Ssl3HasWhatItCanUseOfTls10) {
  const auto suites = cipher_suites(SuiteSet::defaults, ProtocolVersion::ssl3);
  EXPECT_EQ(suites, (Suites{CipherSuite{0x39}, CipherSuite{0x38}, CipherSuite{0x33}, CipherSuite{0x32}}));
}

TEST(SuiteFilters, TakeWhatFitsAndCanBeUsedOnce) {
  const auto all = cipher_suites(SuiteSet::all, ProtocolVersion::tls1_2);
  const auto chacha = filter_cipher_suites(all, {.key_exchange = "ecdhe_ecdsa", .cipher = "chacha20_poly1305"});
  EXPECT_EQ(chacha, Suites{TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256});
  EXPECT_TRUE(filter_cipher_suites(all, {.cipher = "idea"}).empty());
  EXPECT_EQ(filter_cipher_suites({chacha[0], chacha[0]}), chacha);
  EXPECT_TRUE(filter_cipher_suites({TLS_FALLBACK_SCSV, CipherSuite{0x003b}}).empty()) << "a signal, and one without encryption";
  const auto sha384 = filter_cipher_suites(all, {.key_exchange = "ecdhe_rsa", .mac = "sha384", .prf = "sha384"});
  EXPECT_EQ(sha384, Suites{CipherSuite{0xc028}});
}

TEST(SuiteFilters, MoveToFrontAndBack) {
  const Suites suites{TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_GCM_SHA256};
  EXPECT_EQ(prepend_cipher_suites({TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_CCM_SHA256}, suites),
            (Suites{TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_CCM_SHA256, TLS_AES_128_GCM_SHA256, TLS_AES_256_GCM_SHA384}));
  EXPECT_EQ(append_cipher_suites({TLS_AES_128_GCM_SHA256}, suites),
            (Suites{TLS_AES_256_GCM_SHA384, TLS_CHACHA20_POLY1305_SHA256, TLS_AES_128_GCM_SHA256}));
}

TEST(SuiteNames, PartsAreInOtpsWords) {
  const struct {
    std::uint16_t code;
    std::string_view key_exchange, cipher, mac, prf;
  } table[] = {
      {0x1301, "any", "aes_128_gcm", "aead", "sha256"},          {0xc028, "ecdhe_rsa", "aes_256_cbc", "sha384", "sha384"},
      {0x003c, "rsa", "aes_128_cbc", "sha256", "default_prf"},   {0xc0ad, "ecdhe_ecdsa", "aes_256_ccm", "aead", "default_prf"},
      {0x0018, "dh_anon", "rc4_128", "md5", "default_prf"},      {0x006c, "dh_anon", "aes_128_cbc", "sha256", "sha256"},
      {0xc01a, "srp_anon", "3des_ede_cbc", "sha", "default_prf"}};
  for (const auto& row : table) {
    const auto parts = parts_of(CipherSuite{row.code});
    ASSERT_TRUE(parts) << row.code;
    EXPECT_EQ(parts->key_exchange, row.key_exchange);
    EXPECT_EQ(parts->cipher, row.cipher);
    EXPECT_EQ(parts->mac, row.mac);
    EXPECT_EQ(parts->prf, row.prf);
  }
  EXPECT_FALSE(parts_of(TLS_FALLBACK_SCSV));
}

TEST(SuiteNames, GoBothWays) {
  const CipherSuite suite = TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  EXPECT_EQ(suite_to_openssl_str(suite), "ECDHE-RSA-AES128-GCM-SHA256");
  EXPECT_EQ(suite_to_openssl_str(TLS_AES_128_GCM_SHA256), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(str_to_suite("ECDHE-RSA-AES128-GCM-SHA256").value(), suite);
  EXPECT_EQ(str_to_suite(to_string(suite)).value(), suite);
  EXPECT_EQ(str_to_suite("TLS_FALLBACK_SCSV").value(), TLS_FALLBACK_SCSV);
  EXPECT_EQ(str_to_suite("TLS_EMPTY_RENEGOTIATION_INFO_SCSV").value(), TLS_EMPTY_RENEGOTIATION_INFO_SCSV);
  expect_error(str_to_suite("ECDHE-RSA-NOTHING"), Errc::invalid_option, "ciphers", "ECDHE-RSA-NOTHING");
  EXPECT_EQ(suites_from_string("ECDHE-RSA-AES128-GCM-SHA256:TLS_AES_128_GCM_SHA256").value(),
            (Suites{suite, TLS_AES_128_GCM_SHA256}));
  expect_error(suites_from_string("AES128-SHA:"), Errc::invalid_option, "ciphers", "");
}

TEST(OtherLists, OfCurvesGroupsAndSchemes) {
  using enum NamedGroup;
  const std::vector expected{x25519, x448, secp521r1, brainpoolP512r1, secp384r1, brainpoolP384r1, secp256r1, brainpoolP256r1};
  EXPECT_EQ(eccs().value(), expected);
  EXPECT_EQ(eccs(ProtocolVersion::tls1_0).value(), expected);
  expect_error(eccs(ProtocolVersion::tls1_3), Errc::invalid_option, "version", "TLS 1.3");
  EXPECT_EQ(default_groups().size(), 8u);
  EXPECT_EQ(default_groups().front(), x25519);
  EXPECT_EQ(groups().back(), ffdhe8192);
  EXPECT_EQ(groups().size(), 13u);
  const auto schemes = signature_algs(SuiteSet::defaults, ProtocolVersion::tls1_2).value();
  EXPECT_EQ(schemes.size(), 12u);
  EXPECT_EQ(schemes.front(), SignatureScheme::ecdsa_secp521r1_sha512);
  EXPECT_EQ(signature_algs(SuiteSet::all, ProtocolVersion::tls1_2).value().back(), SignatureScheme::dsa_sha1);
  EXPECT_EQ(signature_algs(SuiteSet::defaults, ProtocolVersion::tls1_3).value().back(), SignatureScheme::rsa_pkcs1_sha256);
  EXPECT_EQ(signature_algs(SuiteSet::exclusive, ProtocolVersion::tls1_3).value().back(), SignatureScheme::rsa_pss_rsae_sha256);
  expect_error(signature_algs(SuiteSet::all, ProtocolVersion::tls1_1), Errc::invalid_option, "version", "TLS 1.1");
  expect_error(signature_algs(SuiteSet::anonymous, ProtocolVersion::tls1_2), Errc::invalid_option, "set", "anonymous");
}

}  // namespace
}  // namespace keyway
