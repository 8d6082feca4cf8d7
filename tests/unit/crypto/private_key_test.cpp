// SPDX-License-Identifier: Apache-2.0
//
// Private keys in every form that files hold them, as the provider and as the `openssl` command make them.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "crypto/pkcs11_uri.h"
#include "keys.h"

namespace keyway::crypto::test {
namespace {

using NewKey = Provider::NewKey;

/// A folder of its own that is removed again.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "keyway-keys-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  /// Runs the command with `arguments`, where @ stands for the folder.
  bool openssl(std::string arguments) const {
    for (std::size_t at = arguments.find('@'); at != arguments.npos; at = arguments.find('@')) {
      arguments.replace(at, 1, path_.string());
    }
    return std::system(("openssl " + arguments + " >/dev/null 2>&1").c_str()) == 0;
  }
  std::string read(std::string_view name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

constexpr std::string_view password = "correct horse";

ByteView secret(std::string_view text) { return as_bytes(text); }

TEST(PrivateKey, EveryNewKeyIsReadAgain) {
  for (const NewKey kind :
       {NewKey::ec_p256, NewKey::ec_p384, NewKey::ec_p521, NewKey::rsa_2048, NewKey::rsa_pss_2048, NewKey::ed25519, NewKey::ed448,
        NewKey::brainpool_p256, NewKey::brainpool_p384, NewKey::brainpool_p512}) {
    const auto one = provider().generate_private_key(kind).value();
    const auto other = provider().generate_private_key(kind).value();
    EXPECT_NE(to_hex(one.expose()), to_hex(other.expose()));
    const auto signer = provider().private_key(one.expose(), {});
    ASSERT_TRUE(signer.has_value()) << static_cast<int>(kind);
    EXPECT_FALSE((*signer)->subject_public_key_info().empty());
    // A password that nothing asks for does no harm.
    EXPECT_TRUE(provider().private_key(one.expose(), secret(password)).has_value());
  }
}

struct Form {
  const char* name;
  const char* make;     ///< writes @/key.pem
  KeyType type;
};
const Form forms[] = {
    {"EC", "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out @/key.pem", KeyType::ec},
    {"RSA", "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out @/key.pem", KeyType::rsa},
    {"ED25519", "genpkey -algorithm ED25519 -out @/key.pem", KeyType::ed25519},
};

TEST(PrivateKey, FilesOfTheCommandInAllForms) {
  for (const Form& form : forms) {
    const Folder folder;
    ASSERT_TRUE(folder.openssl(form.make));
    ASSERT_TRUE(folder.openssl("pkey -in @/key.pem -outform DER -out @/key.der"));
    ASSERT_TRUE(folder.openssl("pkey -in @/key.pem -pubout -outform DER -out @/public.der"));
    ASSERT_TRUE(folder.openssl("pkcs8 -topk8 -in @/key.pem -passout 'pass:correct horse' -out @/encrypted.pem"));
    ASSERT_TRUE(
        folder.openssl("pkcs8 -topk8 -scrypt -scrypt_N 1024 -in @/key.pem -passout 'pass:correct horse' "
                       "-outform DER -out @/scrypt.der"));
    const std::string info = to_hex(as_bytes(folder.read("public.der")));
    const auto expect_key = [&](const Result<std::shared_ptr<const Signer>>& signer) {
      ASSERT_TRUE(signer.has_value()) << form.name << ' ' << signer.error().message();
      EXPECT_EQ((*signer)->type(), form.type);
      EXPECT_EQ(to_hex((*signer)->subject_public_key_info()), info);
    };
    expect_key(provider().private_key_pem(folder.read("key.pem"), {}));
    expect_key(provider().private_key(as_bytes(folder.read("key.der")), {}));
    const std::string encrypted = folder.read("encrypted.pem");
    expect_key(provider().private_key_pem(encrypted, secret(password)));
    EXPECT_EQ(code_of(provider().private_key_pem(encrypted, secret("wrong"))), Errc::wrong_password);
    EXPECT_EQ(code_of(provider().private_key_pem(encrypted, {})), Errc::wrong_password);
    const std::string scrypt = folder.read("scrypt.der");
    expect_key(provider().private_key(as_bytes(scrypt), secret(password)));
    EXPECT_EQ(code_of(provider().private_key(as_bytes(scrypt), secret("wrong"))), Errc::wrong_password);
  }
}

TEST(PrivateKey, TraditionalFormsWithAndWithoutEncryption) {
  for (const char* make : {"genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out @/key.pem",
                           "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out @/key.pem"}) {
    const Folder folder;
    ASSERT_TRUE(folder.openssl(make));
    ASSERT_TRUE(folder.openssl("pkey -in @/key.pem -traditional -out @/plain.pem"));
    ASSERT_TRUE(folder.openssl("pkey -in @/key.pem -traditional -outform DER -out @/plain.der"));
    const std::string plain = folder.read("plain.pem");
    EXPECT_NE(plain.find("EC PRIVATE KEY") != plain.npos, plain.find("RSA PRIVATE KEY") != plain.npos);
    EXPECT_TRUE(provider().private_key_pem(plain, {}).has_value());
    EXPECT_TRUE(provider().private_key(as_bytes(folder.read("plain.der")), {}).has_value());
    for (const char* cipher : {"aes-128-cbc", "aes-256-cbc", "des-ede3-cbc"}) {
      ASSERT_TRUE(folder.openssl(std::string("pkey -in @/key.pem -traditional -") + cipher +
                                 " -passout 'pass:correct horse' -out @/old.pem"));
      const std::string old = folder.read("old.pem");
      ASSERT_NE(old.find("Proc-Type: 4,ENCRYPTED"), old.npos);
      EXPECT_TRUE(provider().private_key_pem(old, secret(password)).has_value()) << cipher;
      EXPECT_EQ(code_of(provider().private_key_pem(old, {})), Errc::wrong_password);
      for (int i = 0; i < 300; ++i) {  // some of these end in valid padding
        EXPECT_EQ(code_of(provider().private_key_pem(old, secret("wrong" + std::to_string(i)))), Errc::wrong_password);
      }
    }
  }
}

TEST(PrivateKey, OtherBlocksArePassedOver) {
  const Folder folder;
  ASSERT_TRUE(folder.openssl("ecparam -name prime256v1 -genkey -out @/key.pem"));
  const std::string pem = folder.read("key.pem");
  ASSERT_NE(pem.find("BEGIN EC PARAMETERS"), pem.npos);
  EXPECT_TRUE(provider().private_key_pem(pem, {}).has_value());
  EXPECT_TRUE(provider().private_key_pem("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" + pem, {}).has_value());
  std::string dos;
  for (const char c : pem) dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_TRUE(provider().private_key_pem(dos, {}).has_value());
}

TEST(PrivateKey, GarbageIsNoKey) {
  const auto der_code = [](ByteView bytes) { return code_of(provider().private_key(bytes, {})); };
  EXPECT_EQ(der_code({}), Errc::invalid_private_key);
  EXPECT_EQ(der_code(hex("3000")), Errc::invalid_private_key);
  EXPECT_EQ(der_code(Bytes(2 << 20)), Errc::invalid_private_key);
  EXPECT_EQ(der_code(rsa_512_key()), Errc::invalid_private_key) << "too small";
  EXPECT_EQ(der_code(rsa_1024_key()), Errc{});
  const auto good = provider().generate_private_key(NewKey::ec_p256).value();
  Bytes bytes = to_bytes(good.expose());
  bytes.push_back(std::byte{0});
  EXPECT_EQ(der_code(bytes), Errc::invalid_private_key) << "trailing data";
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(der_code(good.expose().first(size)), Errc::invalid_private_key) << size;
  }
  bytes = to_bytes(good.expose());
  bytes.back() ^= std::byte{1};
  EXPECT_EQ(der_code(bytes), Errc::invalid_private_key) << "the public half is off the curve";

  for (const std::string_view pem :
       {std::string_view(""), std::string_view("-----BEGIN PRIVATE KEY-----"), std::string_view("-----BEGIN "),
        std::string_view("-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN PRIVATE KEY-----\n****\n-----END PRIVATE KEY-----"),
        std::string_view("-----BEGIN RSA PRIVATE KEY-----\nA: b\n-----END RSA PRIVATE KEY-----"),
        std::string_view("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")}) {
    EXPECT_EQ(code_of(provider().private_key_pem(pem, secret(password))), Errc::invalid_private_key) << pem;
  }
  const std::string_view headers[] = {"Proc-Type: 4,ENCRYPTED\n", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC\n",
                                      "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n",
                                      "Proc-Type: 4,ENCRYPTED\nDEK-Info: NONE,0011223344556677\n",
                                      "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-GCM,001122334455667788990011\n"};
  for (const std::string_view header : headers) {
    const std::string pem = "-----BEGIN RSA PRIVATE KEY-----\n" + std::string(header) + "\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    EXPECT_EQ(code_of(provider().private_key_pem(pem, secret(password))), Errc::invalid_private_key) << header;
  }
}

// ---- PKCS#11 URIs (RFC 7512)

TEST(Pkcs11Uri, IsTakenApart) {
  const auto uri = Pkcs11Uri::parse("PKCS11:token=a%20b;object=k;id=%00%01;type=private?pin-value=1%264&module-path=/m.so");
  ASSERT_TRUE(uri) << uri.error().message();
  EXPECT_EQ(uri->find("object"), "k");
  EXPECT_EQ(uri->find("serial"), std::nullopt);
  EXPECT_EQ(as_text(percent_decoded(*uri->find("pin-value"))->expose()), "1&4");
  EXPECT_EQ(uri->key_uri(), "pkcs11:token=a%20b;object=k;id=%00%01;type=private");
  EXPECT_EQ(percent_encoded(as_bytes("1&4")), "%31%26%34");
  EXPECT_TRUE(Pkcs11Uri::is_meant_by("pkcs11:"));
  EXPECT_FALSE(Pkcs11Uri::is_meant_by("pkcs11"));
  EXPECT_FALSE(Pkcs11Uri::is_meant_by("./pkcs11:a"));
}

TEST(Pkcs11Uri, UnknownAttributesOfTheQueryAreIgnored) {
  const auto uri = Pkcs11Uri::parse("pkcs11:object=a?x-vendor=9999&pin-value=1&x-vendor=%00&Colour_2=&PIN-VALUE=9999");
  ASSERT_TRUE(uri) << uri.error().message();
  EXPECT_EQ(uri->find("pin-value"), "1");
  EXPECT_EQ(uri->find("x-vendor"), std::nullopt);
  EXPECT_EQ(uri->key_uri(), "pkcs11:object=a");
}

TEST(Pkcs11Uri, WhatBreaksTheGrammarIsToldWithoutThePin) {
  const std::pair<const char*, const char*> cases[] = {
      {"file:9999", "does not begin"},
      {"pkcs11:", "neither token nor key"},
      {"pkcs11:?pin-value=9999", "neither token nor key"},
      {"pkcs11:9999", "no ="},
      {"pkcs11:object=a?9999", "no ="},
      {"pkcs11:object=a;;id=%01", "no ="},
      {"pkcs11:object=a;object=9999", "object twice"},
      {"pkcs11:object=a?pin-value=9999&pin-value=9999", "pin-value twice"},
      {"pkcs11:object=a?pin-value=9999&pin-source=/pin", "both"},
      {"pkcs11:object=a;pin-value=9999", "unknown attribute pin-value"},
      {"pkcs11:object=a&pin-value=9999;9999=a", "unknown attribute"},
      {"pkcs11:object=a&pin-value=9999", "before the question mark"},
      {"pkcs11:PIN-VALUE=9999", "unknown attribute"},
      {"pkcs11:object=a?token=9999", "unknown attribute token"},
      {"pkcs11:object=a;x-vendor=1", "unknown attribute x-vendor"},
      {"pkcs11:object=a?=9999", "unknown attribute"},
      {"pkcs11:object=a?x.y=9999", "unknown attribute"},
      {"pkcs11:object=a?x=%4", "unknown attribute x"},
      {"pkcs11:object=a;type=cert?pin-value=9999", "another type"},
      {"pkcs11:object=%4?pin-value=9999", "not encoded"},
      {"pkcs11:object=%gg?pin-value=9999", "not encoded"},
      {"pkcs11:object=a b?pin-value=9999", "not encoded"},
      {"pkcs11:object=a\xc3\xa4?pin-value=9999", "not encoded"},
      {"pkcs11:object=a%00b?pin-value=9999", "not encoded"},
      {"pkcs11:object=a?pin-value=9999%00", "not encoded"},
  };
  for (const auto& [text, reason] : cases) {
    const auto parsed = Pkcs11Uri::parse(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code(), Errc::invalid_option);
    EXPECT_NE(parsed.error().detail()->reason.find(reason), std::string::npos) << text << ": " << parsed.error().message();
    EXPECT_FALSE(parsed.error().detail()->mend.empty());
    if (reason != std::string_view("object twice")) {
      EXPECT_EQ(parsed.error().message().find("9999"), std::string::npos) << parsed.error().message();
    }
  }
  EXPECT_EQ(code_of(Pkcs11Uri::parse("pkcs11:object=" + std::string(5000, 'a'))), Errc::invalid_option);
}

TEST(Pkcs11Uri, AnyTextIsParsedOrRefusedAndNoneShowsItsPin) {
  constexpr std::string_view pieces[] = {
      "pkcs11:", "token=", "object=", "id=%01", "pin-value=", "pin-source=", "module-path=", ";", "?",
      "&",       "=",      "%",       "%3",     "%41",        "a",           "x y"};
  std::mt19937 random(7512);
  int parsed = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string text = "pkcs11:";
    for (std::size_t n = random() % 12; n > 0; --n) text += pieces[random() % std::size(pieces)];
    text += random() % 2 == 0 ? "?pin-value=9999" : "&pin-value=9999;a";
    const auto uri = Pkcs11Uri::parse(text);
    EXPECT_EQ(without_pin(text).find("9999"), std::string::npos) << text;
    if (!uri) {
      EXPECT_EQ(uri.error().message().find("9999"), std::string::npos) << uri.error().message();
      continue;
    }
    ++parsed;
    const std::string key = uri->key_uri();
    EXPECT_EQ(without_pin(key), without_pin(text)) << text;
    const auto again = Pkcs11Uri::parse(key);
    ASSERT_TRUE(again) << key;
    EXPECT_EQ(again->key_uri(), key);
  }
  EXPECT_GT(parsed, 100);
}

TEST(Pkcs11Uri, OtherNamesOfKeysAreShownAsTheyAre) {
  EXPECT_EQ(without_pin("server.key"), "server.key");
  EXPECT_EQ(without_pin("pkcs11:object=shipping-pins?x"), "pkcs11:object=shipping-pins");
}

}  // namespace
}  // namespace keyway::crypto::test
