// SPDX-License-Identifier: Apache-2.0
//
// Each rule of the option groups, on both sides of its bound.
#include "config/validate.h"

#include "config/certificate_options.h"
#include "expect_error.h"
#include "keyway/cipher_suites.h"
#include "names/legacy.h"
#include "pki/verify_driver.h"

namespace keyway::config {
namespace {

using test::expect_error;

const crypto::Provider& provider() {
  static const auto shared = crypto::default_provider();
  return *shared;
}

TEST(CheckProtocol, DefaultsAreLegal) { EXPECT_TRUE(check_protocol({})); }

TEST(CheckProtocol, Versions) {
  expect_error(check_protocol({.versions = {}}), Errc::invalid_option, "versions");
  EXPECT_TRUE(check_protocol({.versions = {ProtocolVersion::tls1_2, ProtocolVersion::tls1_3}}));
  expect_error(check_protocol({.versions = {ProtocolVersion::tls1_3, ProtocolVersion::dtls1_3}}), Errc::invalid_option,
               "versions");
  expect_error(check_protocol({.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_3}}), Errc::invalid_option,
               "versions");
}

TEST(CheckProtocol, VersionsWithoutAGap) {
  using enum ProtocolVersion;
  if (!legacy_is_built()) {
    expect_error(check_protocol({.versions = {tls1_2, tls1_1}}), Errc::invalid_option, "versions", "TLS 1.1");
    return;
  }
  EXPECT_TRUE(check_protocol({.versions = {tls1_3, tls1_2, tls1_1, tls1_0}}));
  EXPECT_TRUE(check_protocol({.versions = {tls1_0}}));
  EXPECT_TRUE(check_protocol({.versions = {ssl3, tls1_0}}));
  EXPECT_TRUE(check_protocol({.versions = {tls1_1, tls1_0, tls1_2}}));
  expect_error(check_protocol({.versions = {tls1_3, tls1_1}}), Errc::invalid_option, "versions", "without TLS 1.2");
  expect_error(check_protocol({.versions = {tls1_2, tls1_0}}), Errc::invalid_option, "versions", "without TLS 1.1");
}

TEST(CheckProtocol, WhatIsForOldVersionsAlone) {
  using enum ProtocolVersion;
  expect_error(check_protocol({.padding_check = false}), Errc::conflicting_options, "padding_check", "false");
  expect_error(check_protocol({.beast_mitigation = BeastMitigation::disabled}), Errc::conflicting_options, "beast_mitigation",
               "disabled");
  expect_error(check_protocol({.beast_mitigation = BeastMitigation::zero_n}), Errc::conflicting_options, "beast_mitigation",
               "zero_n");
  if (!legacy_is_built()) return;
  EXPECT_TRUE(check_protocol({.versions = {tls1_0}, .padding_check = false, .beast_mitigation = BeastMitigation::zero_n}));
  expect_error(check_protocol({.versions = {tls1_1}, .padding_check = false}), Errc::conflicting_options, "padding_check");
}

TEST(CheckProtocol, RenegotiationsAreBoundUnlessALegacyOptionSaysOtherwise) {
  using enum ProtocolVersion;
  const ProtocolOptions open{.versions = {tls1_2}, .secure_renegotiate = false};
  expect_error(check_protocol({.versions = {tls1_3}, .secure_renegotiate = false}), Errc::conflicting_options,
               "secure_renegotiate");
  expect_error(check_protocol({.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256}, .secure_renegotiate = false}),
               Errc::conflicting_options, "secure_renegotiate");
  EXPECT_TRUE(warnings_of_protocol({}).empty());
  EXPECT_EQ(warnings_of_protocol(open).size(), 1u);
  if (!legacy_is_built()) return expect_error(check_protocol(open), Errc::invalid_option, "secure_renegotiate", "false");
  EXPECT_TRUE(check_protocol(open));
  ServerOptions server{.protocol = open, .psk = {.keys = {Psk::make("tester", Bytes(16))}}};
  server.protocol.ciphers = {static_cast<CipherSuite>(0xd001)};
  const auto made = ServerConfig::make(server);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ((*made)->warnings({}), warnings_of_protocol(open));
  const auto client = ClientConfig::make({.protocol = open, .peer = {.verify = VerifyMode::verify_none}});
  ASSERT_TRUE(client) << client.error().message();
  EXPECT_EQ((*client)->warnings({}), warnings_of_protocol(open));
}

