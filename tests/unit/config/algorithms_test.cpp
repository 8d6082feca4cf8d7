// SPDX-License-Identifier: Apache-2.0
//
// Default lists, named lists, and what may not be named.
#include <algorithm>

#include "config/settings.h"
#include "config/suite_selection.h"
#include "expect_error.h"
#include "names/legacy.h"

namespace keyway::config {
namespace {

using test::expect_error;
using enum SignatureScheme;

/// The default provider with holes.
class Limited final : public crypto::Provider {
 public:
  std::vector<NamedGroup> groups_{NamedGroup::secp256r1, NamedGroup::ffdhe2048};
  std::vector<AeadAlgorithm> aeads_{AeadAlgorithm::aes_128_gcm, AeadAlgorithm::aes_128_ccm};

  std::span<const NamedGroup> groups() const override { return groups_; }
  std::span<const AeadAlgorithm> aeads() const override { return aeads_; }
  std::string_view name() const override { return "limited"; }
  const crypto::HashMethods* hash(HashAlgorithm hash) const override {
    return hash == HashAlgorithm::sha256 ? full_->hash(hash) : nullptr;
  }
  Result<std::unique_ptr<crypto::AeadSealer>> sealer(AeadAlgorithm a, ByteView key) const override {
    return full_->sealer(a, key);
  }
  Result<std::unique_ptr<crypto::AeadOpener>> opener(AeadAlgorithm a, ByteView key) const override {
    return full_->opener(a, key);
  }
  Result<std::unique_ptr<crypto::KeyAgreement>> key_agreement(NamedGroup g) const override { return full_->key_agreement(g); }
  Result<std::unique_ptr<crypto::PublicKey>> public_key(const crypto::PublicKeyParts& p) const override {
    return full_->public_key(p);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key(ByteView d, ByteView p) const override {
    return full_->private_key(d, p);
  }
  Result<std::shared_ptr<const crypto::Signer>> private_key_pem(std::string_view d, ByteView p) const override {
    return full_->private_key_pem(d, p);
  }
  Result<SecretBytes> generate_private_key(NewKey k) const override { return full_->generate_private_key(k); }
  Result<void> random(MutableBytes out) const override { return full_->random(out); }

 private:
  std::shared_ptr<const crypto::Provider> full_ = crypto::default_provider();
};

const crypto::Provider& provider() {
  static const auto shared = crypto::default_provider();
  return *shared;
}

const Versions newest{ProtocolVersion::tls1_3};
const Versions both{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};

TEST(Suites, DefaultOrder) {
  const std::vector expected{CipherSuite::TLS_AES_256_GCM_SHA384, CipherSuite::TLS_AES_128_GCM_SHA256,
                             CipherSuite::TLS_CHACHA20_POLY1305_SHA256};
  EXPECT_EQ(select_cipher_suites({}, provider(), newest).value(), expected);
}

TEST(Suites, NamedOnesKeepTheirOrder) {
  const std::vector named{CipherSuite::TLS_AES_128_CCM_8_SHA256, CipherSuite::TLS_AES_128_GCM_SHA256};
  EXPECT_EQ(select_cipher_suites(named, provider(), newest).value(), named);
}

TEST(Suites, UnknownTwiceAndOlderOnes) {
  const auto suite = CipherSuite::TLS_AES_128_GCM_SHA256;
  expect_error(select_cipher_suites({suite, suite}, provider(), newest), Errc::invalid_option, "ciphers",
               "TLS_AES_128_GCM_SHA256");
  expect_error(select_cipher_suites({static_cast<CipherSuite>(0x1399)}, provider(), newest), Errc::invalid_option, "ciphers",
               "0x1399");
  expect_error(select_cipher_suites({static_cast<CipherSuite>(0xc02f)}, provider(), newest), Errc::invalid_option, "ciphers");
  expect_error(select_cipher_suites({CipherSuite::TLS_FALLBACK_SCSV}, provider(), newest), Errc::invalid_option, "ciphers");
}

TEST(Suites, WhatTheProviderServes) {
  const Limited limited;
  EXPECT_EQ(select_cipher_suites({}, limited, newest).value(), std::vector{CipherSuite::TLS_AES_128_GCM_SHA256});
  expect_error(select_cipher_suites({CipherSuite::TLS_CHACHA20_POLY1305_SHA256}, limited, newest), Errc::invalid_option,
               "ciphers", "TLS_CHACHA20_POLY1305_SHA256");
  EXPECT_TRUE(select_cipher_suites({CipherSuite::TLS_AES_128_CCM_SHA256}, limited, newest));
}

// What is never negotiated has a name, and the name is refused.
//= rfc5246#A.5-1
TEST(Suites, WithoutEncryptionOrForExport) {
  for (const char* name : {"TLS_RSA_WITH_NULL_SHA", "ECDHE-ECDSA-NULL-SHA", "EXP-RC4-MD5", "PSK-NULL-SHA"}) {
    const auto refused = select_cipher_suites({cipher_suite_from(name).value()}, provider(), {ProtocolVersion::tls1_2});
    expect_error(refused, Errc::invalid_option, "ciphers");
    EXPECT_NE(refused.error().detail()->mend.find("never negotiated"), std::string::npos) << name;
  }
}

TEST(Suites, OffForSafetyOnlyWhereTheyAreBuilt) {
  const auto chosen =
      select_cipher_suites({cipher_suite_from("ECDHE-RSA-RC4-SHA").value()}, provider(), {ProtocolVersion::tls1_2});
  if (legacy_is_built()) {
    EXPECT_TRUE(chosen);
  } else {
    expect_error(chosen, Errc::invalid_option, "ciphers", "TLS_ECDHE_RSA_WITH_RC4_128_SHA");
  }
}

TEST(Suites, BeforeTls12AreNoDefaultsOfNewerVersions) {
  const auto cbc = cipher_suite_from("ECDHE-ECDSA-AES256-SHA").value();
  const auto newer = select_cipher_suites({}, provider(), both).value();
  EXPECT_EQ(std::ranges::find(newer, cbc), newer.end());
  const auto older = select_cipher_suites({}, provider(), {ProtocolVersion::tls1_2, ProtocolVersion::tls1_1}).value();
  EXPECT_NE(std::ranges::find(older, cbc), older.end());
  EXPECT_EQ(older.front(), CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
}

TEST(Curves, AreThoseOfTheGroupsOrOfTheOption) {
  using enum NamedGroup;
  const Versions older{ProtocolVersion::tls1_2};
  const auto select = [](const std::vector<NamedGroup>& named, const std::vector<NamedGroup>& groups, const Versions& versions,
                         Role role = Role::client) { return select_curves(named, groups, provider(), versions, role); };
  EXPECT_EQ(select({}, {x25519, ffdhe2048, brainpoolP256r1tls13, secp256r1}, both).value(), (std::vector{x25519, secp256r1}));
  EXPECT_EQ(select({brainpoolP256r1}, {x25519}, older).value(), std::vector{brainpoolP256r1});
  EXPECT_EQ(groups_to_offer({x25519, ffdhe2048}, {brainpoolP256r1}, older), (std::vector{brainpoolP256r1, ffdhe2048}));
  EXPECT_EQ(groups_to_offer({x25519, ffdhe2048}, {x25519}, both), (std::vector{x25519, ffdhe2048}));
  expect_error(select({x25519}, {x25519}, newest), Errc::conflicting_options, "eccs", "x25519");
  expect_error(select({secp384r1}, {x25519}, both), Errc::conflicting_options, "eccs", "secp384r1");
  expect_error(select({ffdhe2048}, {ffdhe2048}, older), Errc::invalid_option, "eccs", "ffdhe2048");
  expect_error(select({x25519, x25519}, {x25519}, older), Errc::invalid_option, "eccs", "x25519");
  // A server says no list, and a curve that TLS 1.3 does not know cannot be meant for it.
  EXPECT_EQ(select({secp384r1}, {x25519}, both, Role::server).value(), std::vector{secp384r1});
  EXPECT_EQ(select({brainpoolP256r1, x25519}, {x25519}, both).value(), (std::vector{brainpoolP256r1, x25519}));
  EXPECT_EQ(groups_to_offer({x25519, ffdhe2048}, {brainpoolP256r1, x25519}, both),
            (std::vector{x25519, ffdhe2048, brainpoolP256r1}));
}

TEST(Groups, OfTls13AreNeededByTls13) {
  using enum NamedGroup;
  const std::vector mixed{brainpoolP256r1, x25519};
  EXPECT_EQ(select_groups(mixed, provider(), both).value(), mixed);
  EXPECT_EQ(groups_of_tls13(mixed), std::vector{x25519});
  expect_error(select_groups({brainpoolP256r1}, provider(), both), Errc::conflicting_options, "supported_groups",
               "brainpoolP256r1");
  EXPECT_TRUE(select_groups({brainpoolP256r1}, provider(), {ProtocolVersion::tls1_2}));
}

TEST(Groups, DefaultOrder) {
  const std::vector expected{NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448, NamedGroup::secp521r1,
                             NamedGroup::secp384r1};
  EXPECT_EQ(select_groups({}, provider(), newest).value(), expected);
  EXPECT_EQ(select_groups({}, Limited(), newest).value(), std::vector{NamedGroup::secp256r1});
}

TEST(Groups, NamedOnes) {
  const std::vector named{NamedGroup::ffdhe4096, NamedGroup::brainpoolP256r1tls13, NamedGroup::x25519};
  EXPECT_EQ(select_groups(named, provider(), newest).value(), named);
  expect_error(select_groups({NamedGroup::brainpoolP256r1}, provider(), newest), Errc::invalid_option, "supported_groups",
               "brainpoolP256r1");
  expect_error(select_groups({NamedGroup::x25519, NamedGroup::x25519}, provider(), newest), Errc::invalid_option,
               "supported_groups", "x25519");
  expect_error(select_groups({static_cast<NamedGroup>(0x11ec)}, provider(), newest), Errc::invalid_option, "supported_groups",
               "0x11ec");
  expect_error(select_groups({NamedGroup::x25519}, Limited(), newest), Errc::invalid_option, "supported_groups", "x25519");
}

//= rfc8446#9.1-1
TEST(Signatures, Defaults) {
  const auto chosen = select_signatures({.versions = newest}, provider()).value();
  const std::vector handshake{ecdsa_secp256r1_sha256,
                              ecdsa_secp384r1_sha384,
                              ecdsa_secp521r1_sha512,
                              ed25519,
                              ed448,
                              rsa_pss_rsae_sha256,
                              rsa_pss_rsae_sha384,
                              rsa_pss_rsae_sha512,
                              rsa_pss_pss_sha256,
                              rsa_pss_pss_sha384,
                              rsa_pss_pss_sha512};
  EXPECT_EQ(chosen.handshake, handshake);
  auto certificate = handshake;
  certificate.insert(certificate.end(), {rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512});
  EXPECT_EQ(chosen.certificate, certificate);
}

//= rfc8446#4.2.3-7
TEST(Signatures, Pkcs1IsForCertificates) {
  const auto chosen = select_signatures({.versions = newest, .signature_algs = {rsa_pkcs1_sha256, ed25519}}, provider()).value();
  EXPECT_EQ(chosen.handshake, std::vector{ed25519});
  EXPECT_EQ(chosen.certificate, (std::vector{rsa_pkcs1_sha256, ed25519, rsa_pkcs1_sha384, rsa_pkcs1_sha512}));
  expect_error(select_signatures({.versions = newest, .signature_algs = {rsa_pkcs1_sha256}}, provider()), Errc::invalid_option,
               "signature_algs", "rsa_pkcs1_sha256");
}

TEST(Signatures, AListForCertificatesIsTakenAsItIs) {
  const auto chosen =
      select_signatures({.versions = newest, .signature_algs = {ed25519}, .signature_algs_cert = {rsa_pkcs1_sha1, ed25519}},
                        provider())
          .value();
  EXPECT_EQ(chosen.handshake, std::vector{ed25519});
  EXPECT_EQ(chosen.certificate, (std::vector{rsa_pkcs1_sha1, ed25519}));
}

TEST(Signatures, UnknownAndTwice) {
  expect_error(select_signatures({.versions = newest, .signature_algs = {ed25519, ed25519}}, provider()), Errc::invalid_option,
               "signature_algs", "ed25519");
  expect_error(select_signatures({.versions = newest, .signature_algs = {static_cast<SignatureScheme>(0x9999)}}, provider()),
               Errc::invalid_option, "signature_algs", "0x9999");
  expect_error(select_signatures({.versions = newest, .signature_algs_cert = {ed448, ed448}}, provider()), Errc::invalid_option,
               "signature_algs_cert", "ed448");
  expect_error(select_signatures({.versions = newest, .signature_algs = {ecdsa_secp384r1_sha384}}, Limited()),
               Errc::invalid_option, "signature_algs", "ecdsa_secp384r1_sha384");
}

TEST(OlderAlgorithms, FollowThoseOfTheNewestVersion) {
  const auto suites = select_cipher_suites({}, provider(), both).value();
  ASSERT_EQ(suites.size(), 14u);
  EXPECT_EQ(suites.front(), CipherSuite::TLS_AES_256_GCM_SHA384);
  EXPECT_EQ(suites[3], CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384);
  EXPECT_EQ(select_cipher_suites({}, provider(), {ProtocolVersion::tls1_2}).value().front(), suites[3]);
  EXPECT_EQ(sorted({ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}), both);
}

// A version that is named and could never be negotiated is a mistake.
TEST(OlderAlgorithms, EachVersionNeedsASuite) {
  expect_error(select_cipher_suites({CipherSuite::TLS_AES_128_GCM_SHA256}, provider(), both), Errc::conflicting_options,
               "ciphers");
  EXPECT_TRUE(select_cipher_suites({CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256},
                                   provider(), both));
}

// A list of suites decides between the versions that are there without being named.
TEST(OlderAlgorithms, OfTheDefaultVersionsOneWithoutASuiteIsLeftOut) {
  const std::vector newer{CipherSuite::TLS_AES_128_GCM_SHA256};
  const std::vector older{CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256};
  EXPECT_EQ(versions_of({}, both), both);
  EXPECT_EQ(versions_of(newer, both), newest);
  EXPECT_EQ(versions_of(older, both), Versions{ProtocolVersion::tls1_2});
  EXPECT_EQ(versions_of({newer.front(), older.front()}, both), both);
  EXPECT_EQ(versions_of({static_cast<CipherSuite>(0x1399)}, both), both) << "which is refused for what it is";
  const Versions named{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_1};
  EXPECT_EQ(versions_of(newer, named), named);
  const std::vector<std::string> warning{"versions: TLS 1.3 is left out, because ciphers has no suite of it"};
  for (const bool old : {false, true}) {
    const auto config =
        ClientConfig::make({.protocol = {.ciphers = old ? older : newer}, .peer = {.verify = VerifyMode::verify_none}});
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ((*config)->settings().common.versions, old ? Versions{ProtocolVersion::tls1_2} : newest);
    EXPECT_EQ((*config)->warnings(WallTime{}), old ? warning : std::vector<std::string>{});
  }
}

// Its tickets and keys still do.
TEST(OlderAlgorithms, SignaturesOfOlderVersionsAloneAreWarnedOf) {
  const std::vector mixed{rsa_pkcs1_sha256, ed25519};
  EXPECT_EQ(select_signatures({.signature_algs = mixed}, provider()).value().handshake, mixed);
  for (const bool newer : {false, true}) {
    ProtocolOptions protocol{.signature_algs = {rsa_pkcs1_sha256}};
    if (newer) protocol.signature_algs = mixed;
    const auto config = ClientConfig::make({.protocol = protocol, .peer = {.verify = VerifyMode::verify_none}});
    ASSERT_TRUE(config) << config.error().message();
    EXPECT_EQ((*config)->warnings(WallTime{}).empty(), newer);
  }
}

TEST(OlderAlgorithms, SignWithPkcsOneToo) {
  EXPECT_EQ(ProtocolOptions().versions, both);
  const auto chosen = select_signatures({}, provider()).value();
  EXPECT_EQ(chosen.handshake, chosen.certificate) << "one list for both";
  EXPECT_NE(std::ranges::find(chosen.handshake, SignatureScheme::rsa_pkcs1_sha256), chosen.handshake.end());
  EXPECT_EQ(std::ranges::find(chosen.handshake, SignatureScheme::rsa_pkcs1_sha1), chosen.handshake.end());
}

TEST(OlderAlgorithms, KeysAloneDecideHowToSignBeforeTls12) {
  expect_error(select_signatures({.versions = {ProtocolVersion::tls1_1}, .signature_algs = {rsa_pkcs1_sha256}}, provider()),
               Errc::conflicting_options, "signature_algs", "rsa_pkcs1_sha256");
  EXPECT_TRUE(select_signatures({.versions = {ProtocolVersion::tls1_1}, .signature_algs_cert = {rsa_pkcs1_sha1}}, provider()));
}

}  // namespace
}  // namespace keyway::config
