// SPDX-License-Identifier: Apache-2.0
//
// Public keys and signature algorithms as certificates write them.
#include "pki/certificate.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using crypto::KeyType;
using crypto::SignatureKind;
using der::write;
using der::write_sequence;
using test::code_of;
using test::hex;
using test::NewKey;

Bytes oid(std::string_view dotted) { return der::write_oid(dotted).value(); }
Bytes info(const Bytes& algorithm, ByteView key) { return write_sequence({algorithm, der::write_bit_string(key)}); }
Errc parts_of(const Bytes& spki) { return code_of(public_key_parts(spki)); }

constexpr auto rsa = "1.2.840.113549.1.1.1";
constexpr auto pss = "1.2.840.113549.1.1.10";
constexpr auto ec = "1.2.840.10045.2.1";
constexpr auto p256 = "1.2.840.10045.3.1.7";

TEST(PublicKeyInfo, EveryKindThatWeMake) {
  const std::tuple<NewKey, KeyType, std::string> kinds[] = {{NewKey::ec_p256, KeyType::ec, "EC secp256r1"},
                                                            {NewKey::ec_p384, KeyType::ec, "EC secp384r1"},
                                                            {NewKey::ec_p521, KeyType::ec, "EC secp521r1"},
                                                            {NewKey::brainpool_p256, KeyType::ec, "EC brainpoolP256r1"},
                                                            {NewKey::brainpool_p384, KeyType::ec, "EC brainpoolP384r1"},
                                                            {NewKey::brainpool_p512, KeyType::ec, "EC brainpoolP512r1"},
                                                            {NewKey::rsa_2048, KeyType::rsa, "RSA 2048"},
                                                            {NewKey::rsa_pss_2048, KeyType::rsa_pss, "RSA-PSS 2048"},
                                                            {NewKey::ed25519, KeyType::ed25519, "Ed25519"},
                                                            {NewKey::ed448, KeyType::ed448, "Ed448"}};
  for (const auto& [kind, type, text] : kinds) {
    const auto signer = test::key(0, kind);
    const auto parts = public_key_parts(signer->subject_public_key_info());
    ASSERT_TRUE(parts.has_value()) << text;
    EXPECT_EQ(parts->type, type);
    EXPECT_TRUE(test::provider()->public_key(*parts).has_value()) << text;
    const auto made = test::issue_self(test::describe_ca("x"), signer);
    const auto parsed = parse_certificate(made.der).value();
    EXPECT_EQ(key_text(parsed.key_algorithm, parsed.key_bits), text);
  }
}

TEST(PublicKeyInfo, Frame) {
  for (const char* wrong : {"", "0500", "3000", "30023000", "30053000030100"})
    EXPECT_EQ(parts_of(hex(wrong)), Errc::invalid_public_key) << wrong;
  const Bytes algorithm = write_sequence({oid(rsa), hex("0500")});
  EXPECT_EQ(parts_of(write_sequence({algorithm, hex("03020180")})), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(write_sequence({algorithm, hex("030100"), hex("0500")})), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.2.3")}), {})), Errc::certificate_key_type);
}

TEST(PublicKeyInfo, Rsa) {
  const Bytes numbers = write_sequence({der::write_integer(15), der::write_integer(3)});
  const Bytes algorithm = write_sequence({oid(rsa), hex("0500")});
  EXPECT_EQ(parts_of(info(algorithm, numbers)), Errc{});
  EXPECT_EQ(parts_of(info(write_sequence({oid(rsa)}), numbers)), Errc::invalid_public_key) << "RFC 3279 2.3.1: NULL";
  for (const Bytes& wrong :
       {Bytes(), hex("0500"), write_sequence({der::write_integer(15)}), write_sequence({hex("0201ff"), hex("020103")}),
        write_sequence({hex("02020001"), hex("020103")}), write_sequence({hex("02010f"), hex("020103"), hex("0500")})}) {
    EXPECT_EQ(parts_of(info(algorithm, wrong)), Errc::invalid_public_key);
  }
  EXPECT_EQ(key_text({{}, hex("2a8648"), {}}, {}), "1.2.840");
}

TEST(PublicKeyInfo, EcNeedsANamedCurve) {
  const Bytes point(65, std::byte{4});
  EXPECT_EQ(parts_of(info(write_sequence({oid(ec), oid(p256)}), point)), Errc{});
  EXPECT_EQ(parts_of(info(write_sequence({oid(ec)}), point)), Errc::certificate_key_type);
  EXPECT_EQ(parts_of(info(write_sequence({oid(ec), oid("1.3.132.0.10")}), point)), Errc::certificate_key_type) << "secp256k1";
  EXPECT_EQ(parts_of(info(write_sequence({oid(ec), write_sequence({der::write_integer(1)})}), point)), Errc::certificate_key_type)
      << "explicit";
}

TEST(PublicKeyInfo, Edwards) {
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.3.101.112")}), Bytes(32))), Errc{});
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.3.101.112")}), Bytes(31))), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.3.101.112"), hex("0500")}), Bytes(32))), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.3.101.113")}), Bytes(57))), Errc{});
  EXPECT_EQ(parts_of(info(write_sequence({oid("1.3.101.113")}), Bytes(32))), Errc::invalid_public_key);
}