TEST(CheckClient, FalseStartNeedsItsVersionAProtocolAndASuite) {
  using enum ProtocolVersion;
  ClientOptions options{.protocol = {.versions = {tls1_2}}, .peer = {.verify = VerifyMode::verify_none}};
  options.false_start = true;
  expect_error(ClientConfig::make(options), Errc::missing_option, "alpn_advertised_protocols");
  options.alpn_advertised_protocols = {"h2"};
  EXPECT_TRUE(ClientConfig::make(options));
  options.protocol.ciphers = {CipherSuite(0xc013)};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "false_start");
  options.protocol = {.versions = {tls1_3}};
  expect_error(ClientConfig::make(options), Errc::conflicting_options, "false_start");
}

TEST(CheckClient, NextProtocols) {
  using enum ProtocolVersion;
  const std::string name = "client_preferred_next_protocols";
  ClientOptions options{.protocol = {.versions = {tls1_2}}};
  NextProtocolOptions& next = options.client_preferred_next_protocols;
  EXPECT_TRUE(check_client(options));
  if (!legacy_is_built()) {
    next.protocols = {"one"};
    return expect_error(check_client(options), Errc::invalid_option, name);
  }
  next.required = true;
  expect_error(check_client(options), Errc::missing_option, name + ".protocols");
  next = {.default_protocol = "one"};
  expect_error(check_client(options), Errc::missing_option, name + ".protocols");
  next = {.protocols = {"one", "two"}, .default_protocol = "", .required = true};
  EXPECT_TRUE(check_client(options));
  options.protocol.versions = {tls1_3, tls1_2};
  expect_error(check_client(options), Errc::conflicting_options, name + ".required");
  next.required = false;
  EXPECT_TRUE(check_client(options));
  options.protocol.versions = {tls1_3};
  expect_error(check_client(options), Errc::conflicting_options, name);
  // Suites leave default versions out.
  options.protocol = {.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256}};
  expect_error(check_client(options), Errc::conflicting_options, name);
  next.required = true;
  options.protocol.ciphers = {str_to_suite("ECDHE-ECDSA-AES128-GCM-SHA256").value()};
  EXPECT_TRUE(check_client(options));
  options.protocol = {.versions = {tls1_2}};
  next.required = false;
  next.default_protocol = std::string(256, 'a');
  expect_error(check_client(options), Errc::invalid_option, name + ".default_protocol");
  next.default_protocol.reset();
  for (const std::vector<std::string>& broken : {std::vector<std::string>{""}, {"one", "one"}, {std::string(256, 'a')}}) {
    next.protocols = broken;
    expect_error(check_client(options), Errc::invalid_option, name + ".protocols");
  }
}

TEST(CheckServer, NextProtocols) {
  using enum ProtocolVersion;
  ServerOptions options{.protocol = {.versions = {tls1_2}}, .psk = {.keys = {Psk::make("tester", Bytes(16))}}};
  options.next_protocols_advertised.emplace();
  if (!legacy_is_built()) return expect_error(check_server(options), Errc::invalid_option, "next_protocols_advertised");
  EXPECT_TRUE(check_server(options)) << "an empty list is one";
  options.next_protocols_advertised = std::vector<std::string>{"one", "one"};
  expect_error(check_server(options), Errc::invalid_option, "next_protocols_advertised", "one");
  options.next_protocols_advertised = std::vector<std::string>{"one"};
  options.protocol.versions = {tls1_3};
  expect_error(check_server(options), Errc::conflicting_options, "next_protocols_advertised");
}

//= rfc7507#4-2
TEST(CheckClient, AFallbackIsNotFromTheNewestVersion) {
  ClientOptions options;
  options.fallback = true;
  options.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  expect_error(check_client(options), Errc::conflicting_options, "fallback", "true");
  options.protocol.versions = {ProtocolVersion::tls1_2};
  EXPECT_TRUE(check_client(options));
}

