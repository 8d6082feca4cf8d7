// SPDX-License-Identifier: Apache-2.0
//
// ClientConfig::make as a whole: what is filled in, and the rules of clients alone.
#include <algorithm>
#include <stdexcept>

#include "authorities.h"
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

TEST(ClientConfig, WhatAVerifiersFingerprintThrowsIsAnError) {
  class Throwing final : public Verifier {
   public:
    void verify(const VerifyQuestion& q, Answer<TrustedChain> answer) const override {
      std::move(answer).give(TrustedChain::accepted_by_user(q, "never asked"));
    }
    Bytes fingerprint() const override { throw std::runtime_error("on purpose"); }
  };
  const auto config = ClientConfig::make({.peer = {.verifier = std::make_shared<Throwing>()}});
  ASSERT_FALSE(config);
  EXPECT_EQ(to_string(config.error().code()), "callback_threw");
  EXPECT_TRUE(config.error().detail()->exception);
}

TEST(ClientConfig, FillsInTheDefaults) {
  const auto config = ClientConfig::make(plain());
  ASSERT_TRUE(config) << config.error().message();
  const ClientSettings& settings = (*config)->settings();
  EXPECT_EQ(settings.common.versions, (std::vector{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}));
  EXPECT_EQ(settings.common.cipher_suites.size(), 3u + 11u);
  EXPECT_EQ(settings.common.groups.size(), 5u);
  EXPECT_EQ(settings.key_shares, std::vector{NamedGroup::x25519});
  EXPECT_FALSE(settings.common.send_certificate_schemes) << "TLS 1.2 signs with what certificates are signed with";
  EXPECT_NE(settings.common.verifier, nullptr);
  EXPECT_EQ(settings.common.verification.size(), 32u);
  EXPECT_TRUE((*config)->warnings({}).empty());
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
  options.protocol.versions = {ProtocolVersion::dtls1_2};
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
  EXPECT_NE(fingerprint({.cacertfile = one, .max_rsa_bits = 4096}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .check_host_name = false}), reference);
  EXPECT_NE(fingerprint({.verify = VerifyMode::verify_none, .cacertfile = one}), reference);
  EXPECT_NE(fingerprint({.verifier = std::make_shared<Always>()}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .min_rsa_bits = 3072}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .allow_any_ca_purpose = true}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .cert_policy_opts = {.policy_set = {"1.2.3"}}}), reference);
  EXPECT_NE(fingerprint({.cacertfile = one, .web_pki = true}), reference);
  // Functions cannot be compared: no two configurations with one are equal.
  VerifyOptions with_function{.cacertfile = one};
  with_function.verify_fun.function = [](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    std::move(answer).give(strict_verdict(event));
  };
  EXPECT_NE(fingerprint(with_function), reference);
  EXPECT_NE(fingerprint(with_function), fingerprint(with_function));
  // Nor can what a cache of revocation lists knows, and will know when a session is resumed.
  VerifyOptions looking{.cacertfile = one, .crl_check = CrlCheck::best_effort, .crl_cache = memory_crl_cache()};
  EXPECT_NE(fingerprint(looking), fingerprint(looking));
}

// A server that resumes takes the client for whoever authenticated at first.
TEST(ClientConfig, FingerprintsTellOwnIdentitiesApart) {
  const TemporaryFolder folder;
  const std::string one = folder.write("one.pem", std::string(p256_certificate) + std::string(p256_key));
  const std::string two = folder.write("two.pem", std::string(ed25519_certificate) + std::string(ed25519_key));
  const Bytes key(32);
  ClientOptions with_one = plain();
  with_one.certs_keys = {{.certfile = one}};
  ClientOptions with_key = plain();
  with_key.psk.keys = {Psk::make("a", key)};
  const auto fingerprint = [](const ClientOptions& options, auto&& change) {
    ClientOptions changed = options;
    change(changed);
    return ClientConfig::make(std::move(changed)).value()->settings().common.verification;
  };
  const auto nothing = [](ClientOptions&) {};
  EXPECT_EQ(fingerprint(with_one, nothing), fingerprint(with_one, nothing));
  const Bytes prints[] = {
      fingerprint(plain(), nothing),
      fingerprint(with_one, nothing),
      fingerprint(plain(), [&](ClientOptions& o) { o.certs_keys = {{.certfile = two}}; }),
      fingerprint(with_one, [&](ClientOptions& o) { o.certs_keys.push_back({.certfile = two}); }),
      fingerprint(with_one, [](ClientOptions& o) { o.identity_select = [](auto&&...) {}; }),
      fingerprint(with_key, nothing),
      fingerprint(with_key, [](ClientOptions& o) { o.psk.required = true; }),
      fingerprint(with_key, [](ClientOptions& o) { o.psk.keys[0].imported = true; }),
      fingerprint(plain(), [&](ClientOptions& o) { o.psk.keys = {Psk::make("b", key)}; }),
      fingerprint(plain(), [&](ClientOptions& o) { o.psk.keys = {Psk::make("a", key), Psk::make("b", key)}; }),
  };
  for (const Bytes& print : prints) EXPECT_EQ(std::ranges::count(prints, print), 1);
  const auto look_up = [](ClientOptions& o) {
    o.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256, static_cast<CipherSuite>(0x00a8)};  // the other with PSK
    o.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>>) {};
  };
  EXPECT_NE(fingerprint(with_one, look_up), fingerprint(with_one, look_up)) << "what a function finds cannot be compared";
}

