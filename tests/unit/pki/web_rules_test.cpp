// SPDX-License-Identifier: Apache-2.0
//
// Strict rules and rules of the web; each is off by default.
#include "pki/web_rules.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::describe_ca;
using test::describe_leaf;
using test::issue;
using test::issue_self;
using test::key;
using test::Made;
using test::verdict;

enum class Level : std::uint8_t { plain, strict, web };

VerifySettings at(Level level, bool check_name = true) {
  return {.anchors = nullptr, .check_name = check_name, .strict = level == Level::strict, .web_pki = level == Level::web};
}
/// Verdicts at the three levels.
using Verdicts = std::array<Errc, 3>;
Verdicts leaf_verdicts(const CertificateDescription& description, bool check_name = true) {
  static const Made root = issue_self(describe_ca("root"), key(0));
  const Made leaf = issue(description, key(1), root);
  return {verdict({leaf}, root, at(Level::plain, check_name)), verdict({leaf}, root, at(Level::strict, check_name)),
          verdict({leaf}, root, at(Level::web, check_name))};
}
Verdicts root_verdicts(const CertificateDescription& description) {
  const Made root = issue_self(description, key(2));
  const Made leaf = issue(describe_leaf(), key(1), root);
  return {verdict({leaf}, root, at(Level::plain)), verdict({leaf}, root, at(Level::strict)),
          verdict({leaf}, root, at(Level::web))};
}
Verdicts intermediate_verdicts(const CertificateDescription& description) {
  static const Made root = issue_self(describe_ca("root"), key(0));
  const Made middle = issue(description, key(3), root);
  const Made leaf = issue(describe_leaf(), key(1), middle);
  const std::vector<ByteView> chain{leaf, middle};
  return {verdict(chain, root, at(Level::plain)), verdict(chain, root, at(Level::strict)), verdict(chain, root, at(Level::web))};
}

constexpr Errc broken = Errc::certificate_web_policy;
constexpr Verdicts allowed{Errc{}, Errc{}, Errc{}};
constexpr Verdicts not_strictly{Errc{}, broken, broken};
constexpr Verdicts not_on_the_web{Errc{}, Errc{}, broken};

template <class Change>
CertificateDescription changed(CertificateDescription description, Change change) {
  change(description);
  return description;
}

/// keyUsage, extendedKeyUsage or basicConstraints as it is not written by itself.
RawExtension raw(std::string oid, bool critical, std::string_view value) { return {std::move(oid), critical, test::hex(value)}; }

TEST(WebRules, PlainChains) {
  EXPECT_EQ(leaf_verdicts(describe_leaf()), allowed);
  EXPECT_EQ(root_verdicts(describe_ca("r")), allowed);
  EXPECT_EQ(intermediate_verdicts(describe_ca("i")), allowed);
}

TEST(PublicSuffixes, RulesOfTheList) {
  const auto list = PublicSuffixes::parse(
      "// comment\ncom\nCo.UK and more\n*.ck\n!www.ck\n\xc3\xa4.test\r\ns3.example.com\r\nlast.test\n// ===BEGIN PRIVATE "
      "DOMAINS===\nowned.test\n");
  EXPECT_TRUE(list->contains("com"));
  EXPECT_TRUE(list->contains("co.uk"));
  EXPECT_TRUE(list->contains("CO.uk"));
  EXPECT_TRUE(list->contains("unknown")) << "a single label always is one";
  EXPECT_TRUE(list->contains("anything.ck"));
  EXPECT_FALSE(list->contains("www.ck"));
  EXPECT_FALSE(list->contains("a.anything.ck"));
  EXPECT_FALSE(list->contains("example.com"));
  EXPECT_TRUE(list->contains("s3.example.com"));
  EXPECT_TRUE(list->contains("last.test"));
  EXPECT_FALSE(list->contains("and.more"));
  EXPECT_FALSE(list->contains("owned.test"));
}

TEST(WebRules, WildcardsForPublicSuffixes) {
  static const Made root = issue_self(describe_ca("root"), key(0));
  const auto judged = [&](const std::string& name, bool known = true) {
    const Made leaf = issue(describe_leaf(name), key(1), root);
    auto settings = at(Level::web, false);
    if (known) settings.suffixes = PublicSuffixes::parse("co.uk\n");
    return verdict({leaf}, root, settings);
  };
  EXPECT_EQ(judged("*.co.uk"), broken);
  EXPECT_EQ(judged("*.CO.UK"), broken);
  EXPECT_EQ(judged("*.example.co.uk"), Errc{});
  EXPECT_EQ(judged("www.co.uk"), Errc{}) << "no wildcard";
  EXPECT_EQ(judged("*.co.uk", false), Errc{}) << "without a list nobody knows";
}

TEST(WebRules, KeyIdentifiers) {
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.key_identifiers = false; })), not_strictly);
  EXPECT_EQ(intermediate_verdicts(changed(describe_ca("i"), [](auto& d) { d.key_identifiers = false; })), not_strictly);
  EXPECT_EQ(root_verdicts(changed(describe_ca("r"), [](auto& d) { d.key_identifiers = false; })), not_strictly);
  const auto only_authority = changed(describe_ca("i"), [](auto& d) {
    d.key_identifiers = false;
    // Of the key that really signs, which is the one of the family's root.
    const auto id = parse_certificate(test::family().root.der)->extensions.subject_key_id;
    d.others = {{.oid = "2.5.29.35", .value = der::write_sequence({der::write(der::tag::context(0), id)})}};
  });
  EXPECT_EQ(intermediate_verdicts(only_authority)[1], broken) << "no identifier of its own";
}

