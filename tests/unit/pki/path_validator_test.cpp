// SPDX-License-Identifier: Apache-2.0
//
// What depends on more than one certificate of a path: lengths, depth, constraints, and whose fault it is.
#include "pki/path_validator.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::describe_ca;
using test::describe_leaf;
using test::issue;
using test::issue_self;
using test::key;
using test::Made;
using test::verdict;

/// A chain under a root, each certificate issued by the one before; the last is the leaf.
struct Line {
  explicit Line(const std::vector<CertificateDescription>& descriptions) {
    unsigned number = 40;
    for (const auto& each : descriptions)
      made.push_back(made.empty() ? issue_self(each, key(number)) : issue(each, key(number + 1), made.back())), ++number;
  }
  Errc verify(VerifySettings settings = {}) const {
    std::vector<ByteView> chain;
    for (std::size_t i = made.size(); i-- > 1;) chain.push_back(made[i]);
    return verdict(chain, made[0], std::move(settings));
  }
  std::vector<Made> made;
};

CertificateDescription ca(const std::string& name, std::optional<unsigned> length = {}) {
  auto description = describe_ca(name);
  description.path_length = length;
  return description;
}

//= rfc5280#6.1.4-10, 6.1.4-13
TEST(PathLength, CountsIntermediatesBelow) {
  EXPECT_EQ(Line({ca("root", 0), describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root", 0), ca("a"), describe_leaf()}).verify(), Errc::certificate_path_length);
  EXPECT_EQ(Line({ca("root", 1), ca("a"), describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root"), ca("a", 0), describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root"), ca("a", 0), ca("b"), describe_leaf()}).verify(), Errc::certificate_path_length);
  EXPECT_EQ(Line({ca("root", 3), ca("a", 9), ca("b", 9), ca("c"), describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root", 2), ca("a", 9), ca("b", 9), ca("c"), describe_leaf()}).verify(), Errc::certificate_path_length)
      << "a longer one below does not widen it";
}

TEST(PathLength, SelfIssuedOnesDoNotCount) {
  EXPECT_EQ(Line({ca("root", 0), ca("root"), describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root", 0), ca("root"), ca("a"), describe_leaf()}).verify(), Errc::certificate_path_length);
}

TEST(Depth, IsCountedInIntermediates) {
  const Line line({ca("root"), ca("a"), ca("b"), describe_leaf()});
  EXPECT_EQ(line.verify({.anchors = nullptr, .depth = 2}), Errc{});
  EXPECT_EQ(line.verify({.anchors = nullptr, .depth = 1}), Errc::certificate_path_too_long);
  EXPECT_EQ(line.verify({.anchors = nullptr, .depth = 0}), Errc::certificate_path_too_long);
  EXPECT_EQ(Line({ca("root"), describe_leaf()}).verify({.anchors = nullptr, .depth = 0}), Errc{});
}

//= rfc5280#6.1.3-2, 6.1.4-9, 6.1.4-11, 6.1.4-12
TEST(PathRules, EveryAuthorityIsJudged) {
  auto no_ca = ca("a");
  no_ca.ca = false;
  EXPECT_EQ(Line({ca("root"), no_ca, describe_leaf()}).verify(), Errc::certificate_not_a_ca);
  auto usage = ca("a");
  usage.key_usage = key_usage::digital_signature;
  EXPECT_EQ(Line({ca("root"), usage, describe_leaf()}).verify(), Errc::certificate_wrong_usage);
  EXPECT_EQ(Line({usage, describe_leaf()}).verify(), Errc::certificate_wrong_usage) << "the anchor too";
  auto old = ca("a");
  old.not_after = test::now - std::chrono::seconds(1);
  EXPECT_EQ(Line({ca("root"), old, describe_leaf()}).verify(), Errc::certificate_expired);
  EXPECT_EQ(Line({old, describe_leaf()}).verify(), Errc::certificate_expired);
  auto critical = ca("a");
  critical.others = {{.oid = "1.2.3", .critical = true}};
  EXPECT_EQ(Line({ca("root"), critical, describe_leaf()}).verify(), Errc::certificate_critical_extension);
  auto purpose = ca("a");
  purpose.extended_key_usage = {"clientAuth"};
  EXPECT_EQ(Line({ca("root"), purpose, describe_leaf()}).verify(), Errc::certificate_wrong_extended_usage);
}

// Policies: extensions as they are written, and what the user asks for.

Bytes oid(const std::string& dotted) { return der::write_oid(dotted).value(); }

RawExtension policies(const std::vector<std::string>& dotted) {
  std::vector<Bytes> list;
  for (const std::string& one : dotted) list.push_back(der::write_sequence({oid(one)}));
  return {.oid = "2.5.29.32", .critical = false, .value = der::write(der::tag::sequence, list)};
}
RawExtension mappings(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::vector<Bytes> list;
  for (const auto& [from, to] : pairs) list.push_back(der::write_sequence({oid(from), oid(to)}));
  return {.oid = "2.5.29.33", .critical = true, .value = der::write(der::tag::sequence, list)};
}
/// requireExplicitPolicy and inhibitPolicyMapping.
RawExtension constraints(std::optional<unsigned> required, std::optional<unsigned> inhibited = {}) {
  std::vector<Bytes> list;
  const auto number = [&](unsigned tag, unsigned value) {
    const auto content = std::byte(value);
    list.push_back(der::write(der::tag::context(tag), ByteView(&content, 1)));
  };
  if (required) number(0, *required);
  if (inhibited) number(1, *inhibited);
  return {.oid = "2.5.29.36", .critical = true, .value = der::write(der::tag::sequence, list)};
}
RawExtension inhibit_any(unsigned after) { return {.oid = "2.5.29.54", .critical = true, .value = der::write_integer(after)}; }

CertificateDescription with(CertificateDescription description, std::vector<RawExtension> others) {
  description.others = std::move(others);
  return description;
}

VerifySettings asking(const std::vector<std::string>& set, bool explicit_policy = true) {
  VerifySettings settings;
  for (const std::string& one : set) settings.policies.policy_set.push_back(to_bytes(ByteView(oid(one)).subspan(2)));
  settings.policies.explicit_policy = explicit_policy;
  return settings;
}

constexpr const char* any = "2.5.29.32.0";
constexpr Errc no_policy = Errc::certificate_policy;

/// Root, one authority and a leaf with these extensions.
Line of_two(std::vector<RawExtension> authority, std::vector<RawExtension> leaf) {
  return Line({ca("root"), with(ca("a"), std::move(authority)), with(describe_leaf(), std::move(leaf))});
}

//= rfc5280#6.1.2-1, 6.1.3-7, 6.1.5-4
TEST(Policies, HoldFromTheAnchorToTheLeaf) {
  EXPECT_EQ(of_two({}, {}).verify(), Errc{}) << "nobody asks";
  EXPECT_EQ(of_two({}, {}).verify(asking({})), no_policy) << "explicit: there must be one";
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"})}).verify(asking({})), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"})}).verify(asking({"1.2.3"})), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"})}).verify(asking({"1.2.4"})), no_policy);
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"})}).verify(asking({"1.2.4", "1.2.3"})), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.4"})}).verify(asking({})), no_policy) << "not the same";
  EXPECT_EQ(of_two({}, {policies({"1.2.3"})}).verify(asking({})), no_policy) << "the authority has none";
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {}).verify(asking({})), no_policy) << "the leaf has none";
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.4"})}).verify(asking({"1.2.3"}, false)), Errc{}) << "nobody demands";
}

