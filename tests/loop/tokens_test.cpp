// SPDX-License-Identifier: Apache-2.0
//
// Keys in PKCS#11 tokens and behind engines: whole handshakes with them, in both roles, and everything that can be wrong with
// them. The token is SoftHSM's; the same is done through a provider, whose stand-in is pkcs11_provider.cpp.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "crypto/openssl/key_store.h"
#include "crypto/pkcs11_uri.h"
#include "fixtures/token.h"
#include "keyway/private_key.h"
#include "loop/older.h"

namespace keyway::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

using crypto::openssl::between_restarts;
using std::chrono::steady_clock;

/// Stores begin anew whenever they like to, but where a test says otherwise.
Token& token() {
  static Token made;
  static const bool set = [] {
    between_restarts = steady_clock::duration::zero();
    return true;
  }();
  EXPECT_TRUE(set);
  return made;
}

/// An identity whose key is in the token and nowhere else.
CertKey identity_of(const std::string& object, const std::shared_ptr<const crypto::Signer>& key,
                    std::uint16_t usage = pki::key_usage::digital_signature) {
  CertKey identity = authority().leaf({.signer = key, .names = {"server.test", "client.test"}, .key_usage = usage});
  identity.signer = nullptr;
  identity.keyfile = Token::uri(object);
  identity.password = Token::pin;
  return identity;
}

CertKey new_identity(const std::string& object, NewKey kind, std::uint16_t usage = pki::key_usage::digital_signature) {
  return identity_of(object, token().add(object, kind), usage);
}

/// Both roles with keys in the token.
OlderPair pair_of(const CertKey& identity, ProtocolVersion version) {
  OlderPair options(version);
  options.server.certs_keys = options.client.certs_keys = {identity};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  return options;
}

template <class T>
const Error& error_of(const Result<T>& result) {
  EXPECT_FALSE(result);
  return result.error();
}

/// The message is for people, who may show it to anybody.
void expect_error(const Error& error, Errc code, const std::string& option, const std::string& reason) {
  EXPECT_EQ(error.code(), code) << error.message();
  ASSERT_NE(error.detail(), nullptr);
  EXPECT_EQ(error.detail()->option, option) << error.message();
  EXPECT_THAT(error.detail()->reason, HasSubstr(reason)) << error.message();
  EXPECT_FALSE(error.detail()->mend.empty());
  EXPECT_THAT(error.message(), AllOf(Not(HasSubstr(Token::pin)), Not(HasSubstr("9999"))));
}

struct Case {
  NewKey key;
  ProtocolVersion version;
  SignatureScheme scheme;
};

TEST(Tokens, SignInBothRolesWithEachSchemeOfTheirKeys) {
  const CertKey rsa = new_identity("rsa", NewKey::rsa_2048);
  const CertKey p256 = new_identity("p256", NewKey::ec_p256);
  const CertKey p384 = new_identity("p384", NewKey::ec_p384);
  const Case cases[] = {
      {NewKey::rsa_2048, ProtocolVersion::tls1_3, SignatureScheme::rsa_pss_rsae_sha256},
      {NewKey::rsa_2048, ProtocolVersion::tls1_3, SignatureScheme::rsa_pss_rsae_sha384},
      {NewKey::rsa_2048, ProtocolVersion::tls1_3, SignatureScheme::rsa_pss_rsae_sha512},
      {NewKey::ec_p256, ProtocolVersion::tls1_3, SignatureScheme::ecdsa_secp256r1_sha256},
      {NewKey::ec_p384, ProtocolVersion::tls1_3, SignatureScheme::ecdsa_secp384r1_sha384},
      {NewKey::rsa_2048, ProtocolVersion::tls1_2, SignatureScheme::rsa_pss_rsae_sha256},
      {NewKey::rsa_2048, ProtocolVersion::tls1_2, SignatureScheme::rsa_pkcs1_sha256},
      {NewKey::rsa_2048, ProtocolVersion::tls1_2, SignatureScheme::rsa_pkcs1_sha512},
      {NewKey::ec_p256, ProtocolVersion::tls1_2, SignatureScheme::ecdsa_secp256r1_sha256},
      {NewKey::ec_p384, ProtocolVersion::tls1_2, SignatureScheme::ecdsa_secp384r1_sha384},
  };
  for (const Case& each : cases) {
    SCOPED_TRACE(to_string(each.scheme));
    const CertKey& identity = each.key == NewKey::rsa_2048 ? rsa : each.key == NewKey::ec_p256 ? p256 : p384;
    OlderPair options = pair_of(identity, each.version);
    options.server.certs_keys[0].signature_algs = options.client.certs_keys[0].signature_algs = {each.scheme};
    std::vector<SignatureScheme> accepted{each.scheme};
    if (each.scheme != SignatureScheme::ecdsa_secp256r1_sha256) accepted.push_back(SignatureScheme::ecdsa_secp256r1_sha256);
    options.client.protocol.signature_algs = options.server.protocol.signature_algs = accepted;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, each.scheme);
    EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, each.scheme);
  }
}

