// SPDX-License-Identifier: Apache-2.0
//
// Name constraints, kind by kind, and what a subtree must look like.
#include "pki/name_constraints.h"

#include "unit/pki/raw_names.h"
#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::hex;

/// What an authority with these subtrees says of a leaf.
Errc judge(const std::optional<Subtrees>& permitted, const std::optional<Subtrees>& excluded,
           const CertificateDescription& below) {
  CertificateDescription above = test::describe_ca("above");
  above.permitted = permitted;
  above.excluded = excluded;
  const auto issuer = test::issue_self(above, test::key(0));
  const auto leaf = test::issue(below, test::key(1), issuer);
  const auto issuer_parsed = parse_certificate(issuer.der).value();
  const auto leaf_parsed = parse_certificate(leaf.der).value();
  std::size_t comparisons = 0;
  NameConstraints constraints(comparisons);
  if (auto added = constraints.add(issuer_parsed.extensions); !added) return added.error().code();
  EXPECT_FALSE(constraints.empty());
  return code_of(constraints.check(leaf_parsed));
}

CertificateDescription dns(const std::vector<std::string>& names) {
  CertificateDescription made = test::describe("leaf");
  made.dns_names = names;
  return made;
}
Errc dns_permitted(const std::string& base, const std::string& name) { return judge(Subtrees{.dns = {base}}, {}, dns({name})); }
Errc dns_excluded(const std::string& base, const std::string& name) { return judge({}, Subtrees{.dns = {base}}, dns({name})); }
constexpr Errc refused = Errc::certificate_name_constraint;

//= rfc5280#4.2.1.10-1
TEST(NameConstraints, Dns) {
  EXPECT_EQ(dns_permitted("example.test", "example.test"), Errc{});
  EXPECT_EQ(dns_permitted("example.test", "a.EXAMPLE.test"), Errc{});
  EXPECT_EQ(dns_permitted("", "a.test"), Errc{});
  EXPECT_EQ(dns_permitted("example.test", "badexample.test"), refused);
  EXPECT_EQ(dns_permitted("example.test", "test"), refused);
  EXPECT_EQ(dns_permitted("example.test", "not a name"), refused) << "what cannot be judged is not within";
  EXPECT_EQ(dns_excluded("example.test", "a.example.test"), refused);
  EXPECT_EQ(dns_excluded("example.test", "example2.test"), Errc{});
  EXPECT_EQ(dns_excluded("", "a.test"), refused);
  EXPECT_EQ(dns_excluded("example.test", "not a name"), refused) << "what cannot be judged may be within";
}

TEST(NameConstraints, WildcardsStandForNames) {
  EXPECT_EQ(dns_permitted("example.test", "*.example.test"), Errc{});
  EXPECT_EQ(dns_permitted("a.example.test", "*.example.test"), refused) << "covers other names as well";
  EXPECT_EQ(dns_excluded("a.example.test", "*.example.test"), refused) << "covers the excluded one";
  EXPECT_EQ(dns_excluded("b.a.example.test", "*.example.test"), Errc{}) << "a wildcard is one label";
  EXPECT_EQ(dns_excluded("example.test", "*.example.test"), refused);
  EXPECT_EQ(dns_excluded("other.test", "*.example.test"), Errc{});
}

TEST(NameConstraints, OneBadNameIsEnough) {
  EXPECT_EQ(judge(Subtrees{.dns = {"a.test", "b.test"}}, {}, dns({"a.test", "x.b.test"})), Errc{});
  EXPECT_EQ(judge(Subtrees{.dns = {"a.test", "b.test"}}, {}, dns({"a.test", "c.test"})), refused);
  EXPECT_EQ(judge(Subtrees{.dns = {"a.test"}}, Subtrees{.dns = {"x.a.test"}}, dns({"y.a.test"})), Errc{});
  EXPECT_EQ(judge(Subtrees{.dns = {"a.test"}}, Subtrees{.dns = {"x.a.test"}}, dns({"x.a.test"})), refused);
  EXPECT_EQ(judge(Subtrees{.ip = {"10.0.0.0/8"}}, {}, dns({"a.test"})), Errc{}) << "no constraint of its kind";
}

CertificateDescription address(const std::string& text) {
  CertificateDescription made = test::describe("leaf");
  made.addresses = {text};
  return made;
}