//= rfc8449#4-6
TEST(CheckProtocol, Sizes) {
  EXPECT_TRUE(check_protocol({.record_size_limit = 64}));
  EXPECT_TRUE(check_protocol({.record_size_limit = 16385}));
  expect_error(check_protocol({.record_size_limit = 63}), Errc::invalid_option, "record_size_limit", "63");
  expect_error(check_protocol({.record_size_limit = 16386}), Errc::invalid_option, "record_size_limit", "16386");
  EXPECT_TRUE(check_protocol({.max_send_fragment = 64}));
  expect_error(check_protocol({.max_send_fragment = 63}), Errc::invalid_option, "max_send_fragment", "63");
  expect_error(check_protocol({.max_send_fragment = 16385}), Errc::invalid_option, "max_send_fragment");
  EXPECT_TRUE(check_protocol({.pad_records_to = 16384}));
  expect_error(check_protocol({.pad_records_to = 16385}), Errc::invalid_option, "pad_records_to");
  expect_error(check_protocol({.key_update_at = 0}), Errc::invalid_option, "key_update_at", "0");
  EXPECT_TRUE(check_protocol({.renegotiate_at = 1}));
  expect_error(check_protocol({.renegotiate_at = 0}), Errc::invalid_option, "renegotiate_at", "0");
  expect_error(check_protocol({.max_handshake_size = 0}), Errc::invalid_option, "max_handshake_size");
  expect_error(check_protocol({.max_handshake_size = 8388608}), Errc::invalid_option, "max_handshake_size");
  expect_error(check_protocol({.max_certificate_list = 0}), Errc::invalid_option, "max_certificate_list");
  expect_error(check_protocol({.max_certificate_list = 16777216}), Errc::invalid_option, "max_certificate_list");
}

TEST(CheckProtocol, PskModes) {
  using enum PskKeyExchangeMode;
  EXPECT_TRUE(check_protocol({.psk_modes = {psk_ke, psk_dhe_ke}}));
  expect_error(check_protocol({.psk_modes = {}}), Errc::invalid_option, "psk_modes");
  expect_error(check_protocol({.psk_modes = {psk_ke, psk_ke}}), Errc::invalid_option, "psk_modes");
  expect_error(check_protocol({.psk_modes = {static_cast<PskKeyExchangeMode>(7)}}), Errc::invalid_option, "psk_modes", "7");
}

class NoSigner final : public crypto::Signer {
 public:
  crypto::KeyType type() const override { return crypto::KeyType::ed25519; }
  bool can(SignatureScheme) const override { return true; }
  ByteView subject_public_key_info() const override { return {}; }
  void sign(SignatureScheme, ByteView, Answer<Bytes> answer) const override { std::move(answer).give(Bytes()); }
};

TEST(CheckIdentities, OneCertificateAndOneKey) {
  const auto signer = std::make_shared<NoSigner>();
  const std::vector<Bytes> der{Bytes(1)};
  EXPECT_TRUE(check_identities({}, provider()));
  EXPECT_TRUE(check_identities({{.certfile = "a.pem"}}, provider()));
  EXPECT_TRUE(check_identities({{.cert = der, .signer = signer}}, provider()));
  expect_error(check_identities({{.certfile = "a.pem"}, {}}, provider()), Errc::missing_option, "certs_keys[1].certfile");
  expect_error(check_identities({{.certfile = "a.pem", .cert = der}}, provider()), Errc::conflicting_options,
               "certs_keys[0].certfile", "a.pem");
  expect_error(check_identities({{.certfile = "a.pem", .keyfile = "k.pem", .signer = signer}}, provider()),
               Errc::conflicting_options, "certs_keys[0].keyfile", "k.pem");
  expect_error(check_identities({{.cert = der}}, provider()), Errc::missing_option, "certs_keys[0].keyfile");
  expect_error(check_identities({{.certfile = "a.pem", .ocsp_staple_file = "o.der", .ocsp_staple = Bytes(1)}}, provider()),
               Errc::conflicting_options, "certs_keys[0].ocsp_staple_file", "o.der");
  struct Nothing final : StapleSource {
    std::shared_ptr<const Bytes> staple(WallTime) const override { return nullptr; }
  };
  const auto source = std::make_shared<Nothing>();
  expect_error(check_identities({{.certfile = "a.pem", .ocsp_staple_file = "o.der", .ocsp_staple_source = source}}, provider()),
               Errc::conflicting_options, "certs_keys[0].ocsp_staple_source", "o.der");
}

