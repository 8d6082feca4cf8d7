// SPDX-License-Identifier: Apache-2.0
//
// Extensions and what they allow: syntax, repetition, criticality, usages.
#include "pki/extensions.h"

#include "pki/key_usage.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using der::write;
using der::write_sequence;
using test::code_of;
using test::hex;

Bytes extension(std::string_view oid, ByteView value, bool critical = false) {
  std::vector<Bytes> parts{der::write_oid(oid).value()};
  if (critical) parts.push_back(der::write_boolean(true));
  parts.push_back(write(der::tag::octet_string, value));
  return write(der::tag::sequence, parts);
}

/// The list owns what the result looks at.
struct Parsed {
  Bytes list;
  Result<Extensions> result;
};
Parsed parse(const std::vector<Bytes>& extensions) {
  Parsed parsed{{}, fail(Errc::internal)};
  for (const Bytes& each : extensions) parsed.list.insert(parsed.list.end(), each.begin(), each.end());
  parsed.result = parse_extensions(parsed.list);
  return parsed;
}
Errc parse_one(std::string_view oid, std::string_view value) { return code_of(parse({extension(oid, hex(value))}).result); }

constexpr auto basic_constraints = "2.5.29.19";
constexpr auto key_usage_oid = "2.5.29.15";
constexpr auto extended = "2.5.29.37";
constexpr auto alternative = "2.5.29.17";
constexpr auto authority_key = "2.5.29.35";
constexpr auto subject_key = "2.5.29.14";
constexpr auto constraints = "2.5.29.30";
constexpr auto access = "1.3.6.1.5.5.7.1.1";

TEST(Extensions, Frame) {
  EXPECT_EQ(code_of(parse({}).result), Errc::malformed_der) << "SIZE (1..MAX)";
  EXPECT_EQ(code_of(parse({hex("0500")}).result), Errc::malformed_der);
  EXPECT_EQ(code_of(parse({write_sequence({hex("0500")})}).result), Errc::malformed_der) << "no identifier";
  EXPECT_EQ(code_of(parse({write_sequence({hex("060180"), hex("0400")})}).result), Errc::malformed_der) << "bad identifier";
  EXPECT_EQ(code_of(parse({write_sequence({der::write_oid("1.2.3").value()})}).result), Errc::malformed_der) << "no value";
  EXPECT_EQ(code_of(parse({write_sequence({der::write_oid("1.2.3").value(), hex("010101"), hex("0400")})}).result),
            Errc::malformed_der)
      << "BOOLEAN of one";
  EXPECT_EQ(code_of(parse({write_sequence({der::write_oid("1.2.3").value(), hex("0400"), hex("0500")})}).result),
            Errc::malformed_der)
      << "something behind";
  EXPECT_EQ(code_of(parse({extension("1.2.3", {})}).result), Errc{});
}

//= rfc5280#4.2-1
TEST(Extensions, OfOneKindThereIsOne) {
  EXPECT_EQ(code_of(parse({extension("1.2.3", {}), extension("1.2.4", {}), extension("1.2.3", {})}).result),
            Errc::certificate_duplicate_extension);
  EXPECT_EQ(code_of(parse({extension(basic_constraints, hex("3000")), extension(basic_constraints, hex("3000"))}).result),
            Errc::certificate_duplicate_extension);
}

TEST(Extensions, NoMoreThan64) {
  std::vector<Bytes> many;
  for (int i = 0; i < 64; ++i) many.push_back(extension("1.2." + std::to_string(i), {}));
  EXPECT_EQ(code_of(parse(many).result), Errc{});
  many.push_back(extension("1.2.64", {}));
  EXPECT_EQ(code_of(parse(many).result), Errc::too_long);
}

TEST(Extensions, Criticality) {
  const auto known = parse({extension(basic_constraints, hex("3000"), true), extension(subject_key, hex("0400"))});
  ASSERT_TRUE(known.result.has_value());
  EXPECT_TRUE(known.result->is_critical(ExtensionId::basic_constraints));
  EXPECT_FALSE(known.result->is_critical(ExtensionId::subject_key_identifier));
  EXPECT_TRUE(known.result->unknown_critical.empty());
  const auto unknown = parse({extension("1.2.3", {}, true), extension("1.2.4", {}, true)});
  EXPECT_EQ(oid_text(unknown.result->unknown_critical), "1.2.3");
  const auto unprocessed = parse({extension(subject_key, hex("0400"), true)});
  EXPECT_EQ(oid_text(unprocessed.result->unknown_critical), subject_key) << "nothing could be demanded by it";
}

