// SPDX-License-Identifier: Apache-2.0
//
// What one certificate must be, rule by rule.
#include "pki/certificate_rules.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::hex;
using test::NewKey;
using test::now;

PathRules rules() {
  PathRules made;
  made.now = now;
  return made;
}

/// Keeps the bytes that the parsed certificate looks at.
struct Parsed {
  Bytes der;
  ParsedCertificate certificate;
};
Parsed parse(const CertificateDescription& description, const test::SignerPtr& key = test::key()) {
  Parsed made{test::issue_self(description, key).der, {}};
  made.certificate = parse_certificate(made.der).value();
  return made;
}
Errc leaf(const CertificateDescription& description, const PathRules& with = rules()) {
  return code_of(check_leaf(parse(description).certificate, with));
}
Errc intermediate(const CertificateDescription& description, const PathRules& with = rules()) {
  return code_of(check_intermediate(parse(description).certificate, with));
}
Errc anchor(const CertificateDescription& description, const PathRules& with = rules()) {
  return code_of(check_anchor(parse(description).certificate, with));
}

template <class Change>
CertificateDescription changed(CertificateDescription description, Change change) {
  change(description);
  return description;
}

TEST(Validity, BothEndsAreInclusive) {
  const Parsed made = parse(test::describe("a"));
  const WallTime first = now - test::day;
  const WallTime last = now + 30 * test::day;
  using std::chrono::milliseconds;
  EXPECT_EQ(code_of(check_validity(made.certificate, first)), Errc{});
  EXPECT_EQ(code_of(check_validity(made.certificate, first - milliseconds(1))), Errc::certificate_not_yet_valid);
  EXPECT_EQ(code_of(check_validity(made.certificate, last + milliseconds(999))), Errc{}) << "at the precision of a second";
  EXPECT_EQ(code_of(check_validity(made.certificate, last + milliseconds(1000))), Errc::certificate_expired);
  EXPECT_EQ(test::reason_of(check_validity(made.certificate, last + test::day)), "it expired on 2027-02-14 08:00:00 UTC");
}

TEST(Validity, NoExpirationDate) {
  ParsedCertificate forever;
  forever.not_after = 253402300799;  // RFC 5280 4.1.2.5: 99991231235959Z
  EXPECT_EQ(code_of(check_validity(forever, now)), Errc{});
}

//= rfc8446#4.4.2.4-3
TEST(SignatureRules, WeakAndUnknown) {
  const auto check = [](std::string_view oid, std::vector<SignatureScheme> schemes = {}) {
    ParsedCertificate certificate;
    const Bytes identifier = der::write_oid(oid).value();
    certificate.signature_algorithm.oid = ByteView(identifier).subspan(2);
    PathRules with = rules();
    with.schemes = schemes;
    return code_of(check_signature_algorithm(certificate, with));
  };
  EXPECT_EQ(check("1.2.840.10045.4.3.2"), Errc{});
  EXPECT_EQ(check("1.3.101.112"), Errc{});
  EXPECT_EQ(check("1.2.840.10045.4.1"), Errc::certificate_weak_signature) << "SHA-1";
  EXPECT_EQ(check("1.2.840.113549.1.1.5"), Errc::certificate_weak_signature) << "SHA-1";
  EXPECT_EQ(check("1.2.840.113549.1.1.4"), Errc::certificate_weak_signature) << "MD5";
  EXPECT_EQ(Error(Errc::certificate_weak_signature).alert(), AlertDescription::bad_certificate);
  EXPECT_EQ(check("2.16.840.1.101.3.4.3.2"), Errc::certificate_unsupported_algorithm) << "DSA";
  EXPECT_EQ(check("2.16.840.1.101.3.4.3.2", {SignatureScheme::dsa_sha1}), Errc::certificate_unsupported_algorithm);
  EXPECT_EQ(check("2.16.840.1.101.3.4.3.2", {SignatureScheme::dsa_sha256}), Errc{});
  EXPECT_EQ(check("2.16.840.1.101.3.4.3.1", {SignatureScheme::dsa_sha256}), Errc::certificate_unsupported_algorithm) << "SHA-224";
  EXPECT_EQ(check("1.2.840.10040.4.3", {SignatureScheme::dsa_sha256}), Errc::certificate_unsupported_algorithm) << "SHA-1";
  EXPECT_EQ(check("1.2.840.10040.4.3", {SignatureScheme::dsa_sha1}), Errc{});
  EXPECT_EQ(check("1.2.3"), Errc::certificate_unsupported_algorithm);
  EXPECT_EQ(check("1.2.840.10045.4.3.2", {SignatureScheme::ed25519}), Errc::certificate_unsupported_algorithm);
  EXPECT_EQ(check("1.2.840.10045.4.3.2", {SignatureScheme::ed25519, SignatureScheme::ecdsa_secp256r1_sha256}), Errc{});
}

