// SPDX-License-Identifier: Apache-2.0
//
// Import of public keys: what is refused before anything is verified.
#include "keys.h"

namespace keyway::crypto::test {
namespace {

using NewKey = Provider::NewKey;

Errc import_code(const PublicKeyParts& parts) { return code_of(provider().public_key(parts)); }

TEST(PublicKey, CurveAndBits) {
  const auto p521 = public_key_of(*new_signer(NewKey::ec_p521)).value();
  EXPECT_EQ(p521->bits(), 521u);
  EXPECT_EQ(p521->curve(), NamedGroup::secp521r1);
  EXPECT_EQ(public_key_of(*new_signer(NewKey::brainpool_p384)).value()->bits(), 384u);
  EXPECT_EQ(public_key_of(*new_signer(NewKey::rsa_2048)).value()->bits(), 2048u);
}

TEST(PublicKey, PointsMustBeUncompressedAndOnTheCurve) {
  const auto signer = new_signer(NewKey::ec_p256);
  PublicKeyParts parts = parts_of(signer->subject_public_key_info());
  const Bytes point = to_bytes(parts.key);
  ASSERT_EQ(point.size(), 65u);
  Bytes changed = point;
  parts.key = changed;
  EXPECT_EQ(import_code(parts), Errc{});
  changed.back() ^= std::byte{1};
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  changed = point;
  changed[0] = std::byte{6};
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  parts.key = ByteView(point).first(64);
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  parts.key = {};
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  parts.key = point;
  parts.curve = NamedGroup::secp384r1;
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  parts.curve = NamedGroup::brainpoolP256r1;
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  parts.curve = NamedGroup::x25519;
  EXPECT_EQ(import_code(parts), Errc::unsupported_algorithm);
}

TEST(PublicKey, RsaSizesAndExponents) {
  const Bytes three = hex("03");
  const Bytes two = hex("02");
  const Bytes one = hex("01");
  const Bytes long_exponent = hex("01ffffffffffffffff");
  const auto modulus = [](std::size_t bytes) { return Bytes(bytes, std::byte{0xff}); };
  PublicKeyParts parts{.type = KeyType::rsa, .key = {}, .exponent = three, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}};
  for (const std::size_t size : {128u, 1024u, 2048u}) {
    const Bytes n = modulus(size);
    parts.key = n;
    EXPECT_EQ(import_code(parts), Errc{}) << size;
  }
  for (const std::size_t size : {0u, 64u, 127u, 2049u, 20000u}) {
    const Bytes n = modulus(size);
    parts.key = n;
    EXPECT_EQ(import_code(parts), Errc::invalid_public_key) << size;
  }
  Bytes n = modulus(256);
  parts.key = n;
  for (const Bytes& exponent : {one, two, long_exponent, Bytes(), Bytes(1000, std::byte{0xff})}) {
    parts.exponent = exponent;
    EXPECT_EQ(import_code(parts), Errc::invalid_public_key);
  }
  parts.exponent = three;
  n.back() = std::byte{0xfe};
  EXPECT_EQ(import_code(parts), Errc::invalid_public_key) << "an even modulus";
}

// RFC 4055 3.3: what a certificate binds an RSASSA-PSS key to.
TEST(PublicKey, PssLimitsOfTheKey) {
  const auto signer = new_signer(NewKey::rsa_pss_2048);
  const Bytes message = to_bytes(as_bytes("message"));
  PublicKeyParts parts = parts_of(signer->subject_public_key_info());
  const auto check = [&](SignatureScheme scheme) {
    const Bytes signature = sign(*signer, scheme, message).value();
    const auto key = provider().public_key(parts);
    return code_of(key.value()->verify(*algorithm_of(scheme), message, signature));
  };
  EXPECT_EQ(check(SignatureScheme::rsa_pss_pss_sha256), Errc{});
  EXPECT_EQ(check(SignatureScheme::rsa_pss_pss_sha512), Errc{});
  parts.pss_limits = {.kind = SignatureKind::rsa_pss, .hash = HashAlgorithm::sha256, .salt_size = 32};
  EXPECT_EQ(check(SignatureScheme::rsa_pss_pss_sha256), Errc{});
  EXPECT_EQ(check(SignatureScheme::rsa_pss_pss_sha512), Errc::verification_failed) << "another hash";
  parts.pss_limits->salt_size = 33;
  EXPECT_EQ(check(SignatureScheme::rsa_pss_pss_sha256), Errc::verification_failed) << "a shorter salt";
}

TEST(PublicKey, EdwardsKeysOfAnotherLength) {
  for (const KeyType type : {KeyType::ed25519, KeyType::ed448}) {
    const Bytes key(type == KeyType::ed25519 ? 31 : 58);
    EXPECT_EQ(import_code({.type = type, .key = key, .exponent = {}, .dsa_p = {}, .dsa_q = {}, .dsa_g = {}}),
              Errc::invalid_public_key);
  }
}

TEST(PublicKey, DsaParametersAreBounded) {
  const auto signer = new_signer(NewKey::dsa_2048);
  const PublicKeyParts good = parts_of(signer->subject_public_key_info());
  EXPECT_EQ(import_code(good), Errc{});
  PublicKeyParts bad = good;
  bad.key = good.dsa_p;  // y == p
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
  const Bytes one = hex("01");
  bad = good;
  bad.key = one;
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
  bad = good;
  bad.dsa_g = one;
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
  bad = good;
  bad.dsa_q = good.dsa_p;
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
  bad = good;
  bad.dsa_p = {};
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
  const Bytes huge(3000, std::byte{0xff});
  bad = good;
  bad.dsa_p = huge;
  EXPECT_EQ(import_code(bad), Errc::invalid_public_key);
}

TEST(PublicKey, EcdsaTakesStrictDerAndNoZeros) {
  const auto signer = new_signer(NewKey::ec_p256);
  const auto key = public_key_of(*signer).value();
  const SignatureAlgorithm algorithm{SignatureKind::ecdsa, HashAlgorithm::sha256, 0};
  const Bytes message = hex("6d");
  const auto verify = [&](ByteView signature) { return code_of(key->verify(algorithm, message, signature)); };
  for (const std::string_view text : {"3006020100020100", "3006020101020100", "3006020100020101", "3000", "30", "00"}) {
    EXPECT_EQ(verify(hex(text)), Errc::verification_failed) << text;
  }
  const Bytes good = sign(*signer, SignatureScheme::ecdsa_secp256r1_sha256, message).value();
  EXPECT_EQ(verify(good), Errc{});
  Bytes long_form = good;  // a length in more bytes than it needs
  long_form.insert(long_form.begin() + 1, std::byte{0x81});
  EXPECT_EQ(verify(long_form), Errc::verification_failed);
  Bytes padded = good;  // a zero in front of r that it does not need
  padded[1] = static_cast<std::byte>(std::to_integer<unsigned>(padded[1]) + 1);
  padded[3] = static_cast<std::byte>(std::to_integer<unsigned>(padded[3]) + 1);
  padded.insert(padded.begin() + 4, std::byte{0});
  EXPECT_EQ(verify(padded), Errc::verification_failed);
  for (std::size_t size = 0; size < good.size(); ++size)
    EXPECT_EQ(verify(ByteView(good).first(size)), Errc::verification_failed) << size;
  Bytes followed = good;  // a byte behind the signature, then within it
  followed.push_back(std::byte{0});
  EXPECT_EQ(verify(followed), Errc::verification_failed);
  followed[1] = static_cast<std::byte>(std::to_integer<unsigned>(followed[1]) + 1);
  EXPECT_EQ(verify(followed), Errc::verification_failed);
  for (const std::size_t at : {std::size_t{0}, std::size_t{2}, 4 + std::to_integer<std::size_t>(good[3])}) {
    Bytes other_type = good;
    other_type[at] ^= std::byte{0x21};
    EXPECT_EQ(verify(other_type), Errc::verification_failed) << at;
  }
}

// Without the zero in front of it, r is a negative number: the same octets, which a careless reader takes all the same.
TEST(PublicKey, EcdsaTakesNoNegativeNumbers) {
  const auto signer = new_signer(NewKey::ec_p256);
  const auto key = public_key_of(*signer).value();
  const Bytes message = hex("6d");
  Bytes signature;
  do {  // until r has its sign bit and so a zero in front of it
    signature = sign(*signer, SignatureScheme::ecdsa_secp256r1_sha256, message).value();
  } while (signature[3] != std::byte{33});
  const SignatureAlgorithm algorithm{SignatureKind::ecdsa, HashAlgorithm::sha256, 0};
  EXPECT_EQ(code_of(key->verify(algorithm, message, signature)), Errc{});
  signature.erase(signature.begin() + 4);
  signature[1] = static_cast<std::byte>(std::to_integer<unsigned>(signature[1]) - 1);
  signature[3] = std::byte{32};
  EXPECT_EQ(code_of(key->verify(algorithm, message, signature)), Errc::verification_failed);
}

TEST(PublicKey, AnAlgorithmOfAnotherKeyDoesNotVerify) {
  const auto rsa = public_key_of(*new_signer(NewKey::rsa_2048)).value();
  const auto pss = public_key_of(*new_signer(NewKey::rsa_pss_2048)).value();
  const auto ec = public_key_of(*new_signer(NewKey::ec_p256)).value();
  const Bytes signature(256);
  using enum SignatureKind;
  for (const SignatureKind kind : {ecdsa, ed25519, ed448, dsa}) {
    EXPECT_EQ(code_of(rsa->verify({kind, HashAlgorithm::sha256, 0}, {}, signature)), Errc::verification_failed);
  }
  EXPECT_EQ(code_of(pss->verify({rsa_pkcs1, HashAlgorithm::sha256, 0}, {}, signature)), Errc::verification_failed);
  EXPECT_EQ(code_of(ec->verify({rsa_pss, HashAlgorithm::sha256, 32}, {}, signature)), Errc::verification_failed);
}

//= rfc8446#4.2.3-4
TEST(PublicKey, PssSaltMustHaveTheSizeThatIsGiven) {
  const auto signer = new_signer(NewKey::rsa_2048);
  const auto key = public_key_of(*signer).value();
  const Bytes signature = sign(*signer, SignatureScheme::rsa_pss_rsae_sha256, as_bytes("m")).value();
  EXPECT_TRUE(key->verify({SignatureKind::rsa_pss, HashAlgorithm::sha256, 32}, as_bytes("m"), signature).has_value());
  for (const std::size_t salt_size : {0u, 20u, 31u, 33u, 222u, 223u, 100000u}) {
    EXPECT_EQ(code_of(key->verify({SignatureKind::rsa_pss, HashAlgorithm::sha256, salt_size}, as_bytes("m"), signature)),
              Errc::verification_failed)
        << salt_size;
  }
}

}  // namespace
}  // namespace keyway::crypto::test