#if defined(KEYWAY_LEGACY)
TEST(Tokens, DecryptPremastersAndSignForVersionsThatNameNoScheme) {
  const CertKey identity =
      new_identity("both", NewKey::rsa_2048, pki::key_usage::digital_signature | pki::key_usage::key_encipherment);
  for (const ProtocolVersion version : {ProtocolVersion::tls1_2, ProtocolVersion::tls1_1}) {
    OlderPair options(version);
    options.set_suites({CipherSuite{0x002f} /* TLS_RSA_WITH_AES_128_CBC_SHA */});
    options.server.certs_keys = {identity};
    Pair decrypting(options);
    decrypting.run();
    expect_connected(decrypting);
  }
  OlderPair options = pair_of(identity, ProtocolVersion::tls1_1);
  options.set_suites({CipherSuite{0xc013} /* TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA */});
  Pair signing(options);
  signing.run();
  expect_connected(signing);
}
#endif

TEST(Tokens, ThePinComesFromTheOptionTheUriOrAFile) {
  const auto key = token().add("pins", NewKey::ec_p256);
  EXPECT_TRUE(load_private_key(Token::uri("pins"), Token::pin));
  EXPECT_TRUE(load_private_key(Token::uri_with_pin("pins")));
  EXPECT_TRUE(load_private_key(Token::uri_with_pin("pins"), "9999")) << "what the URI says is nearer to the token";
  const auto file = token().folder() / "pin";
  std::ofstream(file) << Token::pin << "\n";
  for (const std::string prefix : {"", "file:", "file://", "file://localhost"}) {
    const auto loaded = load_private_key(Token::uri("pins") + "&pin-source=" + prefix + file.string());
    ASSERT_TRUE(loaded) << prefix << loaded.error().message();
    EXPECT_EQ(as_text((*loaded)->subject_public_key_info()), as_text(key->subject_public_key_info()));
  }
  expect_error(error_of(load_private_key(Token::uri("pins") + "&pin-source=" + file.string() + "s")), Errc::file_unreadable, "",
               "");
  EXPECT_TRUE(load_private_key(Token::uri("pins") + "&x-vendor=1&pin-value=" + Token::pin + "&x-vendor=2"));
  for (const std::string source : {"pin", "file:pin", "%7Ccat%20/pin", "http://host/pin", "file://host/pin"})
    expect_error(error_of(load_private_key(Token::uri("pins") + "&pin-source=" + source)), Errc::invalid_option, "",
                 "pin-source");
}

