// SPDX-License-Identifier: Apache-2.0
//
// ServerConfig::make as a whole: the rules of servers, virtual hosts, and when a session may be redeemed.
#include <latch>
#include <thread>

#include "authorities.h"
#include "config/settings.h"
#include "expect_error.h"
#include "fixtures/identities.h"
#include "fixtures/revocation.h"
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

TEST_F(ServerConfigTest, SniLookupIsTheOnlyOneThatChooses) {
  ServerOptions options = plain();
  options.sni_lookup = [](const std::string&, Answer<std::shared_ptr<const SniHost>>) {};
  EXPECT_TRUE(ServerConfig::make(options));
  options.sni_hosts = {{.name = "a.example"}};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_lookup");
  options.sni_hosts.clear();
  options.pause_after_hello = true;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "pause_after_hello");
  options.pause_after_hello = false;
  options.sni_fun = [](const HelloInfo&, Answer<std::shared_ptr<const ServerConfig>>) {};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_lookup");
  options.sni_fun = nullptr;
  options.certs_keys.clear();
  EXPECT_TRUE(ServerConfig::make(options)) << "the hosts have the certificates";
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

TEST_F(ServerConfigTest, HostsOverrideEachOption) {
  ServerOptions options = plain();
  options.sni_hosts = {{.name = "a.example",
                        .options = {.identity_select = [](const IdentityQuestion&, Answer<std::optional<std::size_t>>) {},
                                    .protocol = ProtocolOptions{.versions = {ProtocolVersion::tls1_3}},
                                    .peer = VerifyOptions{.verify = VerifyMode::verify_peer, .cacertfile = anchors},
                                    .certificate_authorities = false,
                                    .stapling = true,
                                    .alpn_select = [](const std::vector<std::string>&) { return AlpnChoice{}; },
                                    .honor_cipher_order = true,
                                    .honor_ecc_order = true}},
                       {.name = "b.example", .options = {.client_ca_names = std::vector<Bytes>{}}}};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_hosts[b.example].client_ca_names");
  options.sni_hosts.pop_back();
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  const ServerSettings& host = (*config)->settings().sni_hosts.at("a.example")->settings();
  EXPECT_TRUE(host.options.identity_select);
  EXPECT_EQ(host.common.versions, std::vector{ProtocolVersion::tls1_3});
  EXPECT_FALSE(host.options.certificate_authorities);
  EXPECT_TRUE(host.options.stapling);
  EXPECT_TRUE(host.options.alpn_select);
  EXPECT_TRUE(host.options.honor_cipher_order);
  EXPECT_TRUE(host.options.honor_ecc_order);
  EXPECT_EQ((*config)->settings().common.versions.size(), 2u);
}

TEST_F(ServerConfigTest, AHostCanBeMadeOverAConfiguration) {
  ServerOptions options = plain();
  options.alpn_preferred_protocols = {"h2"};
  options.tickets.mode = TicketMode::stateful;
  const auto config = ServerConfig::make(options).value();
  const auto host = config->host({.name = "*.example", .options = {.certs_keys = std::vector<CertKey>{{.certfile = other}}}});
  ASSERT_TRUE(host) << host.error().message();
  EXPECT_EQ((*host)->settings().common.alpn, config->settings().common.alpn);
  EXPECT_EQ((*host)->settings().tickets, config->settings().tickets);
  EXPECT_EQ((*host)->settings().common.identities[0]->schemes, std::vector{SignatureScheme::ed25519});
  EXPECT_NE((*host)->settings().resumption_policy, config->settings().resumption_policy);
  expect_error(config->host({.name = "x", .options = {.fail_if_no_peer_cert = true}}), Errc::conflicting_options,
               "host[x].fail_if_no_peer_cert");
  expect_error(config->host({}), Errc::invalid_option, "host[].name");
}