//= rfc5280#6.1.3-4, 6.1.3-5, 6.1.3-6
TEST(Policies, AnyPolicyStandsForOthers) {
  EXPECT_EQ(of_two({policies({any})}, {policies({"1.2.3"})}).verify(asking({"1.2.3"})), Errc{});
  EXPECT_EQ(of_two({policies({any})}, {policies({"1.2.3"})}).verify(asking({"1.2.4"})), no_policy);
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({any})}).verify(asking({"1.2.3"})), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({any})}).verify(asking({"1.2.4"})), no_policy);
  EXPECT_EQ(of_two({policies({any})}, {policies({any})}).verify(asking({"1.2.4"})), Errc{}) << "every policy of the user";
  EXPECT_EQ(of_two({policies({any, "1.2.3"})}, {policies({"1.2.3"})}).verify(asking({"1.2.3"})), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"})}).verify(asking({any})), Errc{}) << "any policy will do";
}

//= rfc5280#6.1.4-8, 6.1.3-6
TEST(Policies, AnyPolicyCanBeInhibited) {
  const auto leaf = with(describe_leaf(), {policies({any})});
  EXPECT_EQ(Line({ca("root"), with(ca("a"), {policies({any}), inhibit_any(0)}), leaf}).verify(asking({})), no_policy);
  EXPECT_EQ(Line({ca("root"), with(ca("a"), {policies({any}), inhibit_any(1)}), leaf}).verify(asking({})), Errc{});
  EXPECT_EQ(Line({ca("root"), with(ca("a"), {policies({any}), inhibit_any(1)}), with(ca("b"), {policies({any})}), leaf})
                .verify(asking({})),
            no_policy);
  // A self-issued authority is exempt, a leaf is not.
  EXPECT_EQ(Line({ca("root"), with(ca("a"), {policies({any}), inhibit_any(0)}), with(ca("a"), {policies({any})}),
                  with(describe_leaf(), {policies({"1.2.3"})})})
                .verify(asking({"1.2.3"})),
            Errc{});
  auto settings = asking({});
  settings.policies.inhibit_any_policy = true;
  EXPECT_EQ(of_two({policies({any})}, {policies({any})}).verify(settings), no_policy);
}

