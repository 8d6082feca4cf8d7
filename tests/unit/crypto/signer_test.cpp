// SPDX-License-Identifier: Apache-2.0
//
// Signers: which scheme fits which key, and that the matching public key takes what they sign and nothing else.
#include <thread>

#include "keys.h"
#include "support.h"

namespace keyway::crypto::test {
namespace {

using enum SignatureScheme;
using NewKey = Provider::NewKey;

constexpr SignatureScheme all_schemes[] = {rsa_pkcs1_sha1,
                                           ecdsa_sha1,
                                           rsa_pkcs1_sha256,
                                           rsa_pkcs1_sha384,
                                           rsa_pkcs1_sha512,
                                           ecdsa_secp256r1_sha256,
                                           ecdsa_secp384r1_sha384,
                                           ecdsa_secp521r1_sha512,
                                           rsa_pss_rsae_sha256,
                                           rsa_pss_rsae_sha384,
                                           rsa_pss_rsae_sha512,
                                           ed25519,
                                           ed448,
                                           rsa_pss_pss_sha256,
                                           rsa_pss_pss_sha384,
                                           rsa_pss_pss_sha512,
                                           ecdsa_brainpoolP256r1tls13_sha256,
                                           ecdsa_brainpoolP384r1tls13_sha384,
                                           ecdsa_brainpoolP512r1tls13_sha512};

struct Case {
  NewKey kind;
  KeyType type;
  std::vector<SignatureScheme> schemes;
};

// ECDSA: a hash with any curve (RFC 5246 7.4.1.4.1); those of RFC 8734 are for their curves.
const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {NewKey::ec_p256, KeyType::ec, {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512}},
      {NewKey::ec_p384, KeyType::ec, {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512}},
      {NewKey::ec_p521, KeyType::ec, {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512}},
      {NewKey::brainpool_p256,
       KeyType::ec,
       {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512, ecdsa_brainpoolP256r1tls13_sha256}},
      {NewKey::brainpool_p384,
       KeyType::ec,
       {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512, ecdsa_brainpoolP384r1tls13_sha384}},
      {NewKey::brainpool_p512,
       KeyType::ec,
       {ecdsa_sha1, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512, ecdsa_brainpoolP512r1tls13_sha512}},
      {NewKey::rsa_2048,
       KeyType::rsa,
       {rsa_pkcs1_sha1, rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512, rsa_pss_rsae_sha256, rsa_pss_rsae_sha384,
        rsa_pss_rsae_sha512}},
      {NewKey::rsa_pss_2048, KeyType::rsa_pss, {rsa_pss_pss_sha256, rsa_pss_pss_sha384, rsa_pss_pss_sha512}},
      {NewKey::ed25519, KeyType::ed25519, {ed25519}},
      {NewKey::ed448, KeyType::ed448, {ed448}},
  };
  return all;
}

bool listed(const Case& each, SignatureScheme scheme) {
  return std::find(each.schemes.begin(), each.schemes.end(), scheme) != each.schemes.end();
}

TEST(Signer, SignsWhatItCanAndItsPublicKeyVerifies) {
  const Bytes message = to_bytes(as_bytes("what is signed"));
  for (const Case& each : cases()) {
    const auto signer = new_signer(each.kind);
    ASSERT_NE(signer, nullptr);
    EXPECT_EQ(signer->type(), each.type);
    const auto key = public_key_of(*signer);
    ASSERT_TRUE(key.has_value());
    EXPECT_EQ((*key)->type(), each.type);
    for (const SignatureScheme scheme : all_schemes) {
      EXPECT_EQ(signer->can(scheme), listed(each, scheme)) << to_string(scheme) << ' ' << static_cast<int>(each.kind);
      if (!signer->can(scheme)) continue;
      const auto algorithm = algorithm_of(scheme).value();
      auto signature = sign(*signer, scheme, message);
      ASSERT_TRUE(signature.has_value()) << to_string(scheme);
      EXPECT_EQ(code_of((*key)->verify(algorithm, message, *signature)), Errc{}) << to_string(scheme);
      Bytes other_message = message;
      other_message[0] ^= std::byte{1};
      EXPECT_EQ(code_of((*key)->verify(algorithm, other_message, *signature)), Errc::verification_failed);
      Bytes longer = *signature;
      longer.push_back(std::byte{0});
      EXPECT_EQ(code_of((*key)->verify(algorithm, message, longer)), Errc::verification_failed);
      Bytes shorter = *signature;
      shorter.pop_back();
      EXPECT_EQ(code_of((*key)->verify(algorithm, message, shorter)), Errc::verification_failed);
      EXPECT_EQ(code_of((*key)->verify(algorithm, message, {})), Errc::verification_failed);
      signature->at(signature->size() / 2) ^= std::byte{1};
      EXPECT_EQ(code_of((*key)->verify(algorithm, message, *signature)), Errc::verification_failed);
    }
  }
}