TEST(NameConstraints, Addresses) {
  EXPECT_EQ(judge(Subtrees{.ip = {"10.0.0.0/8"}}, {}, address("10.255.0.1")), Errc{});
  EXPECT_EQ(judge(Subtrees{.ip = {"10.0.0.0/8"}}, {}, address("11.0.0.1")), refused);
  EXPECT_EQ(judge(Subtrees{.ip = {"10.0.0.0/8"}}, {}, address("::10.0.0.1")), refused) << "the other size";
  EXPECT_EQ(judge(Subtrees{.ip = {"2001:db8::/33"}}, {}, address("2001:db8::1")), Errc{});
  EXPECT_EQ(judge(Subtrees{.ip = {"2001:db8::/33"}}, {}, address("2001:db8:8000::1")), refused);
  EXPECT_EQ(judge({}, Subtrees{.ip = {"0.0.0.0/0"}}, address("1.2.3.4")), refused);
  EXPECT_EQ(judge({}, Subtrees{.ip = {"0.0.0.0/0"}}, address("::1")), Errc{});
}

CertificateDescription email(const std::string& text) {
  CertificateDescription made = test::describe("leaf");
  made.emails = {text};
  return made;
}

TEST(NameConstraints, Mailboxes) {
  const auto permitted = [](const std::string& base, const std::string& name) {
    return judge(Subtrees{.email = {base}}, {}, email(name));
  };
  EXPECT_EQ(permitted("a@b.test", "a@B.test"), Errc{});
  EXPECT_EQ(permitted("a@b.test", "A@b.test"), refused) << "RFC 5280 7.5: the local part has case";
  EXPECT_EQ(permitted("b.test", "x@b.test"), Errc{});
  EXPECT_EQ(permitted("b.test", "x@c.b.test"), refused);
  EXPECT_EQ(permitted(".b.test", "x@c.b.test"), Errc{});
  EXPECT_EQ(permitted(".b.test", "x@b.test"), refused);
  EXPECT_EQ(permitted("", "x@b.test"), Errc{});
  EXPECT_EQ(permitted("b.test", "no mailbox"), refused);
  EXPECT_EQ(permitted("b.test", "@b.test"), refused);
  EXPECT_EQ(permitted("b.test", "a@b@b.test"), refused);
  EXPECT_EQ(judge({}, Subtrees{.email = {"b.test"}}, email("x@b.test")), refused);
  EXPECT_EQ(judge({}, Subtrees{.email = {"b.test"}}, email("x@c.test")), Errc{});
}

TEST(NameConstraints, MailboxesInTheSubject) {
  CertificateDescription below = test::describe("leaf");
  below.subject.emplace_back("emailAddress", "x@c.test");
  EXPECT_EQ(judge(Subtrees{.email = {"b.test"}}, {}, below), refused);
  EXPECT_EQ(judge(Subtrees{.email = {"c.test"}}, {}, below), Errc{});
  below.dns_names = {"a.test"};
  EXPECT_EQ(judge(Subtrees{.email = {"b.test"}}, {}, below), Errc{}) << "only where there are no alternative names";
}

CertificateDescription uri(const std::string& text) {
  CertificateDescription made = test::describe("leaf");
  made.uris = {text};
  return made;
}

TEST(NameConstraints, Uris) {
  const auto permitted = [](const std::string& base, const std::string& name) {
    return judge(Subtrees{.uri = {base}}, {}, uri(name));
  };
  EXPECT_EQ(permitted("a.test", "https://a.test/x"), Errc{});
  EXPECT_EQ(permitted("a.test", "https://user@A.test:443?x#y"), Errc{});
  EXPECT_EQ(permitted("a.test", "https://b.a.test/"), refused);
  EXPECT_EQ(permitted(".a.test", "https://b.a.test/"), Errc{});
  EXPECT_EQ(permitted(".a.test", "https://a.test/"), refused);
  for (const char* without_host :
       {"urn:a.test", "https://[::1]/", "https://1.2.3.4/", "https://", "https:///a.test", "mailto:a@a.test"}) {
    EXPECT_EQ(permitted("a.test", without_host), refused) << without_host;
    EXPECT_EQ(judge({}, Subtrees{.uri = {"a.test"}}, uri(without_host)), refused) << without_host;
  }
  EXPECT_EQ(permitted("a.test", "x+y-1.z://a.test"), Errc{});
  // What looks like an authority elsewhere is none, and where readers would differ there is none either.
  for (const char* elsewhere : {"urn:x:http://a.test/", "mailto:m@evil.test?u=http://a.test/", "http://evil.test\\@a.test/",
                                "http:x//a.test/", "://a.test/", "1x://a.test/", "x y://a.test/", "//a.test/",
                                "http:/x://a.test/", "http://evil.test @a.test/", "http://evil.test\n@a.test/",
                                "http://evil.test@x@a.test/", "http://u@a.test:1@evil.test/", "http://evil.test\x7f@a.test/"}) {
    EXPECT_EQ(permitted("a.test", elsewhere), refused) << elsewhere;
    EXPECT_EQ(judge({}, Subtrees{.uri = {"b.test"}}, uri(elsewhere)), refused) << elsewhere;
  }
}

