// SPDX-License-Identifier: Apache-2.0
//
// How large keys may be before anybody is authenticated, and what keys with parameters of their own may sign.
#include <gtest/gtest.h>

#include "issuing.h"
#include "raw_names.h"

namespace keyway::pki {
namespace {

using namespace test;

constexpr std::string_view rsa_encryption = "1.2.840.113549.1.1.1";
constexpr std::string_view rsassa_pss = "1.2.840.113549.1.1.10";
constexpr std::string_view mgf1 = "1.2.840.113549.1.1.8";
constexpr std::string_view sha256 = "2.16.840.1.101.3.4.2.1";

Bytes rsa_key(std::size_t bits) {
  Bytes modulus((bits + 7) / 8, std::byte{0xff});
  if (bits % 8 != 0) modulus[0] = static_cast<std::byte>((1u << bits % 8) - 1);
  return der::write_sequence({der::write_positive_integer(modulus), der::write_integer(65537)});
}

Bytes key_info(const Bytes& algorithm, ByteView key) { return der::write_sequence({algorithm, der::write_bit_string(key)}); }

Bytes rsa_info(std::size_t bits) {
  const Bytes null = der::write(der::tag::null, ByteView());
  return key_info(der::write_sequence({der::write_oid(rsa_encryption).value(), null}), rsa_key(bits));
}

CertificateDescription leaf() {
  return {.subject = {{"CN", "leaf"}},
          .dns_names = {"leaf.example"},
          .key_usage = key_usage::digital_signature,
          .extended_key_usage = {"serverAuth"}};
}

class RsaLimit : public ::testing::Test {
 protected:
  Errc verdict(std::size_t bits, std::optional<std::size_t> limit = {}) const {
    const Bytes der = root.issue(leaf(), rsa_info(bits));
    const ByteView chain = der;
    VerifyQuestion question = root.question({&chain, 1});
    if (limit) question.max_rsa_bits = *limit;
    const auto answer = verify_chain({.anchors = root.anchors, .check_name = false}, question);
    return answer ? Errc{} : answer.error().code();
  }
  Root root;
};

TEST_F(RsaLimit, EightThousandBitsUnlessTheQuestionSaysMore) {
  EXPECT_EQ(verdict(2048), Errc{});
  EXPECT_EQ(verdict(8192), Errc{});
  EXPECT_EQ(verdict(8193), Errc::certificate_key_too_large);
  EXPECT_EQ(verdict(16384), Errc::certificate_key_too_large);
  EXPECT_EQ(verdict(16384, 16384), Errc{});
  EXPECT_EQ(verdict(4096, 3072), Errc::certificate_key_too_large);
  EXPECT_EQ(Error(Errc::certificate_key_too_large).alert(), AlertDescription::bad_certificate);
}

TEST_F(RsaLimit, HoldsForThoseWhoJudgeThemselvesToo) {
  const Bytes der = root.issue(leaf(), rsa_info(8193));
  const ByteView chain = der;
  VerifyQuestion question = root.question({&chain, 1});
  const auto refused = TrustedChain::accepted_by_user(question, "known to me");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::certificate_key_too_large);
  question.max_rsa_bits = crypto::max_rsa_bits;
  EXPECT_TRUE(TrustedChain::accepted_by_user(question, "known to me"));
}

TEST_F(RsaLimit, HoldsForIssuersBeforeTheirSignaturesAreChecked) {
  CertificateDescription authority = leaf();
  authority.ca = true;
  authority.key_usage = key_usage::key_cert_sign;
  const Bytes intermediate = root.issue(authority, rsa_info(8193));
  CertificateDescription below = leaf();
  below.subject = {{"CN", "below"}};
  const Bytes der = write_certificate({.subject = below.subject,
                                       .not_before = noon - std::chrono::hours(1),
                                       .not_after = noon + std::chrono::hours(1),
                                       .key_usage = below.key_usage,
                                       .extended_key_usage = below.extended_key_usage},
                                      root.key->subject_public_key_info(), {intermediate, *root.key}, *root.provider)
                        .value();
  const ByteView chain[] = {der, intermediate};
  const auto refused = verify_chain({.anchors = root.anchors, .check_name = false}, root.question(chain));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::certificate_key_too_large);
}

Bytes pss_info(const Bytes& parameters) {
  return key_info(der::write_sequence({der::write_oid(rsassa_pss).value(), parameters}), rsa_key(2048));
}

Bytes pss_parameters(std::uint64_t salt) {
  const Bytes hash = der::write_sequence({der::write_oid(sha256).value()});
  return der::write_sequence(
      {der::write(der::tag::context_constructed(0), hash),
       der::write(der::tag::context_constructed(1), der::write_sequence({der::write_oid(mgf1).value(), hash})),
       der::write(der::tag::context_constructed(2), der::write_integer(salt))});
}

TEST(PssKey, KeepsTheParametersOfTheKey) {
  const Bytes bound = pss_info(pss_parameters(32));
  const auto limited = public_key_parts(bound);
  ASSERT_TRUE(limited);
  EXPECT_EQ(limited->pss_limits, (crypto::SignatureAlgorithm{crypto::SignatureKind::rsa_pss, HashAlgorithm::sha256, 32}));
  const Bytes free = key_info(der::write_sequence({der::write_oid(rsassa_pss).value()}), rsa_key(2048));
  const auto unlimited = public_key_parts(free);
  ASSERT_TRUE(unlimited);
  EXPECT_FALSE(unlimited->pss_limits);
}

TEST(PssKey, WithParametersThatNobodyKnowsIsRefused) {
  for (const Bytes& parameters : {der::write_integer(1), der::write_sequence({der::write_integer(1)}), pss_parameters(1000)}) {
    const Bytes info = pss_info(parameters);
    const auto refused = public_key_parts(info);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::invalid_public_key);
  }
}

}  // namespace
}  // namespace keyway::pki