TEST(CheckIdentities, ARawPublicKeyIsAKeyAlone) {
  struct Staples final : StapleSource {
    std::shared_ptr<const Bytes> staple(WallTime) const override { return nullptr; }
  };
  const auto signer = std::make_shared<NoSigner>();
  EXPECT_TRUE(check_identities({{.keyfile = "k.pem", .raw_public_key = true}}, provider()));
  EXPECT_TRUE(check_identities({{.signer = signer, .raw_public_key = true, .subject_public_key_info = Bytes(1)}}, provider()));
  expect_error(check_identities({{.raw_public_key = true}}, provider()), Errc::missing_option, "certs_keys[0].keyfile");
  expect_error(check_identities({{.certfile = "a.pem", .raw_public_key = true}}, provider()), Errc::conflicting_options,
               "certs_keys[0].certfile", "a.pem");
  expect_error(check_identities({{.cert = {Bytes(1)}, .signer = signer, .raw_public_key = true}}, provider()),
               Errc::conflicting_options, "certs_keys[0].cert");
  expect_error(check_identities({{.keyfile = "k.pem", .ocsp_staple = Bytes(1), .raw_public_key = true}}, provider()),
               Errc::conflicting_options, "certs_keys[0].ocsp_staple");
  expect_error(check_identities({{.keyfile = "k.pem", .ocsp_staple_source = std::make_shared<Staples>(), .raw_public_key = true}},
                                provider()),
               Errc::conflicting_options, "certs_keys[0].ocsp_staple_source");
  expect_error(check_identities({{.keyfile = "k.pem", .must_match_issuer = true, .raw_public_key = true}}, provider()),
               Errc::conflicting_options, "certs_keys[0].must_match_issuer");
  expect_error(check_identities({{.certfile = "a.pem", .subject_public_key_info = Bytes(1)}}, provider()),
               Errc::conflicting_options, "certs_keys[0].subject_public_key_info");
}

//= rfc7250#4.3-1, 4.4-1
TEST(CheckCertificateTypes, RawPublicKeysNeedSomebodyWhoAnswersForThem) {
  using enum CertificateType;
  const auto check = [](VerifyOptions options) { return check_certificate_types(options, provider()); };
  const RawPublicKeyFunction function = [](const auto&, Answer<bool> answer) { std::move(answer).give(true); };
  EXPECT_TRUE(check({}));
  for (const VerifyMode verify : {VerifyMode::verify_peer, VerifyMode::verify_none}) {
    expect_error(check({.verify = verify, .certificate_types = {raw_public_key}}), Errc::missing_option, "raw_public_keys.pins");
    expect_error(check({.verify = verify, .certificate_types = {x509, raw_public_key}}), Errc::missing_option,
                 "raw_public_keys.pins");
  }
  EXPECT_TRUE(check({.certificate_types = {raw_public_key}, .raw_public_keys = {.pins = {Bytes(32)}}}));
  EXPECT_TRUE(check({.certificate_types = {raw_public_key}, .raw_public_keys = {.accept = function}}));
  EXPECT_TRUE(check({.certificate_types = {raw_public_key}, .raw_public_keys = {.dangerously_accept_any = true}}));
  expect_error(check({.raw_public_keys = {.pins = {Bytes(32)}}}), Errc::conflicting_options, "raw_public_keys");
  expect_error(check({.raw_public_keys = {.dangerously_accept_any = true}}), Errc::conflicting_options, "raw_public_keys");
  expect_error(
      check({.certificate_types = {raw_public_key}, .raw_public_keys = {.pins = {Bytes(32)}, .dangerously_accept_any = true}}),
      Errc::conflicting_options, "raw_public_keys.dangerously_accept_any", "true");
  expect_error(check({.certificate_types = {raw_public_key}, .raw_public_keys = {.pins = {Bytes(32), Bytes(31)}}}),
               Errc::invalid_option, "raw_public_keys.pins[1]", "31 bytes");
  expect_error(check({.certificate_types = {}}), Errc::invalid_option, "certificate_types");
  expect_error(check({.certificate_types = {x509, x509}}), Errc::invalid_option, "certificate_types", "0");
  expect_error(check({.certificate_types = {static_cast<CertificateType>(1)}}), Errc::invalid_option, "certificate_types", "1");
}

class NoCompressor final : public CertificateCompressor {
 public:
  explicit NoCompressor(CertificateCompression number) : number_(number) {}
  CertificateCompression algorithm() const override { return number_; }
  Result<Bytes> compress(ByteView) const override { return fail(Errc::internal); }
  Result<void> decompress(ByteView, MutableBytes) const override { return fail(Errc::internal); }

 private:
  CertificateCompression number_;
};

