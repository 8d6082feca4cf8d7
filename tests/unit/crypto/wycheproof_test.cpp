// SPDX-License-Identifier: Apache-2.0
//
// The suites of Project Wycheproof that concern the seam.
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "crypto/openssl/import.h"
#include "support.h"

namespace keyway::crypto::test {
namespace {

using nlohmann::json;

json suite(const std::string& name) {
  std::ifstream file(std::string(KEYWAY_VECTORS) + "/wycheproof/" + name + ".json");
  EXPECT_TRUE(file.good()) << name;
  return json::parse(file);
}

Bytes bytes_of(const json& object, const char* member) { return hex(object.at(member).get<std::string>()); }

bool flagged(const json& test, std::string_view flag) {
  const json& flags = test.at("flags");
  return std::find(flags.begin(), flags.end(), flag) != flags.end();
}

std::string label(const json& test) { return test.at("tcId").dump() + ": " + test.at("comment").get<std::string>(); }

std::optional<AeadAlgorithm> aead_of(const std::string& name, int key_bits, int tag_bits) {
  if (name == "chacha20_poly1305") return AeadAlgorithm::chacha20_poly1305;
  if (name == "aes_gcm" && key_bits == 128) return AeadAlgorithm::aes_128_gcm;
  if (name == "aes_gcm" && key_bits == 256) return AeadAlgorithm::aes_256_gcm;
  if (name != "aes_ccm" || (key_bits != 128 && key_bits != 256) || (tag_bits != 128 && tag_bits != 64)) return std::nullopt;
  if (key_bits == 128) return tag_bits == 64 ? AeadAlgorithm::aes_128_ccm_8 : AeadAlgorithm::aes_128_ccm;
  return tag_bits == 64 ? AeadAlgorithm::aes_256_ccm_8 : AeadAlgorithm::aes_256_ccm;
}

void run_aead(const json& test, AeadAlgorithm algorithm) {
  const Bytes key = bytes_of(test, "key");
  const Bytes nonce = bytes_of(test, "iv");
  const Bytes additional_data = bytes_of(test, "aad");
  const Bytes message = bytes_of(test, "msg");
  Bytes record = bytes_of(test, "ct");
  const Bytes tag = bytes_of(test, "tag");
  record.insert(record.end(), tag.begin(), tag.end());
  if (test.at("result") == "valid") {
    Bytes sealed(record.size());
    const ByteView piece = message;
    ASSERT_TRUE(provider().sealer(algorithm, key).value()->seal(nonce, additional_data, {&piece, 1}, sealed)) << label(test);
    EXPECT_EQ(to_hex(sealed), to_hex(record)) << label(test);
    const auto opened = provider().opener(algorithm, key).value()->open(nonce, additional_data, record);
    ASSERT_TRUE(opened.has_value()) << label(test);
    EXPECT_EQ(to_bytes(*opened), message) << label(test);
    return;
  }
  EXPECT_EQ(code_of(provider().opener(algorithm, key).value()->open(nonce, additional_data, record)), Errc::bad_record_mac)
      << label(test);
}

void run_aead_suite(const std::string& name, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& group : all.at("testGroups")) {
    const auto algorithm = aead_of(name, group.at("keySize"), group.at("tagSize"));
    // TLS has no other nonces, no AES-192 and no other tags.
    if (!algorithm || group.at("ivSize") != 96) continue;
    for (const json& test : group.at("tests")) {
      run_aead(test, *algorithm);
      ++done;
    }
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, AesGcm) { run_aead_suite("aes_gcm", 133); }
TEST(Wycheproof, AesCcm) { run_aead_suite("aes_ccm", 172); }
TEST(Wycheproof, ChaCha20Poly1305) { run_aead_suite("chacha20_poly1305", 316); }

/// "acceptable" shares are compressed points, which TLS refuses, or (X25519, X448) points on the twist, which it takes.
void run_agreement(const json& test, NamedGroup group, bool acceptable_is_taken) {
  auto own = openssl::import_key_agreement(provider(), group, bytes_of(test, "private"));
  ASSERT_TRUE(own.has_value()) << label(test);
  const auto secret = std::move(**own).agree(bytes_of(test, "public"));
  const bool taken = test.at("result") == "valid" || (test.at("result") == "acceptable" && acceptable_is_taken);
  if (!taken) {
    EXPECT_EQ(code_of(secret), Errc::invalid_key_share) << label(test);
    return;
  }
  ASSERT_TRUE(secret.has_value()) << label(test);
  EXPECT_EQ(to_hex(secret->expose()), test.at("shared").get<std::string>()) << label(test);
}

void run_ecdh(const std::string& name, NamedGroup group, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& each : all.at("testGroups")) {
    for (const json& test : each.at("tests")) {
      run_agreement(test, group, false);
      ++done;
    }
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, EcdhP256) { run_ecdh("ecdh_secp256r1_ecpoint", NamedGroup::secp256r1, 355); }
TEST(Wycheproof, EcdhP384) { run_ecdh("ecdh_secp384r1_ecpoint", NamedGroup::secp384r1, 790); }
TEST(Wycheproof, EcdhP521) { run_ecdh("ecdh_secp521r1_ecpoint", NamedGroup::secp521r1, 661); }

void run_xdh(const std::string& name, NamedGroup group, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& each : all.at("testGroups")) {
    for (const json& test : each.at("tests")) {
      run_agreement(test, group, !flagged(test, "ZeroSharedSecret"));
      ++done;
    }
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, X25519) { run_xdh("x25519", NamedGroup::x25519, 518); }
TEST(Wycheproof, X448) { run_xdh("x448", NamedGroup::x448, 510); }

std::optional<HashAlgorithm> hash_of(const std::string& name) {
  const std::pair<std::string_view, HashAlgorithm> names[] = {{"SHA-1", HashAlgorithm::sha1},
                                                              {"SHA-224", HashAlgorithm::sha224},
                                                              {"SHA-256", HashAlgorithm::sha256},
                                                              {"SHA-384", HashAlgorithm::sha384},
                                                              {"SHA-512", HashAlgorithm::sha512}};
  for (const auto& [text, algorithm] : names) {
    if (text == name) return algorithm;
  }
  return std::nullopt;
}

/// Returns how many were run. `acceptable` signatures are those of a weaker reading of the standard.
int run_signatures(const json& group, const PublicKeyParts& parts, const SignatureAlgorithm& algorithm) {
  const auto key = provider().public_key(parts);
  EXPECT_TRUE(key.has_value());
  if (!key) return 0;
  int done = 0;
  for (const json& test : group.at("tests")) {
    const Errc code = code_of((*key)->verify(algorithm, bytes_of(test, "msg"), bytes_of(test, "sig")));
    ++done;
    if (test.at("result") == "valid") {
      EXPECT_EQ(code, Errc{}) << label(test);
    } else if (test.at("result") == "invalid") {
      EXPECT_EQ(code, Errc::verification_failed) << label(test);
    }
  }
  return done;
}

void run_ecdsa(const std::string& name, NamedGroup curve, HashAlgorithm hash, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& group : all.at("testGroups")) {
    const Bytes point = bytes_of(group.at("publicKey"), "uncompressed");
    PublicKeyParts parts;
    parts.type = KeyType::ec;
    parts.curve = curve;
    parts.key = point;
    done += run_signatures(group, parts, {SignatureKind::ecdsa, hash, 0});
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, EcdsaP256) { run_ecdsa("ecdsa_secp256r1_sha256", NamedGroup::secp256r1, HashAlgorithm::sha256, 484); }
TEST(Wycheproof, EcdsaP384) { run_ecdsa("ecdsa_secp384r1_sha384", NamedGroup::secp384r1, HashAlgorithm::sha384, 504); }
TEST(Wycheproof, EcdsaP521) { run_ecdsa("ecdsa_secp521r1_sha512", NamedGroup::secp521r1, HashAlgorithm::sha512, 542); }

void run_eddsa(const std::string& name, KeyType type, SignatureKind kind, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& group : all.at("testGroups")) {
    const Bytes raw = bytes_of(group.at("publicKey"), "pk");
    PublicKeyParts parts;
    parts.type = type;
    parts.key = raw;
    done += run_signatures(group, parts, {kind, HashAlgorithm::sha512, 0});
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, Ed25519) { run_eddsa("ed25519", KeyType::ed25519, SignatureKind::ed25519, 151); }
TEST(Wycheproof, Ed448) { run_eddsa("ed448", KeyType::ed448, SignatureKind::ed448, 87); }

void run_rsa(const std::string& name, SignatureKind kind, int expected) {
  int done = 0;
  const json all = suite(name);
  for (const json& group : all.at("testGroups")) {
    const auto hash = hash_of(group.at("sha"));
    const bool pss = kind == SignatureKind::rsa_pss;
    if (!hash || (pss && (group.at("mgf") != "MGF1" || group.at("mgfSha") != group.at("sha")))) continue;
    const Bytes modulus = bytes_of(group.at("publicKey"), "modulus");
    const Bytes exponent = bytes_of(group.at("publicKey"), "publicExponent");
    PublicKeyParts parts;
    parts.type = KeyType::rsa;
    parts.key = modulus;
    parts.exponent = exponent;
    done += run_signatures(group, parts, {kind, *hash, pss ? group.at("sLen").get<std::size_t>() : 0});
  }
  EXPECT_EQ(done, expected);
}

TEST(Wycheproof, RsaPkcs1) { run_rsa("rsa_signature_2048_sha256", SignatureKind::rsa_pkcs1, 259); }
TEST(Wycheproof, RsaPss) { run_rsa("rsa_pss_2048_sha256_mgf1_32", SignatureKind::rsa_pss, 108); }
// Of the 150 signatures 120 mask with another hash than the one of the message: TLS has no name for them (RFC 8446 4.2.3), and
// SignatureAlgorithm cannot say them. Certificates that do are refused by pki, whose tests run rsa_pss_misc_params.
TEST(Wycheproof, RsaPssOfOtherSizes) { run_rsa("rsa_pss_misc", SignatureKind::rsa_pss, 30); }

/// A suite that is added to the folder must not stay unused. hkdf and hmac: tests/unit/schedule; rsa_pss_misc_params:
/// tests/unit/pki; rsa_pkcs1_2048 is decryption, which the seam does not have as long as static RSA is not there.
TEST(Wycheproof, EverySuiteIsUsed) {
  const std::set<std::string> expected = {"aes_ccm",
                                          "aes_gcm",
                                          "chacha20_poly1305",
                                          "ecdh_secp256r1_ecpoint",
                                          "ecdh_secp384r1_ecpoint",
                                          "ecdh_secp521r1_ecpoint",
                                          "ecdsa_secp256r1_sha256",
                                          "ecdsa_secp384r1_sha384",
                                          "ecdsa_secp521r1_sha512",
                                          "ed25519",
                                          "ed448",
                                          "hkdf_sha256",
                                          "hkdf_sha384",
                                          "hmac_sha256",
                                          "hmac_sha384",
                                          "rsa_pkcs1_2048",
                                          "rsa_pss_2048_sha256_mgf1_32",
                                          "rsa_pss_misc",
                                          "rsa_pss_misc_params",
                                          "rsa_signature_2048_sha256",
                                          "x25519",
                                          "x448"};
  std::set<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(KEYWAY_VECTORS) + "/wycheproof")) {
    if (entry.path().extension() == ".json") found.insert(entry.path().stem().string());
  }
  EXPECT_EQ(found, expected);
}

}  // namespace
}  // namespace keyway::crypto::test
