// SPDX-License-Identifier: Apache-2.0
//
// Finding paths: any order, repetition, cross-signatures, loops and bounded work.
#include "pki/chain_builder.h"

#include <memory_resource>

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::describe_ca;
using test::describe_leaf;
using test::family;
using test::hex;
using test::issue;
using test::issue_self;
using test::key;
using test::Made;
using test::verdict;

TEST(ChainBuilder, AnyOrder) {
  const Made inner = issue(describe_ca("inner"), key(3), family().intermediate);
  const Made leaf = issue(describe_leaf(), key(4), inner);
  std::vector<ByteView> rest{inner, family().intermediate, family().root, family().leaf};
  std::ranges::sort(rest, {}, [](ByteView view) { return view.data(); });
  do {
    std::vector<ByteView> chain{leaf};
    chain.insert(chain.end(), rest.begin(), rest.end());
    EXPECT_EQ(verdict(chain, family().root), Errc{});
  } while (std::ranges::next_permutation(rest, {}, [](ByteView view) { return view.data(); }).found);
}

TEST(ChainBuilder, RepetitionAndRubbish) {
  const Bytes rubbish = hex("deadbeef");
  EXPECT_EQ(
      verdict({family().leaf, rubbish, family().leaf, family().intermediate, family().intermediate, rubbish}, family().root),
      Errc{});
  EXPECT_EQ(verdict({family().leaf}, family().intermediate), Errc{}) << "an intermediate may be the anchor";
}

//= rfc5280#6.1.1-1, 6.1.3-8
TEST(ChainBuilder, WhatIsMissing) {
  EXPECT_EQ(verdict({}, family().root), Errc::empty_certificate);
  EXPECT_EQ(verdict({hex("0500")}, family().root), Errc::malformed_certificate);
  EXPECT_EQ(verdict({family().leaf}, family().root), Errc::certificate_unknown_ca);
  const Made own = issue_self(describe_leaf(), key(5));
  EXPECT_EQ(verdict({own}, family().root), Errc::certificate_self_signed);
  EXPECT_EQ(verdict({own}, own), Errc{}) << "a leaf that is an anchor is alone";
}

//= rfc5280#6.1.3-1
TEST(ChainBuilder, SignaturesDecide) {
  auto description = describe_ca("intermediate");
  description.key_identifiers = false;
  const Made impostor = issue(description, key(6), family().root);
  EXPECT_EQ(verdict({family().leaf, impostor}, family().root), Errc::certificate_bad_signature);
  EXPECT_EQ(verdict({family().leaf, impostor, family().intermediate}, family().root), Errc{}) << "the next candidate is tried";
  Made damaged = family().leaf;
  damaged.der.back() ^= std::byte{1};
  EXPECT_EQ(verdict({damaged, family().intermediate}, family().root), Errc::certificate_bad_signature);
  auto root = describe_ca("root");
  root.key_identifiers = false;
  EXPECT_EQ(verdict({family().leaf, family().intermediate}, issue_self(root, key(7))), Errc::certificate_bad_signature);
  EXPECT_EQ(verdict({family().leaf, family().intermediate}, issue_self(describe_ca("root"), key(7))),
            Errc::certificate_unknown_ca)
      << "another key by its identifier";
}

TEST(ChainBuilder, AnAnchorOfTheSameNameWithAnotherKeyIsNamed) {
  const auto text_of = [](const Made& anchor) {
    const auto refused =
        test::Verification{.chain = {family().leaf, family().intermediate}, .anchors = test::store_of({anchor})}.run();
    return refused || refused.error().detail()->certificates.empty() ? std::string()
                                                                     : refused.error().detail()->certificates.front().text;
  };
  const std::string namesake = text_of(issue_self(describe_ca("root"), key(7)));
  EXPECT_NE(namesake.find("CN=root) has another key"), std::string::npos) << namesake;
  // Without key identifiers the signature itself tells.
  auto root = describe_ca("root");
  root.key_identifiers = false;
  const std::string forged = text_of(issue_self(root, key(7)));
  EXPECT_NE(forged.find("not signed by the key of CN=root"), std::string::npos) << forged;
  EXPECT_EQ(forged.find("another key"), std::string::npos) << forged;
  const std::string unknown = text_of(issue_self(describe_ca("elsewhere"), key(7)));
  EXPECT_FALSE(unknown.empty());
  EXPECT_EQ(unknown.find("another key"), std::string::npos) << unknown;
}

