// SPDX-License-Identifier: Apache-2.0
//
// Files and keys: each way in which they can be wrong, with the option that named them.
#include "config/identities.h"

#include <stdexcept>

#include "expect_error.h"
#include "fixtures/identities.h"
#include "pki/pem_file.h"

namespace keyway::config {
namespace {

using namespace test;

class IdentitiesTest : public ::testing::Test {
 protected:
  Result<Identities> load(CertKey one) {
    pki::FileReader files;
    return load_identities({std::move(one)}, {}, {}, *provider, files);
  }
  std::shared_ptr<const crypto::Provider> provider = crypto::default_provider();
  TemporaryFolder folder;
  std::string certificate = folder.write("cert.pem", p256_certificate);
  std::string key = folder.write("key.pem", p256_key);
};

TEST_F(IdentitiesTest, AListOfItsOwnIsOfUseInOneOfTheVersions) {
  const CertKey one{.certfile = certificate, .keyfile = key, .signature_algs = {SignatureScheme::ecdsa_secp384r1_sha384}};
  const auto loaded = load(one);
  ASSERT_TRUE(loaded) << loaded.error().message();
  const std::array both{ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  EXPECT_TRUE(check_own_lists(*loaded, {one}, both)) << "a hash, in TLS 1.2";
  expect_error(check_own_lists(*loaded, {one}, std::span(both).first(1)), Errc::conflicting_options,
               "certs_keys[0].signature_algs", "ecdsa_secp384r1_sha384");
}

TEST_F(IdentitiesTest, SeparateFilesOneFileAndValues) {
  const auto both = folder.write("both.pem", std::string(p256_certificate) + std::string(p256_key));
  for (const CertKey& one : {CertKey{.certfile = certificate, .keyfile = key}, CertKey{.certfile = both},
                             CertKey{.keyfile = key, .cert = pki::read_certificates(certificate).value()}}) {
    const auto loaded = load(one);
    ASSERT_TRUE(loaded) << loaded.error().message();
    ASSERT_EQ(loaded->size(), 1u);
    EXPECT_EQ(loaded->front()->schemes,
              (std::vector{SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::ecdsa_secp384r1_sha384,
                           SignatureScheme::ecdsa_secp521r1_sha512}));
    EXPECT_EQ(loaded->front()->chain->size(), 1u);
  }
}

TEST_F(IdentitiesTest, ASignerInPlaceOfAKeyFile) {
  const auto signer = provider->private_key_pem(p256_key, {}).value();
  const auto loaded = load({.certfile = certificate, .signer = signer});
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(loaded->front()->signer, signer);
}

enum class Throws { can, subject_public_key_info };

class ThrowingSigner final : public crypto::Signer {
 public:
  explicit ThrowingSigner(Throws throws) : throws_(throws) {}
  crypto::KeyType type() const override { return crypto::KeyType::ec; }
  bool can(SignatureScheme) const override {
    if (throws_ == Throws::can) throw std::runtime_error("on purpose");
    return true;
  }
  ByteView subject_public_key_info() const override {
    if (throws_ == Throws::subject_public_key_info) throw std::runtime_error("on purpose");
    return {};
  }
  void sign(SignatureScheme, ByteView, Answer<Bytes> answer) const override { std::move(answer).give(Bytes()); }

 private:
  Throws throws_;
};

TEST_F(IdentitiesTest, WhatASignerThrowsIsAnError) {
  for (const Throws throws : {Throws::can, Throws::subject_public_key_info}) {
    const auto loaded = load({.certfile = certificate, .signer = std::make_shared<ThrowingSigner>(throws)});
    ASSERT_FALSE(loaded);
    EXPECT_EQ(to_string(loaded.error().code()), "callback_threw");
    EXPECT_TRUE(loaded.error().detail()->exception);
  }
}

TEST_F(IdentitiesTest, MissingFiles) {
  const std::string nowhere = folder.path("nowhere.pem");
  expect_error(load({.certfile = nowhere, .keyfile = key}), Errc::file_unreadable, "certs_keys[0].certfile", nowhere);
  expect_error(load({.certfile = certificate, .keyfile = nowhere}), Errc::file_unreadable, "certs_keys[0].keyfile", nowhere);
  expect_error(load({.certfile = certificate, .keyfile = key, .ocsp_staple_file = nowhere}), Errc::file_unreadable,
               "certs_keys[0].ocsp_staple_file", nowhere);
}

TEST_F(IdentitiesTest, FilesWithoutWhatIsWanted) {
  expect_error(load({.certfile = key, .keyfile = key}), Errc::malformed_pem, "certs_keys[0].certfile", key);
  expect_error(load({.certfile = certificate}), Errc::malformed_pem, "certs_keys[0].certfile", certificate);
  expect_error(load({.certfile = certificate, .keyfile = certificate}), Errc::malformed_pem, "certs_keys[0].keyfile",
               certificate);
}

TEST_F(IdentitiesTest, KeyOfAnother) {
  const auto other = folder.write("other.pem", ed25519_key);
  expect_error(load({.certfile = certificate, .keyfile = other}), Errc::key_mismatch, "certs_keys[0].keyfile", other);
}

TEST_F(IdentitiesTest, EncryptedKeys) {
  const auto encrypted = folder.write("enc.pem", p256_encrypted_key);
  EXPECT_TRUE(load({.certfile = certificate, .keyfile = encrypted, .password = "open-sesame"}));
  for (const std::string password : {"", "wrong"}) {
    const auto refused = load({.certfile = certificate, .keyfile = encrypted, .password = password});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::wrong_password);
    ASSERT_NE(refused.error().detail(), nullptr);
    EXPECT_EQ(refused.error().detail()->value.find("wrong"), std::string::npos) << "a password was shown";
    EXPECT_TRUE(refused.error().detail()->option.starts_with("certs_keys[0].")) << refused.error().detail()->option;
  }
}

TEST_F(IdentitiesTest, APasswordFunctionIsAskedAndItsErrorNamesTheOption) {
  const auto encrypted = folder.write("enc.pem", p256_encrypted_key);
  const auto asking = [&](PasswordFunction ask) {
    return load({.certfile = certificate, .keyfile = encrypted, .password = std::move(ask)});
  };
  EXPECT_TRUE(asking([] { return SecretBytes(std::string_view("open-sesame")); }));
  expect_error(asking([] { return SecretBytes(std::string_view("wrong")); }), Errc::wrong_password, "certs_keys[0].password");
  expect_error(asking([]() -> Result<SecretBytes> { return fail(Errc::canceled); }), Errc::canceled, "certs_keys[0].password");
  expect_error(asking([]() -> Result<SecretBytes> { throw std::runtime_error("on purpose"); }), Errc::callback_threw,
               "certs_keys[0].password");
  expect_error(asking([] { return SecretBytes(); }), Errc::wrong_password, "certs_keys[0].password");
}

TEST_F(IdentitiesTest, WhatGoesAlongWithTheLeaf) {
  const auto staple = folder.write("ocsp.der", "\x30\x03\x0a\x01\x06");
  const auto loaded = load({.certfile = certificate,
                            .keyfile = key,
                            .ocsp_staple_file = staple,
                            .signed_certificate_timestamps = Bytes(8),
                            .must_match_issuer = true});
  ASSERT_TRUE(loaded) << loaded.error().message();
  EXPECT_EQ(as_text(*loaded->front()->ocsp_response), "\x30\x03\x0a\x01\x06");
  EXPECT_EQ(loaded->front()->signed_certificate_timestamps.size(), 8u);
  EXPECT_TRUE(loaded->front()->must_match_issuer);
}

TEST_F(IdentitiesTest, TheIndexIsInTheName) {
  pki::FileReader files;
  const auto loaded =
      load_identities({{.certfile = certificate, .keyfile = key}, {.certfile = folder.path("no")}}, {}, {}, *provider, files);
  expect_error(loaded, Errc::file_unreadable, "certs_keys[1].certfile");
}

}  // namespace
}  // namespace keyway::config