TEST(Extensions, BasicConstraints) {
  const auto full = parse({extension(basic_constraints, hex("30060101ff020103"))});
  ASSERT_TRUE(full.result.has_value());
  EXPECT_TRUE(full.result->ca);
  EXPECT_EQ(full.result->path_length, 3u);
  EXPECT_EQ(parse_one(basic_constraints, "3000"), Errc{});
  for (const char* wrong : {"", "0500", "30030101fe", "30030201ff", "30020500",
                            "3006020103"
                            "0101ff",
                            "3000"
                            "00",
                            "30050201"}) {
    EXPECT_EQ(parse_one(basic_constraints, wrong), Errc::malformed_der) << wrong;
  }
}

TEST(Extensions, KeyUsage) {
  const auto parsed = parse({extension(key_usage_oid, hex("03030780"
                                                          "80"))});
  ASSERT_TRUE(parsed.result.has_value());
  EXPECT_TRUE(parsed.result->allows(KeyUsage::digital_signature));
  EXPECT_TRUE(parsed.result->allows(KeyUsage::decipher_only));
  EXPECT_FALSE(parsed.result->allows(KeyUsage::key_cert_sign));
  EXPECT_TRUE(Extensions{}.allows(KeyUsage::key_cert_sign)) << "without the extension";
  for (const char* wrong : {"", "0400", "0300", "030107", "03020181"})
    EXPECT_EQ(parse_one(key_usage_oid, wrong), Errc::malformed_der) << wrong;
}

TEST(Extensions, ExtendedKeyUsage) {
  EXPECT_EQ(parse_one(extended, "300a06082b06010505070301"), Errc{});
  for (const char* wrong : {"", "3000", "30020500", "3003060180", "300a06082b060105050703"}) {
    EXPECT_EQ(parse_one(extended, wrong), Errc::malformed_der) << wrong;
  }
}

TEST(Extensions, KeyIdentifiers) {
  const auto both = parse({extension(subject_key, hex("0402aabb")), extension(authority_key, hex("30048002ccdd"))});
  ASSERT_TRUE(both.result.has_value());
  EXPECT_EQ(to_hex(both.result->subject_key_id), "aabb");
  EXPECT_EQ(to_hex(both.result->authority_key_id), "ccdd");
  EXPECT_FALSE(both.result->authority_issuer);
  const auto issuer = parse({extension(authority_key, hex("300ba1068204612e6162820105"))});
  ASSERT_TRUE(issuer.result.has_value());
  EXPECT_TRUE(issuer.result->authority_issuer);
  for (const char* wrong : {"", "0500", "30020500", "3002a100", "3004a1020500", "30048002cc"}) {
    EXPECT_EQ(parse_one(authority_key, wrong), Errc::malformed_der) << wrong;
  }
  for (const char* wrong : {"", "0300", "04020a"}) EXPECT_EQ(parse_one(subject_key, wrong), Errc::malformed_der) << wrong;
}

TEST(Extensions, AlternativeNames) {
  EXPECT_EQ(parse_one(alternative, "3003820161"), Errc{});
  for (const char* wrong :
       {"", "3000", "30020500", "3003820180", "3003a20161", "3002a700", "3003890161", "3002820161", "3003040161"}) {
    EXPECT_EQ(parse_one(alternative, wrong), Errc::malformed_der) << wrong;
  }
}

TEST(Extensions, GeneralNames) {
  const auto kinds = [](std::string_view text) {
    const Bytes content = hex(text);
    GeneralNames names(content);
    return names.next();
  };
  EXPECT_EQ(code_of(kinds("a00706025504a00230")), Errc::malformed_der) << "otherName: the value is cut";
  EXPECT_EQ(kinds("a0080602550aa0020500").value().kind, NameKind::other);
  EXPECT_EQ(code_of(kinds("80020500")), Errc::malformed_der) << "otherName is constructed";
  EXPECT_EQ(code_of(kinds("a0020500")), Errc::malformed_der);
  EXPECT_EQ(kinds("a300").value().kind, NameKind::x400);
  EXPECT_EQ(code_of(kinds("8300")), Errc::malformed_der);
  EXPECT_EQ(kinds("a500").value().kind, NameKind::edi);
  EXPECT_EQ(kinds("a4023000").value().kind, NameKind::directory);
  EXPECT_EQ(code_of(kinds("a4020500")), Errc::malformed_der);
  EXPECT_EQ(code_of(kinds("8400")), Errc::malformed_der);
  EXPECT_EQ(kinds("8701ff").value().kind, NameKind::ip) << "sizes are judged elsewhere";
  EXPECT_EQ(code_of(kinds("a700")), Errc::malformed_der);
  EXPECT_EQ(kinds("88025504").value().kind, NameKind::registered_id);
  EXPECT_EQ(code_of(kinds("c20161")), Errc::malformed_der) << "another class";
  EXPECT_EQ(code_of(kinds("8201")), Errc::malformed_der);
}

