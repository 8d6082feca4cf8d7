// SPDX-License-Identifier: Apache-2.0
//
// What is written can be read, by every algorithm; what cannot be written is refused.
#include "pki/certificate_writer.h"

#include "pki/name_constraints.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::hex;
using test::NewKey;
using test::provider;

TEST(CertificateWriter, EverySchemeVerifies) {
  const std::pair<NewKey, std::vector<SignatureScheme>> kinds[] = {
      {NewKey::ec_p256, {SignatureScheme::ecdsa_secp256r1_sha256}},
      {NewKey::ec_p384, {SignatureScheme::ecdsa_secp384r1_sha384}},
      {NewKey::ec_p521, {SignatureScheme::ecdsa_secp521r1_sha512}},
      {NewKey::brainpool_p256, {SignatureScheme::ecdsa_brainpoolP256r1tls13_sha256}},
      {NewKey::ed25519, {SignatureScheme::ed25519}},
      {NewKey::ed448, {SignatureScheme::ed448}},
      {NewKey::rsa_2048,
       {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha384, SignatureScheme::rsa_pkcs1_sha512,
        SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::rsa_pss_rsae_sha384, SignatureScheme::rsa_pss_rsae_sha512}},
      {NewKey::rsa_pss_2048, {SignatureScheme::rsa_pss_pss_sha256, SignatureScheme::rsa_pss_pss_sha384}}};
  for (const auto& [kind, schemes] : kinds) {
    const auto signer = test::key(0, kind);
    for (const SignatureScheme scheme : schemes) {
      const auto der = write_certificate(test::describe_ca("x"), signer->subject_public_key_info(),
                                         {.certificate = {}, .signer = *signer, .scheme = scheme}, *provider());
      ASSERT_TRUE(der.has_value()) << to_string(scheme);
      const auto parsed = parse_certificate(*der).value();
      const auto algorithm = signature_algorithm(parsed.signature_algorithm).value();
      EXPECT_TRUE(scheme_matches(scheme, algorithm)) << to_string(scheme);
      const auto key = provider()->public_key(public_key_parts(parsed.key_algorithm, parsed.key_bits).value()).value();
      EXPECT_TRUE(key->verify(algorithm, parsed.signed_part, parsed.signature).has_value()) << to_string(scheme);
    }
  }
}

TEST(CertificateWriter, DescriptionsComeBack) {
  CertificateDescription all = test::describe_ca("x");
  all.serial = hex("0000ff");
  all.path_length = 2;
  all.extended_key_usage = {"serverAuth", "1.2.3"};
  all.dns_names = {"a.test"};
  all.addresses = {"192.0.2.1", "2001:db8::1"};
  all.permitted = Subtrees{.dns = {"a.test"}, .ip = {"10.0.0.0/9", "2001:db8::/127", "0.0.0.0/0"}};
  all.excluded = Subtrees{.email = {"b.test"}, .uri = {"c.test"}, .directory = {write_name({{"O", "x"}}).value()}};
  all.others = {{.oid = "1.2.3.4", .critical = false, .value = hex("0500")}};
  const auto made = test::issue_self(all, test::key());
  const auto parsed = parse_certificate(made.der).value();
  EXPECT_EQ(parsed.version, 3);
  EXPECT_EQ(to_hex(parsed.serial), "00ff");
  EXPECT_TRUE(parsed.self_issued);
  const Extensions& extensions = parsed.extensions;
  EXPECT_TRUE(extensions.ca && extensions.is_critical(ExtensionId::basic_constraints));
  EXPECT_EQ(extensions.path_length, 2u);
  EXPECT_EQ(extensions.key_usage, all.key_usage);
  EXPECT_TRUE(extensions.is_critical(ExtensionId::key_usage));
  EXPECT_FALSE(extensions.is_critical(ExtensionId::subject_alternative_name));
  EXPECT_TRUE(extensions.is_critical(ExtensionId::name_constraints));
  EXPECT_TRUE(check_subtrees(extensions.permitted_subtrees).has_value());
  EXPECT_TRUE(check_subtrees(extensions.excluded_subtrees).has_value());
  EXPECT_EQ(extensions.subject_key_id.size(), 20u);
  EXPECT_EQ(to_bytes(extensions.subject_key_id), to_bytes(extensions.authority_key_id));
  EXPECT_NE(to_hex(extensions.permitted_subtrees).find("0a000000ff800000"), std::string::npos);
}

