// SPDX-License-Identifier: Apache-2.0
//
// The verifiers: questions that are incomplete, evidence, fingerprints, and errors with every problem in them.
#include "pki/verify_driver.h"

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::family;
using test::now;

test::Verification good() {
  return {.chain = {family().leaf, family().intermediate}, .anchors = test::store_of({family().root})};
}

TEST(VerifyChain, GivesEvidence) {
  const auto trusted = good().run();
  ASSERT_TRUE(trusted.has_value()) << trusted.error().message();
  EXPECT_EQ(trusted->basis(), TrustedChain::Basis::validated);
  EXPECT_EQ(trusted->chain()->size(), 2u);
  EXPECT_EQ(trusted->leaf_key().type(), crypto::KeyType::ec);
  EXPECT_TRUE(trusted->problems().empty());
  EXPECT_EQ(trusted->not_after(), now + 30 * test::day);
}

TEST(VerifyChain, EvidenceEndsWithTheFirstCertificateToEnd) {
  auto shorter = test::describe_ca("intermediate");
  shorter.not_after = now + 3 * test::day;
  const auto intermediate = test::issue(shorter, test::key(1), family().root);
  auto question = good();
  question.chain = {family().leaf, intermediate};
  EXPECT_EQ(question.run().value().not_after(), now + 3 * test::day);
}

TEST(VerifyChain, WhatTheCallerForgot) {
  auto question = good();
  question.anchors = nullptr;
  EXPECT_EQ(code_of(question.run()), Errc::missing_option);
  question = good();
  question.with = nullptr;
  EXPECT_EQ(code_of(question.run()), Errc::missing_option);
  question = good();
  const PeerName nobody;
  question.name = &nobody;
  const auto unnamed = question.run();
  EXPECT_EQ(code_of(unnamed), Errc::missing_option);
  EXPECT_EQ(unnamed.error().detail()->option, "name");
  question.settings.check_name = false;
  EXPECT_EQ(code_of(question.run()), Errc{});
  question.settings.check_name = true;
  question.name = nullptr;
  EXPECT_EQ(code_of(question.run()), Errc{});
}

TEST(VerifyChain, NamesPurposesAndTime) {
  auto question = good();
  const PeerName other = PeerName::of("other.test").value();
  question.name = &other;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_name_mismatch);
  const PeerName address = PeerName::of("192.0.2.1").value();
  question.name = &address;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_no_name);
  question = good();
  question.purpose = Purpose::client_authentication;
  EXPECT_EQ(code_of(question.run()), Errc{});
  question.at = now + 31 * test::day;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_expired);
  question.at = now - 2 * test::day;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_not_yet_valid);
}

//= rfc9525#2-1
TEST(VerifyChain, TheCommonNameIsNoName) {
  auto described = test::describe_leaf();  // its common name is server.test, which is asked for
  described.dns_names = {"other.test"};
  const auto leaf = test::issue(described, test::key(2), family().intermediate);
  auto question = good();
  question.chain = {leaf, family().intermediate};
  EXPECT_EQ(code_of(question.run()), Errc::certificate_name_mismatch);
}

TEST(VerifyChain, SchemesOfTheSettingsServeQuestionsThatNameNone) {
  auto question = good();
  question.settings.signature_schemes = {SignatureScheme::ed25519};
  EXPECT_EQ(code_of(question.run()), Errc::certificate_unsupported_algorithm);
  question.schemes = {SignatureScheme::ecdsa_secp256r1_sha256};
  EXPECT_EQ(code_of(question.run()), Errc{});
}

TEST(VerifyChain, WhetherTheLeafServesHandshakesCanBeLeftAside) {
  auto sealed = test::describe_leaf();
  sealed.key_usage = static_cast<std::uint16_t>(KeyUsage::content_commitment);
  const auto leaf = test::issue(sealed, test::key(2), family().intermediate);
  auto question = good();
  question.chain = {leaf, family().intermediate};
  EXPECT_EQ(code_of(question.run()), Errc::certificate_wrong_usage);
  question.settings.leaf_signs = false;
  EXPECT_EQ(code_of(question.run()), Errc{});
}

TEST(VerifyChain, TellsWhatWasMissing) {
  auto question = good();
  question.chain = {family().leaf};
  EXPECT_EQ(test::reason_of(question.run()),
            "certificate 0 (CN=server.test): no trusted authority is called CN=intermediate, its issuer");
  const auto own = test::issue_self(test::describe_leaf(), test::key(5));
  question.chain = {own};
  EXPECT_EQ(test::reason_of(question.run()),
            "certificate 0 (CN=server.test): it is signed by itself and not among the trust anchors");
  test::Made damaged = family().leaf;
  damaged.der.back() ^= std::byte{1};
  question.chain = {damaged, family().intermediate};
  EXPECT_EQ(test::reason_of(question.run()), "certificate 0 (CN=server.test): it is not signed by the key of CN=intermediate");
}

