// SPDX-License-Identifier: Apache-2.0
//
// Every key exchange of TLS 1.2 between our two sides: what it connects, whom it authenticates, and that it waits for those whom
// it asks. What is refused: key_exchange_faults_test.cpp.
#include <gmock/gmock.h>

#include "loop/key_exchange.h"
#include "names/cipher_suite_table.h"

namespace keyway::test {
namespace {

using enum NamedGroup;

bool has_certificate(const CipherSuiteInfo& row) {
  using enum Authentication;
  return row.authentication == rsa || row.authentication == ecdsa || row.authentication == dss;
}

/// A suite with what both sides need for it.
ExchangePair pair_for(const CipherSuiteInfo& row) {
  ExchangePair options(row.code);
  if (row.authentication == Authentication::rsa) options.with_rsa();
  if (needs_psk(row)) options.with_psk();
#if defined(KEYWAY_LEGACY)
  if (row.key_exchange == KeyExchange::ecdh) options.with_static_key();
  if (row.authentication == Authentication::dss) options.with_dsa();
  if (row.key_exchange == KeyExchange::srp) options.with_srp();
#endif
  if (!has_certificate(row)) options.server.certs_keys.clear();
  if (is_anonymous(row)) options.client.peer = {.verify = VerifyMode::verify_none};
  return options;
}

std::string_view subject_of(const CipherSuiteInfo& row) {
  if (row.key_exchange == KeyExchange::srp) return "alice";
  return needs_psk(row) ? "tester" : "";
}

class EachExchange : public testing::TestWithParam<std::uint16_t> {
 protected:
  const CipherSuiteInfo& row_ = *find_cipher_suite(static_cast<CipherSuite>(GetParam()));
};

//= rfc4279#2-1
TEST_P(EachExchange, ConnectsAndCarriesData) {
  Pair pair(pair_for(row_));
  pair.run();
  expect_connected(pair);
  const ConnectionInfo& client = pair.client.connection.info();
  const ConnectionInfo& server = pair.server.connection.info();
  EXPECT_EQ(client.cipher_suite, static_cast<CipherSuite>(row_.code));
  EXPECT_EQ(server.cipher_suite, static_cast<CipherSuite>(row_.code));
  EXPECT_EQ(client.group, server.group);
  EXPECT_EQ(client.peer_chain != nullptr, has_certificate(row_));
  EXPECT_EQ(server.used_identity, has_certificate(row_));
  EXPECT_EQ(as_text(client.psk_identity), subject_of(row_));
  EXPECT_EQ(as_text(server.psk_identity), subject_of(row_));
}

TEST_P(EachExchange, ByteByByteIsTheSame) {
  Pair pair(pair_for(row_));
  pair.run(1);
  expect_connected(pair);
}

constexpr std::uint16_t plain_exchanges[] = {
    0x009e, 0x009f, 0xc09e, 0xccaa,                  // DHE_RSA
    0x00a8, 0x00a9, 0xccab,                          // PSK
    0x00aa, 0x00ab, 0xccad,                          // DHE_PSK
    0xd001, 0xd002, 0xccac,                          // ECDHE_PSK
};
INSTANTIATE_TEST_SUITE_P(Tls12, EachExchange, testing::ValuesIn(plain_exchanges));

#if defined(KEYWAY_LEGACY)
constexpr std::uint16_t legacy_exchanges[] = {
    0x009c, 0x009d,          // RSA
    0x00ac, 0x00ad, 0xccae,  // RSA_PSK
    0x00a6, 0x00a7,          // DH_anon
    0xc018, 0xc019,          // ECDH_anon
    0xc02d, 0xc02e,          // ECDH_ECDSA
    0xc031, 0xc032,          // ECDH_RSA
    0xc01d, 0xc020,          // SRP
    0xc01e, 0xc021,          // SRP_RSA
    0xc01f, 0xc022,          // SRP_DSS
    0x00a2, 0x00a3,          // DHE_DSS
};
INSTANTIATE_TEST_SUITE_P(Legacy, EachExchange, testing::ValuesIn(legacy_exchanges));
#endif

// ---- finite fields

TEST(Dhe, IsFfdhe2048UnlessSomebodySaysOtherwise) {
  ExchangePair options(0x009e);
  Pair pair(options.with_rsa());
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().group, ffdhe2048);
}

TEST(Dhe, TheServersChoiceWhereTheClientNamesNoField) {
  ExchangePair options(0x009e);
  options.with_rsa().server.dh.group = ffdhe3072;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().group, ffdhe3072);
  EXPECT_EQ(pair.server.connection.info().group, ffdhe3072);
}

