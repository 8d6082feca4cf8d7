// SPDX-License-Identifier: Apache-2.0
//
// External pre-shared keys (RFC 8446 4.2.9, 4.2.11) and imported ones (RFC 9258): who gets in, and how others are refused.
#include "handshake/negotiation/psk.h"
#include "loop/sessions.h"
#include "schedule/binder.h"

namespace keyway::test {
namespace {

const Bytes& key() {
  static const Bytes bytes = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
  return bytes;
}

Psk imported(HashAlgorithm hash = HashAlgorithm::sha256) {
  Psk psk = Psk::make("sensor-7", key(), hash);
  psk.imported = true;
  psk.context = to_bytes(as_bytes("plant A"));
  return psk;
}

ClientOptions client_with(std::vector<Psk> keys) {
  ClientOptions options = client_options();
  options.psk.keys = std::move(keys);
  return options;
}

/// Without certificates.
ServerOptions server_with(std::vector<Psk> keys) {
  ServerOptions options;
  options.psk.keys = std::move(keys);
  return options;
}

void expect_refused(const End& end, Errc code, AlertDescription alert) {
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code(), code) << end.error->message();
  EXPECT_EQ(end.error->alert(), alert);
  EXPECT_FALSE(end.done());
}

class ExternalPskOfHash : public testing::TestWithParam<HashAlgorithm> {};
//= rfc8446#4.1.1-3
TEST_P(ExternalPskOfHash, AuthenticatesBothSides) {
  const Psk psk = Psk::make("sensor-7", key(), GetParam());
  Pair pair({.client = client_with({psk}), .server = server_with({psk})});
  pair.run();
  expect_resumption(pair, Resumption::external_psk);
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_EQ(end->connection.info().psk_identity, psk.identity);
    EXPECT_EQ(end->connection.info().group, NamedGroup::x25519);
    EXPECT_FALSE(end->connection.info().peer_chain);
  }
  pair.send_from_client("measured");
  EXPECT_EQ(pair.server.data, "measured");
}
TEST_P(ExternalPskOfHash, GoesThroughARetry) {
  const Psk psk = Psk::make("sensor-7", key(), GetParam());
  PairOptions options{.client = client_with({psk}), .server = server_with({psk})};
  options.server.protocol.supported_groups = {NamedGroup::secp384r1};
  Pair pair(options);
  pair.run();
  expect_resumption(pair, Resumption::external_psk);
  EXPECT_TRUE(pair.client.connection.info().hello_retry);
}
//= rfc9258#4.1-4
TEST_P(ExternalPskOfHash, ImportedAuthenticatesUnderEitherSuite) {
  for (const CipherSuite suite : {CipherSuite::TLS_AES_128_GCM_SHA256, CipherSuite::TLS_AES_256_GCM_SHA384}) {
    PairOptions options{.client = client_with({imported(GetParam())}), .server = server_with({imported(GetParam())})};
    options.server.protocol.ciphers = {suite};
    Pair pair(options);
    pair.run();
    expect_resumption(pair, Resumption::external_psk);
    EXPECT_EQ(pair.client.connection.info().cipher_suite, suite);
    EXPECT_EQ(pair.client.connection.info().psk_identity, to_bytes(as_bytes("sensor-7")));
  }
}
INSTANTIATE_TEST_SUITE_P(Hashes, ExternalPskOfHash, testing::Values(HashAlgorithm::sha256, HashAlgorithm::sha384));

TEST(ExternalPsk, WithoutKeyExchangeOnlyWhereBothSaySo) {
  const Psk psk = Psk::make("sensor-7", key());
  PairOptions options{.client = client_with({psk}), .server = server_with({psk})};
  options.client.protocol.psk_modes = {PskKeyExchangeMode::psk_ke};
  options.server.protocol.psk_modes = {PskKeyExchangeMode::psk_ke};
  Pair both(options);
  both.run();
  expect_resumption(both, Resumption::external_psk);
  EXPECT_FALSE(both.client.connection.info().group);
  options.server.protocol.psk_modes = {PskKeyExchangeMode::psk_dhe_ke};
  options.server.certs_keys = server_options().certs_keys;
  Pair one(options);
  one.run();
  expect_resumption(one, Resumption::none);
}

TEST(ExternalPsk, ThePskIsPreferredToTheCertificate) {
  const Psk psk = Psk::make("sensor-7", key());
  ServerOptions options = server_with({psk});
  options.certs_keys = server_options().certs_keys;
  Pair pair({.client = client_with({psk}), .server = options});
  pair.run();
  expect_resumption(pair, Resumption::external_psk);
}

