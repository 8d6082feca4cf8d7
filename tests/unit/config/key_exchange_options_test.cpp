// SPDX-License-Identifier: Apache-2.0
//
// Suites of TLS 1.2 and below that need something of other options, and options that need a suite: every rule of
// config/key_exchange_options.h, with what it tells the user.
#include <gtest/gtest.h>

#include "base/hex.h"
#include "config/settings.h"
#include "fixtures/identities.h"
#include "pki/pem.h"
#include "unit/config/expect_error.h"

namespace keyway::test {
namespace {

constexpr auto dhe_rsa = static_cast<CipherSuite>(0x009e);
constexpr auto ecdhe_ecdsa = static_cast<CipherSuite>(0xc02b);
constexpr auto psk = static_cast<CipherSuite>(0x00a8);

ClientOptions client(CipherSuite suite) {
  ClientOptions options{.peer = {.verify = VerifyMode::verify_none}};
  options.protocol.versions = {ProtocolVersion::tls1_2};
  options.protocol.ciphers = {suite};
  return options;
}

ServerOptions server(CipherSuite suite) {
  ServerOptions options;
  options.protocol.versions = {ProtocolVersion::tls1_2};
  options.protocol.ciphers = {suite};
  options.pause_after_hello = true;  // needs no certificate
  return options;
}

Psk key() { return Psk::make("tester", Bytes(32, std::byte{1})); }

void no_lookup(ByteView, Answer<std::shared_ptr<const Psk>>) {}

TEST(KeyExchangeOptions, PskSuitesNeedKeys) {
  expect_error(ClientConfig::make(client(psk)), Errc::missing_option, "psk.keys");
  expect_error(ServerConfig::make(server(psk)), Errc::missing_option, "psk.keys");
  auto options = client(psk);
  options.psk.keys = {key()};
  EXPECT_TRUE(ClientConfig::make(options));
  options.psk.keys.front().imported = true;
  expect_error(ClientConfig::make(options), Errc::missing_option, "psk.keys");
  options.psk.lookup = no_lookup;
  EXPECT_TRUE(ClientConfig::make(options));
  auto with_lookup = server(psk);
  with_lookup.psk.lookup = no_lookup;
  EXPECT_TRUE(ServerConfig::make(with_lookup));
}

TEST(KeyExchangeOptions, LookupsOfClientsNeedPskSuites) {
  auto options = client(ecdhe_ecdsa);
  options.psk.lookup = no_lookup;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "psk.lookup");
}

TEST(KeyExchangeOptions, HintsAreForServersWithPskSuites) {
  auto options = server(ecdhe_ecdsa);
  options.psk.hint = "a hint";
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "psk.hint", "a hint");
  options = server(psk);
  options.psk.keys = {key()};
  options.psk.hint = std::string(65536, 'x');
  expect_error(ServerConfig::make(options), Errc::invalid_option, "psk.hint", "65536 bytes");
  options.psk.hint.pop_back();
  EXPECT_TRUE(ServerConfig::make(options));
  auto at_client = client(psk);
  at_client.psk.keys = {key()};
  at_client.psk.hint = "a hint";
  expect_error(ClientConfig::make(at_client), Errc::conflicting_options, "psk.hint");
}

TEST(KeyExchangeOptions, TellingUnknownIdentitiesIsForServersWithPskSuites) {
  auto options = server(ecdhe_ecdsa);
  options.psk.tell_unknown_identities = true;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "psk.tell_unknown_identities");
  auto at_client = client(psk);
  at_client.psk.keys = {key()};
  at_client.psk.tell_unknown_identities = true;
  expect_error(ClientConfig::make(at_client), Errc::conflicting_options, "psk.tell_unknown_identities");
}