// RFC 7919 4: one of those that the client names.
//= rfc7919#4-2
TEST(Dhe, OneOfTheFieldsThatTheClientNames) {
  ExchangePair options(0x009e);
  options.with_rsa().client.protocol.supported_groups = {x25519, ffdhe4096, ffdhe3072};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().group, ffdhe3072) << "the server's first of them";
}

TEST(Dhe, ParametersOfTheServerHaveNoNumber) {
  ExchangePair options(0x009e);
  const auto field = crypto::default_provider()->field_of(ffdhe2048);
  ASSERT_TRUE(field);
  // A known prime with another generator: 4 is a square, too.
  const Bytes integer_p = hex("02 82 01 01 00") + field->p;
  const Bytes body = integer_p + hex("02 01 04");
  options.with_rsa().server.dh.dh = hex("30 82") + vector16(body);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().group, std::nullopt);
}

// ---- pre-shared keys

TEST(PskSuites, TheClientsLookupGetsTheHint) {
  ExchangePair options(0x00a8);
  options.with_psk();
  options.server.psk.hint = "which building?";
  options.client.psk.keys.clear();
  std::string hint;
  options.client.psk.lookup = [&hint](ByteView given, Answer<std::shared_ptr<const Psk>> answer) {
    hint = as_text(given);
    std::move(answer).give(std::make_shared<const Psk>(Psk::make("tester", Bytes(32, std::byte{0x42}))));
  };
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(hint, "which building?");
}

//= rfc4279#5.3-1
TEST(PskSuites, KeysAndIdentitiesOfAnySize) {
  for (const std::size_t size : {1u, 16u, 64u, 300u}) {
    for (const std::size_t name : {0u, 1u, 128u, 65535u}) {
      ExchangePair options(0x00aa);
      options.client.psk.keys = {Psk::make(std::string(name, 'x'), Bytes(size, std::byte{0x42}))};
      options.server.psk.keys = options.client.psk.keys;
      Pair pair(options);
      pair.run();
      expect_connected(pair);
    }
  }
}

// RFC 4279 5.2: a hint that nobody has explained changes nothing.
//= rfc4279#5.2-1
TEST(PskSuites, TheFirstKeyIsOffered) {
  ExchangePair options(0x00a8);
  options.server.psk.hint = "two";
  options.client.psk.keys = {Psk::make("one", Bytes(16, std::byte{1})), Psk::make("two", Bytes(16, std::byte{2}))};
  options.server.psk.keys = {options.client.psk.keys[1], options.client.psk.keys[0]};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(as_text(pair.server.connection.info().psk_identity), "one");
}

// A client that asks for a certificate gets none from a server whose suite has none, and a server asks for none.
//= rfc4279#2-2
TEST(PskSuites, NobodyIsAskedForACertificate) {
  ExchangePair options(0x00a8);
  options.with_psk();
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_FALSE(pair.server.connection.info().client_authenticated);
}

TEST(PskSuites, ARequiredKeyLeavesOtherSuitesOut) {
  ExchangePair options(0x00a8);
  options.with_psk();
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
    protocol->ciphers.insert(protocol->ciphers.begin(), CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  options.server.psk.required = true;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().cipher_suite, static_cast<CipherSuite>(0x00a8));
}

TEST(PskSuites, WithoutACertificateTheOtherSuitesAreLeftOut) {
  ExchangePair options(0x00a8);
  options.with_psk().server.certs_keys.clear();
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
    protocol->ciphers.insert(protocol->ciphers.begin(), CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().cipher_suite, static_cast<CipherSuite>(0x00a8));
}