TEST(CheckProtocol, CompressorsAreNamedOnce) {
  using enum CertificateCompression;
  const auto one = std::make_shared<NoCompressor>(zlib);
  const auto two = std::make_shared<NoCompressor>(brotli);
  EXPECT_TRUE(check_protocol({.certificate_compression = {one, two}}));
  expect_error(check_protocol({.certificate_compression = {two, one, two}}), Errc::invalid_option, "certificate_compression[2]",
               "2");
  expect_error(check_protocol({.certificate_compression = {one, nullptr}}), Errc::invalid_option, "certificate_compression[1]");
  expect_error(check_protocol({.versions = {ProtocolVersion::tls1_2}, .certificate_compression = {one}}),
               Errc::conflicting_options, "certificate_compression");
}

TEST(CheckIdentities, TimestampsAreAList) {
  const auto check = [](std::string_view bytes) {
    return check_identities({{.certfile = "a.pem", .signed_certificate_timestamps = to_bytes(as_bytes(bytes))}}, provider());
  };
  EXPECT_TRUE(check(std::string_view("\0\6\0\1a\0\1b", 8)));
  for (const auto bad : {std::string_view("\0\0", 2), std::string_view("\0\2\0\0", 4), std::string_view("\0\3\0\1a!", 6),
                         std::string_view("\0\3\0\2a", 5), std::string_view("x", 1)}) {
    expect_error(check(bad), Errc::invalid_option, "certs_keys[0].signed_certificate_timestamps");
  }
}

TEST(CheckIdentities, SchemesMustSignHandshakes) {
  EXPECT_TRUE(check_identities({{.certfile = "a", .signature_algs = {SignatureScheme::rsa_pkcs1_sha256}}}, provider()));
  EXPECT_TRUE(check_identities({{.certfile = "a", .signature_algs = {SignatureScheme::rsa_pkcs1_sha1}}}, provider()));
  expect_error(check_identities({{.certfile = "a", .signature_algs = {SignatureScheme::rsa_pkcs1_md5_sha1}}}, provider()),
               Errc::invalid_option, "certs_keys[0].signature_algs", "rsa_pkcs1_md5_sha1");
}

TEST(CheckVerify, DepthAndMode) {
  EXPECT_EQ(VerifyOptions{}.depth, 10u);
  EXPECT_TRUE(check_verify({.depth = 0}));
  EXPECT_TRUE(check_verify({.depth = 255}));
  expect_error(check_verify({.depth = 256}), Errc::invalid_option, "depth", "256");
  EXPECT_TRUE(check_verify({.max_rsa_bits = 2048}));
  EXPECT_TRUE(check_verify({.max_rsa_bits = 16384}));
  expect_error(check_verify({.max_rsa_bits = 2047}), Errc::invalid_option, "max_rsa_bits", "2047");
  expect_error(check_verify({.max_rsa_bits = 16385}), Errc::invalid_option, "max_rsa_bits", "16385");
  expect_error(check_verify({.verify = static_cast<VerifyMode>(9)}), Errc::invalid_option, "verify", "9");
}

TEST(CheckVerify, Revocation) {
  const auto cache = memory_crl_cache();
  for (const CrlCheck check : {CrlCheck::all, CrlCheck::peer, CrlCheck::best_effort}) {
    EXPECT_TRUE(check_verify({.crl_check = check, .crl_cache = cache}));
    expect_error(check_verify({.crl_check = check}), Errc::missing_option, "crl_cache");
  }
  expect_error(check_verify({.crl_cache = cache}), Errc::conflicting_options, "crl_cache");
  expect_error(check_verify({.crl_check = static_cast<CrlCheck>(4), .crl_cache = cache}), Errc::invalid_option, "crl_check", "4");
  const auto own = make_unchecked_verifier();
  expect_error(check_verify({.crl_check = CrlCheck::peer, .crl_cache = cache, .verifier = own}), Errc::conflicting_options,
               "crl_check", "peer");
  expect_error(check_verify({.require_ocsp_staple = true, .verifier = own}), Errc::conflicting_options, "require_ocsp_staple",
               "true");
}

