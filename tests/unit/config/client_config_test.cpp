// SPDX-License-Identifier: Apache-2.0
//
// ClientConfig::make as a whole: what is filled in, and the rules of clients alone.
#include "config/settings.h"
#include "expect_error.h"
#include "fixtures/identities.h"

namespace keyway {
namespace {

using namespace test;

/// Verification off: for tests that are about something else.
ClientOptions plain() { return {.peer = {.verify = VerifyMode::verify_none}}; }

class Always final : public Verifier {
 public:
  void verify(const VerifyQuestion& q, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(q, "always"));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("always")); }
};

TEST(ClientConfig, FillsInTheDefaults) {
  const auto config = ClientConfig::make(plain());
  ASSERT_TRUE(config) << config.error().message();
  const ClientSettings& settings = (*config)->settings();
  EXPECT_EQ(settings.common.cipher_suites.size(), 3u);
  EXPECT_EQ(settings.common.groups.size(), 5u);
  EXPECT_EQ(settings.key_shares, std::vector{NamedGroup::x25519});
  EXPECT_TRUE(settings.common.send_certificate_schemes);
  EXPECT_NE(settings.common.verifier, nullptr);
  EXPECT_EQ(settings.common.verification.size(), 32u);
  EXPECT_TRUE((*config)->warnings().empty());
}

//= rfc8446#4.2.8-2
TEST(ClientConfig, KeyShares) {
  ClientOptions options = plain();
  options.protocol.supported_groups = {NamedGroup::secp256r1, NamedGroup::x25519};
  EXPECT_EQ(ClientConfig::make(options).value()->settings().key_shares, std::vector{NamedGroup::secp256r1});
  options.key_shares.emplace({NamedGroup::x25519, NamedGroup::secp256r1});
  EXPECT_EQ(ClientConfig::make(options).value()->settings().key_shares, options.protocol.supported_groups);
  options.key_shares.emplace();
  EXPECT_TRUE(ClientConfig::make(options).value()->settings().key_shares.empty());
  options.key_shares.emplace({NamedGroup::x448});
  expect_error(ClientConfig::make(options), Errc::invalid_option, "key_shares", "x448");
  options.key_shares.emplace({NamedGroup::x25519, NamedGroup::x25519});
  expect_error(ClientConfig::make(options), Errc::invalid_option, "key_shares", "x25519");
}

TEST(ClientConfig, MaxFragmentLength) {
  ClientOptions options = plain();
  for (const std::uint16_t good : std::initializer_list<std::uint16_t>{512, 1024, 2048, 4096}) {
    options.max_fragment_length = good;
    EXPECT_TRUE(ClientConfig::make(options)) << good;
  }
  for (const std::uint16_t bad : std::initializer_list<std::uint16_t>{0, 511, 513, 8192, 16384}) {
    options.max_fragment_length = bad;
    expect_error(ClientConfig::make(options), Errc::invalid_option, "max_fragment_length", std::to_string(bad));
  }
}

TEST(ClientConfig, EveryGroupIsChecked) {
  ClientOptions options = plain();
  options.protocol.versions = {ProtocolVersion::tls1_2};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "versions");
  options = plain();
  options.protocol.ciphers = {static_cast<CipherSuite>(0xffff)};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "ciphers");
  options = plain();
  options.certs_keys = {{}};
  expect_error(ClientConfig::make(options), Errc::missing_option, "certs_keys[0].certfile");
  options = plain();
  options.peer.depth = 300;
  expect_error(ClientConfig::make(options), Errc::invalid_option, "depth");
  options = plain();
  options.psk.keys = {Psk::make("", Bytes(1))};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "psk.keys[0].identity");
  options = plain();
  options.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>>) {};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "psk.lookup");
  options = plain();
  options.tickets.use_ticket = {nullptr};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "tickets.use_ticket[0]");
  options = plain();
  options.alpn_advertised_protocols = {""};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "alpn_advertised_protocols");
}

TEST(ClientConfig, Anchors) {
  const TemporaryFolder folder;
  const std::string good = folder.write("ca.pem", p256_certificate);
  const auto config = ClientConfig::make({.peer = {.cacertfile = good}});
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_NE((*config)->settings().common.anchors, nullptr);
  const std::string nowhere = folder.path("nowhere.pem");
  expect_error(ClientConfig::make({.peer = {.cacertfile = nowhere}}), Errc::file_unreadable, "cacertfile", nowhere);
  const std::string none = folder.write("none.pem", "no certificate here\n");
  expect_error(ClientConfig::make({.peer = {.cacertfile = none}}), Errc::malformed_pem, "cacertfile", none);
  expect_error(ClientConfig::make({.peer = {.cacerts = {Bytes(3)}}}), Errc::malformed_certificate, "cacerts");
  expect_error(ClientConfig::make({.peer = {.verify = VerifyMode::verify_none, .cacertfile = nowhere}}), Errc::file_unreadable,
               "cacertfile", nowhere);
}

TEST(ClientConfig, AVerifierOfTheUserNeedsNoAnchors) {
  const auto verifier = std::make_shared<Always>();
  const auto config = ClientConfig::make({.peer = {.verifier = verifier}});
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->settings().common.verifier, verifier);
  EXPECT_EQ((*config)->settings().common.anchors, nullptr);
}

TEST(ClientConfig, FingerprintsTellSettingsApart) {
  const TemporaryFolder folder;
  const std::string one = folder.write("one.pem", p256_certificate);
  const std::string two = folder.write("two.pem", ed25519_certificate);
  const auto fingerprint = [](VerifyOptions peer) {
    return ClientConfig::make({.peer = std::move(peer)}).value()->settings().common.verification;
  };
  const Bytes reference = fingerprint({.cacertfile = one});
  EXPECT_EQ(fingerprint({.cacertfile = one}), reference);
  EXPECT_NE(fingerprint({.cacertfile = two}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .depth = 3}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .check_host_name = false}), reference);
  EXPECT_NE(fingerprint({.verify = VerifyMode::verify_none, .cacertfile = one}), reference);
  EXPECT_NE(fingerprint({.verifier = std::make_shared<Always>()}), reference);
}

}  // namespace
}  // namespace keyway