// RFC 4279 2: without a hint there is nothing to say.
//= rfc4279#2-3
TEST(PskSuites, AServerWithoutAHintSaysHelloAndDone) {
  for (const bool hinted : {false, true}) {
    ExchangePair options(0x00a8);
    options.with_psk().server.psk.hint = hinted ? "a hint" : "";
    Pair pair(options);
    pair.server.give(pair.client.take_output());
    std::vector<HandshakeType> sent;
    (void)edit_clear(pair.server.take_output(), [&sent](const Messages& messages) {
      for (const HandshakeMessage& message : messages) sent.push_back(message.type);
    });
    using enum HandshakeType;
    EXPECT_EQ(sent, hinted ? (std::vector{server_hello, server_key_exchange, server_hello_done})
                           : (std::vector{server_hello, server_hello_done}));
  }
}

// ---- answers that come later

/// A look-up that keeps its answer until it is told to give it.
struct LatePsk {
  std::optional<Answer<std::shared_ptr<const Psk>>> answer;
  std::string subject;
  PskLookup lookup() {
    return [this](ByteView given, Answer<std::shared_ptr<const Psk>> later) {
      subject = as_text(given);
      answer.emplace(std::move(later));
    };
  }
  void give(std::byte key) { std::move(*answer).give(std::make_shared<const Psk>(Psk::make("tester", Bytes(32, key)))); }
};

void expect_blocked(const End& end, Blocked::On on) {
  ASSERT_TRUE(end.connection.blocked());
  ASSERT_FALSE(end.events.empty());
  const auto* blocked = std::get_if<Blocked>(&end.events.back());
  ASSERT_NE(blocked, nullptr);
  EXPECT_EQ(blocked->on, on);
}

void go_on(Pair& pair, End& end) {
  end.events.clear();
  ASSERT_TRUE(end.connection.resume());
  end.work();
  pair.run();
}

TEST(LateAnswers, KeysOnBothSides) {
  for (const int suite : {0x00a8, 0x00aa, 0xd001}) {
    ExchangePair options(suite);
    LatePsk of_client, of_server;
    options.client.psk.lookup = of_client.lookup();
    options.server.psk.lookup = of_server.lookup();
    Pair pair(options);
    pair.run();
    expect_blocked(pair.client, Blocked::On::psk);
    of_client.give(std::byte{7});
    go_on(pair, pair.client);
    expect_blocked(pair.server, Blocked::On::psk);
    EXPECT_EQ(of_server.subject, "tester");
    of_server.give(std::byte{7});
    go_on(pair, pair.server);
    expect_connected(pair);
  }
}

#if defined(KEYWAY_LEGACY)
/// Keeps what it is asked to decrypt or to agree with, and the answer.
class LateSigner final : public crypto::Signer {
 public:
  explicit LateSigner(std::shared_ptr<const crypto::Signer> inner) : inner_(std::move(inner)) {}
  crypto::KeyType type() const override { return inner_->type(); }
  bool can(SignatureScheme scheme) const override { return inner_->can(scheme); }
  ByteView subject_public_key_info() const override { return inner_->subject_public_key_info(); }
  void sign(SignatureScheme scheme, ByteView content, Answer<Bytes> answer) const override {
    inner_->sign(scheme, content, std::move(answer));
  }
  bool can_decrypt() const override { return true; }
  void decrypt(ByteView ciphertext, Answer<SecretBytes> answer) const override { keep(ciphertext, std::move(answer)); }
  void agree(ByteView share, Answer<SharedSecret> answer) const override { keep(share, std::move(answer)); }
  void answer() const { std::exchange(kept_, nullptr)(); }

 private:
  void keep(ByteView bytes, Answer<SecretBytes> answer) const {
    kept_ = [this, bytes = to_bytes(bytes), answer = std::move(answer)]() mutable { inner_->decrypt(bytes, std::move(answer)); };
  }
  void keep(ByteView bytes, Answer<SharedSecret> answer) const {
    kept_ = [this, bytes = to_bytes(bytes), answer = std::move(answer)]() mutable { inner_->agree(bytes, std::move(answer)); };
  }
  std::shared_ptr<const crypto::Signer> inner_;
  mutable std::move_only_function<void()> kept_;
};