TEST(Signer, RefusesSchemesOfOtherKeys) {
  const auto ec = new_signer(NewKey::ec_p256);
  for (const SignatureScheme scheme : {rsa_pkcs1_sha256, rsa_pss_rsae_sha256, ed25519, ed448,
                                       static_cast<SignatureScheme>(0x0402), static_cast<SignatureScheme>(0xffff)}) {
    EXPECT_FALSE(ec->can(scheme));
    EXPECT_EQ(code_of(sign(*ec, scheme, {})), Errc::unsupported_algorithm);
  }
  const auto pss = new_signer(NewKey::rsa_pss_2048);
  EXPECT_EQ(code_of(sign(*pss, rsa_pkcs1_sha256, {})), Errc::unsupported_algorithm);
}

TEST(Signer, SignsThePairsOfTls12OnAnyCurve) {
  const auto signer = new_signer(NewKey::ec_p256);
  EXPECT_TRUE(signer->can(ecdsa_secp384r1_sha384));
  EXPECT_FALSE(signer->can(ecdsa_brainpoolP256r1tls13_sha256));
  const auto signature = sign(*signer, ecdsa_secp384r1_sha384, as_bytes("m"));
  ASSERT_TRUE(signature.has_value());
  const auto key = public_key_of(*signer).value();
  EXPECT_TRUE(key->verify({SignatureKind::ecdsa, HashAlgorithm::sha384, 0}, as_bytes("m"), *signature).has_value());
}

TEST(Signer, SmallRsaKeysCannotMakeLongPss) {
  // 1024 bits hold 128 bytes; SHA-512 and its salt need 130 (RFC 8017 9.1.1).
  const auto signer = provider().private_key(rsa_1024_key(), {}).value();
  EXPECT_TRUE(signer->can(rsa_pss_rsae_sha384));
  EXPECT_FALSE(signer->can(rsa_pss_rsae_sha512));
  EXPECT_TRUE(signer->can(rsa_pkcs1_sha512));
  EXPECT_TRUE(sign(*signer, rsa_pss_rsae_sha384, as_bytes("m")).has_value());
  EXPECT_EQ(code_of(sign(*signer, rsa_pss_rsae_sha512, as_bytes("m"))), Errc::unsupported_algorithm);
}

TEST(Signer, DsaSignsThePairsOfTls12) {
  const auto signer = new_signer(NewKey::dsa_2048);
  ASSERT_NE(signer, nullptr);
  EXPECT_EQ(signer->type(), KeyType::dsa);
  const auto scheme = static_cast<SignatureScheme>(0x0402);
  ASSERT_TRUE(signer->can(scheme));
  const auto signature = sign(*signer, scheme, as_bytes("m")).value();
  const auto key = public_key_of(*signer).value();
  const SignatureAlgorithm algorithm{SignatureKind::dsa, HashAlgorithm::sha256, 0};
  EXPECT_TRUE(key->verify(algorithm, as_bytes("m"), signature).has_value());
  EXPECT_EQ(code_of(key->verify(algorithm, as_bytes("n"), signature)), Errc::verification_failed);
}

TEST(Signer, ManyThreadsUseOneKey) {
  const auto signer = new_signer(NewKey::ec_p256);
  const auto key = public_key_of(*signer).value();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const Bytes message(static_cast<std::size_t>(i + 1));
      for (int j = 0; j < 50; ++j) {
        const auto signature = sign(*signer, ecdsa_secp256r1_sha256, message);
        ASSERT_TRUE(signature.has_value());
        ASSERT_TRUE(key->verify({SignatureKind::ecdsa, HashAlgorithm::sha256, 0}, message, *signature).has_value());
        auto a = provider().key_agreement(j % 2 == 0 ? NamedGroup::x25519 : NamedGroup::secp256r1).value();
        auto b = provider().key_agreement(a->group()).value();
        const Bytes share = to_bytes(a->share());
        const auto one = std::move(*a).agree(b->share());
        const auto other = std::move(*b).agree(share);
        ASSERT_TRUE(one.has_value() && other.has_value());
        ASSERT_EQ(to_hex(one->expose()), to_hex(other->expose()));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

// RFC 6101 5.6.8: the digests are made in another way, and signed like any other.
TEST(Signer, DigestsAreNotHashedAgain) {
  const Bytes message = to_bytes(as_bytes("what is signed"));
  const struct {
    Provider::NewKey key;
    HashAlgorithm hash;
    SignatureScheme of_message, of_digest;
  } table[] = {{Provider::NewKey::rsa_2048, HashAlgorithm::md5_sha1, SignatureScheme::rsa_pkcs1_md5_sha1,
                SignatureScheme::rsa_pkcs1_digests},
               {Provider::NewKey::dsa_2048, HashAlgorithm::sha1, SignatureScheme::dsa_sha1, SignatureScheme::dsa_digest}};
  for (const auto& row : table) {
    const auto signer = new_signer(row.key);
    const auto key = public_key_of(*signer).value();
    const Bytes made = digest(row.hash, message);
    ASSERT_TRUE(signer->can(row.of_digest));
    const Bytes signature = sign(*signer, row.of_digest, made).value();
    EXPECT_TRUE(key->verify(*algorithm_of(row.of_message), message, signature));
    EXPECT_TRUE(key->verify(*algorithm_of(row.of_digest), made, signature));
    EXPECT_FALSE(key->verify(*algorithm_of(row.of_digest), message, signature)) << "no digest";
    EXPECT_EQ(code_of(sign(*signer, row.of_digest, message)), Errc::crypto_failure);
  }
}

}  // namespace
}  // namespace keyway::crypto::test