TEST(NameConstraints, DirectoryNames) {
  const Bytes base = write_name({{"O", "x"}}).value();
  CertificateDescription below = test::describe("leaf");
  below.subject = {{"O", "X"}, {"CN", "leaf"}};
  EXPECT_EQ(judge(Subtrees{.directory = {base}}, {}, below), Errc{});
  EXPECT_EQ(judge({}, Subtrees{.directory = {base}}, below), refused);
  below.subject = {{"O", "y"}};
  EXPECT_EQ(judge(Subtrees{.directory = {base}}, {}, below), refused);
  below.subject.clear();
  below.dns_names = {"a.test"};
  EXPECT_EQ(judge(Subtrees{.directory = {base}}, {}, below), Errc{}) << "an empty subject is no name";
}

/// GeneralSubtrees of one name.
Bytes subtree(NameKind kind, ByteView value) {
  const bool wrapped = kind == NameKind::directory || kind == NameKind::other || kind == NameKind::x400 || kind == NameKind::edi;
  const auto number = static_cast<unsigned>(kind);
  return der::write_sequence({der::write(wrapped ? der::tag::context_constructed(number) : der::tag::context(number), value)});
}
Errc structure(NameKind kind, ByteView value) { return code_of(check_subtrees(subtree(kind, value))); }

TEST(NameConstraints, BasesAreChecked) {
  EXPECT_EQ(code_of(check_subtrees({})), Errc::malformed_der);
  EXPECT_EQ(code_of(check_subtrees(hex("3000"))), Errc::malformed_der);
  EXPECT_EQ(code_of(check_subtrees(hex("0500"))), Errc::malformed_der);
  Bytes with_minimum = der::write_sequence({hex("820161"), hex("800101")});
  EXPECT_EQ(code_of(check_subtrees(with_minimum)), Errc::malformed_der) << "a minimum";
  EXPECT_EQ(structure(NameKind::dns, as_bytes("a.test")), Errc{});
  EXPECT_EQ(structure(NameKind::dns, as_bytes(".a.test")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::dns, as_bytes("*.a.test")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::email, as_bytes(".a.test")), Errc{});
  EXPECT_EQ(structure(NameKind::email, as_bytes("a@b@c")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::email, as_bytes("a b")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::uri, as_bytes("")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::uri, as_bytes("https://a.test")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::ip, hex("0a000000ff000000")), Errc{});
  EXPECT_EQ(structure(NameKind::ip, hex("0a000000")), Errc::malformed_certificate) << "no mask";
  EXPECT_EQ(structure(NameKind::ip, hex("0a000000ff00ff00")), Errc::malformed_certificate) << "a hole in the mask";
  EXPECT_EQ(structure(NameKind::ip, hex("0a00000000000001")), Errc::malformed_certificate);
  EXPECT_EQ(structure(NameKind::directory, write_name({{"O", "x"}}).value()), Errc{});
  EXPECT_EQ(structure(NameKind::directory, hex("3002"
                                               "3100")),
            Errc::malformed_der);
  EXPECT_EQ(structure(NameKind::registered_id, hex("5504")), Errc{});
}

/// What an authority that permits or excludes one directory name says of a subject.
Errc judge_subject(const Bytes& permitted, const Bytes& excluded, const Bytes& subject) {
  Extensions above;
  above.present = 1u << static_cast<unsigned>(ExtensionId::name_constraints);
  above.permitted_subtrees = permitted;
  above.excluded_subtrees = excluded;
  std::size_t comparisons = 0;
  NameConstraints constraints(comparisons);
  EXPECT_TRUE(constraints.add(above).has_value());
  ParsedCertificate below;
  below.subject = subject;
  return code_of(constraints.check(below));
}