TEST(LateAnswers, ThePremasterAndTheKeyBehindIt) {
  for (const int suite : {0x009c, 0x00ac}) {
    ExchangePair options(suite);
    options.with_rsa();
    LatePsk of_server;
    if (suite == 0x00ac) {
      options.with_psk().server.psk.keys.clear();
      options.server.psk.lookup = of_server.lookup();
    }
    const auto signer = std::make_shared<LateSigner>(options.server.certs_keys.front().signer);
    options.server.certs_keys.front().signer = signer;
    Pair pair(options);
    pair.run();
    expect_blocked(pair.server, Blocked::On::private_key);
    signer->answer();
    go_on(pair, pair.server);
    if (suite == 0x00ac) {
      expect_blocked(pair.server, Blocked::On::psk);
      of_server.give(std::byte{0x42});
      go_on(pair, pair.server);
    }
    expect_connected(pair);
  }
}

TEST(KeysOfCertificates, AClientWithACertificate) {
  for (const int suite : {0x009c, 0xc02d}) {
    ExchangePair options(suite);
    suite == 0x009c ? options.with_rsa() : options.with_static_key();
    options.client.certs_keys = {authority().leaf()};
    options.server.peer = options.client.peer;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_TRUE(pair.server.connection.info().client_authenticated);
    EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, std::nullopt) << "the server signed nothing";
  }
}

// RFC 5246 7.4.3: with a hash that both name. RFC 4346 7.4.3, RFC 6101 5.6.3: before, it is SHA-1, and nobody says so.
TEST(DssSuites, BothSidesWithDsaKeysInEachVersion) {
  using enum SignatureScheme;
  struct Row {
    ProtocolVersion version;
    std::vector<SignatureScheme> named;
    SignatureScheme used;
  };
  for (const auto& [version, named, used] :
       {Row{ProtocolVersion::tls1_2, {ecdsa_secp256r1_sha256, dsa_sha256}, dsa_sha256},
        Row{ProtocolVersion::tls1_2, {dsa_sha1, ecdsa_secp256r1_sha256}, dsa_sha1}, Row{ProtocolVersion::tls1_1, {}, dsa_sha1},
        Row{ProtocolVersion::tls1_0, {}, dsa_sha1}, Row{ProtocolVersion::ssl3, {}, dsa_sha1}}) {
    SCOPED_TRACE(to_string(version));
    ExchangePair options(0x0032);
    options.with_dsa().client.certs_keys = {dsa_identity()};
    options.server.peer = options.client.peer;
    for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) {
      protocol->versions = {version};
      protocol->signature_algs = named;
    }
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_TRUE(pair.server.connection.info().client_authenticated);
    EXPECT_EQ(pair.server.connection.info().version, version);
    if (version == ProtocolVersion::ssl3) continue;  // there it is the digest that is signed
    EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, used);
    EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, used);
  }
}

// RFC 5246 7.4.4: a kind of key for clients, whatever the server's is.
TEST(DssSuites, AClientWithADsaKeyAndAServerWithAnother) {
  ExchangePair options(0xc02b);
  const auto identities = options.server.certs_keys;
  options.with_dsa().client.certs_keys = options.server.certs_keys;
  options.server.certs_keys = identities;
  options.server.peer = options.client.peer;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, SignatureScheme::dsa_sha256);
}

// Before TLS 1.2 signature_algs can name nothing: who takes DSA keys in certificates takes what they sign.
TEST(DssSuites, AClientWithADsaKeyWhereNoSuiteHasOne) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = {dsa_identity()};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol}) {
    protocol->versions = {ProtocolVersion::tls1_1, ProtocolVersion::tls1_0};
    protocol->signature_algs_cert = {SignatureScheme::dsa_sha256, SignatureScheme::ecdsa_secp256r1_sha256};
  }
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
  EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, SignatureScheme::dsa_sha1);
}

// Of two identities the one whose kind of key the suite names.
TEST(DssSuites, TheIdentityThatTheSuiteNames) {
  for (const int suite : {0x00a2, 0xc02b}) {
    ExchangePair options(suite);
    const CertKey other = options.server.certs_keys.front();
    options.with_dsa().server.certs_keys.insert(options.server.certs_keys.begin(), other);
    options.server.protocol.ciphers = {static_cast<CipherSuite>(0xc02b), static_cast<CipherSuite>(0x00a2)};
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().peer_chain->certificate(0)->key_description(),
              suite == 0x00a2 ? "DSA" : "EC secp256r1");
  }
}