TEST(CertificateWriter, OnlyWhatIsNamedIsWritten) {
  CertificateDescription bare = test::describe("x");
  bare.key_identifiers = false;
  const auto made = test::issue_self(bare, test::key());
  const auto parsed = parse_certificate(made.der).value();
  EXPECT_EQ(parsed.extensions.present, 0u);
  EXPECT_EQ(to_hex(parsed.serial), "01");
  bare.version = 1;
  EXPECT_EQ(parse_certificate(test::issue_self(bare, test::key()).der)->version, 1);
  bare.version = 2;
  EXPECT_EQ(parse_certificate(test::issue_self(bare, test::key()).der)->version, 2);
}

TEST(CertificateWriter, NamesTheIssuerAndItsKey) {
  const auto& family = test::family();
  const auto root = parse_certificate(family.root.der).value();
  const auto below = parse_certificate(family.intermediate.der).value();
  EXPECT_EQ(to_bytes(below.issuer), to_bytes(root.subject));
  EXPECT_EQ(to_bytes(below.extensions.authority_key_id), to_bytes(root.extensions.subject_key_id));
  CertificateDescription bare = test::describe_ca("bare");
  bare.key_identifiers = false;
  const auto without = test::issue_self(bare, test::key());
  const auto issued = test::issue(test::describe_leaf(), test::key(1), without);
  const auto leaf = parse_certificate(issued.der)->extensions;
  EXPECT_TRUE(leaf.authority_key_id.empty());
  EXPECT_FALSE(leaf.has(ExtensionId::authority_key_identifier));
}

template <class Change>
Errc refused(Change change) {
  CertificateDescription description = test::describe("x");
  change(description);
  return code_of(write_certificate(description, test::key()->subject_public_key_info(),
                                   {.certificate = {}, .signer = *test::key()}, *provider()));
}

TEST(CertificateWriter, RefusesWhatCannotBeWritten) {
  EXPECT_EQ(refused([](auto& d) { d.addresses = {"1.2.3"}; }), Errc::invalid_value);
  EXPECT_EQ(refused([](auto& d) { d.subject = {{"XX", "y"}}; }), Errc::invalid_value);
  EXPECT_EQ(refused([](auto& d) { d.extended_key_usage = {"serverauth"}; }), Errc::invalid_value);
  EXPECT_EQ(refused([](auto& d) { d.others = {{.oid = "1"}}; }), Errc::invalid_value);
  for (const char* range : {"10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/x", "10.0.0.0/8x", "x/8", "::/129"}) {
    EXPECT_EQ(refused([&](auto& d) { d.permitted = Subtrees{.ip = {range}}; }), Errc::invalid_value) << range;
    EXPECT_EQ(refused([&](auto& d) { d.excluded = Subtrees{.ip = {range}}; }), Errc::invalid_value) << range;
  }
}

TEST(CertificateWriter, RefusesIssuersThatCannotSign) {
  const auto info = test::key()->subject_public_key_info();
  const auto write = [&](ByteView certificate, SignatureScheme scheme) {
    return code_of(write_certificate(test::describe("x"), info,
                                     {.certificate = certificate, .signer = *test::key(), .scheme = scheme}, *provider()));
  };
  EXPECT_EQ(write({}, SignatureScheme(0x1a1a)), Errc::unsupported_algorithm);
  EXPECT_EQ(write({}, SignatureScheme::ed25519), Errc::unsupported_algorithm) << "another kind of key";
  EXPECT_EQ(write(hex("0500"), SignatureScheme::ecdsa_secp256r1_sha256), Errc::malformed_certificate);
  EXPECT_EQ(
      code_of(write_certificate(test::describe("x"), hex("0500"), {.certificate = {}, .signer = *test::key()}, *provider())),
      Errc::malformed_der);
}

