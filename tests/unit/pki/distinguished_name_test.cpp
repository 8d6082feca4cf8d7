// SPDX-License-Identifier: Apache-2.0
//
// Distinguished names: structure, comparison, text.
#include "pki/distinguished_name.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using der::write;
using der::write_sequence;
using test::code_of;
using test::hex;

using Parts = std::vector<std::pair<std::string, std::string>>;
Bytes name(const Parts& parts) { return write_name(parts).value(); }

Bytes attribute(std::string_view oid, std::uint8_t tag, std::string_view text) {
  return write_sequence({der::write_oid(oid).value(), der::write_text(tag, text)});
}
Bytes name_of_sets(const std::vector<std::vector<Bytes>>& sets) {
  std::vector<Bytes> parts;
  for (const auto& set : sets) parts.push_back(write(der::tag::set, set));
  return write(der::tag::sequence, parts);
}
Bytes common(std::uint8_t tag, std::string_view text) { return name_of_sets({{attribute("2.5.4.3", tag, text)}}); }

TEST(DistinguishedName, Structure) {
  EXPECT_TRUE(check_name(name({})).has_value());
  EXPECT_TRUE(check_name(name({{"CN", "a"}, {"O", "b"}})).has_value());
  const Bytes pair = attribute("2.5.4.3", der::tag::utf8_string, "a");
  const Bytes set = write(der::tag::set, ByteView(pair));
  EXPECT_EQ(code_of(check_name({})), Errc::malformed_der);
  EXPECT_EQ(code_of(check_name(set)), Errc::malformed_der) << "not a sequence";
  EXPECT_EQ(code_of(check_name(name_of_sets({{}}))), Errc::malformed_der) << "an empty set";
  EXPECT_EQ(code_of(check_name(write(der::tag::sequence, ByteView(pair)))), Errc::malformed_der) << "no set";
  EXPECT_EQ(code_of(check_name(name_of_sets({{hex("0500")}}))), Errc::malformed_der) << "no pair";
  EXPECT_EQ(code_of(check_name(name_of_sets({{hex("30060601558002"
                                                  "0c")}}))),
            Errc::malformed_der)
      << "a cut value";
  EXPECT_EQ(code_of(check_name(name_of_sets({{write_sequence({der::write_oid("2.5.4.3").value()})}}))), Errc::malformed_der)
      << "no value";
  EXPECT_EQ(code_of(check_name(name_of_sets({{write_sequence({hex("060180"), hex("0c00")})}}))), Errc::malformed_der)
      << "bad type";
  EXPECT_EQ(code_of(check_name(name_of_sets({{write_sequence({der::write_oid("2.5.4.3").value(), hex("0c00"), hex("0500")})}}))),
            Errc::malformed_der)
      << "more than a pair";
}

TEST(DistinguishedName, TooManyAttributes) {
  Parts many;
  for (int i = 0; i < 129; ++i) many.emplace_back("OU", "x");
  EXPECT_EQ(code_of(check_name(name(many))), Errc::malformed_der);
  many.resize(32);
  EXPECT_TRUE(check_name(name(many)).has_value());
}

TEST(DistinguishedName, Emptiness) {
  EXPECT_TRUE(name_is_empty(name({})));
  EXPECT_FALSE(name_is_empty(name({{"CN", ""}})));
}

void expect_same(const Bytes& a, const Bytes& b) {
  EXPECT_TRUE(same_name(a, b));
  EXPECT_TRUE(same_name(b, a));
  EXPECT_EQ(name_hash(a), name_hash(b));
}
void expect_other(const Bytes& a, const Bytes& b) {
  EXPECT_FALSE(same_name(a, b));
  EXPECT_FALSE(same_name(b, a));
}

TEST(DistinguishedName, ComparesTextAsRfc5280Does) {
  using namespace der::tag;
  expect_same(name({{"CN", "a"}}), name({{"CN", "a"}}));
  expect_same(common(utf8_string, "A  b"), common(printable_string, " a B "));
  expect_same(common(utf8_string, ""), common(printable_string, "  "));
  expect_same(common(ia5_string, "x"), common(utf8_string, "X"));
  expect_other(common(utf8_string, "a"), common(utf8_string, "ab"));
  expect_other(common(utf8_string, "ab"), common(utf8_string, "a b"));
  expect_other(common(teletex_string, "A"), common(utf8_string, "A"));
  expect_other(common(teletex_string, "A"), common(teletex_string, "a"));
  expect_other(name({{"CN", "a"}}), name({{"O", "a"}}));
  expect_other(name({{"CN", "a"}}), name({{"CN", "a"}, {"CN", "a"}}));
  expect_other(name({{"CN", "a"}, {"O", "b"}}), name({{"O", "b"}, {"CN", "a"}}));
  expect_other(name({}), name({{"CN", "a"}}));
}

