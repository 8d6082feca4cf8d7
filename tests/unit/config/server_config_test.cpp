// SPDX-License-Identifier: Apache-2.0
//
// ServerConfig::make as a whole: the rules of servers, virtual hosts, and when a session may be redeemed.
#include "authorities.h"
#include "config/settings.h"
#include "expect_error.h"
#include "fixtures/identities.h"
#include "names/legacy.h"

namespace keyway {
namespace {

using namespace test;

class ServerConfigTest : public ::testing::Test {
 protected:
  ServerOptions plain() const { return {.certs_keys = {{.certfile = both}}}; }
  Bytes policy(ServerOptions options) const {
    return ServerConfig::make(std::move(options)).value()->settings().resumption_policy;
  }
  TemporaryFolder folder;
  std::string both = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  std::string other = folder.write("other.pem", std::string(ed25519_certificate) + std::string(ed25519_key));
  std::string anchors = folder.write("ca.pem", ed25519_certificate);
};

TEST_F(ServerConfigTest, FillsInTheDefaults) {
  const auto config = ServerConfig::make(plain());
  ASSERT_TRUE(config) << config.error().message();
  const ServerSettings& settings = (*config)->settings();
  EXPECT_EQ(settings.common.identities.size(), 1u);
  EXPECT_EQ(settings.common.verifier, nullptr);
  EXPECT_FALSE(settings.request_certificate);
  EXPECT_FALSE(settings.require_certificate);
  EXPECT_EQ(settings.tickets, nullptr);
  EXPECT_EQ(settings.cookie_key.size(), 32u);
}

TEST_F(ServerConfigTest, NeedsAnIdentityOrAKey) {
  expect_error(ServerConfig::make({}), Errc::missing_option, "certs_keys");
  EXPECT_TRUE(ServerConfig::make({.psk = {.keys = {Psk::make("a", Bytes(32))}}}));
  EXPECT_TRUE(ServerConfig::make({.psk = {.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>>) {}}}));
  EXPECT_TRUE(ServerConfig::make({.pause_after_hello = true}));
}

TEST_F(ServerConfigTest, VerifyPeerNeedsAnchors) {
  ServerOptions options = plain();
  options.peer.verify = VerifyMode::verify_peer;
  expect_error(ServerConfig::make(options), Errc::missing_option, "cacertfile");
  options.peer.cacertfile = anchors;
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_NE((*config)->settings().common.verifier, nullptr);
  EXPECT_TRUE((*config)->settings().request_certificate);
  EXPECT_TRUE((*config)->settings().require_certificate);
  options.fail_if_no_peer_cert = false;
  EXPECT_FALSE(ServerConfig::make(options).value()->settings().require_certificate);
}

TEST_F(ServerConfigTest, FailIfNoPeerCertNeedsVerifyPeer) {
  ServerOptions options = plain();
  options.fail_if_no_peer_cert = true;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "fail_if_no_peer_cert", "true");
  options.fail_if_no_peer_cert = false;
  EXPECT_TRUE(ServerConfig::make(options));
}

TEST_F(ServerConfigTest, PostHandshakeAuthenticationNeedsAnchorsToo) {
  ServerOptions options = plain();
  options.post_handshake_auth = true;
  expect_error(ServerConfig::make(options), Errc::missing_option, "cacertfile");
  options.peer.cacertfile = anchors;
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_NE((*config)->settings().common.verifier, nullptr);
  EXPECT_FALSE((*config)->settings().request_certificate);
}

TEST_F(ServerConfigTest, EveryGroupIsChecked) {
  ServerOptions options = plain();
  options.protocol.max_send_fragment = 1;
  expect_error(ServerConfig::make(options), Errc::invalid_option, "max_send_fragment", "1");
  options = plain();
  options.tickets.lifetime = std::chrono::seconds(0);
  expect_error(ServerConfig::make(options), Errc::invalid_option, "tickets.lifetime");
  options = plain();
  options.alpn_preferred_protocols = {"h2", "h2"};
  expect_error(ServerConfig::make(options), Errc::invalid_option, "alpn_preferred_protocols", "h2");
  options = plain();
  options.peer = {.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  options.client_ca_names.emplace({Bytes()});
  expect_error(ServerConfig::make(options), Errc::invalid_option, "client_ca_names");
  options = plain();
  options.protocol.supported_groups = {NamedGroup::ffdhe2048};  // with an ECDSA key: no suite of TLS 1.2 that is there by itself
  const auto newest = ServerConfig::make(options);
  ASSERT_TRUE(newest) << newest.error().message();
  options.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2,
                               ProtocolVersion::tls1_1};  // named: all must work
  if (legacy_is_built()) expect_error(ServerConfig::make(options), Errc::conflicting_options, "certs_keys", "TLS 1.2");
  options.protocol.versions = ProtocolOptions().versions;
  const auto warnings = (*newest)->warnings({});
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_NE(warnings.front().find("TLS 1.2 is left out"), std::string::npos) << warnings.front();
  options.protocol.supported_groups = {NamedGroup::brainpoolP384r1};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "supported_groups");
  options = plain();
  options.psk.required = true;
  expect_error(ServerConfig::make(options), Errc::missing_option, "psk.keys");
}