TEST(CheckVerify, RevocationOfWhoIsNotVerified) {
  const auto cache = memory_crl_cache();
  const VerifyOptions looking{.verify = VerifyMode::verify_none, .crl_check = CrlCheck::all, .crl_cache = cache};
  expect_error(check_client({.peer = looking}), Errc::conflicting_options, "crl_check", "all");
  ServerOptions server{.peer = looking};
  server.peer.cacertfile = "ca.pem";
  server.certs_keys = {{.certfile = "a.pem"}};
  expect_error(check_server(server), Errc::conflicting_options, "crl_check", "all");
  server.post_handshake_auth = true;
  EXPECT_TRUE(check_server(server));
  expect_error(check_client({.peer = {.require_ocsp_staple = true}}), Errc::conflicting_options, "require_ocsp_staple", "true");
  EXPECT_TRUE(check_client({.peer = {.require_ocsp_staple = true}, .stapling = true}));
  expect_error(check_client({.ocsp_nonce = true}), Errc::conflicting_options, "ocsp_nonce", "true");
  EXPECT_TRUE(check_client({.stapling = true, .ocsp_nonce = true}));
}

TEST(CheckVerify, KeysPoliciesAndFunctions) {
  EXPECT_TRUE(check_verify({.min_rsa_bits = 1024}));
  EXPECT_TRUE(check_verify({.max_rsa_bits = 4096, .min_rsa_bits = 4096}));
  expect_error(check_verify({.min_rsa_bits = 1023}), Errc::invalid_option, "min_rsa_bits", "1023");
  expect_error(check_verify({.max_rsa_bits = 4096, .min_rsa_bits = 4097}), Errc::invalid_option, "min_rsa_bits", "4097");
  EXPECT_TRUE(check_verify({.cert_policy_opts = {.policy_set = {"2.23.140.1.2.1", "2.5.29.32.0"}}}));
  expect_error(check_verify({.cert_policy_opts = {.policy_set = {"1.2.3", "web"}}}), Errc::invalid_option,
               "cert_policy_opts.policy_set[1]", "web");
  expect_error(check_verify({.cert_policy_opts = {.policy_set = std::vector<std::string>(65, "1.2.3")}}), Errc::invalid_option,
               "cert_policy_opts.policy_set", "65 policies");
  class Nobody final : public Verifier {
   public:
    void verify(const VerifyQuestion&, Answer<TrustedChain>) const override {}
    Bytes fingerprint() const override { return {}; }
  };
  const auto verifier = std::make_shared<Nobody>();
  const auto function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) {};
  expect_error(check_verify({.verify_fun = {.function = function}, .verifier = verifier}), Errc::conflicting_options,
               "verify_fun");
  expect_error(check_verify({.partial_chain = [](auto) { return std::optional<std::size_t>(); }, .verifier = verifier}),
               Errc::conflicting_options, "partial_chain");
  expect_error(
      check_verify({.customize_hostname_check = {.fail_callback = [](const auto&) { return true; }}, .verifier = verifier}),
      Errc::conflicting_options, "customize_hostname_check");
}

TEST(CheckPsk, IdentitiesAndKeys) {
  const auto check = [](Psk psk) { return check_psk({.keys = {std::move(psk)}}, {}, provider()); };
  const Bytes key(32);
  EXPECT_TRUE(check(Psk::make("a", key)));
  EXPECT_TRUE(check(Psk::make(std::string(65535, 'i'), key)));
  expect_error(check(Psk::make("", key)), Errc::invalid_option, "psk.keys[0].identity");
  const ProtocolOptions older{.versions = {ProtocolVersion::tls1_2, ProtocolVersion::tls1_1}};
  EXPECT_TRUE(check_psk({.keys = {Psk::make("", key)}}, older, provider()));
  expect_error(check(Psk::make(std::string(65536, 'i'), key)), Errc::invalid_option, "psk.keys[0].identity", "65536 bytes");
  expect_error(check(Psk::make("a", {})), Errc::invalid_option, "psk.keys[0].key");
  expect_error(check({.identity = Bytes(1), .key = nullptr}), Errc::invalid_option, "psk.keys[0].key");
  expect_error(check(Psk::make("a", key, HashAlgorithm::sha512)), Errc::invalid_option, "psk.keys[0].hash");
  Psk with_context = Psk::make("a", key);
  with_context.context = Bytes(1);
  expect_error(check(with_context), Errc::conflicting_options, "psk.keys[0].context");
  with_context.imported = true;
  EXPECT_TRUE(check(with_context));
  with_context.context = Bytes(65527);
  expect_error(check(with_context), Errc::invalid_option, "psk.keys[0].context");
}

TEST(CheckPsk, EachIdentityOnceAndRequiredNeedsOne) {
  const Bytes key(32);
  expect_error(check_psk({.keys = {Psk::make("a", key), Psk::make("a", key)}}, {}, provider()), Errc::invalid_option,
               "psk.keys[1].identity", "a");
  expect_error(check_psk({.required = true}, {}, provider()), Errc::missing_option, "psk.keys");
  EXPECT_TRUE(check_psk({.keys = {Psk::make("a", key)}, .required = true}, {}, provider()));
}