TEST(RevocationList, IsWhatItsDescriptionSays) {
  const auto& root = test::family().root;
  const CertificateIssuer issuer{.certificate = root.der, .signer = *root.signer};
  const auto written = write_revocation_list(
      {.number = 7, .this_update = test::now, .next_update = test::now + test::day, .serials = {hex("00ff")}}, issuer);
  ASSERT_TRUE(written.has_value());
  der::Reader fields(der::single(*written, der::tag::sequence).value().content);
  const der::Element signed_part = fields.expect(der::tag::sequence).value();
  der::Reader list(signed_part.content);
  EXPECT_EQ(to_hex(list.expect(der::tag::integer).value().content), "01") << "version 2";
  ASSERT_TRUE(list.expect(der::tag::sequence));
  const auto authority = parse_certificate(root.der).value();
  EXPECT_EQ(to_bytes(list.expect(der::tag::sequence).value().whole), to_bytes(authority.subject));
  EXPECT_NE(to_hex(*written).find("170d3237303131353038303030305a170d3237303131363038303030305a"), std::string::npos) << "times";
  EXPECT_NE(to_hex(*written).find("020200ff170d3237303131353038303030305a"), std::string::npos) << "the serial and since when";
  EXPECT_NE(to_hex(*written).find("0603551d140403020107"), std::string::npos) << "the number";
  EXPECT_NE(to_hex(*written).find("8014" + to_hex(authority.extensions.subject_key_id)), std::string::npos) << "whose key";
  const auto nothing = write_revocation_list({.this_update = test::now, .next_update = test::now + test::day}, issuer);
  EXPECT_LT(nothing.value().size(), written->size());
}

TEST(RevocationList, RefusesIssuersThatCannotSign) {
  const auto& root = test::family().root;
  const auto write = [&](ByteView certificate, SignatureScheme scheme) {
    return code_of(write_revocation_list({.this_update = test::now, .next_update = test::now},
                                         {.certificate = certificate, .signer = *root.signer, .scheme = scheme}));
  };
  EXPECT_EQ(write(root.der, SignatureScheme(0x1a1a)), Errc::unsupported_algorithm);
  EXPECT_EQ(write(root.der, SignatureScheme::ed25519), Errc::unsupported_algorithm);
  EXPECT_EQ(write({}, SignatureScheme::ecdsa_secp256r1_sha256), Errc::malformed_certificate);
}

/// Never answers.
class Silent final : public crypto::Signer {
 public:
  crypto::KeyType type() const override { return crypto::KeyType::ec; }
  bool can(SignatureScheme) const override { return false; }
  ByteView subject_public_key_info() const override { return {}; }
  void sign(SignatureScheme, ByteView, Answer<Bytes>) const override {}
};

TEST(CertificateWriter, SignersAnswerAtOnce) {
  const Silent silent;
  EXPECT_EQ(code_of(write_certificate(test::describe("x"), test::key()->subject_public_key_info(),
                                      {.certificate = {}, .signer = silent}, *provider())),
            Errc::answer_dropped);
  EXPECT_EQ(code_of(certificate_scheme(silent)), Errc::unsupported_algorithm);
}

TEST(CertificateWriter, SerialNumbersArePositive) {
  for (int i = 0; i < 100; ++i) {
    const Bytes serial = random_serial(*provider()).value();
    EXPECT_EQ(serial.size(), 16u);
    EXPECT_EQ(serial[0] & std::byte{0xc0}, std::byte{0x40});
  }
}

}  // namespace
}  // namespace keyway::pki