TEST(KeyExchangeOptions, SmallestFieldOfClients) {
  auto options = client(dhe_rsa);
  for (const std::size_t bits : {0u, 1023u, 8193u}) {
    options.min_dh_bits = bits;
    expect_error(ClientConfig::make(options), Errc::invalid_option, "min_dh_bits", std::to_string(bits));
  }
  for (const std::size_t bits : {1024u, 8192u}) {
    options.min_dh_bits = bits;
    EXPECT_TRUE(ClientConfig::make(options));
  }
}

// ---- finite fields of servers

/// DHParameter of this prime with generator 2; `tail` is put behind the generator.
Bytes parameters(ByteView p, std::string_view tail = "") {
  const auto length = [](std::size_t size) {
    return Bytes{std::byte{0x82}, static_cast<std::byte>(size >> 8), static_cast<std::byte>(size)};
  };
  Bytes body{std::byte{2}};
  const Bytes size = length(p.size() + 1);
  body.insert(body.end(), size.begin(), size.end());
  body.push_back(std::byte{0});
  body.insert(body.end(), p.begin(), p.end());
  const Bytes rest = from_hex("020102" + std::string(tail)).value();
  body.insert(body.end(), rest.begin(), rest.end());
  Bytes all{std::byte{0x30}};
  const Bytes whole = length(body.size());
  all.insert(all.end(), whole.begin(), whole.end());
  all.insert(all.end(), body.begin(), body.end());
  return all;
}

ByteView prime(NamedGroup group) { return crypto::default_provider()->field_of(group).value().p; }

TEST(DhOptions, NamedGroup) {
  auto options = server(dhe_rsa);
  options.dh.group = NamedGroup::ffdhe3072;
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->settings().dh.group, NamedGroup::ffdhe3072);
  EXPECT_EQ((*config)->settings().dh.groups, std::vector{NamedGroup::ffdhe3072});
  options.dh.group = NamedGroup::x25519;
  expect_error(ServerConfig::make(options), Errc::invalid_option, "dh.group", "x25519");
}

TEST(DhOptions, FieldsForClientsThatNameSome) {
  auto options = server(dhe_rsa);
  EXPECT_EQ((*ServerConfig::make(options))->settings().dh.groups,
            (std::vector{NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096}));
  options.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::ffdhe6144};
  EXPECT_EQ((*ServerConfig::make(options))->settings().dh.groups, std::vector{NamedGroup::ffdhe6144});
}

TEST(DhOptions, ParametersInDer) {
  auto options = server(dhe_rsa);
  options.dh.dh = parameters(prime(NamedGroup::ffdhe3072));
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->settings().dh.p, to_bytes(prime(NamedGroup::ffdhe3072)));
  EXPECT_EQ((*config)->settings().dh.g, Bytes{std::byte{2}});
  options.dh.dh = parameters(prime(NamedGroup::ffdhe2048), "02020100");  // with the length of private values
  EXPECT_TRUE(ServerConfig::make(options));
}

TEST(DhOptions, ParametersThatAreNone) {
  auto options = server(dhe_rsa);
  const auto refused = [&options](Bytes der) {
    options.dh.dh = std::move(der);
    expect_error(ServerConfig::make(options), Errc::invalid_option, "dh.dh");
  };
  refused(Bytes(10));
  refused(parameters(prime(NamedGroup::ffdhe2048).first(255)));  // too small
  refused(parameters(prime(NamedGroup::ffdhe2048), "0500"));     // trailing data
  Bytes even = to_bytes(prime(NamedGroup::ffdhe2048));
  even.back() = std::byte{2};
  refused(parameters(even));
  refused(parameters(Bytes(1025, std::byte{0xff})));  // too large
  Bytes damaged = to_bytes(prime(NamedGroup::ffdhe2048));
  damaged[100] ^= std::byte{1};
  refused(parameters(damaged));  // a product
}

class DhFile : public testing::Test {
 protected:
  ServerOptions with(std::string_view content) const {
    auto options = server(dhe_rsa);
    options.dh.dhfile = folder_.write("dh.pem", std::string(content));
    return options;
  }

