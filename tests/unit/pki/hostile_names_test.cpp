// SPDX-License-Identifier: Apache-2.0
//
// Names as hostile certificates hold them: their size is bounded, comparing sets cannot be fooled, constraints cannot be
// slipped past, nothing that a terminal acts on is shown.
#include <gtest/gtest.h>

#include "issuing.h"
#include "pki/distinguished_name.h"
#include "raw_names.h"

namespace keyway::pki {
namespace {

using namespace test;

Bytes with_sets(std::size_t sets, std::size_t attributes_each) {
  std::vector<Bytes> all;
  for (std::size_t i = 0; i < sets; ++i) {
    std::vector<Bytes> attributes;
    for (std::size_t j = 0; j < attributes_each; ++j) attributes.push_back(attribute(unit_type, "u" + std::to_string(j)));
    all.push_back(set_of(attributes));
  }
  return name_of(all);
}

Bytes of_set(const std::vector<Bytes>& attributes) { return name_of({set_of(attributes)}); }

std::string shown(std::string_view text, std::uint8_t tag = der::tag::utf8_string) {
  return name_text(of_set({attribute(common_name_type, text, tag)}));
}

TEST(CheckName, AttributesAreBoundedPerSetAndPerName) {
  EXPECT_TRUE(check_name(with_sets(1, 8)));
  EXPECT_TRUE(check_name(with_sets(4, 8)));
  EXPECT_TRUE(check_name(with_sets(32, 1)));
  for (const Bytes& name : {with_sets(1, 9), with_sets(33, 1), with_sets(5, 8), with_sets(1, 5000)}) {
    const auto refused = check_name(name);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::malformed_der);
  }
}

TEST(SameName, TheOrderWithinASetDoesNotCount) {
  const Bytes a = attribute(unit_type, "a");
  const Bytes b = attribute(unit_type, "b");
  EXPECT_TRUE(same_name(of_set({a, b}), of_set({b, a})));
  EXPECT_EQ(name_hash(of_set({a, b})), name_hash(of_set({b, a})));
  EXPECT_FALSE(same_name(name_of({set_of({a}), set_of({b})}), name_of({set_of({b}), set_of({a})})));
}

TEST(SameName, ARepeatedAttributeDoesNotStandForAMissingOne) {
  const Bytes a = attribute(unit_type, "a");
  const Bytes b = attribute(unit_type, "b");
  EXPECT_FALSE(same_name(of_set({a, a}), of_set({a, b})));
  EXPECT_FALSE(same_name(of_set({a, b}), of_set({a, a})));
}

TEST(NameEmail, AnEmptyAddressDoesNotHideTheNext) {
  const Bytes name = name_of({set_of({attribute(email_type, "", der::tag::ia5_string)}),
                              set_of({attribute(email_type, "a@b.example", der::tag::ia5_string)})});
  ASSERT_TRUE(name_email(name, 0));
  EXPECT_TRUE(name_email(name, 0)->empty());
  ASSERT_TRUE(name_email(name, 1));
  EXPECT_EQ(as_text(*name_email(name, 1)), "a@b.example");
  EXPECT_FALSE(name_email(name, 2));
}

TEST(NameText, ShowsWhatIsUtf8AndEscapesTheRest) {
  EXPECT_EQ(shown("caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91"), "CN=caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x94\x91");
  EXPECT_EQ(shown("a\xc2\x9b"
                  "31m"),
            "CN=a\\c2\\9b31m")
      << "a control of a terminal, U+009B";
  EXPECT_EQ(shown("\xc2\x80\xc2\x9f\xc2\xa0"), "CN=\\c2\\80\\c2\\9f\xc2\xa0");
  EXPECT_EQ(shown("\x1b[2J\x7f"), "CN=\\1b[2J\\7f");
  EXPECT_EQ(shown("\x9b\xff"), "CN=\\9b\\ff") << "no beginning of a character";
  EXPECT_EQ(shown("\xc3"), "CN=\\c3") << "cut off";
  EXPECT_EQ(shown("\xe2\x82("), "CN=\\e2\\82(");
  EXPECT_EQ(shown("\xc0\x9b\xe0\x82\x9b"), "CN=\\c0\\9b\\e0\\82\\9b") << "overlong forms of U+009B";
  EXPECT_EQ(shown("\xed\xa0\x80"), "CN=\\ed\\a0\\80") << "a surrogate";
  EXPECT_EQ(shown("\xf4\x90\x80\x80"), "CN=\\f4\\90\\80\\80") << "beyond U+10FFFF";
  EXPECT_EQ(shown("\xc3\xa9", der::tag::teletex_string), "CN=\\c3\\a9") << "not UTF-8 by its type";
}

Errc verdict(const Root& root, const Bytes& leaf) {
  const ByteView chain = leaf;
  const auto answer = verify_chain({.anchors = root.anchors, .check_name = false}, root.question({&chain, 1}));
  return answer ? Errc{} : answer.error().code();
}

CertificateDescription leaf() {
  return {.subject = {{"CN", "leaf"}}, .key_usage = key_usage::digital_signature, .extended_key_usage = {"serverAuth"}};
}

RawExtension alternative_names(const Bytes& general_name) {
  return {.oid = "2.5.29.17", .critical = false, .value = der::write_sequence({general_name})};
}

Bytes directory_name(const Bytes& name) { return der::write(der::tag::context_constructed(4), name); }

TEST(NameConstraints, ADirectoryNameThatIsNoneIsRefused) {
  CertificateDescription description;
  description.permitted.emplace();
  description.permitted->directory = {write_name({{"O", "ours"}}).value()};
  const Root root(std::move(description));
  CertificateDescription good = leaf();
  good.subject = {{"O", "ours"}, {"CN", "leaf"}};
  good.others = {alternative_names(directory_name(write_name({{"O", "ours"}, {"CN", "leaf"}}).value()))};
  EXPECT_EQ(verdict(root, root.issue(good)), Errc{});
  CertificateDescription other = good;
  other.others = {alternative_names(directory_name(write_name({{"O", "theirs"}}).value()))};
  EXPECT_EQ(verdict(root, root.issue(other)), Errc::certificate_name_constraint);
  // Sequences of anything but sets, of broken sets, of sets of anything.
  const Bytes broken[] = {der::write_sequence({der::write_integer(1)}),
                          der::write(der::tag::sequence, as_bytes(std::string_view("\x31\x7f", 2))),
                          name_of({set_of({der::write_integer(1)})})};
  for (const Bytes& name : broken) {
    CertificateDescription bad = good;
    bad.others = {alternative_names(directory_name(name))};
    EXPECT_EQ(verdict(root, root.issue(bad)), Errc::certificate_name_constraint);
  }
}

TEST(NameConstraints, AnEmptyAddressInTheSubjectDoesNotHideTheNext) {
  CertificateDescription description;
  description.excluded.emplace();
  description.excluded->email = {"evil.example"};
  const Root root(std::move(description));
  CertificateDescription certificate = leaf();
  certificate.subject = {{"CN", "leaf"}, {"emailAddress", "a@good.example"}};
  EXPECT_EQ(verdict(root, root.issue(certificate)), Errc{});
  certificate.subject = {{"CN", "leaf"}, {"emailAddress", "a@evil.example"}};
  EXPECT_EQ(verdict(root, root.issue(certificate)), Errc::certificate_name_constraint);
  certificate.subject = {{"CN", "leaf"}, {"emailAddress", ""}, {"emailAddress", "a@evil.example"}};
  EXPECT_EQ(verdict(root, root.issue(certificate)), Errc::certificate_name_constraint);
}

}  // namespace
}  // namespace keyway::pki