TEST(ClientConfig, TicketsThatAreNotWholeAreRefused) {
  const auto refuse = [](auto&& change) {
    auto session = std::make_shared<Session>();
    session->secret = Secret48(Bytes(32));
    SessionTicket ticket{.session = session, .ticket = Bytes(1)};
    change(*session, ticket);
    ClientOptions options = plain();
    options.tickets.use_ticket = {std::make_shared<const SessionTicket>(std::move(ticket))};
    return ClientConfig::make(std::move(options));
  };
  EXPECT_TRUE(refuse([](Session&, SessionTicket&) {}));
  const std::string option = "tickets.use_ticket[0]";
  expect_error(refuse([](Session& s, SessionTicket&) { s.secret.clear(); }), Errc::invalid_option, option);
  expect_error(refuse([](Session&, SessionTicket& t) { t.session = nullptr; }), Errc::invalid_option, option);
  expect_error(refuse([](Session&, SessionTicket& t) { t.ticket.clear(); }), Errc::invalid_option, option);
  expect_error(refuse([](Session&, SessionTicket& t) { t.ticket.resize(65536); }), Errc::invalid_option, option);
  expect_error(refuse([](Session& s, SessionTicket&) { s.version = ProtocolVersion::tls1_2; }), Errc::invalid_option, option);
}

TEST(ClientConfig, PasswordsAreForgotten) {
  const TemporaryFolder folder;
  const std::string certificate = folder.write("cert.pem", p256_certificate);
  const std::string encrypted = folder.write("enc.pem", p256_encrypted_key);
  ClientOptions options = plain();
  options.certs_keys = {{.certfile = certificate, .keyfile = encrypted, .password = "open-sesame"}};
  const auto config = ClientConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->options().certs_keys[0].keyfile, encrypted);
  EXPECT_EQ(std::get<std::string>((*config)->options().certs_keys[0].password), "");
  EXPECT_EQ(std::get<std::string>(options.certs_keys[0].password), "open-sesame") << "the caller's own is the caller's";
}

TEST(ClientConfig, FilesAreSharedThroughACacheUnlessItIsBypassed) {
  const TemporaryFolder folder;
  const std::string ca = folder.write("ca.pem", p256_certificate);
  const std::string both = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  const auto then = std::filesystem::file_time_type::clock::now() - std::chrono::hours(1);
  for (const std::string& path : {ca, both}) std::filesystem::last_write_time(path, then);
  ClientOptions options{.certs_keys = {{.certfile = both}}, .peer = {.cacertfile = ca}};
  options.pem_cache = std::make_shared<PemCache>();
  const auto anchors = [&] {
    const auto config = ClientConfig::make(options);
    EXPECT_TRUE(config) << config.error().message();
    return config ? (*config)->settings().common.anchors : nullptr;
  };
  const auto first = anchors();
  EXPECT_EQ(anchors(), first);
  EXPECT_EQ(options.pem_cache->use().files, 3u) << "anchors, chain and key";
  options.bypass_pem_cache = true;
  EXPECT_NE(anchors(), first);
  options.pem_cache->clear();
  EXPECT_NE(anchors(), first);
  EXPECT_EQ(options.pem_cache->use().files, 0u);
  options.pem_cache = nullptr;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "bypass_pem_cache", "true");
}

// The anchor of the fixtures is valid until 2126.
TEST(ClientConfig, NamedAnchorsThatAreExpiredAreWarnedOf) {
  const TemporaryFolder folder;
  const auto config = ClientConfig::make({.peer = {.cacertfile = folder.write("ca.pem", p256_certificate)}});
  ASSERT_TRUE(config) << config.error().message();
  using std::chrono::sys_days;
  using std::chrono::year;
  EXPECT_TRUE((*config)->warnings(sys_days(year(2126) / 10 / 31)).empty());
  const auto warnings = (*config)->warnings(sys_days(year(2126) / 11 / 1));
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "the trust anchor CN=ec.example expired on 2126-10-31 and is skipped");
}

TEST(ClientConfig, NamingAuthoritiesNeedsSome) {
  ClientOptions options = plain();
  options.certificate_authorities = true;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "certificate_authorities", "true");
  options.peer = {.cacerts = authorities(64)};
  EXPECT_TRUE(ClientConfig::make(options).value()->warnings(valid_time).empty());
  options.peer = {.cacerts = authorities(65)};
  EXPECT_EQ(
      ClientConfig::make(options).value()->warnings(valid_time),
      std::vector<std::string>{"certificate_authorities: none is named to the peer, because there are 65 anchors, more than 64"});
  options.certificate_authorities = false;
  EXPECT_TRUE(ClientConfig::make(options).value()->warnings(valid_time).empty());
}

TEST(ClientConfig, ShortKeysAreWarnedOf) {
  ClientOptions options = plain();
  options.psk.keys = {Psk::make("a", Bytes(15)), Psk::make("b", Bytes(16))};
  const auto warnings = ClientConfig::make(options).value()->warnings({});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with("psk.keys[0].key: it has 15 bytes")) << warnings[0];
}

}  // namespace
}  // namespace keyway