//= rfc5280#6.1.4-1, 6.1.4-2, 6.1.4-3
TEST(Policies, AreMapped) {
  const std::vector<RawExtension> mapping{policies({"1.2.3"}), mappings({{"1.2.3", "1.5.6"}})};
  EXPECT_EQ(of_two(mapping, {policies({"1.5.6"})}).verify(asking({"1.2.3"})), Errc{});
  EXPECT_EQ(of_two(mapping, {policies({"1.2.3"})}).verify(asking({"1.2.3"})), no_policy) << "it is called otherwise below";
  EXPECT_EQ(of_two(mapping, {policies({"1.5.6"})}).verify(asking({"1.5.6"})), no_policy) << "the user's names are those above";
  EXPECT_EQ(of_two({policies({any}), mappings({{"1.2.3", "1.5.6"}})}, {policies({"1.5.6"})}).verify(asking({"1.2.3"})), Errc{});
  const Line to_any = of_two({policies({"1.2.3"}), mappings({{"1.2.3", any}})}, {policies({"1.2.3"})});
  EXPECT_EQ(to_any.verify(), no_policy) << "whether anybody asks or not";
  EXPECT_EQ(of_two({policies({any}), mappings({{any, "1.2.3"}})}, {policies({"1.2.3"})}).verify(), no_policy);
  auto settings = asking({"1.2.3"});
  settings.policies.inhibit_policy_mapping = true;
  EXPECT_EQ(of_two(mapping, {policies({"1.5.6"})}).verify(settings), no_policy);
  // Several of the issuer's may be one of the subject's.
  EXPECT_EQ(of_two({policies({"1.2.3", "1.2.4"}), mappings({{"1.2.3", "1.5.6"}, {"1.2.4", "1.5.6"}})}, {policies({"1.5.6"})})
                .verify(asking({"1.2.4"})),
            Errc{});
}

//= rfc5280#6.1.4-6, 6.1.4-7, 6.1.5-1, 6.1.5-2
TEST(Policies, AreDemandedByAuthorities) {
  EXPECT_EQ(of_two({constraints(0)}, {}).verify(), no_policy);
  EXPECT_EQ(of_two({policies({"1.2.3"}), constraints(0)}, {policies({"1.2.3"})}).verify(), Errc{});
  EXPECT_EQ(of_two({policies({"1.2.3"}), constraints(0)}, {policies({"1.2.4"})}).verify(), no_policy);
  EXPECT_EQ(of_two({constraints(1)}, {}).verify(), no_policy) << "counted down at the leaf";
  EXPECT_EQ(of_two({constraints(2)}, {}).verify(), Errc{}) << "two more certificates may go without";
  EXPECT_EQ(of_two({}, {constraints(0)}).verify(), no_policy) << "the leaf's own demand";
  EXPECT_EQ(of_two({policies({"1.2.3"})}, {policies({"1.2.3"}), constraints(0)}).verify(), Errc{});
  const auto no_mapping = with(ca("a"), {policies({"1.2.3"}), constraints(0, 0)});
  const auto mapping = with(ca("b"), {policies({"1.2.3"}), mappings({{"1.2.3", "1.5.6"}})});
  EXPECT_EQ(Line({ca("root"), no_mapping, mapping, with(describe_leaf(), {policies({"1.5.6"})})}).verify(), no_policy);
  const auto later = with(ca("a"), {policies({"1.2.3"}), constraints(0, 1)});
  EXPECT_EQ(Line({ca("root"), later, mapping, with(describe_leaf(), {policies({"1.5.6"})})}).verify(), Errc{});
  EXPECT_EQ(Line({with(ca("root"), {constraints(0)}), describe_leaf()}).verify(), Errc{})
      << "RFC 5280 6.1.1 d: of an anchor only name and key count";
}

TEST(Policies, TheirTreeIsBounded) {
  // Each authority maps every policy to every policy of the next one.
  std::vector<std::string> names;
  for (unsigned i = 0; i < 11; ++i) names.push_back("1.2." + std::to_string(i));
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& from : names) {
    for (const auto& to : names) all.emplace_back(from, to);
  }
  std::vector<CertificateDescription> line{ca("root")};
  for (int i = 0; i < 3; ++i) line.push_back(with(ca("a" + std::to_string(i)), {policies(names), mappings(all)}));
  line.push_back(with(describe_leaf(), {policies(names)}));
  EXPECT_EQ(Line(line).verify(asking({"1.2.7"})), Errc{});
  for (int i = 3; i < 9; ++i) line.insert(line.end() - 1, with(ca("a" + std::to_string(i)), {policies(names), mappings(all)}));
  EXPECT_EQ(Line(line).verify(asking({"1.2.7"})), Errc::certificate_policy_tree);
  auto lenient = asking({"1.2.7"});
  lenient.verify_fun.function = [](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    std::move(answer).give(lenient_verdict(event));
  };
  EXPECT_EQ(Line(line).verify(lenient), Errc::certificate_policy_tree) << "nobody can pass over it";
}