/// A root of the family's name with a key identifier of its own choice.
Made root_with_identifier(const test::SignerPtr& signer, CertificateDescription description = describe_ca("root")) {
  description.key_identifiers = false;
  description.others = {{.oid = "2.5.29.14", .value = test::hex("04020102")}};
  return issue_self(description, signer);
}

// RFC 5280 6.1 does not ask for key identifiers, and RFC 4158 3.5.12 calls them hints.
TEST(ChainBuilder, AnAnchorWithAnotherIdentifierIsTriedLast) {
  const std::vector<ByteView> chain{family().leaf, family().intermediate};
  const Made renamed = root_with_identifier(key(0));
  EXPECT_EQ(verdict(chain, renamed), Errc{});
  const test::Verification both{.chain = chain, .anchors = test::store_of({root_with_identifier(key(7)), renamed})};
  EXPECT_EQ(code_of(both.run()), Errc{}) << "the next one is tried";
  // One that did sign it is judged, and nobody says that it did not.
  auto old = describe_ca("root");
  old.not_after = test::now - test::day;
  old.not_before = test::now - 2 * test::day;
  const test::Verification late{.chain = chain, .anchors = test::store_of({root_with_identifier(key(0), old)})};
  const auto expired = late.run();
  ASSERT_EQ(code_of(expired), Errc::certificate_expired);
  EXPECT_EQ(expired.error().message().find("another key"), std::string::npos) << expired.error().message();
  const auto forged = test::Verification{.chain = chain, .anchors = test::store_of({root_with_identifier(key(7))})}.run();
  ASSERT_EQ(code_of(forged), Errc::certificate_unknown_ca);
  EXPECT_NE(forged.error().detail()->certificates.front().text.find("another key"), std::string::npos);
  // Where its key may not be used, nobody says that it did not sign.
  const auto store = test::store_of({root_with_identifier(key(0, test::NewKey::rsa_2048))});
  PathRules rules;
  rules.now = test::now;
  rules.max_rsa_bits = 1024;
  auto search = ChainBuilder::prepare(chain, *store, rules, *test::provider(), *std::pmr::new_delete_resource());
  EXPECT_FALSE(search->find([](auto) { return true; }));
  ASSERT_FALSE(search->problems().empty());
  for (const PathProblem& problem : search->problems())
    EXPECT_EQ(problem.error.message().find("another key"), std::string::npos) << problem.error.message();
}

TEST(ChainBuilder, CrossSigned) {
  // Two roots vouch for one authority; only one of them is trusted, or one of the two certificates has expired.
  const Made other = issue_self(describe_ca("other root"), key(8));
  const Made crossed = issue(describe_ca("intermediate"), key(1), other);
  EXPECT_EQ(verdict({family().leaf, family().intermediate, crossed}, other), Errc{});
  EXPECT_EQ(verdict({family().leaf, crossed, family().intermediate}, family().root), Errc{});
  auto old = describe_ca("intermediate");
  old.not_after = test::now - test::day;
  old.not_before = test::now - 2 * test::day;
  const Made expired = issue(old, key(1), family().root);
  EXPECT_EQ(verdict({family().leaf, expired, family().intermediate}, family().root), Errc{});
  EXPECT_EQ(verdict({family().leaf, expired}, family().root), Errc::certificate_expired);
}

TEST(ChainBuilder, RenewedRoots) {
  auto old = describe_ca("root");
  old.not_after = test::now - test::day;
  old.not_before = test::now - 2 * test::day;
  const Made expired = issue_self(old, key(0));
  const test::Verification both{.chain = {family().leaf, family().intermediate},
                                .anchors = test::store_of({expired, family().root})};
  EXPECT_EQ(code_of(both.run()), Errc{});
  EXPECT_EQ(verdict({family().leaf, family().intermediate}, expired), Errc::certificate_expired);
}

TEST(ChainBuilder, LoopsEnd) {
  const Made a_self = issue_self(describe_ca("a"), key(10));
  const Made b_self = issue_self(describe_ca("b"), key(11));
  const Made a_by_b = issue(describe_ca("a"), key(10), b_self);
  const Made b_by_a = issue(describe_ca("b"), key(11), a_self);
  const Made leaf = issue(describe_leaf(), key(12), a_self);
  EXPECT_EQ(verdict({leaf, a_by_b, b_by_a, a_self, b_self}, family().root), Errc::certificate_unknown_ca);
  EXPECT_EQ(verdict({leaf, a_by_b, b_by_a}, b_self), Errc{});
}