TEST(DistinguishedName, OrderWithinASetIsOfNoMeaning) {
  const Bytes cn = attribute("2.5.4.3", der::tag::utf8_string, "A");
  const Bytes cn_too = attribute("2.5.4.3", der::tag::printable_string, "a");
  const Bytes ou = attribute("2.5.4.11", der::tag::utf8_string, "b");
  expect_same(name_of_sets({{cn, ou}}), name_of_sets({{ou, cn_too}}));
  expect_other(name_of_sets({{cn, ou}}), name_of_sets({{cn}}));
  expect_other(name_of_sets({{cn, ou}}), name_of_sets({{cn}, {ou}}));
}

TEST(DistinguishedName, Subtrees) {
  const Bytes base = name({{"C", "DE"}, {"O", "x"}});
  EXPECT_TRUE(name_within(name({{"C", "de"}, {"O", " X"}, {"CN", "y"}}), base));
  EXPECT_TRUE(name_within(base, base));
  EXPECT_TRUE(name_within(base, name({})));
  EXPECT_FALSE(name_within(name({{"C", "DE"}}), base));
  EXPECT_FALSE(name_within(name({{"C", "DE"}, {"O", "y"}}), base));
  EXPECT_FALSE(name_within(name({{"O", "x"}, {"C", "DE"}}), base));
}

TEST(DistinguishedName, Text) {
  EXPECT_EQ(name_text(name({{"C", "DE"}, {"O", "Some, Body"}, {"CN", "a"}})), "CN=a,O=Some\\, Body,C=DE");
  EXPECT_EQ(name_text(name({})), "");
  EXPECT_EQ(name_text(name({{"1.2.3.4", "x"}})), "1.2.3.4=x");
  EXPECT_EQ(name_text(name({{"CN", " #\"+;<>\\ "}})), "CN=\\ #\\\"\\+\\;\\<\\>\\\\\\ ");
  EXPECT_EQ(name_text(name({{"CN", "#a"}})), "CN=\\#a");
  EXPECT_EQ(name_text(name({{"CN", "a\nb\x7f"}})), "CN=a\\0ab\\7f");
  EXPECT_EQ(name_text(name({{"CN", "\xc3\xa4"}})), "CN=\xc3\xa4");
  EXPECT_EQ(name_text(common(der::tag::teletex_string, "\xe4")), "CN=\\e4");
  EXPECT_EQ(name_text(common(der::tag::bmp_string, std::string_view("\0a\1b", 4))), "CN=a?");
  EXPECT_EQ(name_text(common(der::tag::universal_string, std::string_view("\0\0\0a", 4))), "CN=a");
  EXPECT_EQ(name_text(common(der::tag::octet_string, "a")), "CN=#040161");
  const Bytes pair =
      name_of_sets({{attribute("2.5.4.3", der::tag::utf8_string, "a"), attribute("2.5.4.10", der::tag::utf8_string, "b")}});
  EXPECT_EQ(name_text(pair), "CN=a+O=b");
}

TEST(DistinguishedName, LongTextIsCut) {
  const std::string text = name_text(name({{"CN", std::string(2000, 'x')}}));
  EXPECT_EQ(text.size(), 1027u);
  EXPECT_TRUE(text.ends_with("..."));
}

TEST(DistinguishedName, EmailAndCommonName) {
  const Bytes both = name({{"emailAddress", "a@b"}, {"CN", "x"}, {"CN", "y"}, {"emailAddress", "c@d"}});
  EXPECT_EQ(as_text(name_email(both, 0).value()), "a@b");
  EXPECT_EQ(as_text(name_email(both, 1).value()), "c@d");
  EXPECT_FALSE(name_email(both, 2).has_value());
  EXPECT_EQ(common_name(both), "x");
  EXPECT_FALSE(name_email(name({{"CN", "x"}}), 0).has_value());
  EXPECT_EQ(common_name(name({{"O", "x"}})), "");
}

}  // namespace
}  // namespace keyway::pki