TEST_F(ServerConfigTest, AHostSignsWithNothingThatItLeavesOut) {
  using enum SignatureScheme;
  ServerOptions options{.certs_keys = {{.certfile = both}, {.certfile = other}}};
  const auto with = [](std::vector<SignatureScheme> schemes) {
    return SniOptions{.protocol = ProtocolOptions{.signature_algs = std::move(schemes)}};
  };
  options.sni_hosts = {
      {.name = "a.example", .options = with({ed25519})},
      {.name = "b.example", .options = with({ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512, ed25519})}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  const ServerSettings& listener = (*config)->settings();
  const auto& restricted = listener.sni_hosts.at("a.example")->settings().common.identities;
  ASSERT_EQ(restricted.size(), 2u) << "a chooser of the listener answers with these places";
  EXPECT_TRUE(restricted[0]->schemes.empty());
  EXPECT_EQ(restricted[1]->schemes, std::vector{ed25519});
  EXPECT_EQ(listener.sni_hosts.at("b.example")->settings().common.identities, listener.common.identities)
      << "nothing is left out";
  options.sni_hosts = {{.name = "c.example", .options = with({rsa_pss_rsae_sha256})}};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_hosts[c.example].signature_algs",
               "rsa_pss_rsae_sha256");
  // A key with a list of its own keeps to that.
  options.certs_keys[0].signature_algs = {ecdsa_secp256r1_sha256};
  options.sni_hosts = {{.name = "a.example", .options = with({ed25519})}};
  const auto own = ServerConfig::make(options).value();
  const auto& host = own->settings().sni_hosts.at("a.example")->settings();
  EXPECT_EQ(host.common.identities, own->settings().common.identities);
  // Nor with SHA-1, which only its listener has named.
  options = plain();
  options.protocol.signature_algs = {ecdsa_secp256r1_sha256, ecdsa_sha1};
  options.sni_hosts = {{.name = "a.example", .options = {.protocol = ProtocolOptions()}}};
  const auto legacy = ServerConfig::make(options);
  ASSERT_TRUE(legacy) << legacy.error().message();
  EXPECT_EQ((*legacy)->settings().common.identities[0]->schemes, (std::vector{ecdsa_secp256r1_sha256, ecdsa_sha1}));
  EXPECT_EQ((*legacy)->settings().sni_hosts.at("a.example")->settings().common.identities[0]->schemes,
            std::vector{ecdsa_secp256r1_sha256});
}

TEST_F(ServerConfigTest, AHostForTls13AloneHasNoUseForWhatIsOlder) {
  ServerOptions options = plain();
  options.sessions.tickets = true;
  options.sessions.store = memory_session_store();
  options.sessions.reuse_session = [](const ReuseQuestion&) { return true; };
  options.client_renegotiation = true;
  if (legacy_is_built()) {
    options.next_protocols_advertised = std::vector<std::string>{"h2"};
    options.protocol.secure_renegotiate = false;
  }
  options.sni_hosts = {{.name = "a.example", .options = {.protocol = ProtocolOptions{.versions = {ProtocolVersion::tls1_3}}}},
                       {.name = "b.example", .options = {.ciphers = std::vector{CipherSuite::TLS_AES_128_GCM_SHA256}}},
                       {.name = "c.example"}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  for (const auto& [name, host] : (*config)->settings().sni_hosts) {
    const bool older = name == "c.example";
    const ServerOptions& made = host->options();
    EXPECT_EQ(made.sessions.tickets, older) << name;
    EXPECT_EQ(made.sessions.store != nullptr, older) << name;
    EXPECT_EQ(made.sessions.reuse_session != nullptr, older) << name;
    EXPECT_EQ(made.client_renegotiation, older) << name;
    EXPECT_EQ(made.next_protocols_advertised.has_value(), older && legacy_is_built()) << name;
  }
  // What it says itself is judged.
  if (!legacy_is_built()) return;
  options.sni_hosts[0].options.protocol->secure_renegotiate = false;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_hosts[a.example].secure_renegotiate");
}

TEST_F(ServerConfigTest, ALookedUpHostThatCannotBeMadeIsNotTriedAgain) {
  int asked = 0;
  const CertKey identity{.certfile = folder.write("cert.pem", p256_certificate),
                         .keyfile = folder.write("enc.pem", p256_encrypted_key),
                         .password = [&asked]() -> Result<SecretBytes> {
                           ++asked;
                           return SecretBytes(std::string_view("not this one"));
                         }};
  const SniHost named{.name = "a.example", .options = {.certs_keys = std::vector{identity}}};
  ServerOptions options = plain();
  options.sni_lookup = [](const std::string&, Answer<std::shared_ptr<const SniHost>>) {};
  const auto listener = ServerConfig::make(options).value();
  const auto expect_refusal = [&](const std::shared_ptr<const SniHost>& host) {
    expect_error(config::looked_up_host(listener->settings(), host), Errc::wrong_password,
                 "sni_lookup[a.example].certs_keys[0].password");
  };
  const auto first = std::make_shared<const SniHost>(named);
  for (int i = 0; i < 3; ++i) expect_refusal(first);
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(listener->settings().looked_up_hosts->all().empty());
  expect_refusal(std::make_shared<const SniHost>(named));
  EXPECT_EQ(asked, 2) << "another object is another attempt";
  for (int i = 0; i < 256; ++i) {
    expect_error(config::looked_up_host(listener->settings(), std::make_shared<const SniHost>()), Errc::invalid_option,
                 "sni_lookup[].name");
  }
  expect_refusal(first);
  EXPECT_EQ(asked, 3) << "so many newer ones are kept";
}

TEST_F(ServerConfigTest, ALookedUpHostIsKeptOnceWhoeverIsFirst) {
  std::vector<std::shared_ptr<const SniHost>> hosts(200);
  for (auto& host : hosts) host = std::make_shared<const SniHost>();
  const auto config = ServerConfig::make(plain()).value();
  config::LookedUpHosts kept;
  std::latch start(4);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        start.arrive_and_wait();
        for (const auto& host : hosts) EXPECT_EQ(kept.keep(host, config), config);
      });
    }
  }
  EXPECT_EQ(kept.all().size(), hosts.size());
}