TEST(Tokens, EveryMistakeIsToldByItsNameAndNothingIsPrinted) {
  const CertKey good = new_identity("good", NewKey::ec_p256);
  const auto refused = [&](std::string keyfile, std::string password) {
    OlderPair options;
    options.server.certs_keys = {good};
    options.server.certs_keys[0].keyfile = std::move(keyfile);
    options.server.certs_keys[0].password = std::move(password);
    const auto made = ServerConfig::make(options.server);
    EXPECT_FALSE(made);
    return made ? Error(Errc::internal) : made.error();
  };
  const std::string password = "certs_keys[0].password";
  const std::string keyfile = "certs_keys[0].keyfile";
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  expect_error(refused(good.keyfile, ""), Errc::wrong_password, password, "none was given");
  expect_error(refused(good.keyfile, "9999"), Errc::wrong_password, password, "PIN incorrect");
  expect_error(refused(good.keyfile + "&pin-value=9999", ""), Errc::wrong_password, password, "PIN incorrect");
  expect_error(refused(good.keyfile, std::string("9999") + '\0'), Errc::wrong_password, password, "no token has such a PIN");
  expect_error(refused(Token::uri("nobody"), Token::pin), Errc::key_not_found, keyfile, "object not found");
  std::string other_token = good.keyfile;
  other_token.replace(other_token.find("keyway"), 6, "away");
  expect_error(refused(other_token, Token::pin), Errc::key_not_found, keyfile, "object not found");
  expect_error(refused("pkcs11:object=good?module-path=/nowhere/module.so", Token::pin), Errc::file_unreadable, keyfile, "");
  expect_error(refused("pkcs11:object=good?module-path=module.so", Token::pin), Errc::invalid_option, keyfile, "absolute");
  expect_error(refused("pkcs11:object=good?module-name=softhsm2", Token::pin), Errc::invalid_option, keyfile, "module-name");
  expect_error(refused(std::string("pkcs11:object=good?module-path=") + KEYWAY_SOURCE_DIR "/README.md", Token::pin),
               Errc::key_store_failed, keyfile, "load PKCS#11 module");
  expect_error(refused("pkcs11:slot-id=1;object=good", Token::pin), Errc::invalid_option, keyfile, "slot-id");
  expect_error(refused("pkcs11:object=good;colour=9999", Token::pin), Errc::invalid_option, keyfile, "unknown attribute colour");
  token().add("other", NewKey::rsa_2048);
  expect_error(refused(Token::uri("other"), Token::pin), Errc::key_mismatch, keyfile, "not the one of CN=server.test");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
  const std::string complaints = testing::internal::GetCapturedStderr();
  EXPECT_THAT(complaints, AllOf(Not(HasSubstr(Token::pin)), Not(HasSubstr("9999")), Not(HasSubstr("pkcs11:"))));
}

TEST(Tokens, AConfigurationForgetsThePin) {
  OlderPair options;
  options.server.certs_keys = {new_identity("forgets", NewKey::ec_p256)};
  options.server.certs_keys[0].keyfile = Token::uri_with_pin("forgets");
  options.server.certs_keys[0].password = Token::pin;
  const auto config = make_config(options.server);
  EXPECT_EQ(config->options().certs_keys[0].keyfile, "pkcs11:token=keyway%20test;object=forgets");
  EXPECT_EQ(std::get<std::string>(config->options().certs_keys[0].password), "");
}

TEST(Tokens, AFunctionIsAskedForThePinBeforeTheTokenIs) {
  OlderPair options;
  options.server.certs_keys = {new_identity("asked", NewKey::ec_p256)};
  int asked = 0;
  options.server.certs_keys[0].password = [&asked]() -> Result<SecretBytes> {
    ++asked;
    return SecretBytes(as_bytes(std::string_view(Token::pin)));
  };
  Pair pair(options);
  EXPECT_EQ(asked, 1);
  pair.run();
  expect_connected(pair);
  options.server.certs_keys[0].password = []() -> Result<SecretBytes> { return fail(Errc::not_available); };
  expect_error(error_of(ServerConfig::make(options.server)), Errc::not_available, "certs_keys[0].password",
               "the function that knows it");
}