//= rfc5280#4.2.1.4-1
TEST(Policies, MalformedOnes) {
  const auto leaf = [](RawExtension extension) {
    return Line({ca("root"), with(describe_leaf(), {std::move(extension)})}).verify();
  };
  EXPECT_EQ(leaf(policies({"1.2.3", "1.2.4"})), Errc{});
  EXPECT_EQ(leaf(policies({"1.2.3", "1.2.3"})), Errc::malformed_certificate) << "twice the same";
  EXPECT_EQ(leaf(policies({})), Errc::malformed_certificate);
  EXPECT_EQ(leaf(mappings({})), Errc::malformed_certificate);
  EXPECT_EQ(leaf(constraints({}, {})), Errc::malformed_certificate);
  EXPECT_EQ(leaf({.oid = "2.5.29.54", .value = test::hex("0500")}), Errc::malformed_certificate);
  EXPECT_EQ(leaf({.oid = "2.5.29.54", .value = test::hex("0201ff")}), Errc::malformed_certificate) << "negative";
  std::vector<std::string> many;
  for (int i = 0; i < 129; ++i) many.push_back("1.2." + std::to_string(i));
  EXPECT_EQ(leaf(policies(many)), Errc::malformed_certificate) << "more than 128";
  many.pop_back();
  EXPECT_EQ(leaf(policies(many)), Errc{});
}

//= rfc5280#6.1.3-3, 6.1.4-5
TEST(PathConstraints, HoldForAllBelow) {
  auto bound = ca("a");
  bound.permitted = Subtrees{.dns = {"server.test"}};
  EXPECT_EQ(Line({ca("root"), bound, describe_leaf()}).verify(), Errc{});
  EXPECT_EQ(Line({ca("root"), bound, ca("b"), describe_leaf()}).verify(), Errc{});
  auto other = describe_leaf();
  other.dns_names.emplace_back("other.test");
  EXPECT_EQ(Line({ca("root"), bound, other}).verify(), Errc::certificate_name_constraint);
  EXPECT_EQ(Line({bound, ca("b"), other}).verify(), Errc::certificate_name_constraint) << "the anchor's count";
  auto named = ca("b");
  named.dns_names = {"ca.other.test"};
  EXPECT_EQ(Line({ca("root"), bound, named, describe_leaf()}).verify(), Errc::certificate_name_constraint)
      << "intermediates have names too";
  auto self_issued = ca("a");
  self_issued.dns_names = {"ca.other.test"};
  EXPECT_EQ(Line({ca("root"), bound, self_issued, describe_leaf()}).verify(), Errc{})
      << "RFC 5280 6.1.3: self-issued ones are exempt";
}

TEST(PathConstraints, MalformedOnesRefuseThePath) {
  auto wrong = ca("a");
  wrong.permitted = Subtrees{.dns = {".server.test"}};
  EXPECT_EQ(Line({ca("root"), wrong, describe_leaf()}).verify(), Errc::malformed_certificate);
}

TEST(PathConstraints, SeveralLevelsMustAllHold) {
  auto outer = ca("a");
  outer.permitted = Subtrees{.dns = {"test"}};
  auto inner = ca("b");
  inner.excluded = Subtrees{.dns = {"server.test"}};
  EXPECT_EQ(Line({ca("root"), outer, inner, describe_leaf()}).verify(), Errc::certificate_name_constraint);
  EXPECT_EQ(Line({ca("root"), outer, inner, describe_leaf("x.test")}).verify({.anchors = nullptr, .check_name = false}), Errc{});
}

TEST(PathProblem, NamesTheCertificateThatIsToBlame) {
  auto no_ca = ca("a");
  no_ca.ca = false;
  const Line line({ca("root"), ca("top"), no_ca, describe_leaf()});
  const auto refused =
      test::Verification{.chain = {line.made[3], line.made[2], line.made[1]}, .anchors = test::store_of({line.made[0]})}.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_not_a_ca);
  ASSERT_FALSE(refused.error().detail()->certificates.empty());
  const CertificateProblem& problem = refused.error().detail()->certificates.front();
  EXPECT_EQ(problem.index, 1u);
  EXPECT_EQ(problem.subject, "CN=a");
  EXPECT_EQ(problem.reason, Errc::certificate_not_a_ca);
  EXPECT_EQ(problem.text, "it may not issue certificates");
  EXPECT_EQ(test::reason_of(refused), "certificate 1 (CN=a): it may not issue certificates");
}

}  // namespace
}  // namespace keyway::pki