// ---- files that change

class ReloadTest : public ServerConfigTest {
 protected:
  /// Another file takes the place of this one, as tools do that renew certificates.
  void replace(const std::string& path, std::string_view content) const {
    std::filesystem::rename(folder.write("new", content), path);
  }
  static Bytes leaf(const std::shared_ptr<const ServerConfig>& config) {
    return to_bytes(config->settings().common.identities.at(0)->chain->der(0));
  }
  const std::string both_of_ed25519 = std::string(ed25519_certificate) + std::string(ed25519_key);
};

TEST_F(ReloadTest, ReadsItsFilesAnewAndGoesOnWithSessions) {
  ServerOptions options = plain();
  options.peer = {.verify = VerifyMode::verify_peer, .cacertfile = anchors};
  options.peer.verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) {};
  options.tickets.mode = TicketMode::stateful;
  options.sessions.tickets = true;
  options.sni_hosts = {{.name = "a.example", .options = {.certs_keys = std::vector<CertKey>{{.certfile = other}}}}};
  const auto config = ServerConfig::make(options).value();
  EXPECT_EQ(config->files(), (std::vector{both, anchors, other}));
  EXPECT_TRUE(config->changed_files().empty());
  replace(both, both_of_ed25519);
  EXPECT_EQ(config->changed_files(), std::vector{both});
  const auto next = config->reload();
  ASSERT_TRUE(next) << next.error().message();
  EXPECT_NE(leaf(*next), leaf(config));
  EXPECT_TRUE((*next)->changed_files().empty());
  EXPECT_EQ(config->changed_files(), std::vector{both}) << "the first one stays as it was";
  const ServerSettings& old = config->settings();
  const ServerSettings& renewed = (*next)->settings();
  EXPECT_EQ(renewed.tickets, old.tickets);
  EXPECT_EQ(renewed.sessions, old.sessions);
  EXPECT_EQ(renewed.ticket_keys, old.ticket_keys);
  EXPECT_EQ(to_bytes(renewed.cookie_key.expose()), to_bytes(old.cookie_key.expose()));
  EXPECT_EQ(renewed.resumption_policy, old.resumption_policy);
  EXPECT_EQ(renewed.sni_hosts.at("a.example")->settings().resumption_policy,
            old.sni_hosts.at("a.example")->settings().resumption_policy);
  replace(anchors, p256_certificate);
  EXPECT_NE((*next)->reload().value()->settings().resumption_policy, old.resumption_policy) << "other clients are admitted";
}

/// As ReadsItsFilesAnewAndGoesOnWithSessions, of hosts whose clients a function judges.
TEST_F(ReloadTest, HostsWithFunctionsGoOnWithSessions) {
  SniHost host{.name = "A.example", .options = {.peer = VerifyOptions{.verify = VerifyMode::verify_peer, .cacertfile = anchors}}};
  host.options.peer->verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) {};
  const auto policy = [](const auto& made) { return made->settings().resumption_policy; };
  ServerOptions options = plain();
  options.sni_hosts = {host};
  const auto config = ServerConfig::make(options).value();
  const auto in_table = [&](const ServerConfig& of) { return policy(of.settings().sni_hosts.at("a.example")); };
  EXPECT_EQ(in_table(*config->reload().value()), in_table(*config));
  EXPECT_NE(in_table(*ServerConfig::make(options).value()), in_table(*config)) << "which may have another function";
  options.sni_hosts.clear();
  options.sni_lookup = [](const std::string&, Answer<std::shared_ptr<const SniHost>>) {};
  const auto looking = ServerConfig::make(options).value();
  const auto named = std::make_shared<const SniHost>(host);
  const Bytes first = policy(config::looked_up_host(looking->settings(), named).value());
  const auto next = looking->reload().value();
  EXPECT_EQ(policy(config::looked_up_host(next->settings(), named).value()), first);
}

/// Gives what the test puts there.
struct Source final : StapleSource {
  std::shared_ptr<const Bytes> staple(WallTime) const override { return response; }
  std::shared_ptr<const Bytes> response;
};