TEST(Tokens, ATokenThatGoesAwayEndsHandshakesAndServesAgainWhenItIsBack) {
  for (const NewKey kind : {NewKey::ec_p256, NewKey::rsa_2048}) {
    const std::string object = kind == NewKey::ec_p256 ? "goes1" : "goes2";
    OlderPair options;
    options.server.certs_keys = {new_identity(object, kind)};
    for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
      options.set_versions({version}, {version});
      const auto client = make_config(options.client);
      const auto server = make_config(options.server);
      Pair before(client, server, options);
      before.run();
      expect_connected(before);
      token().take_away();
      for (int i = 0; i < 2; ++i) {
        Pair during(client, server, options);
        during.run();
        ASSERT_TRUE(during.server.error);
        expect_error(*during.server.error, Errc::key_unavailable, "certs_keys", "");
        EXPECT_THAT(during.server.error->message(), HasSubstr("object=" + object));
        EXPECT_EQ(during.server.error->alert(), AlertDescription::internal_error);
        ASSERT_TRUE(during.client.error);
        EXPECT_EQ(during.client.error->detail()->received_alert, AlertDescription::internal_error);
      }
      expect_connected(before);
      token().bring_back();
      Pair after(client, server, options);
      after.run();
      expect_connected(after);
    }
  }
}

/// Signs on this thread.
Result<Bytes> sign(const crypto::Signer& signer) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.sign(SignatureScheme::ecdsa_secp256r1_sha256, as_bytes("message"), Answer<Bytes>(slot));
  return std::move(*slot->take<Bytes>());
}

Result<SecretBytes> decrypt(const crypto::Signer& signer, ByteView ciphertext) {
  const auto slot = std::make_shared<AnswerSlot>();
  signer.decrypt(ciphertext, Answer<SecretBytes>(slot));
  return std::move(*slot->take<SecretBytes>());
}

TEST(Tokens, AStoreThatBeganAnewInVainIsLeftAloneForAMoment) {
  (void)token().add("paced", NewKey::ec_p256);
  const auto signer = load_private_key(Token::uri_with_pin("paced"));
  ASSERT_TRUE(signer) << signer.error().message();
  token().take_away();
  expect_error(error_of(sign(**signer)), Errc::key_unavailable, "certs_keys", "not found");
  token().bring_back();
  between_restarts = std::chrono::hours(1);
  for (int i = 0; i < 3; ++i) expect_error(error_of(sign(**signer)), Errc::key_unavailable, "certs_keys", "not found");
  // A configuration is made by the program, not by a peer: it begins anew, and keys that were lost before are looked for again.
  EXPECT_FALSE(load_private_key(Token::uri_with_pin("nobody")));
  EXPECT_TRUE(sign(**signer));
  between_restarts = steady_clock::duration::zero();
  EXPECT_TRUE(sign(**signer));
}

TEST(Tokens, WhatAPeerEncryptsIsNoReasonToBeginAnew) {
  (void)token().add("peers", NewKey::rsa_2048);
  const auto signer = load_private_key(Token::uri_with_pin("peers"));
  ASSERT_TRUE(signer) << signer.error().message();
  Bytes one(256);
  one.back() = std::byte{1};
  for (const Bytes& ciphertext :
       {Bytes(), Bytes(255, std::byte{1}), Bytes(257, std::byte{1}), Bytes(256), one, Bytes(256, std::byte{0xff})}) {
    EXPECT_EQ(error_of(decrypt(**signer, ciphertext)).code(), Errc::crypto_failure);
  }
  const auto plain = decrypt(**signer, Bytes(256, std::byte{1}));
  ASSERT_TRUE(plain) << plain.error().message();
  EXPECT_EQ(plain->size(), 256u);
}