//= rfc8446#4.6.1-1
TEST(CheckTickets, Ranges) {
  using std::chrono::seconds;
  constexpr TicketMode stateful = TicketMode::stateful;
  EXPECT_TRUE(check_tickets(ServerTicketOptions{.mode = stateful, .lifetime = seconds(1)}));
  EXPECT_TRUE(check_tickets(ServerTicketOptions{.mode = stateful, .lifetime = seconds(604800)}));
  expect_error(check_tickets(ServerTicketOptions{.lifetime = seconds(0)}), Errc::invalid_option, "tickets.lifetime", "0");
  expect_error(check_tickets(ServerTicketOptions{.lifetime = seconds(604801)}), Errc::invalid_option, "tickets.lifetime");
  expect_error(check_tickets(ServerTicketOptions{.lifetime = seconds(-1)}), Errc::invalid_option, "tickets.lifetime", "-1");
  EXPECT_TRUE(check_tickets(ServerTicketOptions{.mode = stateful, .count = 0}));
  expect_error(check_tickets(ServerTicketOptions{.count = 256}), Errc::invalid_option, "tickets.count", "256");
  expect_error(check_tickets(ServerTicketOptions{.store_size = 0}), Errc::invalid_option, "tickets.store_size", "0");
  expect_error(check_tickets(ServerTicketOptions{.mode = static_cast<TicketMode>(5)}), Errc::invalid_option, "tickets.mode");
  expect_error(check_tickets(ClientTicketOptions{.use_ticket = {nullptr}}), Errc::invalid_option, "tickets.use_ticket[0]");
}

TEST(CheckTickets, WhatNeedsTicketsIsNotPassedOverWithoutThem) {
  const auto refused = [](ServerTicketOptions options, std::string_view option, std::string_view value) {
    expect_error(check_tickets(options), Errc::conflicting_options, option, value);
    options.mode = TicketMode::stateful;
    EXPECT_TRUE(check_tickets(options)) << option;
  };
  EXPECT_TRUE(check_tickets(ServerTicketOptions{.max_skipped_early_data = 0})) << "early data needs no tickets to be skipped";
  refused({.store = memory_ticket_store()}, "tickets.store", "");
  refused({.count = 1}, "tickets.count", "1");
  refused({.lifetime = std::chrono::seconds(60)}, "tickets.lifetime", "60 seconds");
  refused({.store_size = 10}, "tickets.store_size", "10");
}

/// The default versions.
ProtocolOptions older() { return {}; }
ProtocolOptions newest() { return {.versions = {ProtocolVersion::tls1_3}}; }

TEST(CheckSessions, RangesOfServers) {
  using std::chrono::seconds;
  EXPECT_TRUE(check_sessions(ServerSessionOptions{}, {}));
  EXPECT_TRUE(check_sessions(ServerSessionOptions{.lifetime = seconds(604800)}, older()));
  const auto refused = [](const ServerSessionOptions& options, std::string_view option, std::string_view value) {
    expect_error(check_sessions(options, older()), Errc::invalid_option, option, value);
  };
  refused({.lifetime = seconds(0)}, "sessions.lifetime", "0");
  refused({.lifetime = seconds(604801)}, "sessions.lifetime", "604801");
  refused({.store_size = 0}, "sessions.store_size", "0");
  refused({.store_bytes = 1023}, "sessions.store_bytes", "1023");
}

TEST(CheckSessions, WhatServersCannotUseIsNotPassedOver) {
  const auto refused = [](const ServerSessionOptions& options, std::string_view option) {
    expect_error(check_sessions(options, newest()), Errc::conflicting_options, option);
    EXPECT_TRUE(check_sessions(options, older())) << option;
  };
  refused({.tickets = true}, "sessions.tickets");
  refused({.store = memory_session_store()}, "sessions.store");
  const ReuseFunction any = [](const ReuseQuestion&) { return true; };
  refused({.reuse_session = any}, "sessions.reuse_session");
  expect_error(check_sessions(ServerSessionOptions{.reuse_sessions = false, .store = memory_session_store()}, older()),
               Errc::conflicting_options, "sessions.store");
  expect_error(check_sessions(ServerSessionOptions{.reuse_sessions = false, .reuse_session = any}, older()),
               Errc::conflicting_options, "sessions.reuse_session");
  EXPECT_TRUE(check_sessions(ServerSessionOptions{.reuse_sessions = false, .reuse_session = any, .tickets = true}, older()));
}