TEST(VerifyChain, TellsEveryProblemOnce) {
  // Two paths, each broken in its own way.
  auto first = test::describe_ca("intermediate");
  first.not_after = now - test::day;
  first.not_before = now - 2 * test::day;
  auto second = test::describe_ca("intermediate");
  second.ca = false;
  const auto expired = test::issue(first, test::key(1), family().root);
  const auto no_ca = test::issue(second, test::key(1), family().root);
  auto question = good();
  question.chain = {family().leaf, expired, no_ca};
  const auto refused = question.run();
  ASSERT_FALSE(refused.has_value());
  std::vector<Errc> reasons;
  for (const auto& problem : refused.error().detail()->certificates) reasons.push_back(problem.reason);
  EXPECT_EQ(reasons, (std::vector<Errc>{Errc::certificate_not_a_ca, Errc::certificate_expired}));
}

TEST(VerifyChain, TellsAllThatIsWrongWithAPathAtOnce) {
  auto authority = test::describe_ca("intermediate");
  authority.not_after = now - test::day;
  authority.not_before = now - 2 * test::day;
  authority.key_usage = key_usage::crl_sign;
  auto described = test::describe_leaf("other.test");
  described.serial = Bytes(1);
  const auto middle = test::issue(authority, test::key(1), family().root);
  const auto leaf = test::issue(described, test::key(2), middle);
  using Told = std::vector<std::pair<std::size_t, Errc>>;
  const auto told = [&](TrustStore::Ptr anchors) {
    auto question = good();
    question.chain = {leaf, middle};
    question.anchors = std::move(anchors);
    const auto refused = question.run();
    Told all;
    if (refused) return all;
    EXPECT_EQ(refused.error().detail()->certificates.front().reason, refused.error().code());
    for (const auto& problem : refused.error().detail()->certificates) {
      EXPECT_FALSE(problem.text.empty());
      EXPECT_FALSE(problem.subject.empty());
      all.emplace_back(problem.index, problem.reason);
    }
    return all;
  };
  const Told of_path{{1, Errc::certificate_expired},
                     {1, Errc::certificate_wrong_usage},
                     {0, Errc::malformed_certificate},
                     {0, Errc::certificate_name_mismatch}};
  EXPECT_EQ(told(test::store_of({family().root})), of_path);
  Told unknown{{1, Errc::certificate_unknown_ca}};
  unknown.insert(unknown.end(), of_path.begin(), of_path.end());
  EXPECT_EQ(told(test::store_of({test::issue_self(test::describe_ca("elsewhere"), test::key(7))})), unknown)
      << "also where it leads to no anchor";
}

TEST(VerifyChain, TellsWhatIsWrongBehindAnAlgorithmThatIsNotAccepted) {
  auto question = good();
  question.schemes = {SignatureScheme::ed25519};
  question.at = now + 31 * test::day;
  const auto refused = question.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_unsupported_algorithm);
  std::vector<Errc> reasons;
  for (const auto& problem : refused.error().detail()->certificates) reasons.push_back(problem.reason);
  EXPECT_EQ(std::ranges::count(reasons, Errc::certificate_expired), 3) << "anchor, authority and leaf";
}

TEST(VerifyChain, AnExpiredAnchorIsToldAsOne) {
  auto old = test::describe_ca("root");
  old.not_after = now - test::day;
  old.not_before = now - 2 * test::day;
  const auto expired = test::issue_self(old, test::key(0));
  auto question = good();
  question.anchors = test::store_of({expired});
  const auto refused = question.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_expired);
  EXPECT_EQ(test::reason_of(refused),
            "certificate 2 (CN=root): it is the trust anchor of this chain, and it expired on 2027-01-14 08:00:00 UTC");
  EXPECT_EQ(refused.error().detail()->mend,
            "name the present certificate of this authority as trust anchor; check the clock of this machine");
}

TEST(VerifyChain, ARefusalListsTheWholeChain) {
  auto question = good();
  const Bytes rubbish = test::hex("0500");
  question.chain = {family().leaf, ByteView(rubbish), family().intermediate};
  question.anchors = test::store_of({test::issue_self(test::describe_ca("elsewhere"), test::key(7))});
  const auto refused = question.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_unknown_ca);
  const auto& chain = refused.error().detail()->chain;
  ASSERT_EQ(chain.size(), 2u) << "what cannot be read names nobody";
  EXPECT_EQ(chain[0].index, 0u);
  EXPECT_EQ(chain[0].subject, "CN=server.test");
  EXPECT_EQ(chain[0].issuer, "CN=intermediate");
  EXPECT_EQ(chain[1].index, 2u);
  EXPECT_EQ(chain[1].subject, "CN=intermediate");
  EXPECT_EQ(chain[1].issuer, "CN=root");
}