TEST(Tokens, ATokenThatComesLaterIsFoundAndTheOthersStay) {
  (void)token().add("first", NewKey::ec_p256);
  const auto first = load_private_key(Token::uri_with_pin("first"));
  ASSERT_TRUE(first) << first.error().message();
  token().initialise("late");
  token().add("second", crypto::default_provider()->generate_private_key(NewKey::ec_p256).value(), "late");
  std::string uri = Token::uri_with_pin("second");
  uri.replace(uri.find("keyway%20test"), 13, "late");
  const auto second = load_private_key(uri);
  ASSERT_TRUE(second) << second.error().message();
  EXPECT_TRUE(sign(**second));
  EXPECT_TRUE(sign(**first));
  EXPECT_TRUE(sign(**second));
  token().remove("late");
}

TEST(Tokens, ARefusedPinIsNotGivenAgain) {
  (void)token().add("once", NewKey::ec_p256);
  const auto signer = load_private_key(Token::uri_with_pin("once"));
  ASSERT_TRUE(signer) << signer.error().message();
  token().take_away();
  // The token under this name has another PIN now.
  token().initialise(Token::label, "11111111");
  const auto refused = sign(**signer);
  expect_error(error_of(refused), Errc::key_unavailable, "certs_keys", "PIN incorrect");
  expect_error(error_of(sign(**signer)), Errc::key_unavailable, "certs_keys", "not given to it again");
  token().bring_back();
  expect_error(error_of(sign(**signer)), Errc::key_unavailable, "certs_keys", "not given to it again");
  const auto anew = load_private_key(Token::uri_with_pin("once"));
  ASSERT_TRUE(anew) << anew.error().message();
  EXPECT_TRUE(sign(**anew));
}

TEST(Tokens, AnotherKeyUnderTheSameNameIsNotTaken) {
  (void)token().add("changes", NewKey::ec_p256);
  const auto signer = load_private_key(Token::uri_with_pin("changes"));
  ASSERT_TRUE(signer) << signer.error().message();
  token().take_away();
  token().initialise(Token::label);
  (void)token().add("changes", NewKey::ec_p256);
  expect_error(error_of(sign(**signer)), Errc::key_unavailable, "certs_keys", "another key under this name");
  token().bring_back();
  EXPECT_TRUE(sign(**signer));
}

TEST(Tokens, ManyThreadsSignWithOneKey) {
  const auto key = token().add("many", NewKey::ec_p256);
  const auto signer = load_private_key(Token::uri_with_pin("many"));
  ASSERT_TRUE(signer);
  std::atomic<int> good{0};
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 25; ++n) {
        if (sign(**signer)) ++good;
      }
    });
  }
  threads.clear();
  EXPECT_EQ(good, 100);
}

// ---- engines

Result<std::shared_ptr<const Engine>> load_engine() {
  return Engine::load("pkcs11", {{.name = "MODULE_PATH", .value = KEYWAY_SOFTHSM_MODULE}});
}

TEST(Engines, KeysByTheEnginesOwnNames) {
  const CertKey identity = new_identity("named", NewKey::ec_p256);
  const auto engine = load_engine();
  ASSERT_TRUE(engine) << engine.error().message();
  EXPECT_EQ((*engine)->id(), "pkcs11");
  EXPECT_EQ(load_engine().value()->id(), "pkcs11") << "the same again";
  for (const std::string id : {"label_named", "pkcs11:object=named"}) {
    const auto key =
        load_private_key({.engine = *engine, .key_id = id, .algorithm = crypto::KeyType::ec, .password = Token::pin});
    ASSERT_TRUE(key) << key.error().message();
    for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
      OlderPair options = pair_of(identity, version);
      for (CertKey* each : {&options.server.certs_keys[0], &options.client.certs_keys[0]}) {
        each->keyfile.clear();
        each->password = std::string();
        each->signer = *key;
      }
      Pair pair(options);
      pair.run();
      expect_connected(pair);
    }
  }
}