TEST(ChainBuilder, KeysThatCannotBeUsed) {
  const auto small = key(0, test::NewKey::rsa_2048);
  const Made ca = issue(describe_ca("small"), small, family().root);
  const Made leaf = issue(describe_leaf(), key(13), ca);
  EXPECT_EQ(verdict({leaf, ca}, family().root), Errc{});
  EXPECT_EQ(verdict({leaf, ca}, family().root, {.anchors = nullptr, .min_rsa_bits = 3072}), Errc::certificate_weak_key);
  EXPECT_EQ(verdict({leaf}, ca, {.anchors = nullptr, .min_rsa_bits = 3072}), Errc::certificate_weak_key) << "an anchor's";
}

TEST(ChainBuilder, AlgorithmsThatAreNotAccepted) {
  const auto run = [](std::vector<SignatureScheme> schemes) {
    return code_of(test::Verification{
        .chain = {family().leaf, family().intermediate}, .anchors = test::store_of({family().root}), .schemes = schemes}
                       .run());
  };
  EXPECT_EQ(run({SignatureScheme::ecdsa_secp256r1_sha256}), Errc{});
  EXPECT_EQ(run({SignatureScheme::ed25519}), Errc::certificate_unsupported_algorithm);
}

/// Authorities of one name that all signed each other: every one is a possible issuer of every other.
std::vector<Made> clique(unsigned count) {
  auto description = describe_ca("same");
  description.key_identifiers = false;
  std::vector<Made> made;
  for (unsigned i = 0; i < count; ++i) made.push_back(issue_self(description, key(100 + i)));
  std::vector<Made> crossed;
  for (unsigned i = 0; i < count; ++i) {
    for (unsigned j = 0; j < count; ++j) {
      if (i != j) crossed.push_back(issue(description, made[i].signer, made[j]));
    }
  }
  return crossed;
}

TEST(ChainBuilder, WorkIsBounded) {
  const std::vector<Made> crossed = clique(15);
  const Made leaf = issue(describe_leaf(), key(14), crossed[0]);
  std::vector<ByteView> chain{leaf};
  chain.insert(chain.end(), crossed.begin(), crossed.end());
  EXPECT_EQ(verdict(chain, family().root), Errc::too_many_signature_checks);
}

/// Counts what a search costs.
struct Cost {
  std::size_t judged = 0;
  std::optional<Errc> exhausted{};
};
Cost cost_of(const std::vector<ByteView>& chain, const Made& anchor) {
  const auto store = test::store_of({anchor});
  PathRules rules;
  rules.now = test::now;
  auto builder = ChainBuilder::prepare(chain, *store, rules, *test::provider(), *std::pmr::new_delete_resource());
  Cost cost;
  if (!builder) return cost;
  EXPECT_FALSE(builder->find([&](auto) { return ++cost.judged, false; }));
  cost.exhausted = builder->exhausted();
  const auto best = builder->best();
  EXPECT_FALSE(best.certificates.empty());
  return cost;
}

TEST(ChainBuilder, PathsThatAreRefusedAreCounted) {
  // Nine authorities that signed each other, each also by the root: very many paths, and every one of them leads to it.
  auto description = describe_ca("same");
  description.key_identifiers = false;
  std::vector<Made> crossed = clique(9);
  for (unsigned i = 0; i < 9; ++i) crossed.push_back(issue(description, key(100 + i), family().root));
  const Made leaf = issue(describe_leaf(), key(14), crossed[0]);
  std::vector<ByteView> chain{leaf};
  chain.insert(chain.end(), crossed.begin(), crossed.end());
  const Cost cost = cost_of(chain, family().root);
  EXPECT_LE(cost.judged, max_judged_paths);
  EXPECT_EQ(cost.exhausted, Errc::too_many_signature_checks);
}

TEST(ChainBuilder, ManyCandidatesOfOneNameAreBounded) {
  // 250 certificates of one name and as many keys, none of which signed the leaf.
  auto description = describe_ca("intermediate");
  description.key_identifiers = false;
  std::vector<Made> pool;
  for (unsigned i = 0; i < 250; ++i) {
    description.serial = {std::byte(1 + i / 128), std::byte(i)};
    pool.push_back(issue(description, key(100 + i % 15), family().root));
  }
  std::vector<ByteView> chain{family().leaf};
  chain.insert(chain.end(), pool.begin(), pool.end());
  EXPECT_EQ(cost_of(chain, family().root).exhausted, Errc::too_many_signature_checks);
  EXPECT_EQ(verdict(chain, family().root), Errc::too_many_signature_checks);
  chain.insert(chain.begin() + 1, family().intermediate);
  EXPECT_EQ(verdict(chain, family().root), Errc{}) << "key identifiers lead past them";
}