TEST(PublicKeyInfo, Dsa) {
  const auto signer = test::key(0, NewKey::dsa_2048);
  const auto parts = public_key_parts(signer->subject_public_key_info());
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(parts->type, KeyType::dsa);
  const Bytes dsa = oid("1.2.840.10040.4.1");
  const Bytes domain = write_sequence({der::write_integer(7), der::write_integer(5), der::write_integer(3)});
  EXPECT_EQ(parts_of(info(write_sequence({dsa, domain}), der::write_integer(2))), Errc{});
  EXPECT_EQ(key_text(parse_algorithm(write_sequence({dsa, domain})).value(), der::write_integer(2)), "DSA");
  EXPECT_EQ(parts_of(info(write_sequence({dsa}), der::write_integer(2))), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({dsa, write_sequence({der::write_integer(7)})}), der::write_integer(2))),
            Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({dsa, domain}), hex("0500"))), Errc::invalid_public_key);
  EXPECT_EQ(parts_of(info(write_sequence({dsa, domain}), hex("0201ff"))), Errc::invalid_public_key) << "negative";
  const Bytes negative = write_sequence({der::write_integer(7), hex("0201ff"), der::write_integer(3)});
  EXPECT_EQ(parts_of(info(write_sequence({dsa, negative}), der::write_integer(2))), Errc::invalid_public_key);
}

Result<crypto::SignatureAlgorithm> signature(const Bytes& algorithm) {
  return signature_algorithm(parse_algorithm(algorithm).value());
}

TEST(SignatureAlgorithms, ByName) {
  const std::tuple<const char*, SignatureKind, HashAlgorithm> known[] = {
      {"1.2.840.10045.4.3.2", SignatureKind::ecdsa, HashAlgorithm::sha256},
      {"1.2.840.10045.4.3.3", SignatureKind::ecdsa, HashAlgorithm::sha384},
      {"1.2.840.10045.4.3.4", SignatureKind::ecdsa, HashAlgorithm::sha512},
      {"1.2.840.113549.1.1.11", SignatureKind::rsa_pkcs1, HashAlgorithm::sha256},
      {"1.2.840.113549.1.1.5", SignatureKind::rsa_pkcs1, HashAlgorithm::sha1},
      {"1.2.840.113549.1.1.4", SignatureKind::rsa_pkcs1, HashAlgorithm::md5},
      {"2.16.840.1.101.3.4.3.2", SignatureKind::dsa, HashAlgorithm::sha256}};
  for (const auto& [name, kind, hash] : known) {
    const auto found = signature(write_sequence({oid(name)}));
    ASSERT_TRUE(found.has_value()) << name;
    EXPECT_EQ(found->kind, kind) << name;
    EXPECT_EQ(found->hash, hash) << name;
    EXPECT_EQ(signature(write_sequence({oid(name), hex("0500")})).has_value(), kind == SignatureKind::rsa_pkcs1)
        << "NULL is for RSA";
    EXPECT_FALSE(signature(write_sequence({oid(name), hex("0400")})).has_value());
  }
  EXPECT_EQ(signature(write_sequence({oid("1.3.101.112")}))->kind, SignatureKind::ed25519);
  EXPECT_EQ(signature(write_sequence({oid("1.3.101.113")}))->kind, SignatureKind::ed448);
  EXPECT_EQ(code_of(signature(write_sequence({oid("1.2.3")}))), Errc::certificate_unsupported_algorithm);
}

Bytes hash_identifier(std::string_view name) { return write_sequence({oid(name), hex("0500")}); }
constexpr auto sha256 = "2.16.840.1.101.3.4.2.1";
constexpr auto sha384 = "2.16.840.1.101.3.4.2.2";

