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

TEST(PathRules, ExplicitPoliciesAreNotSaidToHold) {
  auto demanding = ca("a");
  demanding.others = {{.oid = "2.5.29.36", .critical = true, .value = test::hex("3003800100")}};
  EXPECT_EQ(Line({ca("root"), demanding, describe_leaf()}).verify(), Errc::certificate_policy);
}

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