//= rfc8446#4.2.11-8
TEST(ExternalPsk, AnUnknownIdentityFallsBackToTheCertificate) {
  ServerOptions options = server_with({Psk::make("sensor-8", key())});
  options.certs_keys = server_options().certs_keys;
  Pair pair({.client = client_with({Psk::make("sensor-7", key())}), .server = options});
  pair.run();
  expect_resumption(pair, Resumption::none);
  EXPECT_EQ(pair.client.connection.info().verified, TrustedChain::Basis::validated);
}

//= rfc8446#4.1.1-1, 4.1.1-4
TEST(ExternalPsk, AnUnknownIdentityIsRefusedWithoutCertificates) {
  ServerOptions options = server_with({Psk::make("sensor-8", key())});
  Pair pair({.client = client_with({Psk::make("sensor-7", key())}), .server = options});
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_common_psk);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
}

// Where no key is known, a certificate must do, and for that the client must say what it takes.
//= rfc8446#4.2.3-2
TEST(ExternalPsk, AnUnknownIdentityNeedsSignatureAlgorithms) {
  int chooses = 0;
  for (const bool chooser : {false, true}) {
    ServerOptions options = server_with({Psk::make("sensor-8", key())});
    options.certs_keys = server_options().certs_keys;
    if (chooser) {
      options.identity_select = [&](const IdentityQuestion& question, Answer<std::optional<std::size_t>> answer) {
        ++chooses;
        EXPECT_TRUE(question.signature_schemes.empty());
        std::move(answer).give(std::optional<std::size_t>(0));
      };
    }
    Pair pair({.client = client_with({Psk::make("sensor-7", key())}), .server = options});
    pair.server.give(
        edit_hello(pair.client.take_output(), [](Hello& hello) { hello.remove(ExtensionType::signature_algorithms); }));
    expect_refused(pair.server, Errc::missing_extension, AlertDescription::missing_extension);
    ASSERT_TRUE(pair.server.error->detail());
    EXPECT_EQ(pair.server.error->detail()->reason, "signature_algorithms");
  }
  EXPECT_EQ(chooses, 1);
}

TEST(ExternalPsk, AnUnknownIdentityIsRefusedWhereAPskIsRequired) {
  ServerOptions options = server_with({Psk::make("sensor-8", key())});
  options.certs_keys = server_options().certs_keys;
  options.psk.required = true;
  Pair pair({.client = client_with({Psk::make("sensor-7", key())}), .server = options});
  pair.run();
  expect_refused(pair.server, Errc::unknown_psk_identity, AlertDescription::unknown_psk_identity);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::unknown_psk_identity);
}

TEST(ExternalPsk, AClientThatRequiresOneRefusesACertificate) {
  ClientOptions options = client_with({Psk::make("sensor-7", key())});
  options.psk.required = true;
  Pair pair({.client = options, .server = server_options()});
  pair.run();
  expect_refused(pair.client, Errc::missing_extension, AlertDescription::missing_extension);
}

//= rfc8446#4.2.11-2
TEST(ExternalPsk, AKeyOfAnotherHashIsNotUsed) {
  PairOptions options{.client = client_with({Psk::make("sensor-7", key(), HashAlgorithm::sha384)}),
                      .server = server_with({Psk::make("sensor-7", key())})};
  options.server.certs_keys = server_options().certs_keys;
  options.server.protocol.ciphers = {CipherSuite::TLS_AES_256_GCM_SHA384};
  Pair pair(options);
  pair.run();
  expect_resumption(pair, Resumption::none);
}

//= rfc8446#4.2.11-4
TEST(ExternalPsk, TheFirstKnownOfSeveralIsTaken) {
  const Psk second = Psk::make("second", key());
  Pair pair({.client = client_with({Psk::make("first", Bytes(32, std::byte{1})), second, Psk::make("third", key())}),
             .server = server_with({Psk::make("third", key()), second})});
  pair.run();
  expect_resumption(pair, Resumption::external_psk);
  EXPECT_EQ(pair.server.connection.info().psk_identity, second.identity);
}

TEST(ExternalPsk, TheFifthIdentityIsNotLookedAt) {
  std::vector<Psk> keys;
  for (const char* name : {"one", "two", "three", "four", "five"}) keys.push_back(Psk::make(name, key()));
  for (const std::size_t known : {std::size_t{3}, std::size_t{4}}) {
    ServerOptions options = server_with({keys[known]});
    options.certs_keys = server_options().certs_keys;
    Pair pair({.client = client_with(keys), .server = options});
    pair.run();
    expect_resumption(pair, known < 4 ? Resumption::external_psk : Resumption::none);
  }
}

// ---- binders

//= rfc8446#4.2.11-3
TEST(Binder, OfAnotherKeyIsRefused) {
  Pair pair({.client = client_with({Psk::make("sensor-7", Bytes(32, std::byte{7}))}),
             .server = server_with({Psk::make("sensor-7", key())})});
  pair.run();
  expect_refused(pair.server, Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::decrypt_error);
}