TEST(CheckSessions, WhatClientsCannotUseIsNotPassedOver) {
  const auto whole = [](ProtocolVersion version) {
    auto session = std::make_shared<Session>();
    session->version = version;
    session->secret = Secret48(Bytes(48));
    return std::make_shared<const SessionTicket>(SessionTicket{.session = session, .session_id = Bytes(32)});
  };
  const auto reusing = [](auto session) {
    ClientSessionOptions options{.store = memory_client_sessions()};
    options.reuse_session = std::move(session);
    return options;
  };
  EXPECT_TRUE(check_sessions(ClientSessionOptions{.store = memory_client_sessions()}, newest()));
  expect_error(check_sessions(ClientSessionOptions{.tickets = true}, newest()), Errc::conflicting_options, "sessions.tickets");
  EXPECT_TRUE(check_sessions(reusing(Bytes(32)), older()));
  EXPECT_TRUE(check_sessions(reusing(whole(ProtocolVersion::tls1_2)), older()));
  const std::string option = "sessions.reuse_session";
  expect_error(check_sessions(reusing(Bytes(32)), newest()), Errc::conflicting_options, option);
  expect_error(check_sessions(reusing(Bytes(33)), older()), Errc::invalid_option, option, "33 bytes");
  expect_error(check_sessions(reusing(whole(ProtocolVersion::tls1_3)), older()), Errc::invalid_option, option);
  expect_error(check_sessions(reusing(std::make_shared<const SessionTicket>()), older()), Errc::invalid_option, option);
  expect_error(check_sessions(reusing(std::shared_ptr<const SessionTicket>()), older()), Errc::invalid_option, option);
  auto saving = reusing(Bytes(32));
  saving.reuse_sessions = ReuseSessions::save;
  expect_error(check_sessions(saving, older()), Errc::conflicting_options, option);
  auto nowhere = reusing(Bytes(32));
  nowhere.store = nullptr;
  expect_error(check_sessions(nowhere, older()), Errc::missing_option, "sessions.store");
}

TEST(CheckPsk, ShortKeysAreLegalAndWarnedOf) {
  const PskOptions options{.keys = {Psk::make("long", Bytes(16)), Psk::make("short", Bytes(15))}};
  EXPECT_TRUE(check_psk(options, {}, provider()));
  EXPECT_EQ(warnings_of_psk(options),
            std::vector<std::string>{"psk.keys[1].key: it has 15 bytes and can be guessed; give 16 random bytes or more"});
}

//= rfc7301#3.1-1
TEST(CheckAlpn, Names) {
  EXPECT_TRUE(check_alpn("alpn", {"h2", "http/1.1", std::string(255, 'a')}));
  expect_error(check_alpn("alpn", {""}), Errc::invalid_option, "alpn", "");
  expect_error(check_alpn("alpn", {std::string(256, 'a')}), Errc::invalid_option, "alpn");
  expect_error(check_alpn("alpn", {"h2", "h2"}), Errc::invalid_option, "alpn", "h2");
  std::vector<std::string> many;
  for (int i = 0; i < 300; ++i) many.push_back(std::string(250, 'a') + std::to_string(i));
  expect_error(check_alpn("alpn", many), Errc::invalid_option, "alpn");
}

TEST(CheckHostName, DnsNamesOnly) {
  for (const std::string good :
       {"a", "a.example", "A-1.Example", "_dmarc.example", "xn--bcher-kva.example", "1a.2b", "4.example"}) {
    EXPECT_TRUE(check_host_name("name", good)) << good;
  }
  const std::string long_label = std::string(64, 'a') + ".example";
  std::string long_name;
  while (long_name.size() < 254) long_name += "abcdefgh.";
  long_name += "x";
  for (const std::string& bad :
       {std::string(), std::string("."), std::string("a..b"), std::string("a.example."), std::string("-a.example"),
        std::string("a-.example"), std::string("a b"), std::string("b\xc3\xbc"), std::string("192.0.2.1"), std::string("::1"),
        std::string("*.example"), std::string("a\0b", 3), long_label, long_name}) {
    expect_error(check_host_name("name", bad), Errc::invalid_option, "name", bad);
  }
}

}  // namespace
}  // namespace keyway::config
