// SPDX-License-Identifier: Apache-2.0
//
// The memo of verified signatures: what it saves, and that it never widens what is accepted. Verifications are counted.
#include "pki/signature_memo.h"

#include <set>
#include <thread>

#include "loop/counting_provider.h"
#include "unit/pki/revocation_support.h"

namespace keyway::pki {
namespace {

using keyway::test::Counting;
using test::code_of;
using test::family;
using test::now;
using test::server_name;
using Kind = SignatureMemo::Kind;

/// Questions to verifiers of one configuration; the settings may differ where a test asks what else is judged.
struct Remembering {
  std::shared_ptr<const Counting> provider = std::make_shared<const Counting>();
  VerifySettings settings{.anchors = anchored(), .provider = provider, .memo = SignatureMemo::make(provider).value()};
  std::vector<ByteView> chain{family().leaf, family().intermediate};
  WallTime at = now;
  const PeerName* name = &server_name();
  Purpose purpose = Purpose::server_authentication;
  std::vector<SignatureScheme> schemes{};
  const crypto::Provider* with = provider.get();
  Bytes staple{};

  TrustStore::Ptr anchored(ByteView root = family().root) const {
    std::vector<std::string> warnings;
    return TrustStore::from_der({&root, 1}, provider, warnings).value();
  }
  VerifyQuestion question() const {
    VerifyQuestion question;
    question.chain = chain;
    question.purpose = purpose;
    question.name = name;
    question.now.wall = at;
    question.provider = with;
    question.certificate_schemes = schemes;
    question.ocsp_response = staple;
    return question;
  }
  std::shared_ptr<AnswerSlot> asked() const {
    const auto slot = std::make_shared<AnswerSlot>();
    make_verifier(settings)->verify(question(), Answer<TrustedChain>(slot));
    return slot;
  }
  Errc code() const { return code_of(*asked()->take<TrustedChain>()); }
  /// Verifications that a question takes whose answer is `expected`.
  int cost(Errc expected = {}) const {
    (void)provider->verified();
    EXPECT_EQ(code(), expected);
    return provider->verified();
  }
};

TEST(SignatureMemo, AChainThatIsShownAgainTakesNoVerification) {
  Remembering memory;
  EXPECT_EQ(memory.cost(), 2);
  EXPECT_EQ(memory.cost(), 0);
  // Another leaf of the same intermediate takes one.
  const auto other = test::issue(test::describe_leaf(), test::key(7), family().intermediate);
  memory.chain = {other, family().intermediate};
  EXPECT_EQ(memory.cost(), 1);
  EXPECT_EQ(memory.cost(), 0);
}

TEST(SignatureMemo, WithoutOneEverySignatureIsVerified) {
  Remembering memory;
  memory.settings.memo = nullptr;
  EXPECT_EQ(memory.cost(), 2);
  EXPECT_EQ(memory.cost(), 2);
}

/// What `der` is with `byte` at `at`.
Bytes changed(ByteView der, std::size_t at, std::byte byte) {
  Bytes copy = to_bytes(der);
  copy[at] = byte;
  return copy;
}

TEST(SignatureMemo, WhatIsChangedIsNotKnownAndRefused) {
  Remembering memory;
  ASSERT_EQ(memory.cost(), 2);
  const ByteView leaf = family().leaf;
  const auto parsed = parse_certificate(leaf).value();
  const auto offset = [&](ByteView part) { return static_cast<std::size_t>(part.data() - leaf.data()); };
  const auto refused = [&](const Bytes& forged) {
    memory.chain = {forged, family().intermediate};
    for (int again = 0; again < 2; ++again) EXPECT_GE(memory.cost(Errc::certificate_bad_signature), 1) << "failures are not kept";
  };
  refused(changed(leaf, leaf.size() - 1, leaf.back() ^ std::byte{1}));
  const std::size_t serial = offset(parsed.serial);
  refused(changed(leaf, serial + parsed.serial.size() - 1, std::byte{0x55}));
  // Both places that name the algorithm say ecdsa-with-SHA384.
  Bytes other = changed(leaf, offset(parsed.signature_algorithm.oid) + 7, std::byte{3});
  const auto inside = std::ranges::search(other, parsed.signature_algorithm.oid);
  ASSERT_FALSE(inside.empty());
  inside[7] = std::byte{3};
  refused(other);
  // An authority of the same name and with another key.
  const auto namesake = test::issue(test::describe_ca("intermediate"), test::key(8), family().root);
  memory.chain = {leaf, namesake};
  EXPECT_GE(memory.cost(Errc::certificate_bad_signature), 1);
  memory.chain = {leaf, family().intermediate};
  EXPECT_EQ(memory.cost(), 0);
}

TEST(SignatureMemo, TagsTellEveryPartApart) {
  const auto memo = SignatureMemo::make(test::provider()).value();
  const Bytes text = to_bytes(as_bytes("abcdefgh"));
  const auto part = [&](std::size_t from, std::size_t size) { return ByteView(text).subspan(from, size); };
  const auto tag = [&](ByteView key, ByteView algorithm, ByteView message, ByteView signature) {
    ParsedCertificate issued;
    issued.signature_algorithm.whole = algorithm;
    issued.signed_part = message;
    issued.signature = signature;
    ParsedCertificate issuer;
    issuer.subject_public_key_info = key;
    return memo->signature(issued, issuer, Kind::leaf).tag;
  };
  std::vector<SignatureMemo::Tag> tags{tag(part(0, 2), part(2, 2), part(4, 2), part(6, 2))};
  // The same bytes cut elsewhere, and each part changed.
  tags.push_back(tag(part(0, 1), part(1, 3), part(4, 2), part(6, 2)));
  tags.push_back(tag(part(0, 2), part(2, 1), part(3, 3), part(6, 2)));
  tags.push_back(tag(part(0, 2), part(2, 2), part(4, 3), part(7, 1)));
  tags.push_back(tag(part(0, 2), part(2, 2), part(4, 4), {}));
  tags.push_back(tag(part(1, 2), part(2, 2), part(4, 2), part(6, 2)));
  tags.push_back(tag(part(0, 2), part(1, 2), part(4, 2), part(6, 2)));
  tags.push_back(tag(part(0, 2), part(2, 2), part(5, 2), part(6, 2)));
  tags.push_back(tag(part(0, 2), part(2, 2), part(4, 2), part(5, 2)));
  const std::set<SignatureMemo::Tag> different(tags.begin(), tags.end());
  EXPECT_EQ(different.size(), tags.size());
  EXPECT_EQ(tag(part(0, 2), part(2, 2), part(4, 2), part(6, 2)), tags.front());
  const auto another = SignatureMemo::make(test::provider()).value();
  ParsedCertificate empty;
  EXPECT_NE(another->signature(empty, empty, Kind::leaf).tag, memo->signature(empty, empty, Kind::leaf).tag) << "keys are random";
}

TEST(SignatureMemo, EverythingElseIsJudgedAnew) {
  Remembering memory;
  ASSERT_EQ(memory.cost(), 2);
  const auto judged = [&](Errc expected, auto change) {
    Remembering other = memory;
    change(other);
    EXPECT_EQ(other.cost(expected), 0) << to_string(expected) << ": judged although it is known";
  };
  const PeerName stranger = PeerName::of("other.test").value();
  judged(Errc::certificate_expired, [](auto& m) { m.at = now + 31 * test::day; });
  judged(Errc::certificate_not_yet_valid, [](auto& m) { m.at = now - 2 * test::day; });
  judged(Errc::certificate_name_mismatch, [&](auto& m) { m.name = &stranger; });
  judged(Errc::certificate_path_too_long, [](auto& m) { m.settings.depth = 0; });
  judged(Errc::certificate_policy, [](auto& m) { m.settings.policies.explicit_policy = true; });
  judged(Errc::certificate_status_unknown, [](auto& m) {
    m.settings.crl_check = CrlCheck::all;
    m.settings.crl_cache = memory_crl_cache();
  });
  // Algorithms are judged before the memo is asked; what is verified then is for telling all that is wrong.
  memory.schemes = {SignatureScheme::rsa_pkcs1_sha256};
  EXPECT_EQ(memory.cost(Errc::certificate_unsupported_algorithm), 2);
}

TEST(SignatureMemo, UsagesConstraintsAndSizesAreJudgedAnew) {
  auto constrained = test::describe_ca("constrained");
  constrained.permitted = Subtrees{.dns = {"server.test"}};
  constrained.extended_key_usage = {"serverAuth"};
  const auto intermediate = test::issue(constrained, test::key(3, test::NewKey::rsa_2048), family().root);
  const auto leaf = test::issue(test::describe_leaf(), test::key(2), intermediate);
  Remembering memory;
  memory.chain = {leaf, intermediate};
  ASSERT_EQ(memory.cost(), 2);
  ASSERT_EQ(memory.cost(), 0);
  memory.purpose = Purpose::client_authentication;
  memory.name = nullptr;
  EXPECT_EQ(memory.cost(Errc::certificate_wrong_extended_usage), 0);
  memory.purpose = Purpose::server_authentication;
  // The size of the key that signed comes first: its signature is not even looked for.
  memory.settings.min_rsa_bits = 3072;
  EXPECT_EQ(memory.code(), Errc::certificate_weak_key);
  memory.settings.min_rsa_bits = 2048;
  // Another leaf under the same authority, whose signature is known, has a name that it may not certify.
  const auto foreign = test::issue(test::describe_leaf("foreign.test"), test::key(2), intermediate);
  memory.chain = {foreign, intermediate};
  EXPECT_EQ(memory.cost(Errc::certificate_name_constraint), 1);
}

TEST(SignatureMemo, PathsThatAreNotValidEnterNothing) {
  Remembering memory;
  memory.at = now + 31 * test::day;
  const int once = memory.cost(Errc::certificate_expired);
  EXPECT_GE(once, 2);
  EXPECT_EQ(memory.cost(Errc::certificate_expired), once);
  memory.at = now;
  EXPECT_EQ(memory.cost(), 2) << "what verified along a path that failed was not kept";
  EXPECT_EQ(memory.cost(), 0);
}

TEST(SignatureMemo, WhatAnotherProviderSaysIsNotKnown) {
  Remembering memory;
  ASSERT_EQ(memory.cost(), 2);
  const Counting other;
  memory.with = &other;
  EXPECT_EQ(memory.code(), Errc{});
  EXPECT_EQ(other.verified(), 1) << "the leaf's; the anchor's key is the store's";
  EXPECT_EQ(memory.code(), Errc{});
  EXPECT_EQ(other.verified(), 1);
}

TEST(SignatureMemo, ListsAndStaplesAreVerifiedEachTime) {
  Remembering memory;
  memory.settings.crl_check = CrlCheck::all;
  memory.settings.crl_cache =
      test::cache_of({test::made_by(family().root, test::list()), test::made_by(family().intermediate, test::list())});
  EXPECT_EQ(memory.cost(), 4);
  EXPECT_EQ(memory.cost(), 2);
  EXPECT_EQ(memory.cost(), 2);
  // Known and revoked: what is found is told from a second look, which verifies no list again.
  memory.settings.crl_cache =
      test::cache_of({test::made_by(family().root, test::list()), test::made_by(family().intermediate, test::list_with({}))});
  EXPECT_EQ(memory.cost(Errc::certificate_revoked), 2);
  EXPECT_EQ(memory.cost(Errc::certificate_revoked), 2);
  memory.settings.crl_check = CrlCheck::off;
  memory.staple =
      keyway::test::make_staple({.produced_at = now, .this_update = now - test::day, .next_update = now + test::day},
                                family().leaf, family().intermediate, *family().intermediate.signer, *test::provider());
  EXPECT_EQ(memory.cost(), 1);
  EXPECT_EQ(memory.cost(), 1);
}

TEST(SignatureMemo, RevokedPathsEnterNothing) {
  Remembering memory;
  memory.settings.crl_check = CrlCheck::all;
  memory.settings.crl_cache =
      test::cache_of({test::made_by(family().root, test::list()), test::made_by(family().intermediate, test::list_with({}))});
  EXPECT_EQ(memory.code(), Errc::certificate_revoked);
  memory.settings.crl_check = CrlCheck::off;
  EXPECT_EQ(memory.cost(), 2);
}

// ---- answers that come later

/// Answers of a program that come later, from another thread.
struct Later {
  std::vector<Answer<VerifyVerdict>> waiting{};
  VerifyFun fun() {
    return {.function = [this](const VerifyEvent&, std::any&, Answer<VerifyVerdict> answer) {
      waiting.push_back(std::move(answer));
    }};
  }
  void answer_all(VerifyVerdict verdict) {
    while (!waiting.empty()) {
      auto one = std::move(waiting.back());
      waiting.pop_back();
      std::thread([&] { std::move(one).give(verdict); }).join();
    }
  }
};

TEST(SignatureMemo, WalksEnterWhenTheyEndWell) {
  Remembering memory;
  Later later;
  memory.settings.verify_fun = later.fun();
  const auto walk = [&](VerifyVerdict verdict) {
    (void)memory.provider->verified();
    const auto slot = memory.asked();
    later.answer_all(verdict);
    auto answer = slot->take<TrustedChain>();
    return answer ? code_of(*answer) : Errc::internal;
  };
  EXPECT_EQ(walk(VerifyVerdict::fail), Errc::certificate_refused);
  EXPECT_EQ(walk(VerifyVerdict::valid), Errc{});
  EXPECT_EQ(memory.provider->verified(), 2) << "what the program refused was not kept";
  EXPECT_EQ(walk(VerifyVerdict::valid), Errc{});
  EXPECT_EQ(memory.provider->verified(), 0);
  EXPECT_EQ(walk(VerifyVerdict::fail), Errc::certificate_refused) << "the program is asked each time";
}

TEST(SignatureMemo, WhatAProgramPassesOverIsNotKept) {
  Remembering memory;
  Later later;
  memory.settings.verify_fun = later.fun();
  memory.at = now + 31 * test::day;
  for (int again = 0; again < 2; ++again) {
    const auto slot = memory.asked();
    later.answer_all(VerifyVerdict::valid);
    const auto answer = slot->take<TrustedChain>();
    ASSERT_TRUE(answer && answer->has_value());
    EXPECT_EQ((*answer)->basis(), TrustedChain::Basis::accepted_by_user);
    EXPECT_GE(memory.provider->verified(), 2);
  }
}

/// Lists that come when they are asked for a second time.
class LateLists final : public CrlCache {
 public:
  void lookup(const DistributionPoint&, ByteView, Now, Answer<CrlList> answer) override { waiting.push_back(std::move(answer)); }
  void select(ByteView, Now, Answer<CrlList> answer) override { waiting.push_back(std::move(answer)); }
  void fresh_crl(const DistributionPoint&, const CrlList&, Now, Answer<CrlList> answer) override {
    waiting.push_back(std::move(answer));
  }
  void give(Bytes list) {
    auto one = std::move(waiting.front());
    waiting.erase(waiting.begin());
    std::thread([&] { std::move(one).give(CrlList{std::make_shared<const Bytes>(std::move(list))}); }).join();
  }
  std::vector<Answer<CrlList>> waiting;
};

TEST(SignatureMemo, JudgementsThatWaitForListsEnterAtTheirEnd) {
  Remembering memory;
  const auto lists = std::make_shared<LateLists>();
  memory.settings.crl_check = CrlCheck::all;
  memory.settings.crl_cache = lists;
  const auto judge = [&](const test::ListDescription& of_leaf) {
    const auto slot = memory.asked();
    lists->give(test::made_by(family().root, test::list()));
    lists->give(test::made_by(family().intermediate, of_leaf));
    return code_of(*slot->take<TrustedChain>());
  };
  EXPECT_EQ(judge(test::list_with({})), Errc::certificate_revoked);
  EXPECT_EQ(judge(test::list()), Errc{});
  (void)memory.provider->verified();
  EXPECT_EQ(judge(test::list()), Errc{});
  const int known = memory.provider->verified();
  memory.settings.memo = nullptr;
  EXPECT_EQ(judge(test::list()), Errc{});
  EXPECT_LT(known, memory.provider->verified()) << "only those of lists are left";
  EXPECT_EQ(judge(test::list_with({})), Errc::certificate_revoked);
}

// ---- room

SignatureMemo::Signature numbered(std::uint32_t number, Kind kind) {
  SignatureMemo::Signature signature{.tag = {}, .kind = kind};
  for (std::size_t i = 0; i < 4; ++i) signature.tag[i] = static_cast<std::byte>(number >> 8 * i & 0xff);
  signature.tag[8] = std::byte{1};
  return signature;
}

TEST(SignatureMemo, AFloodOfLeavesPushesOutNoAuthority) {
  const auto memo = SignatureMemo::make(test::provider()).value();
  const auto enter = [&](SignatureMemo::Signature signature) { memo->enter({&signature, 1}); };
  enter(numbered(0, Kind::authority));
  enter(numbered(1, Kind::leaf));
  enter(numbered(1, Kind::leaf));  // shown a second time
  for (std::uint32_t i = 2; i < 2 + SignatureMemo::most_leaves; ++i) enter(numbered(i, Kind::leaf));
  EXPECT_TRUE(memo->knows(numbered(1, Kind::leaf))) << "what is used stays longer";
  for (std::uint32_t i = 0; i < 5000; ++i) enter(numbered(100'000 + i, Kind::leaf));
  EXPECT_TRUE(memo->knows(numbered(0, Kind::authority)));
  EXPECT_FALSE(memo->knows(numbered(1, Kind::leaf))) << "the room is bounded";
  EXPECT_FALSE(memo->knows(numbered(0, Kind::leaf))) << "an authority's place is no leaf's";
  std::size_t kept = 0;
  for (std::uint32_t i = 0; i < 5000; ++i) kept += memo->knows(numbered(100'000 + i, Kind::leaf)) ? 1U : 0U;
  EXPECT_EQ(kept, SignatureMemo::most_leaves);
}

TEST(SignatureMemo, APeersFloodPushesOutNothing) {
  Remembering memory;
  ASSERT_EQ(memory.cost(), 2);
  const std::vector<ByteView> good = memory.chain;
  const auto stranger = test::issue_self(test::describe_ca("stranger"), test::key(5));
  const auto authority = test::issue(test::describe_ca("intermediate of a stranger"), test::key(6), stranger);
  auto expired = test::describe_leaf();
  expired.not_after = now - std::chrono::hours(1);
  for (unsigned i = 0; i < 40; ++i) {
    const auto unknown = test::issue(test::describe_leaf(), test::key(2), authority);
    memory.chain = {unknown, authority, stranger};
    EXPECT_EQ(memory.code(), Errc::certificate_unknown_ca);
    expired.serial = {std::byte{1}, static_cast<std::byte>(i)};
    const auto old = test::issue(expired, test::key(2), family().intermediate);
    memory.chain = {old, family().intermediate};
    EXPECT_EQ(memory.cost(Errc::certificate_expired), 1) << "its own signature, each time";
    EXPECT_EQ(memory.cost(Errc::certificate_expired), 1);
  }
  memory.chain = good;
  EXPECT_EQ(memory.cost(), 0);
}

TEST(SignatureMemo, KnownSignaturesCountTowardsTheBound) {
  // What a question may look at does not depend on what was seen before.
  Remembering memory;
  ASSERT_EQ(memory.cost(), 2);
  std::vector<test::Made> namesakes;
  for (unsigned i = 0; i < 130; ++i) {
    auto description = test::describe_ca("intermediate");
    description.serial = {std::byte{2}, static_cast<std::byte>(i)};
    namesakes.push_back(test::issue(description, test::key(8), family().root));
  }
  memory.chain = {family().leaf};
  for (const test::Made& namesake : namesakes) memory.chain.push_back(namesake);
  memory.chain.push_back(family().intermediate);
  const Errc with = memory.code();
  memory.settings.memo = nullptr;
  EXPECT_EQ(with, memory.code());
}

TEST(SignatureMemo, ServesThreadsAtOnce) {
  Remembering memory;
  const Bytes forged = changed(family().leaf, family().leaf.der.size() - 1, family().leaf.der.back() ^ std::byte{1});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      Remembering mine = memory;
      if (i % 2 != 0) mine.chain[0] = forged;
      for (int turn = 0; turn < 25; ++turn)
        wrong += mine.code() == (i % 2 != 0 ? Errc::certificate_bad_signature : Errc{}) ? 0 : 1;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(memory.cost(), 0);
}

TEST(SignatureMemo, VerifiersForOtherConfigurationsHaveTheirOwn) {
  Remembering memory;
  const auto verifier = make_verifier(memory.settings);
  const auto other = verifier_of_its_own(verifier).value();
  EXPECT_NE(other, verifier);
  EXPECT_EQ(other->fingerprint(), verifier->fingerprint());
  const auto cost = [&](const Verifier& asked) {
    (void)memory.provider->verified();
    const auto slot = std::make_shared<AnswerSlot>();
    asked.verify(memory.question(), Answer<TrustedChain>(slot));
    EXPECT_EQ(code_of(*slot->take<TrustedChain>()), Errc{});
    return memory.provider->verified();
  };
  EXPECT_EQ(cost(*verifier), 2);
  EXPECT_EQ(cost(*verifier), 0);
  EXPECT_EQ(cost(*other), 2);
  EXPECT_EQ(cost(*other), 0);
  const auto unchecked = make_unchecked_verifier();
  EXPECT_EQ(verifier_of_its_own(unchecked).value(), unchecked);
  EXPECT_EQ(verifier_of_its_own(nullptr).value(), nullptr);
}

}  // namespace
}  // namespace keyway::pki