TEST_F(ServerConfigTest, SniHostsOrSniFun) {
  ServerOptions options = plain();
  options.sni_hosts = {{.name = "a.example"}};
  options.sni_fun = [](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>>) {};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_fun");
}

//= rfc6066#3-4
TEST_F(ServerConfigTest, SniNamesAreNamesAndDiffer) {
  ServerOptions options = plain();
  options.sni_hosts = {{.name = "a.example"}, {.name = "192.0.2.1"}};
  expect_error(ServerConfig::make(options), Errc::invalid_option, "sni_hosts[1].name", "192.0.2.1");
  options.sni_hosts = {{.name = "a.example"}, {.name = "A.EXAMPLE"}};
  expect_error(ServerConfig::make(options), Errc::invalid_option, "sni_hosts[1].name", "A.EXAMPLE");
}

TEST_F(ServerConfigTest, HostsInheritAndOverride) {
  ServerOptions options = plain();
  options.alpn_preferred_protocols = {"h2"};
  options.tickets.mode = TicketMode::stateful;
  options.sni_hosts = {
      {.name = "A.example",
       .options = {.certs_keys = std::vector<CertKey>{{.certfile = other}},
                   .alpn_preferred_protocols = std::vector<std::string>{"imap"},
                   .ciphers = std::vector{CipherSuite::TLS_CHACHA20_POLY1305_SHA256}}},
      {.name = "b.example", .options = {.peer = VerifyOptions{.verify = VerifyMode::verify_peer, .cacertfile = anchors}}}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  const ServerSettings& listener = (*config)->settings();
  const ServerSettings& a = listener.sni_hosts.at("a.example")->settings();
  const ServerSettings& b = listener.sni_hosts.at("b.example")->settings();
  EXPECT_EQ(a.common.identities.at(0)->schemes, std::vector{SignatureScheme::ed25519});
  EXPECT_EQ(a.common.alpn, std::vector<std::string>{"imap"});
  EXPECT_EQ(a.common.cipher_suites, std::vector{CipherSuite::TLS_CHACHA20_POLY1305_SHA256});
  EXPECT_FALSE(a.require_certificate);
  EXPECT_EQ(b.common.identities, listener.common.identities);
  EXPECT_EQ(b.common.alpn, listener.common.alpn);
  EXPECT_TRUE(b.require_certificate);
  EXPECT_EQ(a.tickets, listener.tickets);
  EXPECT_TRUE(a.sni_hosts.empty());
}

TEST_F(ServerConfigTest, ErrorsOfHostsSayWhichHost) {
  ServerOptions options = plain();
  options.sni_hosts = {{.name = "a.example", .options = {.alpn_preferred_protocols = std::vector<std::string>{""}}}};
  expect_error(ServerConfig::make(options), Errc::invalid_option, "sni_hosts[a.example].alpn_preferred_protocols");
  options.sni_hosts = {
      {.name = "a.example", .options = {.certs_keys = std::vector<CertKey>{{.certfile = folder.path("nowhere")}}}}};
  expect_error(ServerConfig::make(options), Errc::file_unreadable, "sni_hosts[a.example].certs_keys[0].certfile");
  // The whole counts: the listener's verify_none does not go with the host's demand.
  options.sni_hosts = {{.name = "a.example", .options = {.fail_if_no_peer_cert = true}}};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_hosts[a.example].fail_if_no_peer_cert");
}

TEST_F(ServerConfigTest, TicketsAreOffUnlessAskedFor) {
  ServerOptions options = plain();
  const auto store = memory_ticket_store(5);
  EXPECT_EQ(ServerConfig::make(options).value()->settings().tickets, nullptr);
  options.tickets.store = store;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "tickets.store");
  options.tickets.mode = TicketMode::stateful;
  EXPECT_EQ(ServerConfig::make(options).value()->settings().tickets, store);
  options.tickets.store = nullptr;
  EXPECT_NE(ServerConfig::make(options).value()->settings().tickets, nullptr);
}