 private:
  TemporaryFolder folder_;
};

TEST_F(DhFile, PemOrDer) {
  const Bytes der = parameters(prime(NamedGroup::ffdhe2048));
  EXPECT_TRUE(ServerConfig::make(with("a text before\n" + pki::write_pem("DH PARAMETERS", der))));
  EXPECT_TRUE(ServerConfig::make(with(as_text(der))));
}

TEST_F(DhFile, FilesThatAreNone) {
  expect_error(ServerConfig::make(with("nothing")), Errc::invalid_option, "dh.dhfile");
  expect_error(ServerConfig::make(with("-----BEGIN DH PARAMETERS-----\nMAA=\n")), Errc::malformed_pem, "dh.dhfile");
  expect_error(ServerConfig::make(with(pki::write_pem("DH PARAMETERS", parameters(Bytes(128, std::byte{0xff}))))),
               Errc::invalid_option, "dh.dhfile");
  auto options = server(dhe_rsa);
  options.dh.dhfile = "/nowhere/dh.pem";
  expect_error(ServerConfig::make(options), Errc::file_unreadable, "dh.dhfile", "/nowhere/dh.pem");
}

TEST(DhOptions, OneOfThem) {
  auto options = server(dhe_rsa);
  options.dh.group = NamedGroup::ffdhe2048;
  options.dh.dh = parameters(prime(NamedGroup::ffdhe2048));
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "dh.dh");
}

TEST(DhOptions, WithoutASuiteTheyHaveNoEffect) {
  auto options = server(ecdhe_ecdsa);
  options.dh.group = NamedGroup::ffdhe2048;
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "dh.group", "ffdhe2048");
}

TEST(DhOptions, HostsHaveThoseOfTheListener) {
  const TemporaryFolder folder;
  auto options = server(dhe_rsa);
  options.protocol.ciphers.push_back(ecdhe_ecdsa);  // that the key is for
  options.pause_after_hello = false;
  options.certs_keys = {{.certfile = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key))}};
  options.dh.group = NamedGroup::ffdhe3072;
  options.sni_hosts = {{"a.test", {}}, {"b.test", {.ciphers = std::vector{ecdhe_ecdsa}}}};
  const auto config = ServerConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->settings().sni_hosts.at("a.test")->settings().dh.group, NamedGroup::ffdhe3072);
}

// ---- what leaves a version without a handshake that can succeed

TEST(IdleKeys, PreSharedOnesNeedASuiteBeforeTls13) {
  auto options = client(ecdhe_ecdsa);
  options.psk.keys = {key()};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "psk.keys", "tester");
  options.psk.required = true;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "psk.required", "true");
  options.protocol.ciphers.push_back(psk);
  EXPECT_TRUE(ClientConfig::make(options));
  auto with_lookup = server(ecdhe_ecdsa);
  with_lookup.psk.lookup = no_lookup;
  expect_error(ServerConfig::make(with_lookup), Errc::conflicting_options, "psk.lookup");
  with_lookup.protocol.versions.push_back(ProtocolVersion::tls1_3);
  with_lookup.protocol.ciphers.push_back(CipherSuite::TLS_AES_128_GCM_SHA256);
  EXPECT_TRUE(ServerConfig::make(with_lookup));
}

class UsableSuites : public testing::Test {
 protected:
  /// With a key on P-256, and nothing that decides later.
  ServerOptions with_key(std::vector<CipherSuite> suites) const {
    auto options = server(ecdhe_ecdsa);
    options.pause_after_hello = false;
    options.protocol.ciphers = std::move(suites);
    options.certs_keys = {{.certfile = folder_.write("both.pem", std::string(p256_certificate) + std::string(p256_key))}};
    return options;
  }
  TemporaryFolder folder_;
};