TEST(KeysOfCertificates, OnEachCurve) {
  for (const auto& [key, group] :
       {std::pair{NewKey::ec_p256, secp256r1}, std::pair{NewKey::ec_p384, secp384r1}, std::pair{NewKey::ec_p521, secp521r1}}) {
    ExchangePair options(0xc02d);
    Pair pair(options.with_static_key(key));
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().group, group);
    EXPECT_EQ(pair.server.connection.info().group, group);
  }
}

TEST(SrpSuites, InEachGroup) {
  for (const std::string group : {"srp_1024", "srp_1536", "srp_2048", "srp_3072", "srp_4096", "srp_6144", "srp_8192"}) {
    ExchangePair options(0xc01d);
    options.with_srp(group).client.min_dh_bits = 1024;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
  }
}

TEST(SrpSuites, ByDerivedKey) {
  ExchangePair options(0xc01d);
  options.with_srp("srp_2048", SrpKeeps::derived_key);
  Pair pair(options);
  pair.run();
  expect_connected(pair);
}

TEST(SrpSuites, TheUserIsLookedUpLater) {
  for (const int suite : {0xc01d, 0xc01e}) {
    ExchangePair options(suite);
    options.with_rsa().with_srp();
    std::optional<Answer<std::shared_ptr<const SrpEntry>>> kept;
    options.server.srp.lookup = [&kept](std::string_view user, Answer<std::shared_ptr<const SrpEntry>> answer) {
      EXPECT_EQ(user, "alice");
      kept.emplace(std::move(answer));
    };
    Pair pair(options);
    pair.run();
    expect_blocked(pair.server, Blocked::On::psk);
    std::move(*kept).give(srp_entry("srp_2048", SrpKeeps::verifier));
    go_on(pair, pair.server);
    expect_connected(pair);
  }
}

// A client that has a certificate is not asked for it, and one that does not name itself gets another suite.
TEST(SrpSuites, OtherSuitesForWhoNamesNobody) {
  ExchangePair options(0xc01d);
  options.with_srp();
  for (ProtocolOptions* protocol : {&options.client.protocol, &options.server.protocol})
    protocol->ciphers.push_back(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(), [](Hello& hello) { hello.remove(ExtensionType::srp); }));
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  const Bytes flight = pair.server.take_output();
  Hello hello = hello_of(flight);
  const Bytes head = hello.head;
  hello.choose(CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256);
  EXPECT_EQ(hello.head, head) << "chosen already";
}

TEST(LateAnswers, TheKeyOfACertificate) {
  ExchangePair options(0xc02d);
  options.with_static_key();
  CertKey& identity = options.server.certs_keys.front();
  const auto signer = std::make_shared<LateSigner>(identity.signer);
  identity.signer = signer;
  Pair pair(options);
  pair.run();
  expect_blocked(pair.server, Blocked::On::private_key);
  signer->answer();
  go_on(pair, pair.server);
  expect_connected(pair);
}

TEST(RsaSuites, StaplesComeBeforeServerHelloDone) {
  for (const int suite : {0x009c, 0x00ac}) {
    ExchangePair options(suite);
    options.with_rsa();
    if (suite == 0x00ac) options.with_psk();
    options.client.stapling = true;
    options.client.peer = {.verify = VerifyMode::verify_none};
    options.server.certs_keys.front().ocsp_staple = Bytes(100, std::byte{7});
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    ASSERT_TRUE(pair.client.connection.info().ocsp_response);
    EXPECT_EQ(*pair.client.connection.info().ocsp_response, Bytes(100, std::byte{7}));
  }
}

// RFC 4279 4: with a hint there is a ServerKeyExchange, which nobody signs.
TEST(RsaSuites, AHintOfRsaPsk) {
  ExchangePair options(0x00ac);
  options.with_rsa().with_psk();
  options.server.psk.hint = "a hint";
  Pair pair(options);
  pair.run();
  expect_connected(pair);
}
#endif

}  // namespace
}  // namespace keyway::test