TEST(Binder, OfAnotherKeyIsRefusedEvenWithCertificates) {
  ServerOptions options = server_with({Psk::make("sensor-7", key())});
  options.certs_keys = server_options().certs_keys;
  Pair pair({.client = client_with({Psk::make("sensor-7", Bytes(32, std::byte{7}))}), .server = options});
  pair.run();
  expect_refused(pair.server, Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
}

/// What a server with the key says about a changed hello.
void expect_for_hello(const std::function<void(Hello&)>& change, Errc code, AlertDescription alert) {
  const Psk psk = Psk::make("sensor-7", key());
  Pair pair({.client = client_with({psk}), .server = server_with({psk})});
  pair.server.give(edit_hello(pair.client.take_output(), change));
  expect_refused(pair.server, code, alert);
  pair.client.give(pair.server.take_output());
  EXPECT_EQ(alert_at(pair.client), alert);
}

//= rfc8446#4.2.11.2-1
TEST(Binder, CoversTheHello) {
  expect_for_hello([](Hello& hello) { hello.head[2] ^= std::byte{1}; }, Errc::psk_binder_mismatch,
                   AlertDescription::decrypt_error);
}

TEST(Binder, EveryBitCounts) {
  expect_for_hello([](Hello& hello) { hello.at(ExtensionType::pre_shared_key).back() ^= std::byte{0x80}; },
                   Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
}

// identities: 2 of length, 2 + 8 + 4; binders: 2 of length, 1 + 32.
constexpr std::string_view identities = "000e 0008 73656e736f722d37 00000000";

TEST(Binder, OfAnotherLengthIsRefused) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{31}, std::size_t{33}, std::size_t{48}, std::size_t{255}}) {
    Bytes list{std::byte{0}, static_cast<std::byte>(size)};
    list.insert(list.end(), size, std::byte{0x11});
    list = Bytes{static_cast<std::byte>((size + 1) >> 8), static_cast<std::byte>(size + 1)} + ByteView(list).subspan(1);
    expect_for_hello([&](Hello& hello) { hello.set(ExtensionType::pre_shared_key, hex(identities) + list); },
                     Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
  }
}

//= rfc8446#4.2.11-7
TEST(Binder, OneForEachIdentity) {
  const Bytes two_binders = hex("0042 20") + Bytes(32, std::byte{1}) + hex("20") + Bytes(32, std::byte{2});
  expect_for_hello([&](Hello& hello) { hello.set(ExtensionType::pre_shared_key, hex(identities) + two_binders); },
                   Errc::psk_binder_count, AlertDescription::illegal_parameter);
  const Bytes two_identities = hex("0015 0008 73656e736f722d37 00000000 0001 78 00000000");
  const Bytes one_binder = hex("0021 20") + Bytes(32, std::byte{1});
  expect_for_hello([&](Hello& hello) { hello.set(ExtensionType::pre_shared_key, two_identities + one_binder); },
                   Errc::psk_binder_count, AlertDescription::illegal_parameter);
}

TEST(Binder, ListsAreNotEmpty) {
  expect_for_hello([](Hello& hello) { hello.set(ExtensionType::pre_shared_key, hex(identities) + hex("0000")); },
                   Errc::empty_list, AlertDescription::decode_error);
  expect_for_hello([](Hello& hello) { hello.set(ExtensionType::pre_shared_key, hex("0000 0000")); }, Errc::empty_list,
                   AlertDescription::decode_error);
}

//= rfc8446#4.2-6
TEST(Binder, TheExtensionIsTheLast) {
  expect_for_hello([](Hello& hello) { std::swap(hello.extensions.front(), hello.extensions.back()); },
                   Errc::pre_shared_key_not_last, AlertDescription::illegal_parameter);
}

//= rfc8446#4.2.9-2
TEST(Binder, NeedsTheModes) {
  expect_for_hello([](Hello& hello) { hello.remove(ExtensionType::psk_key_exchange_modes); }, Errc::psk_modes_missing,
                   AlertDescription::missing_extension);
}