TEST_F(UsableSuites, ServersHaveAKeyForOneOfThem) {
  const std::string version(to_string(ProtocolVersion::tls1_2));
  auto options = with_key({dhe_rsa});
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "certs_keys", version);
  options.pause_after_hello = true;
  EXPECT_TRUE(ServerConfig::make(options)) << "another configuration goes on";
  EXPECT_TRUE(ServerConfig::make(with_key({dhe_rsa, ecdhe_ecdsa}))) << "lists are often longer than what there are keys for";
  options = with_key({ecdhe_ecdsa});
  options.certs_keys = {{.certfile = folder_.write("ed.pem", std::string(ed25519_certificate) + std::string(ed25519_key))}};
  EXPECT_TRUE(ServerConfig::make(options)) << "RFC 8422 5.10";
  options.sni_hosts = {{"a.test", {.ciphers = std::vector{dhe_rsa}}}};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "sni_hosts[a.test].certs_keys", version);
}

TEST_F(UsableSuites, SchemesAreForOneOfThem) {
  auto options = client(ecdhe_ecdsa);
  options.protocol.signature_algs = {SignatureScheme::rsa_pss_rsae_sha256};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "signature_algs", to_string(ProtocolVersion::tls1_2));
  options.protocol.ciphers.push_back(dhe_rsa);
  EXPECT_TRUE(ClientConfig::make(options));
  auto at_server = with_key({ecdhe_ecdsa});
  at_server.protocol.signature_algs = {SignatureScheme::rsa_pss_rsae_sha256};
  expect_error(ServerConfig::make(at_server), Errc::conflicting_options, "signature_algs", to_string(ProtocolVersion::tls1_2));
  at_server.protocol.versions = {ProtocolVersion::tls1_3};
  at_server.protocol.ciphers.clear();
  expect_error(ServerConfig::make(at_server), Errc::conflicting_options, "signature_algs", to_string(ProtocolVersion::tls1_3));
  // Its own signature is all that a server needs one for.
  at_server.certs_keys.front().signature_algs = {SignatureScheme::ecdsa_secp256r1_sha256};
  EXPECT_TRUE(ServerConfig::make(at_server)) << "the key's own list comes first";
}

TEST_F(UsableSuites, EllipticCurvesNeedOne) {
  auto options = client(ecdhe_ecdsa);
  options.protocol.supported_groups = {NamedGroup::ffdhe2048};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "supported_groups",
               "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
  options.protocol.ciphers.clear();
  const auto config = ClientConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->settings().common.cipher_suites,
            (std::vector{static_cast<CipherSuite>(0x009f), dhe_rsa, static_cast<CipherSuite>(0xccaa)}));
}

TEST_F(UsableSuites, GroupsLeaveOneForTls13) {
  ClientOptions options{.peer = {.verify = VerifyMode::verify_none}};
  options.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  options.protocol.supported_groups = {NamedGroup::brainpoolP256r1};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "supported_groups", "brainpoolP256r1");
  options.protocol.supported_groups.push_back(NamedGroup::secp256r1);
  EXPECT_TRUE(ClientConfig::make(options));
}

#if defined(KEYWAY_LEGACY)
TEST_F(UsableSuites, Ssl3HasNoExtendedMasterSecret) {
  auto options = client(cipher_suite_from("AES128-SHA").value());
  options.protocol.versions = {ProtocolVersion::tls1_0, ProtocolVersion::ssl3};
  EXPECT_TRUE(ClientConfig::make(options));
  options.protocol.require_extended_master_secret = true;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "require_extended_master_secret", "true");
}

// A key that signs with SHA-1 or not at all, before TLS 1.2.
TEST_F(UsableSuites, KeysFitEachVersion) {
  auto options = with_key({});
  options.certs_keys = {{.certfile = folder_.write("ed.pem", std::string(ed25519_certificate) + std::string(ed25519_key))}};
  options.protocol.versions = {ProtocolVersion::tls1_1, ProtocolVersion::tls1_0};
  expect_error(ServerConfig::make(options), Errc::conflicting_options, "certs_keys", to_string(ProtocolVersion::tls1_1));
  options.protocol.versions.push_back(ProtocolVersion::tls1_2);
  EXPECT_TRUE(ServerConfig::make(options)) << "who speaks TLS 1.2 is served";
}