TEST(Extensions, NameConstraintsAreRead) {
  EXPECT_EQ(parse_one(constraints, "3007a0053003820161"), Errc{});
  EXPECT_EQ(parse_one(constraints, "3007a1053003820161"), Errc{});
  for (const char* wrong : {"", "3000", "3002a000", "3004a0023000",
                            "3007a00530038201"
                            "ff",
                            "300aa0083006820161"
                            "800100",
                            "3004a0020500",
                            "3009a0053003820161"
                            "0500"}) {
    EXPECT_EQ(parse_one(constraints, wrong), Errc::malformed_der) << wrong;
  }
}

TEST(Extensions, InformationAccess) {
  const Bytes entry =
      write_sequence({der::write_oid("1.3.6.1.5.5.7.48.1").value(), write(der::tag::context(6), as_bytes("http://a"))});
  EXPECT_EQ(code_of(parse({extension(access, write_sequence({entry}))}).result), Errc{});
  const Bytes two = write_sequence({der::write_oid("1.3.6.1.5.5.7.48.1").value(), hex("860161"), hex("860161")});
  EXPECT_EQ(code_of(parse({extension(access, write_sequence({two}))}).result), Errc::malformed_der);
  for (const char* wrong : {"", "3000", "30020500", "30023000", "30053003060180", "300430020500"}) {
    EXPECT_EQ(parse_one(access, wrong), Errc::malformed_der) << wrong;
  }
}

Extensions with(std::uint16_t usage, const Bytes& extended_list) {
  Extensions made;
  made.key_usage = usage;
  if (usage != 0) made.present |= 1u << static_cast<unsigned>(ExtensionId::key_usage);
  made.extended_usages = extended_list;
  if (!extended_list.empty()) made.present |= 1u << static_cast<unsigned>(ExtensionId::extended_key_usage);
  return made;
}

//= rfc5280#4.2.1.12-1
TEST(KeyUsageRules, Leaves) {
  const Bytes server = der::write_oid("1.3.6.1.5.5.7.3.1").value();
  const Bytes client = der::write_oid("1.3.6.1.5.5.7.3.2").value();
  const Bytes any = der::write_oid("2.5.29.37.0").value();
  EXPECT_EQ(code_of(check_handshake_usage(with(0, {}), Purpose::server_authentication)), Errc{});
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::digital_signature, {}), Purpose::server_authentication)), Errc{});
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::key_encipherment, {}), Purpose::server_authentication)), Errc{});
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::key_cert_sign, {}), Purpose::server_authentication)),
            Errc::certificate_wrong_usage);
  const auto purpose = [](const Bytes& usages, Purpose wanted) { return code_of(check_leaf_purpose(with(0, usages), wanted)); };
  EXPECT_EQ(purpose({}, Purpose::server_authentication), Errc{});
  EXPECT_EQ(purpose(server, Purpose::server_authentication), Errc{});
  EXPECT_EQ(purpose(server, Purpose::client_authentication), Errc::certificate_wrong_extended_usage);
  EXPECT_EQ(purpose(client, Purpose::client_authentication), Errc{});
  EXPECT_EQ(purpose(client, Purpose::server_authentication), Errc::certificate_wrong_extended_usage);
  EXPECT_EQ(purpose(any, Purpose::server_authentication), Errc::certificate_wrong_extended_usage) << "not a purpose, as in OTP";
}

TEST(KeyUsageRules, KeysOfClientsDoNotEncipher) {
  const auto client = Purpose::client_authentication;
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::key_encipherment, {}), client)), Errc::certificate_wrong_usage);
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::digital_signature, {}), client)), Errc{});
  EXPECT_EQ(code_of(check_handshake_usage(with(key_usage::key_agreement, {}), client)), Errc{});
}

Errc issuer(const Extensions& extensions, bool any_purpose = false) {
  Problems problems;
  check_issuer_usage(extensions, Purpose::server_authentication, any_purpose, problems);
  return code_of(problems);
}

TEST(KeyUsageRules, Issuers) {
  const Bytes client = der::write_oid("1.3.6.1.5.5.7.3.2").value();
  EXPECT_EQ(issuer(with(key_usage::key_cert_sign, {})), Errc{});
  EXPECT_EQ(issuer(with(key_usage::crl_sign, {})), Errc::certificate_wrong_usage);
  EXPECT_EQ(issuer(with(0, client)), Errc::certificate_wrong_extended_usage);
}

TEST(KeyUsageRules, AuthoritiesForAnyPurposeWhereAskedFor) {
  const Bytes any = der::write_oid("2.5.29.37.0").value();
  EXPECT_EQ(issuer(with(0, any)), Errc::certificate_wrong_extended_usage);
  EXPECT_EQ(issuer(with(0, any), true), Errc{});
  Extensions critical = with(0, any);
  critical.critical = 1u << static_cast<unsigned>(ExtensionId::extended_key_usage);
  EXPECT_EQ(issuer(critical, true), Errc::certificate_wrong_extended_usage) << "critical: no more than it says";
}

}  // namespace
}  // namespace keyway::pki