TEST(Engines, AreReleasedByTheirLastHandleOrKeyAndLoadedAgain) {
  (void)new_identity("kept", NewKey::ec_p256);
  for (int i = 0; i < 3; ++i) {
    auto engine = load_engine();
    ASSERT_TRUE(engine) << engine.error().message();
    const auto key = load_private_key({.engine = *engine, .key_id = "pkcs11:object=kept", .password = Token::pin});
    ASSERT_TRUE(key) << key.error().message();
    engine = fail(Errc::canceled);
    EXPECT_TRUE(sign(**key)) << "the key keeps its engine";
  }
  const EngineCommand quiet{.name = "QUIET"};
  const EngineCommand module{.name = "MODULE_PATH", .value = KEYWAY_SOFTHSM_MODULE};
  EXPECT_TRUE(Engine::load("pkcs11", {module, quiet})) << "the first one is gone";
}

TEST(Engines, MistakesAreToldByTheCommand) {
  (void)new_identity("erring", NewKey::rsa_2048);
  const EngineCommand module{.name = "MODULE_PATH", .value = KEYWAY_SOFTHSM_MODULE};
  const EngineCommand colour{.name = "COLOUR", .value = "9999"};
  expect_error(error_of(Engine::load("nobody")), Errc::key_store_failed, "engine", "no such engine");
  expect_error(error_of(Engine::load("")), Errc::invalid_option, "engine", "no id");
  expect_error(error_of(Engine::load("../pkcs11")), Errc::invalid_option, "engine", "no id");
  expect_error(error_of(Engine::load("pkcs11", {module, {.name = ""}})), Errc::invalid_option, "before[1]", "no name is empty");
  const auto before = Engine::load("pkcs11", {module, colour});
  expect_error(error_of(before), Errc::key_store_failed, "before[1]", "refuses the command");
  EXPECT_EQ(before.error().detail()->value, "COLOUR");
  expect_error(error_of(Engine::load("pkcs11", {module}, {colour})), Errc::key_store_failed, "after[0]", "refuses the command");
  EXPECT_TRUE(Engine::load("pkcs11", {module, {.name = "COLOUR", .value = "9999", .optional = true}}));
  const auto engine = load_engine();
  ASSERT_TRUE(engine) << engine.error().message();
  expect_error(error_of(Engine::load("pkcs11", {module, {.name = "VERBOSE"}})), Errc::conflicting_options, "engine",
               "other commands");

  expect_error(
      error_of(load_private_key(std::string("pkcs11:object=erring?module-path=") + KEYWAY_SOURCE_DIR "/README.md", Token::pin)),
      Errc::conflicting_options, "engine", "another PKCS#11 module");

  EngineKey key{.engine = *engine, .key_id = "pkcs11:object=erring", .algorithm = crypto::KeyType::ec, .password = Token::pin};
  expect_error(error_of(load_private_key(key)), Errc::invalid_option, "algorithm", "of the type RSA");
  key.algorithm.reset();
  key.key_id = "pkcs11:object=nobody";
  expect_error(error_of(load_private_key(key)), Errc::key_not_found, "", "not found");
  key.key_id = "pkcs11:object=erring;object=9999";
  expect_error(error_of(load_private_key(key)), Errc::invalid_option, "", "twice");
  key.key_id = "nonsense";
  expect_error(error_of(load_private_key(key)), Errc::invalid_option, "", "does not take this name");
  key.key_id.clear();
  EXPECT_EQ(error_of(load_private_key(key)).code(), Errc::missing_option);
  EXPECT_EQ(error_of(load_private_key(EngineKey{.engine = nullptr, .key_id = "x"})).code(), Errc::missing_option);
}