//= rfc8446#4.2.11.2-2
TEST(Binder, OfTheSecondHelloCoversTheRetry) {
  const Psk psk = Psk::make("sensor-7", key());
  PairOptions options{.client = client_with({psk}), .server = server_with({psk})};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  const auto records = records_of(pair.client.take_output());
  ASSERT_EQ(records.size(), 2u) << "change_cipher_spec and the second hello";
  // A binder over this hello alone, as if nothing had gone before.
  pair.server.give(records[0] + edit_hello(records[1], [](Hello& hello) {
                     bind_again(hello, HashAlgorithm::sha256, key(), schedule::BinderKind::external);
                   }));
  expect_refused(pair.server, Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
}

//= rfc8446#4.3.2-1
TEST(ExternalPsk, ACertificateBehindAnAcceptedKeyIsUnexpected) {
  const Psk psk = Psk::make("sensor-7", key());
  for (const HandshakeType type : {HandshakeType::certificate_request, HandshakeType::certificate}) {
    KeyBook book;
    PairOptions options{.client = client_with({psk}), .server = server_with({psk})};
    options.server.observe.key_log = book.sink();
    Pair pair(options);
    pair.server.give(pair.client.take_output());
    const CipherSuite suite = *pair.server.connection.info().cipher_suite;
    pair.client.give(edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                                 [&](Messages& messages) { messages.insert(messages.begin() + 1, {type, hex("00000000")}); }));
    expect_refused(pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
  }
}

// ---- RFC 9258

struct ImportCase {
  HashAlgorithm external;
  HashAlgorithm target;
  std::string_view identity;
  std::string_view key;
};

// Computed with another implementation of HMAC from section 4.1 of the RFC.
constexpr ImportCase import_cases[] = {
    {HashAlgorithm::sha256, HashAlgorithm::sha256, "000873656e736f722d370007706c616e74204103040001",
     "806fc0b0b876b5b5687db1d1aa41273facb570d1dc9e48cee5257b866c639b82"},
    {HashAlgorithm::sha256, HashAlgorithm::sha384, "000873656e736f722d370007706c616e74204103040002",
     "1875bd14ace3cbe51c1a76660f7b6b928e87078a8a2097b0ceabf6da089bc0d6f45e1669d3022054fdea554629367556"},
    {HashAlgorithm::sha384, HashAlgorithm::sha256, "000873656e736f722d370007706c616e74204103040001",
     "3b25348ee9902f753824e9aaa465d2dbea939f4a986eb0eb1d1314d1600fccb2"},
    {HashAlgorithm::sha384, HashAlgorithm::sha384, "000873656e736f722d370007706c616e74204103040002",
     "c2c39ef541ab4de3489d7a5c2a3d55deec2ea66a967a4b22621c9fd017e69ffd40a941cb14844c1e4c216a9fb4c4ff43"}};

//= rfc9258#4.1-1, 4.1-2
TEST(Import, IdentitiesAndKeys) {
  for (const ImportCase& c : import_cases) {
    const Psk psk = imported(c.external);
    EXPECT_EQ(handshake::negotiation::imported_identity(psk, c.target), hex(c.identity));
    const Secret48 derived = handshake::negotiation::imported_key(psk, c.target, *crypto::default_provider());
    EXPECT_EQ(to_bytes(derived.expose()), hex(c.key));
  }
}

//= rfc9258#4.1-3
TEST(Import, IsNotTheKeyItself) {
  ServerOptions options = server_with({Psk::make("sensor-7", key())});
  options.certs_keys = server_options().certs_keys;
  Pair pair({.client = client_with({imported()}), .server = options});
  pair.run();
  expect_resumption(pair, Resumption::none);
}

TEST(Import, AnotherContextIsAnotherKey) {
  Psk other = imported();
  other.context = to_bytes(as_bytes("plant B"));
  ServerOptions options = server_with({other});
  options.certs_keys = server_options().certs_keys;
  Pair pair({.client = client_with({imported()}), .server = options});
  pair.run();
  expect_resumption(pair, Resumption::none);
}

// RFC 9257 4.1: who is client and server with one key may be made to talk to itself. The contexts of guide/psk.md tell the
// directions apart, so that a hello that comes back finds no key.
TEST(Import, AContextForEachDirectionRefusesAReflectedHello) {
  const auto directed = [](std::string_view context) {
    Psk psk = imported();
    psk.context = to_bytes(as_bytes(context));
    return psk;
  };
  const Psk to_b = directed("client A, server B");
  const Psk to_a = directed("client B, server A");
  PairOptions options{.client = client_with({to_b}), .server = server_with({to_b})};
  options.client.psk.required = options.server.psk.required = true;
  Pair straight(options);
  straight.run();
  expect_resumption(straight, Resumption::external_psk);
  options.server.psk.keys = {to_a};
  Pair reflected(options);
  reflected.run();
  expect_refused(reflected.server, Errc::unknown_psk_identity, AlertDescription::unknown_psk_identity);
  EXPECT_EQ(alert_at(reflected.client), AlertDescription::unknown_psk_identity);
}

// RFC 9258 5.2: the same bytes as a plain external key are bound under another label.
//= rfc9258#5.2-1
TEST(Import, BindersHaveALabelOfTheirOwn) {
  const Psk plain = Psk::make(as_text(hex(import_cases[0].identity)), hex(import_cases[0].key));
  Pair pair({.client = client_with({plain}), .server = server_with({imported()})});
  pair.run();
  expect_refused(pair.server, Errc::psk_binder_mismatch, AlertDescription::decrypt_error);
}

}  // namespace
}  // namespace keyway::test