TEST(KeyRules, SizesAndTypes) {
  PathRules with = rules();
  const auto check = [&](NewKey kind) {
    return code_of(check_key(parse(test::describe("a"), test::key(0, kind)).certificate, with));
  };
  EXPECT_EQ(check(NewKey::rsa_2048), Errc{});
  EXPECT_EQ(check(NewKey::ec_p256), Errc{});
  EXPECT_EQ(check(NewKey::ed448), Errc{});
  with.min_rsa_bits = 2049;
  EXPECT_EQ(check(NewKey::rsa_2048), Errc::certificate_weak_key);
  EXPECT_EQ(check(NewKey::rsa_pss_2048), Errc::certificate_weak_key);
  const auto info = test::key(0, NewKey::dsa_2048)->subject_public_key_info();
  const auto dsa =
      write_certificate(test::describe("a"), info, {.certificate = {}, .signer = *test::key()}, *test::provider()).value();
  EXPECT_EQ(code_of(check_key(parse_certificate(dsa).value(), with)), Errc::certificate_key_type);
  constexpr SignatureScheme named[] = {SignatureScheme::ed25519, SignatureScheme::dsa_sha1};
  with.schemes = named;
  EXPECT_EQ(code_of(check_key(parse_certificate(dsa).value(), with)), Errc{});
  ParsedCertificate unknown;
  EXPECT_EQ(code_of(check_key(unknown, with)), Errc::certificate_key_type);
}

/// A DSA key of these sizes, which nobody computes with.
TEST(KeyRules, SizesOfDsa) {
  PathRules with = rules();
  constexpr SignatureScheme named[] = {SignatureScheme::dsa_sha256};
  with.schemes = named;
  const auto check = [&with](std::size_t p_bits, std::size_t q_bits) {
    const auto number = [](std::size_t bits) {
      Bytes value(bits / 8 + 1, std::byte{0xff});
      value[0] = static_cast<std::byte>((1u << bits % 8) - 1);
      return der::write_positive_integer(value);
    };
    const Bytes domain = der::write_sequence({number(p_bits), number(q_bits), der::write_integer(3)});
    const Bytes info = der::write_sequence({der::write_sequence({der::write_oid("1.2.840.10040.4.1").value(), domain}),
                                            der::write_bit_string(der::write_integer(2))});
    const auto der = write_certificate(test::describe("a"), info, {.certificate = {}, .signer = *test::key()}, *test::provider());
    return code_of(check_key(parse_certificate(*der).value(), with));
  };
  EXPECT_EQ(check(2048, 256), Errc{});
  EXPECT_EQ(check(2048, 224), Errc{});
  EXPECT_EQ(check(2047, 256), Errc::certificate_weak_key);
  EXPECT_EQ(check(1024, 160), Errc::certificate_weak_key);
  EXPECT_EQ(check(2048, 160), Errc::certificate_weak_key);
}

TEST(LeafRules, AcceptsAPlainLeaf) {
  EXPECT_EQ(leaf(test::describe_leaf()), Errc{});
  PathRules with = rules();
  with.name = &test::server_name();
  EXPECT_EQ(leaf(test::describe_leaf(), with), Errc{});
  EXPECT_EQ(leaf(test::describe_leaf("other.test"), with), Errc::certificate_name_mismatch);
}

//= rfc5280#6.1.5-3
TEST(LeafRules, Form) {
  const auto base = test::describe_leaf();
  EXPECT_EQ(leaf(changed(test::describe("a"), [](auto& d) { d.version = 1, d.key_identifiers = false; })),
            Errc::certificate_version);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.serial = Bytes(20, std::byte{0x7f}); })), Errc{});
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.serial = Bytes(20, std::byte{0xff}); })), Errc{}) << "the sign does not count";
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.serial = Bytes(21, std::byte{0x7f}); })), Errc::malformed_certificate);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.serial = Bytes(1); })), Errc::malformed_certificate) << "zero";
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.others = {{.oid = "1.2.3", .critical = true}}; })),
            Errc::certificate_critical_extension);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.others = {{.oid = "1.2.3"}}; })), Errc{});
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.not_after = now - test::day; })), Errc::certificate_expired);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.not_before = now + test::day; })), Errc::certificate_not_yet_valid);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.subject.clear(); })), Errc::malformed_certificate)
      << "self-issued: no issuer either";
}