Result<TrustedChain> ask(const Verifier& verifier, const VerifyQuestion& question) {
  const auto slot = std::make_shared<AnswerSlot>();
  verifier.verify(question, Answer<TrustedChain>(slot));
  auto answer = slot->take<TrustedChain>();
  if (!answer) return fail(Errc::answer_dropped);
  return std::move(*answer);
}

VerifyQuestion question_of(std::span<const ByteView> chain) {
  VerifyQuestion question;
  question.chain = chain;
  question.name = &test::server_name();
  question.now.wall = now;
  question.provider = test::provider().get();
  return question;
}

TEST(Verifiers, Stock) {
  const auto verifier = make_verifier({.anchors = test::store_of({family().root})});
  const ByteView chain[] = {family().leaf, family().intermediate};
  EXPECT_EQ(ask(*verifier, question_of(chain)).value().basis(), TrustedChain::Basis::validated);
  const ByteView alone[] = {family().leaf};
  EXPECT_EQ(code_of(ask(*verifier, question_of(alone))), Errc::certificate_unknown_ca);
}

TEST(Verifiers, FingerprintsFollowTheSettings) {
  const VerifySettings base{.anchors = test::store_of({family().root})};
  std::vector<Bytes> prints{make_verifier(base)->fingerprint(), make_unchecked_verifier()->fingerprint()};
  const auto add = [&](auto change) {
    VerifySettings settings = base;
    change(settings);
    prints.push_back(make_verifier(settings)->fingerprint());
  };
  add([](VerifySettings& s) { s.anchors = test::store_of({family().intermediate}); });
  add([](VerifySettings& s) { s.depth = 3; });
  add([](VerifySettings& s) { s.check_name = false; });
  add([](VerifySettings& s) { s.min_rsa_bits = 3072; });
  add([](VerifySettings& s) { s.signature_schemes = {SignatureScheme::ed25519}; });
  add([](VerifySettings& s) { s.leaf_signs = false; });
  add([](VerifySettings& s) { s.strict = true; });
  add([](VerifySettings& s) { s.web_pki = true; });
  add([](VerifySettings& s) { s.any_ca_purpose = true; });
  add([](VerifySettings& s) { s.policies.explicit_policy = true; });
  add([](VerifySettings& s) { s.policies.inhibit_policy_mapping = true; });
  add([](VerifySettings& s) { s.policies.inhibit_any_policy = true; });
  add([](VerifySettings& s) { s.policies.policy_set = {test::hex("2a03")}; });
  add([](VerifySettings& s) { s.functions = test::hex("01"); });
  for (std::size_t i = 0; i < prints.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) EXPECT_NE(prints[i], prints[j]) << i << ' ' << j;
  }
  EXPECT_EQ(make_verifier(base)->fingerprint(), prints[0]);
}

TEST(Verifiers, Unchecked) {
  const auto verifier = make_unchecked_verifier();
  const ByteView alone[] = {family().leaf};
  const auto trusted = ask(*verifier, question_of(alone));
  EXPECT_EQ(trusted.value().basis(), TrustedChain::Basis::unchecked);
  EXPECT_EQ(trusted.value().not_after(), now + 30 * test::day);
  EXPECT_EQ(code_of(ask(*verifier, question_of({}))), Errc::empty_certificate);
  const Bytes rubbish = test::hex("0500");
  const ByteView broken[] = {rubbish};
  EXPECT_EQ(code_of(ask(*verifier, question_of(broken))), Errc::malformed_certificate);
  auto question = question_of(alone);
  question.provider = nullptr;
  EXPECT_EQ(code_of(ask(*verifier, question)), Errc::missing_option);
}

TEST(Verifiers, AKeyThatCannotSignIsRefusedEvenUnchecked) {
  const auto info = test::key(0, test::NewKey::dsa_2048)->subject_public_key_info();
  const auto der =
      write_certificate(test::describe_leaf(), info, {.certificate = {}, .signer = *test::key()}, *test::provider()).value();
  const ByteView chain[] = {der};
  EXPECT_EQ(code_of(ask(*make_unchecked_verifier(), question_of(chain))), Errc::certificate_key_type);
}

TEST(TrustedChain, AcceptedByTheUser) {
  const ByteView chain[] = {family().leaf};
  const auto trusted = TrustedChain::accepted_by_user(question_of(chain), "pinned");
  ASSERT_TRUE(trusted.has_value());
  EXPECT_EQ(trusted->basis(), TrustedChain::Basis::accepted_by_user);
  ASSERT_EQ(trusted->problems().size(), 1u);
  EXPECT_EQ(trusted->problems()[0].text, "pinned");
  EXPECT_EQ(trusted->problems()[0].subject, "CN=server.test");
  EXPECT_EQ(trusted->problems()[0].reason, Errc::certificate_refused);
}

}  // namespace
}  // namespace keyway::pki