TEST_F(ReloadTest, NoStapleOfTheOldCertificateGoesWithTheNewOne) {
  const auto source = std::make_shared<Source>();
  ServerOptions options = plain();
  options.certs_keys[0].ocsp_staple_source = source;
  const auto config = ServerConfig::make(options).value();
  const crypto::Signer& signer = *config->settings().common.identities[0]->signer;
  const auto about = [&](const Bytes& certificate) {
    return std::make_shared<const Bytes>(make_staple({}, certificate, certificate, signer, *config->settings().common.provider));
  };
  const auto stapled = [](const auto& by) { return by->settings().common.identities.at(0)->staple({}); };
  source->response = about(leaf(config));
  EXPECT_EQ(stapled(config), source->response);
  replace(both, both_of_ed25519);
  const auto next = config->reload().value();
  EXPECT_EQ(stapled(next), nullptr) << "clients would refuse the certificate for it";
  source->response = about(leaf(next));
  EXPECT_EQ(stapled(next), source->response);
  EXPECT_EQ(stapled(config), nullptr) << "of handshakes that are under way";
  source->response = std::make_shared<const Bytes>(5, std::byte{1});
  EXPECT_EQ(stapled(next), nullptr) << "it is no response";
}

TEST_F(ReloadTest, ABrokenFileIsToldWithItsPlace) {
  const auto config = ServerConfig::make(plain()).value();
  replace(both, "some text\n" + std::string(p256_certificate) + "-----BEGIN PRIVATE KEY-----\nAAAA\n");
  const auto broken = config->reload();
  expect_error(broken, Errc::malformed_pem, "certs_keys[0].certfile", both);
  EXPECT_EQ(broken.error().detail()->path, both);
  EXPECT_TRUE(broken.error().detail()->position);
  EXPECT_EQ(broken.error().detail()->reason, "the block has no END line");
  std::filesystem::remove(both);
  EXPECT_EQ(config->changed_files(), std::vector{both});
  expect_error(config->reload(), Errc::file_unreadable, "certs_keys[0].certfile", both);
}

TEST_F(ReloadTest, PasswordsMustBeAskable) {
  const std::string certificate = folder.write("cert.pem", p256_certificate);
  const std::string encrypted = folder.write("enc.pem", p256_encrypted_key);
  CertKey identity{.certfile = certificate, .keyfile = encrypted, .password = "open-sesame"};
  expect_error(ServerConfig::make({.certs_keys = {identity}}).value()->reload(), Errc::missing_option, "password");
  ServerOptions with_host = plain();
  with_host.sni_hosts = {{.name = "a.example", .options = {.certs_keys = {{identity}}}}};
  expect_error(ServerConfig::make(with_host).value()->reload(), Errc::missing_option, "password");
  int asked = 0;
  identity.password = [&asked]() -> Result<SecretBytes> {
    ++asked;
    return SecretBytes(std::string_view("open-sesame"));
  };
  const auto config = ServerConfig::make({.certs_keys = {identity}}).value();
  const auto next = config->reload();
  ASSERT_TRUE(next) << next.error().message();
  EXPECT_EQ(asked, 2);
}

TEST_F(ReloadTest, AHostReloadsAsWhatItIs) {
  const auto config = ServerConfig::make(plain()).value();
  const auto host =
      config->host({.name = "A.example", .options = {.certs_keys = std::vector<CertKey>{{.certfile = other}}}}).value();
  replace(other, std::string(p256_certificate) + std::string(p256_key));
  const auto next = host->reload();
  ASSERT_TRUE(next) << next.error().message();
  EXPECT_NE(leaf(*next), leaf(host));
  EXPECT_EQ((*next)->settings().resumption_policy, host->settings().resumption_policy);
}

TEST_F(ReloadTest, EveryKindOfFileCounts) {
  ServerOptions options = plain();
  options.certs_keys[0].ocsp_staple_file = folder.write("ocsp.der", "\x30\x03\x0a\x01\x06");
  const auto config = ServerConfig::make(options).value();
  EXPECT_EQ(config->files(), (std::vector{both, options.certs_keys[0].ocsp_staple_file}));
  replace(options.certs_keys[0].ocsp_staple_file, "\x30\x03\x0a\x01\x05");
  EXPECT_EQ(config->changed_files(), std::vector{options.certs_keys[0].ocsp_staple_file});
  ServerOptions by_system = plain();
  by_system.peer = {.verify = VerifyMode::verify_peer, .system_anchors = true};
  EXPECT_EQ(ServerConfig::make(by_system).value()->files(), (std::vector{both, std::string(pki::TrustStore::system_path)}));
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
  EXPECT_EQ(std::get<std::string>(kept.certs_keys[0].password), "");
  ASSERT_EQ(kept.sni_hosts.size(), 2u);
  EXPECT_EQ(std::get<std::string>(kept.sni_hosts[0].options.certs_keys->front().password), "");
  const auto& hosts = (*config)->settings().sni_hosts;
  for (const char* name : {"a.example", "b.example"}) {
    EXPECT_EQ(std::get<std::string>(hosts.at(name)->options().certs_keys[0].password), "") << name;
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