TEST(LeafRules, NegativeSerials) {
  Parsed made = parse(test::describe_leaf());
  const Bytes negative = hex("ff");
  made.certificate.serial = negative;
  EXPECT_EQ(code_of(check_leaf(made.certificate, rules())), Errc::malformed_certificate);
}

TEST(LeafRules, Usages) {
  const auto base = test::describe_leaf();
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.key_usage = key_usage::key_encipherment; })), Errc{}) << "RSA key exchange";
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.key_usage = key_usage::crl_sign; })), Errc::certificate_wrong_usage);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.extended_key_usage = {"clientAuth"}; })), Errc::certificate_wrong_extended_usage);
  EXPECT_EQ(leaf(changed(base, [](auto& d) { d.permitted = Subtrees{.dns = {"a"}}; })), Errc::malformed_certificate)
      << "no authority";
}

TEST(LeafRules, AlternativeNames) {
  const auto root = test::issue_self(test::describe_ca("root"), test::key());
  const auto check = [&](CertificateDescription description) {
    const auto made = test::issue(description, test::key(1), root);
    return code_of(check_leaf(parse_certificate(made.der).value(), rules()));
  };
  auto nameless = test::describe_leaf();
  nameless.subject.clear();
  EXPECT_EQ(check(nameless), Errc{}) << "the writer makes the names critical";
  nameless.dns_names.clear();
  EXPECT_EQ(check(nameless), Errc::malformed_certificate);
  const auto names = [](std::string_view content) {
    auto description = test::describe("leaf");
    description.others = {{.oid = "2.5.29.17", .value = hex(content)}};
    return description;
  };
  EXPECT_EQ(check(names("30068704c0000201")), Errc{});
  EXPECT_EQ(check(names("30058703c00002")), Errc::malformed_certificate) << "an address of three bytes";
  EXPECT_EQ(check(names("3006a404300231"
                        "00")),
            Errc::malformed_certificate)
      << "an empty set in a name";
}

TEST(IntermediateRules, Authorities) {
  const auto base = test::describe_ca("ca");
  EXPECT_EQ(intermediate(base), Errc{});
  EXPECT_EQ(intermediate(changed(base, [](auto& d) { d.ca = false; })), Errc::certificate_not_a_ca);
  EXPECT_EQ(intermediate(changed(base, [](auto& d) { d.ca.reset(); })), Errc::certificate_not_a_ca);
  EXPECT_EQ(intermediate(changed(base, [](auto& d) { d.key_usage = key_usage::crl_sign; })), Errc::certificate_wrong_usage);
  EXPECT_EQ(intermediate(changed(base, [](auto& d) { d.extended_key_usage = {"clientAuth"}; })),
            Errc::certificate_wrong_extended_usage);
  EXPECT_EQ(intermediate(changed(base, [](auto& d) { d.not_after = now - test::day; })), Errc::certificate_expired);
  const auto root = test::issue_self(base, test::key());
  auto nameless = test::describe_ca("");
  nameless.subject.clear();
  const auto made = test::issue(nameless, test::key(1), root);
  EXPECT_EQ(code_of(check_intermediate(parse_certificate(made.der).value(), rules())), Errc::malformed_certificate);
}

TEST(AnchorRules, LessIsAsked) {
  const auto base = test::describe_ca("root");
  EXPECT_EQ(anchor(base), Errc{});
  EXPECT_EQ(anchor(changed(test::describe("old"), [](auto& d) { d.version = 1, d.key_identifiers = false; })), Errc{});
  EXPECT_EQ(anchor(changed(base, [](auto& d) { d.ca = false; })), Errc::certificate_not_a_ca);
  EXPECT_EQ(anchor(changed(base, [](auto& d) { d.key_usage = key_usage::crl_sign; })), Errc::certificate_wrong_usage);
  EXPECT_EQ(anchor(changed(base, [](auto& d) { d.others = {{.oid = "1.2.3", .critical = true}}; })),
            Errc::certificate_critical_extension);
  EXPECT_EQ(anchor(changed(base, [](auto& d) { d.not_after = now - test::day; })), Errc::certificate_expired);
  PathRules with = rules();
  with.min_rsa_bits = 4096;
  EXPECT_EQ(code_of(check_anchor(parse(base, test::key(0, NewKey::rsa_2048)).certificate, with)), Errc::certificate_weak_key);
}

}  // namespace
}  // namespace keyway::pki