TEST(ChainBuilder, TheBestPathOfAVainSearch) {
  const auto best_of = [](const std::vector<ByteView>& chain, const Made& anchor, std::vector<SignatureScheme> schemes = {}) {
    const auto store = test::store_of({anchor});
    PathRules rules;
    rules.now = test::now;
    rules.schemes = schemes;
    auto builder = ChainBuilder::prepare(chain, *store, rules, *test::provider(), *std::pmr::new_delete_resource());
    EXPECT_FALSE(builder->find([&](auto) { return false; }));
    const auto path = builder->best();
    std::vector<std::size_t> places;
    for (const auto& at : path.certificates.view()) places.push_back(at.index);
    return std::pair(places, path.anchored);
  };
  using Places = std::vector<std::size_t>;
  const Made other = issue_self(describe_ca("elsewhere"), key(7));
  const std::vector<ByteView> chain{family().leaf, other, family().intermediate};
  EXPECT_EQ(best_of(chain, family().root), std::pair(Places{0, 2, 3}, true)) << "the judge refused it";
  EXPECT_EQ(best_of(chain, other), std::pair(Places{0, 2}, false)) << "as far as it leads";
  EXPECT_EQ(best_of({family().leaf}, other), std::pair(Places{0}, false));
  EXPECT_EQ(best_of(chain, family().root, {SignatureScheme::ed25519}), std::pair(Places{0, 2, 3}, true))
      << "algorithms are for the rules of the path";
  Made damaged = family().leaf;
  damaged.der.back() ^= std::byte{1};
  EXPECT_EQ(best_of({damaged, family().intermediate}, family().root, {SignatureScheme::ed25519}), std::pair(Places{0}, false))
      << "a signature that does not hold leads nowhere";
}

TEST(ChainBuilder, LateCertificatesAreNotLookedAt) {
  std::vector<Bytes> others;
  for (unsigned i = 0; i < 256; ++i) others.push_back(der::write_integer(i));
  std::vector<ByteView> chain{family().leaf};
  chain.insert(chain.end(), others.begin(), others.end());
  chain.push_back(family().intermediate);
  EXPECT_EQ(verdict(chain, family().root), Errc::certificate_unknown_ca);
  chain[1] = family().intermediate;
  EXPECT_EQ(verdict(chain, family().root), Errc{});
}

TEST(ChainBuilder, LongPathsEnd) {
  std::vector<Made> line{family().root};
  for (unsigned i = 0; i < 12; ++i) line.push_back(issue(describe_ca("link " + std::to_string(i)), key(20 + i), line.back()));
  const auto verify = [&](std::size_t links) {
    const Made leaf = issue(describe_leaf(), key(15), line[links]);
    std::vector<ByteView> chain{leaf};
    for (std::size_t i = links; i > 0; --i) chain.push_back(line[i]);
    return verdict(chain, family().root, {.anchors = nullptr, .depth = 100});
  };
  EXPECT_EQ(verify(10), Errc{}) << "12 certificates with leaf and anchor";
  EXPECT_EQ(verify(12), Errc::certificate_path_too_long);
}

TEST(ChainBuilder, ProblemsAreKeptOnceAndBounded) {
  std::vector<Bytes> rubbish;
  for (unsigned i = 0; i < 100; ++i) rubbish.push_back(der::write_integer(i));
  std::vector<ByteView> chain{family().leaf};
  chain.insert(chain.end(), rubbish.begin(), rubbish.end());
  const auto store = test::store_of({family().root});
  PathRules rules;
  rules.now = test::now;
  auto builder = ChainBuilder::prepare(chain, *store, rules, *test::provider(), *std::pmr::new_delete_resource());
  ASSERT_TRUE(builder.has_value());
  EXPECT_FALSE(builder->find([](auto) { return true; }));
  EXPECT_EQ(builder->problems().size(), 17u) << "half the room is for what kept certificates out of paths";
  EXPECT_FALSE(builder->exhausted().has_value());
}

}  // namespace
}  // namespace keyway::pki