//= rfc6066#3-6
TEST_F(ServerConfigTest, SessionsAreRedeemedUnderTheSamePolicyAlone) {
  const Bytes reference = policy(plain());
  EXPECT_EQ(policy(plain()), reference);
  ServerOptions alpn = plain();
  alpn.alpn_preferred_protocols = {"h2"};
  EXPECT_NE(policy(alpn), reference);
  ServerOptions chooser = plain();
  chooser.alpn_select = [](const std::vector<std::string>&) { return AlpnChoice{}; };
  EXPECT_NE(policy(chooser), reference);
  ServerOptions verifying = plain();
  verifying.peer = {.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  EXPECT_NE(policy(verifying), reference);
  ServerOptions optional = verifying;
  optional.fail_if_no_peer_cert = false;
  EXPECT_NE(policy(optional), policy(verifying));
  ServerOptions stapling = verifying;
  stapling.stapling = true;
  EXPECT_NE(policy(stapling), policy(verifying));
  ServerOptions looking = verifying;
  looking.peer.crl_check = CrlCheck::best_effort;
  looking.peer.crl_cache = memory_crl_cache();
  EXPECT_NE(policy(looking), policy(looking)) << "what a cache knows cannot be compared";
  ServerOptions keyed = plain();
  keyed.psk.keys = {Psk::make("a", Bytes(32))};
  EXPECT_EQ(policy(keyed), reference) << "a key is not asked for";
  keyed.psk.required = true;
  const Bytes required = policy(keyed);
  EXPECT_NE(required, reference);
  EXPECT_EQ(policy(keyed), required);
  keyed.psk.keys = {Psk::make("b", Bytes(32))};
  EXPECT_NE(policy(keyed), required);
  keyed.psk.lookup = [](ByteView, Answer<std::shared_ptr<const Psk>>) {};
  EXPECT_NE(policy(keyed), policy(keyed)) << "nor can what a function finds";
  ServerOptions hosts = plain();
  hosts.sni_hosts = {{.name = "a.example"}, {.name = "b.example"}};
  const auto config = ServerConfig::make(hosts).value();
  const auto& table = config->settings().sni_hosts;
  EXPECT_EQ(config->settings().resumption_policy, reference);
  EXPECT_NE(table.at("a.example")->settings().resumption_policy, reference);
  EXPECT_NE(table.at("a.example")->settings().resumption_policy, table.at("b.example")->settings().resumption_policy);
}

TEST_F(ServerConfigTest, CookieKeysDiffer) {
  const auto one = ServerConfig::make(plain()).value();
  const auto two = ServerConfig::make(plain()).value();
  EXPECT_NE(to_bytes(one->settings().cookie_key.expose()), to_bytes(two->settings().cookie_key.expose()));
}

TEST_F(ServerConfigTest, PasswordsOfAllHostsAreForgotten) {
  const std::string certificate = folder.write("cert.pem", p256_certificate);
  const std::string encrypted = folder.write("enc.pem", p256_encrypted_key);
  const CertKey identity{.certfile = certificate, .keyfile = encrypted, .password = "open-sesame"};
  ServerOptions options{.certs_keys = {identity}};
  options.sni_hosts = {{.name = "A.example", .options = {.certs_keys = {{identity}}}}, {.name = "b.example", .options = {}}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  const ServerOptions& kept = (*config)->options();
  EXPECT_TRUE(kept.certs_keys[0].password.empty());
  ASSERT_EQ(kept.sni_hosts.size(), 2u);
  EXPECT_TRUE(kept.sni_hosts[0].options.certs_keys->front().password.empty());
  const auto& hosts = (*config)->settings().sni_hosts;
  for (const char* name : {"a.example", "b.example"}) {
    EXPECT_TRUE(hosts.at(name)->options().certs_keys[0].password.empty()) << name;
    EXPECT_EQ(hosts.at(name)->settings().common.identities.size(), 1u) << name;
    EXPECT_TRUE(hosts.at(name)->options().sni_hosts.empty()) << name;
  }
}

TEST_F(ServerConfigTest, ExpiredAnchorsOfHostsAreWarnedOfToo) {
  const VerifyOptions peer{.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  ServerOptions options = plain();
  options.sni_hosts = {{.name = "A.example", .options = {.peer = peer}}, {.name = "b.example", .options = {}}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  using std::chrono::sys_days;
  using std::chrono::year;
  EXPECT_TRUE((*config)->warnings(sys_days(year(2100) / 1 / 1)).empty());
  const auto warnings = (*config)->warnings(sys_days(year(2126) / 11 / 1));
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_EQ(warnings[0], "sni_hosts[a.example]: the trust anchor CN=ed.example expired on 2126-10-31 and is skipped");
}

TEST_F(ServerConfigTest, WhatGoesIntoARequestNeedsOne) {
  const VerifyOptions verifying{.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  const auto refused_unless_asking = [&](ServerOptions options, std::string_view option) {
    expect_error(ServerConfig::make(options), Errc::conflicting_options, option);
    ServerOptions asking = options;
    asking.peer = verifying;
    EXPECT_TRUE(ServerConfig::make(asking)) << option;
    ServerOptions later = options;
    later.peer.cacertfile = anchors;
    later.post_handshake_auth = true;
    EXPECT_TRUE(ServerConfig::make(later)) << option;
    // One host asks; the other one has no use for the option, and no harm from it.
    ServerOptions listener = options;
    listener.sni_hosts = {{.name = "a.example", .options = {.peer = verifying}}, {.name = "b.example"}};
    const auto made = ServerConfig::make(listener);
    ASSERT_TRUE(made) << made.error().message();
    const auto& hosts = (*made)->settings().sni_hosts;
    EXPECT_TRUE(hosts.at("a.example")->options().client_ca_names || hosts.at("a.example")->options().stapling);
    EXPECT_FALSE(hosts.at("b.example")->options().client_ca_names || hosts.at("b.example")->options().stapling);
  };
  ServerOptions names = plain();
  names.client_ca_names.emplace({Bytes{std::byte{0x30}, std::byte{0}}});
  refused_unless_asking(names, "client_ca_names");
  ServerOptions stapling = plain();
  stapling.stapling = true;
  refused_unless_asking(stapling, "stapling");
}

TEST_F(ServerConfigTest, NamesOfAuthoritiesHaveABound) {
  ServerOptions options = plain();
  options.peer = {.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  options.client_ca_names = std::vector<Bytes>(16, Bytes(1022));
  EXPECT_TRUE(ServerConfig::make(options));
  options.client_ca_names->push_back(Bytes(1));
  expect_error(ServerConfig::make(options), Errc::invalid_option, "client_ca_names", "16387");
}

TEST_F(ServerConfigTest, AnchorsThatAreTooManyToNameAreWarnedOf) {
  ServerOptions options = plain();
  options.peer = {.verify = VerifyMode::verify_peer};
  options.peer.cacerts = authorities(150);
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  const auto warnings = (*config)->warnings(valid_time);
  ASSERT_EQ(warnings.size(), 1u);
  EXPECT_TRUE(warnings[0].starts_with("certificate_authorities: none is named to the peer")) << warnings[0];
  EXPECT_TRUE(warnings[0].ends_with("client_ca_names can name fewer")) << warnings[0];
  options.client_ca_names.emplace();
  EXPECT_TRUE(ServerConfig::make(options).value()->warnings(valid_time).empty());
  options.client_ca_names.reset();
  options.certificate_authorities = false;
  EXPECT_TRUE(ServerConfig::make(options).value()->warnings(valid_time).empty());
}

TEST_F(ServerConfigTest, AChooserIsNotAskedForHostsWithTheirOwnCertificates) {
  ServerOptions options = plain();
  options.identity_select = [](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(std::nullopt);
  };
  options.sni_hosts = {{.name = "a.example", .options = {.certs_keys = std::vector<CertKey>{{.certfile = other}}}},
                       {.name = "b.example"}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_FALSE((*config)->settings().sni_hosts.at("a.example")->options().identity_select);
  EXPECT_TRUE((*config)->settings().sni_hosts.at("b.example")->options().identity_select);
  EXPECT_EQ((*config)->warnings({}),
            std::vector<std::string>{"sni_hosts[a.example]: certs_keys: the stock rules choose among them, because "
                                     "identity_select of the listener answers for the listener's own"});
}

TEST_F(ServerConfigTest, ShortKeysAreWarnedOfOnce) {
  ServerOptions options = plain();
  options.psk.keys = {Psk::make("a", Bytes(8))};
  options.sni_hosts = {{.name = "a.example"}};
  EXPECT_EQ(ServerConfig::make(options).value()->warnings({}).size(), 1u);
}

}  // namespace
}  // namespace keyway