TEST(NameConstraints, NoOtherTypeOfStringGetsAroundAnExclusion) {
  using namespace der::tag;
  using namespace std::string_view_literals;
  const auto called = [](std::uint8_t tag, std::string_view text) {
    return test::name_of({test::set_of({test::attribute("2.5.4.10", text, tag)}),
                          test::set_of({test::attribute(test::common_name_type, "leaf")})});
  };
  const auto base = [](std::uint8_t tag, std::string_view text) {
    return subtree(NameKind::directory, test::name_of({test::set_of({test::attribute("2.5.4.10", text, tag)})}));
  };
  constexpr std::uint8_t visible_string = 0x1a, general_string = 0x1b;
  const std::pair<std::uint8_t, std::string_view> spellings[] = {
      {utf8_string, "  EVIL  \xc3\xa4 "sv},
      {teletex_string, " Evil  \xe4"sv},
      {bmp_string, "\0 \0E\0v\0I\0l\0 \0 \0\xe4\0 "sv},
      {universal_string, "\0\0\0E\0\0\0v\0\0\0i\0\0\0L\0\0\0 \0\0\0\xe4"sv},
  };
  for (const auto& [tag, text] : spellings) {
    for (const auto& [other_tag, other] : spellings) {
      EXPECT_EQ(judge_subject({}, base(other_tag, other), called(tag, text)), refused) << int(tag) << " and " << int(other_tag);
      if (tag != other_tag) {
        EXPECT_EQ(judge_subject(base(other_tag, other), {}, called(tag, text)), refused) << "nobody is permitted by it";
      }
    }
  }
  const Bytes excluded = base(utf8_string, "Evil");
  for (const std::uint8_t tag : {visible_string, general_string, octet_string})
    EXPECT_EQ(judge_subject({}, excluded, called(tag, "evil")), refused) << int(tag);
  EXPECT_EQ(judge_subject({}, excluded, called(bmp_string, "\0E\0v\0i\0l\0"sv)), refused) << "half a character";
  EXPECT_EQ(
      judge_subject({}, base(utf8_string, "\xe2\x82\xac\xf0\x9f\x98\x80"), called(universal_string, "\0\0\x20\xac\0\1\xf6\0"sv)),
      refused);
  EXPECT_EQ(judge_subject({}, excluded, called(bmp_string, "\0E\0v\0i\0l\0s"sv)), Errc{});
  EXPECT_EQ(judge_subject({}, excluded, called(bmp_string, "\1E\0v\0i\0l"sv)), Errc{}) << "another letter";
  EXPECT_EQ(judge_subject({}, excluded, called(teletex_string, "Evi")), Errc{});
  EXPECT_EQ(judge_subject({}, excluded, called(bmp_string, "")), Errc{});
  EXPECT_EQ(judge_subject({}, base(octet_string, "Evil"), called(octet_string, "evil")), Errc{}) << "neither is text";
}

//= rfc5280#4.2.1.10-2
TEST(NameConstraints, OtherKindsCannotBeJudged) {
  Extensions above;
  above.present = 1u << static_cast<unsigned>(ExtensionId::name_constraints);
  const Bytes permitted = subtree(NameKind::registered_id, hex("550403"));
  above.permitted_subtrees = permitted;
  std::size_t comparisons = 0;
  NameConstraints constraints(comparisons);
  ASSERT_TRUE(constraints.add(above).has_value());
  ParsedCertificate below;
  const Bytes empty = write_name({}).value();
  below.subject = empty;
  const Bytes names = hex("8803550403");
  below.extensions.alternative_names = names;
  EXPECT_EQ(code_of(constraints.check(below)), refused);
}

TEST(NameConstraints, MalformedOnesAreRefused) {
  Extensions above;
  above.present = 1u << static_cast<unsigned>(ExtensionId::name_constraints);
  const Bytes wrong = subtree(NameKind::dns, as_bytes(".x"));
  above.permitted_subtrees = wrong;
  std::size_t comparisons = 0;
  EXPECT_EQ(code_of(NameConstraints(comparisons).add(above)), Errc::malformed_certificate);
  above.permitted_subtrees = {};
  above.excluded_subtrees = wrong;
  EXPECT_EQ(code_of(NameConstraints(comparisons).add(above)), Errc::malformed_certificate);
  above.present = 0;
  EXPECT_EQ(code_of(NameConstraints(comparisons).add(above)), Errc{}) << "without the extension there is nothing to read";
}

TEST(NameConstraints, WorkIsBounded) {
  Subtrees many;
  for (int i = 0; i < 1000; ++i) many.dns.push_back("a" + std::to_string(i) + ".test");
  std::vector<std::string> names;
  for (int i = 0; i < 300; ++i) names.push_back("b" + std::to_string(i) + ".example");
  EXPECT_EQ(judge({}, many, dns({names.begin(), names.begin() + 10})), Errc{});
  EXPECT_EQ(judge({}, many, dns(names)), refused) << "300,000 comparisons";
}

}  // namespace
}  // namespace keyway::pki