/// Fields of RSASSA-PSS-params; empty ones are left out.
Result<crypto::SignatureAlgorithm> pss_of(const Bytes& hash, const Bytes& mask, const Bytes& salt, const Bytes& trailer = {},
                                          const Bytes& behind = {}) {
  std::vector<Bytes> fields;
  unsigned number = 0;
  for (const Bytes& field : {hash, mask, salt, trailer}) {
    if (!field.empty()) fields.push_back(write(der::tag::context_constructed(number), ByteView(field)));
    ++number;
  }
  fields.push_back(behind);
  return signature(write_sequence({oid(pss), write(der::tag::sequence, fields)}));
}
Bytes mgf1(std::string_view hash) { return write_sequence({oid("1.2.840.113549.1.1.8"), hash_identifier(hash)}); }

TEST(SignatureAlgorithms, Pss) {
  const auto usual = pss_of(hash_identifier(sha256), mgf1(sha256), der::write_integer(32));
  ASSERT_TRUE(usual.has_value());
  EXPECT_EQ(*usual, (crypto::SignatureAlgorithm{SignatureKind::rsa_pss, HashAlgorithm::sha256, 32}));
  EXPECT_TRUE(scheme_matches(SignatureScheme::rsa_pss_rsae_sha256, *usual));
  EXPECT_TRUE(scheme_matches(SignatureScheme::rsa_pss_pss_sha256, *usual));
  EXPECT_FALSE(scheme_matches(SignatureScheme::rsa_pkcs1_sha256, *usual));
  EXPECT_FALSE(scheme_matches(SignatureScheme(0x1a1a), *usual));
  const auto defaults = pss_of({}, {}, {});
  ASSERT_TRUE(defaults.has_value());
  EXPECT_EQ(*defaults, (crypto::SignatureAlgorithm{SignatureKind::rsa_pss, HashAlgorithm::sha1, 20})) << "RFC 4055 3.1";
  EXPECT_EQ(pss_of(hash_identifier(sha384), mgf1(sha384), der::write_integer(48), der::write_integer(1))->hash,
            HashAlgorithm::sha384);
  for (const char* name : {"2.16.840.1.101.3.4.2.3", "2.16.840.1.101.3.4.2.4", "1.3.14.3.2.26"}) {
    EXPECT_TRUE(pss_of(hash_identifier(name), mgf1(name), der::write_integer(20)).has_value()) << name;
  }
}

TEST(SignatureAlgorithms, PssWithOtherParameters) {
  const Bytes hash = hash_identifier(sha256);
  const Bytes mask = mgf1(sha256);
  const Bytes salt = der::write_integer(32);
  const auto expect_refused = [](const Result<crypto::SignatureAlgorithm>& result, const char* why) {
    EXPECT_EQ(code_of(result), Errc::certificate_unsupported_algorithm) << why;
  };
  expect_refused(signature(write_sequence({oid(pss)})), "no parameters");
  expect_refused(signature(write_sequence({oid(pss), hex("0500")})), "NULL");
  expect_refused(pss_of(hash, mgf1(sha384), salt), "another mask hash");
  expect_refused(pss_of(hash, {}, salt), "the mask's default hash is SHA-1");
  expect_refused(pss_of(hash_identifier("1.2.3"), mask, salt), "unknown hash");
  expect_refused(pss_of(write_sequence({oid(sha256), hex("0400")}), mask, salt), "parameters of the hash");
  expect_refused(pss_of(hex("0500"), mask, salt), "no identifier");
  expect_refused(pss_of(hash, write_sequence({oid("1.2.3"), hash}), salt), "another mask function");
  expect_refused(pss_of(hash, write_sequence({oid("1.2.840.113549.1.1.8")}), salt), "no mask hash");
  expect_refused(pss_of(hash, hex("0500"), salt), "no mask function");
  expect_refused(pss_of(hash, mask, der::write_integer(65)), "salt beyond any hash");
  expect_refused(pss_of(hash, mask, hex("0201ff")), "negative salt");
  expect_refused(pss_of(hash, mask, hex("0500")), "no number");
  expect_refused(pss_of(hash, mask, salt, der::write_integer(2)), "another trailer");
  expect_refused(pss_of(hash, mask, salt, hex("0500")), "no trailer");
  expect_refused(pss_of(hash, mask, salt, {}, hex("0500")), "something behind");
}

TEST(SignatureAlgorithms, Identifiers) {
  EXPECT_EQ(code_of(parse_algorithm(hex("3003060155"))), Errc{});
  for (const char* wrong : {"", "0500", "3000", "30020500", "3003060180", "30030601550500"}) {
    EXPECT_EQ(code_of(parse_algorithm(hex(wrong))), Errc::malformed_der) << wrong;
  }
}

}  // namespace
}  // namespace keyway::pki