constexpr auto dh_anon = static_cast<CipherSuite>(0x00a6);

TEST(AnonymousSuites, ThereIsNobodyToVerify) {
  EXPECT_TRUE(ClientConfig::make(client(dh_anon)));
  EXPECT_TRUE(ServerConfig::make(server(dh_anon)));
  auto options = client(dh_anon);
  options.peer.verify = VerifyMode::verify_peer;
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "ciphers", "TLS_DH_anon_WITH_AES_128_GCM_SHA256");
  auto asking = server(dh_anon);
  asking.peer = {.verify = VerifyMode::verify_peer, .system_anchors = true};
  expect_error(ServerConfig::make(asking), Errc::conflicting_options, "ciphers", "TLS_DH_anon_WITH_AES_128_GCM_SHA256");
}

TEST(AnonymousSuites, AServerNeedsNoCertificate) {
  auto options = server(dh_anon);
  options.pause_after_hello = false;
  EXPECT_TRUE(ServerConfig::make(options));
}

TEST(DssSuites, NeedASchemeOfTheirs) {
  using enum SignatureScheme;
  constexpr auto gcm = static_cast<CipherSuite>(0x00a2);
  constexpr const char* name = "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256";
  expect_error(ClientConfig::make(client(gcm)), Errc::conflicting_options, "signature_algs", name);
  expect_error(ServerConfig::make(server(gcm)), Errc::conflicting_options, "signature_algs", name);
  auto options = client(gcm);
  options.protocol.signature_algs = {rsa_pkcs1_sha256};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "signature_algs", name);
  for (const SignatureScheme scheme : {dsa_sha1, dsa_sha256}) {
    options.protocol.signature_algs = {scheme, ecdsa_secp256r1_sha256};
    const auto config = ClientConfig::make(options);
    ASSERT_TRUE(config);
    EXPECT_EQ((*config)->settings().common.signature_schemes, options.protocol.signature_algs);
    EXPECT_EQ((*config)->settings().common.certificate_schemes.front(), scheme);
  }
  options.protocol.signature_algs_cert = {ecdsa_secp256r1_sha256};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "signature_algs_cert", name);
  options.protocol.signature_algs_cert.push_back(dsa_sha256);
  EXPECT_TRUE(ClientConfig::make(options));
}

// Before TLS 1.2 there is nothing to name: the suite says it.
TEST(DssSuites, BeforeTls12TheSuiteIsEnough) {
  using enum SignatureScheme;
  auto options = client(static_cast<CipherSuite>(0x0032));
  options.protocol.versions = {ProtocolVersion::tls1_1, ProtocolVersion::tls1_0};
  const auto config = ClientConfig::make(options);
  ASSERT_TRUE(config) << config.error().message();
  EXPECT_EQ((*config)->settings().common.signature_schemes.back(), dsa_sha1);
  EXPECT_EQ((*config)->settings().common.certificate_schemes.back(), dsa_sha256);
  options.protocol.signature_algs_cert = {rsa_pkcs1_sha1};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "signature_algs_cert", "TLS_DHE_DSS_WITH_AES_128_CBC_SHA");
}