TEST(Engines, FromAFileOfTheUser) {
  (void)new_identity("dynamic", NewKey::ec_p256);
  // A copy: libcrypto binds a file once.
  const std::string file = (token().folder() / "engine.so").string();
  std::filesystem::copy_file(KEYWAY_PKCS11_ENGINE, file);
  const std::vector<EngineCommand> commands{{.name = "SO_PATH", .value = file},
                                            {.name = "ID", .value = "pkcs11"},
                                            {.name = "LIST_ADD", .value = "0"},
                                            {.name = "LOAD"}};
  auto engine = Engine::load("dynamic", commands, {{.name = "MODULE_PATH", .value = KEYWAY_SOFTHSM_MODULE}});
  ASSERT_TRUE(engine) << engine.error().message();
  EXPECT_TRUE(load_private_key({.engine = *engine, .key_id = "label_dynamic", .password = Token::pin}));
  const auto with_pin = [&](const std::string& object) {
    return load_private_key({.engine = *engine, .key_id = "pkcs11:object=" + object + "?pin-value=" + Token::pin});
  };
  EXPECT_TRUE(with_pin("dynamic"));
  expect_error(error_of(with_pin("nobody")), Errc::key_not_found, "", "not found");
  // The same again, other commands while it is in use, and those when it is not.
  const EngineCommand module{.name = "MODULE_PATH", .value = KEYWAY_SOFTHSM_MODULE};
  auto other = commands;
  other.push_back(module);
  EXPECT_TRUE(Engine::load("dynamic", commands, {module}));
  expect_error(error_of(Engine::load("dynamic", other)), Errc::conflicting_options, "engine", "other commands");
  engine = fail(Errc::canceled);
  EXPECT_TRUE(Engine::load("dynamic", other));
  auto wrong = commands;
  wrong[0].value = "/nowhere/engine.so";
  expect_error(error_of(Engine::load("dynamic", wrong)), Errc::key_store_failed, "before[3]", "refuses the command");
}

// ---- a provider, which is preferred where libcrypto finds one

class Providers : public testing::Test {
 protected:
  Providers() {
    setenv("OPENSSL_MODULES", KEYWAY_TEST_PROVIDERS, 1);
    setenv("KEYWAY_TEST_KEYS", token().folder().c_str(), 1);
  }
  ~Providers() override { unsetenv("OPENSSL_MODULES"); }

  static CertKey make(const std::string& object, NewKey kind) {
    const SecretBytes key = crypto::default_provider()->generate_private_key(kind).value();
    std::ofstream(token().folder() / object, std::ios::binary) << as_text(key.expose());
    CertKey identity = identity_of(object, crypto::default_provider()->private_key(key.expose(), {}).value());
    identity.keyfile = "pkcs11:object=" + object;
    return identity;
  }
};

TEST_F(Providers, SignInBothRoles) {
  for (const NewKey kind : {NewKey::ec_p256, NewKey::rsa_2048, NewKey::ed25519}) {
    const CertKey identity = make("p" + std::to_string(static_cast<int>(kind)), kind);
    for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2}) {
      Pair pair(pair_of(identity, version));
      pair.run();
      expect_connected(pair);
    }
  }
}

TEST_F(Providers, MistakesAreToldApart) {
  const std::string keyfile = make("mistaken", NewKey::ec_p256).keyfile;
  expect_error(error_of(load_private_key(keyfile)), Errc::wrong_password, "password", "none was given");
  expect_error(error_of(load_private_key(keyfile, "9999")), Errc::wrong_password, "password", "does not take the PIN");
  expect_error(error_of(load_private_key("pkcs11:object=nobody", Token::pin)), Errc::key_not_found, "",
               "no token has such a key");
  EXPECT_TRUE(load_private_key(keyfile, Token::pin));
  // Another module is another instance, with names in which nothing has a meaning.
  const auto odd = token().folder() / "a $module; #with \\ signs";
  std::ofstream(odd) << "none";
  const std::string encoded = crypto::percent_encoded(as_bytes(odd.string()));
  EXPECT_TRUE(load_private_key(keyfile + "?module-path=" + "/" + encoded.substr(3), Token::pin));
}

}  // namespace
}  // namespace keyway::test