TEST(WebRules, Criticality) {
  const auto basic = changed(describe_ca("i"), [](auto& d) {
    d.ca.reset();
    d.others = {raw("2.5.29.19", false, "30030101ff")};
  });
  EXPECT_EQ(intermediate_verdicts(basic), not_strictly);
  const Bytes permitted = der::write_sequence({der::write(
      der::tag::context_constructed(0), ByteView(der::write_sequence({der::write(der::tag::context(2), as_bytes("test"))})))});
  const auto soft = changed(describe_ca("i"), [&](auto& d) { d.others = {{.oid = "2.5.29.30", .value = permitted}}; });
  EXPECT_EQ(intermediate_verdicts(soft), (Verdicts{Errc{}, broken, Errc{}})) << "the web allows it";
}

TEST(WebRules, Roots) {
  const auto old = changed(test::describe("r"), [](auto& d) { d.version = 1, d.key_identifiers = false; });
  EXPECT_EQ(root_verdicts(old), not_strictly) << "nobody below it can name its key";
  EXPECT_EQ(root_verdicts(changed(describe_ca("r"), [](auto& d) { d.extended_key_usage = {"serverAuth"}; })), not_on_the_web);
}

TEST(WebRules, LeavesAreNoAuthorities) {
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.ca = true; })), not_on_the_web);
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.key_usage |= key_usage::key_cert_sign; })), not_strictly);
  // Where nobody may follow, being called an authority means nothing.
  for (const unsigned allowed_below : {0u, 1u}) {
    static const Made root = issue_self(describe_ca("root"), key(0));
    const Made middle = issue(changed(describe_ca("i"), [&](auto& d) { d.path_length = allowed_below; }), key(3), root);
    const auto described = changed(describe_leaf(), [](auto& d) {
      d.ca = true;
      d.subject = {{"CN", "an authority"}};
    });
    const Made leaf = issue(described, key(1), middle);
    EXPECT_EQ(verdict({leaf, middle}, root, at(Level::web)), allowed_below == 0 ? Errc{} : broken);
  }
}

TEST(WebRules, AlternativeNames) {
  const auto none = changed(describe_leaf(), [](auto& d) { d.dns_names.clear(); });
  EXPECT_EQ(leaf_verdicts(none, false), not_on_the_web);
  const Bytes name = der::write_sequence({der::write(der::tag::context(2), as_bytes("server.test"))});
  const auto critical = changed(none, [&](auto& d) { d.others = {{.oid = "2.5.29.17", .critical = true, .value = name}}; });
  EXPECT_EQ(leaf_verdicts(critical), not_on_the_web);
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.dns_names.emplace_back("a_b.test"); })), not_strictly);
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.dns_names.emplace_back("1.2.3.4"); })), not_strictly);
}

TEST(WebRules, ExtendedUsages) {
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.extended_key_usage.clear(); })), allowed);
  EXPECT_EQ(leaf_verdicts(changed(describe_leaf(), [](auto& d) { d.extended_key_usage.emplace_back("any"); })), not_on_the_web);
  const auto critical = changed(describe_leaf(), [](auto& d) {
    d.extended_key_usage.clear();
    d.others = {raw("2.5.29.37", true, "300a06082b06010505070301")};
  });
  EXPECT_EQ(leaf_verdicts(critical), not_on_the_web);
}

Verdicts with_common_name(const std::string& common, const std::vector<std::string>& names,
                          const std::vector<std::string>& addresses = {}) {
  return leaf_verdicts(changed(describe_leaf(),
                               [&](auto& d) {
                                 d.subject = {{"CN", common}};
                                 d.dns_names = names;
                                 d.addresses = addresses;
                               }),
                       false);
}

TEST(WebRules, CommonNamesSayNothingElse) {
  EXPECT_EQ(with_common_name("a.test", {"a.test"}), allowed);
  EXPECT_EQ(with_common_name("A.test", {"a.test"}), not_on_the_web) << "letter by letter";
  EXPECT_EQ(with_common_name("b.test", {"a.test"}), not_on_the_web);
  EXPECT_EQ(with_common_name("a.test", {"x.a.test"}), allowed) << "the domain that the names are in";
  EXPECT_EQ(with_common_name("a.test", {"*.a.test"}), allowed);
  EXPECT_EQ(with_common_name("a.test", {"xa.test"}), not_on_the_web);
  EXPECT_EQ(with_common_name("x.a.test", {"*.a.test"}), not_on_the_web);
  EXPECT_EQ(with_common_name("a.test", {}, {"192.0.2.1"}), allowed) << "names and addresses are not compared";
  EXPECT_EQ(with_common_name("192.0.2.1", {}, {"192.0.2.1"}), allowed);
  EXPECT_EQ(with_common_name("192.0.2.2", {}, {"192.0.2.1"}), not_on_the_web);
  EXPECT_EQ(with_common_name("192.0.2.1", {"a.test"}), not_on_the_web);
  EXPECT_EQ(with_common_name("192.000.002.001", {}, {"192.0.2.1"}), not_on_the_web);
  EXPECT_EQ(with_common_name("0xC0000201", {}, {"192.0.2.1"}), not_on_the_web);
  EXPECT_EQ(with_common_name("2001:DB8::1", {}, {"2001:db8::1"}), not_on_the_web);
  EXPECT_EQ(with_common_name("2001:db8::1", {}, {"2001:db8::1"}), allowed);
}

}  // namespace
}  // namespace keyway::pki