TEST(DssSuites, SchemesAreNoDefaultsAndNotForTls13) {
  auto options = client(ecdhe_ecdsa);
  const auto config = ClientConfig::make(options);
  ASSERT_TRUE(config);
  for (const SignatureScheme scheme : {SignatureScheme::dsa_sha1, SignatureScheme::dsa_sha256}) {
    const auto& common = (*config)->settings().common;
    EXPECT_EQ(std::ranges::count(common.signature_schemes, scheme), 0);
    EXPECT_EQ(std::ranges::count(common.certificate_schemes, scheme), 0);
    ClientOptions newest{.peer = {.verify = VerifyMode::verify_none}};
    newest.protocol.versions = {ProtocolVersion::tls1_3};
    newest.protocol.signature_algs = {scheme, SignatureScheme::ed25519};
    expect_error(ClientConfig::make(newest), Errc::invalid_option, "signature_algs", to_string(scheme));
    newest.protocol.signature_algs.clear();
    newest.protocol.signature_algs_cert = {scheme};
    expect_error(ClientConfig::make(newest), Errc::invalid_option, "signature_algs_cert", to_string(scheme));
  }
}

constexpr auto srp = static_cast<CipherSuite>(0xc01d);

void nobody(std::string_view, Answer<std::shared_ptr<const SrpEntry>>) {}

TEST(SrpOptions, SuitesNeedAUserOrALookup) {
  expect_error(ClientConfig::make(client(srp)), Errc::missing_option, "srp.user");
  expect_error(ServerConfig::make(server(srp)), Errc::missing_option, "srp.lookup");
  auto options = server(srp);
  options.srp.lookup = nobody;
  options.pause_after_hello = false;
  EXPECT_TRUE(ServerConfig::make(options)) << "a server of SRP needs no certificate";
}

TEST(SrpOptions, UsersAndLookupsNeedSuites) {
  auto options = client(ecdhe_ecdsa);
  options.srp = {"alice", "secret"};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "srp.user", "alice");
  auto with_lookup = server(ecdhe_ecdsa);
  with_lookup.srp.lookup = nobody;
  expect_error(ServerConfig::make(with_lookup), Errc::conflicting_options, "srp.lookup");
}

TEST(SrpOptions, RangesOfTheClients) {
  auto options = client(srp);
  options.srp = {std::string(256, 'x'), "secret"};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "srp.user", "256 bytes");
  options.srp.user.pop_back();
  const auto config = ClientConfig::make(options);
  ASSERT_TRUE(config);
  EXPECT_EQ((*config)->options().srp.password, "") << "the copy is wiped";
  EXPECT_EQ(as_text((*config)->settings().password.expose()), "secret");
  auto nameless = client(ecdhe_ecdsa);
  nameless.srp.password = "secret";
  expect_error(ClientConfig::make(nameless), Errc::missing_option, "srp.user");
}

TEST(SrpOptions, RangesOfTheServers) {
  auto options = server(srp);
  options.srp.lookup = nobody;
  options.srp.group = "srp_512";
  expect_error(ServerConfig::make(options), Errc::invalid_option, "srp.group", "srp_512");
  options.srp.group = "srp_8192";
  for (const std::size_t size : {0u, 33u}) {
    options.srp.salt_size = size;
    expect_error(ServerConfig::make(options), Errc::invalid_option, "srp.salt_size", std::to_string(size));
  }
  options.srp.salt_size = 32;
  const auto drawn = ServerConfig::make(options);
  ASSERT_TRUE(drawn);
  EXPECT_EQ((*drawn)->settings().salt_seed.size(), 32u);
  options.srp.salt_seed = Bytes(5, std::byte{7});
  const auto given = ServerConfig::make(options);
  ASSERT_TRUE(given);
  EXPECT_EQ(to_bytes((*given)->settings().salt_seed.expose()), options.srp.salt_seed);
}
#else
TEST(WithoutLegacy, SuitesAndUsersAreRefused) {
  for (const int suite : {0x009c, 0x00ac, 0x00a6, 0xc02d, 0xc01d, 0x00a2}) {
    expect_error(ServerConfig::make(server(static_cast<CipherSuite>(suite))), Errc::invalid_option, "ciphers");
  }
  auto options = client(ecdhe_ecdsa);
  options.srp = {"alice", "secret"};
  expect_error(ClientConfig::make(options), Errc::invalid_option, "srp.user");
}
#endif

}  // namespace
}  // namespace keyway::test
