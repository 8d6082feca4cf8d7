// SPDX-License-Identifier: Apache-2.0
//
// The functions of the program in a verification: the events of a path and what each answer does, now and later; the choice of
// an anchor; exceptions from the check of names.
#include "pki/event_walk.h"

#include <thread>

#include "unit/pki/support.h"

namespace keyway::pki {
namespace {

using test::code_of;
using test::describe_ca;
using test::describe_leaf;
using test::family;
using test::issue;
using test::issue_self;
using test::key;
using test::Made;
using test::now;
using Kind = VerifyEvent::Kind;
using enum VerifyVerdict;

/// What a function was told, in short: "valid 1", "bad 0 certificate_expired", "extension 0 1.2.3".
std::string told(const VerifyEvent& event) {
  const std::string at = " " + std::to_string(event.index);
  switch (event.kind) {
    case Kind::bad_certificate: return "bad" + at + " " + std::string(to_string(event.reason));
    case Kind::extension: return (event.extension_critical ? "critical" : "extension") + at + " " + oid_text(event.extension_oid);
    case Kind::valid: return "valid" + at;
    case Kind::valid_peer: return "valid_peer" + at;
  }
  return {};
}
using Told = std::vector<std::string>;

/// Writes down what it is told and judges by a plain function.
VerifyFun listening(Told& into, std::function<VerifyVerdict(const VerifyEvent&)> judge = strict_verdict) {
  return {.function =
              [&into, judge](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
                into.push_back(told(event));
                std::move(answer).give(judge(event));
              },
          .state = {}};
}
/// Passes over one reason alone.
std::function<VerifyVerdict(const VerifyEvent&)> passing_over(Errc reason) {
  return [reason](const VerifyEvent& event) { return event.reason == reason ? valid : strict_verdict(event); };
}

test::Verification good() {
  return {.chain = {family().leaf, family().intermediate}, .anchors = test::store_of({family().root})};
}

TEST(EventWalk, GoesFromTheAnchorToTheLeaf) {
  Told events;
  auto question = good();
  question.settings.verify_fun = listening(events);
  const auto trusted = question.run();
  ASSERT_TRUE(trusted.has_value()) << trusted.error().message();
  EXPECT_EQ(trusted->basis(), TrustedChain::Basis::validated);
  EXPECT_TRUE(trusted->problems().empty());
  EXPECT_EQ(trusted->not_after(), now + 30 * test::day);
  EXPECT_EQ(events, (Told{"valid 1", "valid_peer 0"})) << "the anchor needs nobody's word";
}

TEST(EventWalk, ALeafThatIsAnAnchorIsAPeer) {
  Told events;
  const Made own = issue_self(describe_leaf(), key(5));
  test::Verification question{.chain = {own}, .anchors = test::store_of({own})};
  question.settings.verify_fun = listening(events);
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(events, (Told{"valid_peer 0"}));
}

TEST(EventWalk, EventsHaveTheCertificateAndWhatCameWithTheLeaf) {
  std::vector<Bytes> seen;
  Bytes staple;
  VerifySettings settings{.anchors = test::store_of({family().root})};
  settings.verify_fun.function = [&](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> answer) {
    seen.push_back(to_bytes(event.certificate));
    if (event.kind == Kind::valid_peer) staple = to_bytes(event.ocsp_response);
    EXPECT_EQ(event.signed_certificate_timestamps.empty(), event.kind != Kind::valid_peer);
    std::move(answer).give(valid);
  };
  settings.revocation = [](auto, std::size_t, Answer<void> answer) { std::move(answer).give({}); };
  const ByteView chain[] = {family().leaf, family().intermediate};
  VerifyQuestion question;
  question.chain = chain;
  question.ocsp_response = as_bytes("staple");
  question.signed_certificate_timestamps = as_bytes("list");
  question.now.wall = now;
  question.provider = test::provider().get();
  EXPECT_EQ(code_of(verify_chain(settings, question)), Errc{});
  EXPECT_EQ(seen, (std::vector<Bytes>{family().intermediate.der, family().leaf.der}));
  EXPECT_EQ(staple, to_bytes(as_bytes("staple")));
}

TEST(EventWalk, StateGoesFromEventToEventAndBeginsAnew) {
  std::vector<int> counts;
  auto question = good();
  question.settings.verify_fun = {.function =
                                      [&](const VerifyEvent&, std::any& state, Answer<VerifyVerdict> answer) {
                                        state = std::any_cast<int>(state) + 1;
                                        counts.push_back(std::any_cast<int>(state));
                                        std::move(answer).give(valid);
                                      },
                                  .state = 7};
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(counts, (std::vector<int>{8, 9, 8, 9}));
}

TEST(EventWalk, ExtensionsThatAreNotUnderstood) {
  auto authority = describe_ca("intermediate");
  authority.others = {{.oid = "1.2.7", .value = test::hex("0500")}};
  auto leaf = describe_leaf();
  leaf.others = {{.oid = "1.2.8", .critical = true, .value = test::hex("0500")}, {.oid = "1.2.9", .value = test::hex("0500")}};
  const Made middle = issue(authority, key(1), family().root);
  const Made end = issue(leaf, key(2), middle);
  test::Verification question{.chain = {end, middle}, .anchors = test::store_of({family().root})};
  Told events;
  question.settings.verify_fun = listening(events);
  EXPECT_EQ(code_of(question.run()), Errc::certificate_critical_extension) << "unknown here, too";
  EXPECT_EQ(events, (Told{"extension 1 1.2.7", "valid 1", "critical 0 1.2.8", "bad 0 certificate_critical_extension"}));
  events.clear();
  question.settings.verify_fun =
      listening(events, [](const VerifyEvent& event) { return event.extension_critical ? valid : strict_verdict(event); });
  const auto understood = question.run();
  ASSERT_TRUE(understood.has_value());
  EXPECT_EQ(understood->basis(), TrustedChain::Basis::validated) << "what the program understands is no problem";
  EXPECT_EQ(events, (Told{"extension 1 1.2.7", "valid 1", "critical 0 1.2.8", "extension 0 1.2.9", "valid_peer 0"}));
  events.clear();
  question.settings.verify_fun =
      listening(events, [](const VerifyEvent& event) { return event.kind == Kind::extension ? fail : valid; });
  EXPECT_EQ(code_of(question.run()), Errc::certificate_refused);
  EXPECT_EQ(events, (Told{"extension 1 1.2.7"}));
}

/// An authority below the root, and what it issued.
struct Below {
  Made middle;
  Made leaf;
};
Below line(const CertificateDescription& authority, const CertificateDescription& leaf) {
  const Made middle = issue(authority, key(1), family().root);
  return {middle, issue(leaf, key(2), middle)};
}

template <class Change>
CertificateDescription changed(CertificateDescription description, Change change) {
  change(description);
  return description;
}

class EachFault : public testing::Test {
 protected:
  /// Refused with reason and alert; taken when the function passes over it, and over nothing else.
  void expect(
      const std::string& event, Errc reason, AlertDescription alert, const Below& made,
      const std::function<void(test::Verification&)>& change = [](auto&) {}) {
    SCOPED_TRACE(event);
    test::Verification question{.chain = {made.leaf, made.middle}, .anchors = test::store_of({family().root})};
    change(question);
    Told events;
    question.settings.verify_fun = listening(events);
    const auto refused = question.run();
    ASSERT_EQ(code_of(refused), reason);
    EXPECT_EQ(refused.error().alert(), alert);
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back(), event);
    ASSERT_FALSE(refused.error().detail()->certificates.empty());
    EXPECT_EQ(refused.error().detail()->certificates.front().reason, reason);
    EXPECT_FALSE(refused.error().detail()->certificates.front().text.empty());
    events.clear();
    question.settings.verify_fun = listening(events, passing_over(reason));
    const auto taken = question.run();
    ASSERT_TRUE(taken.has_value()) << taken.error().message();
    EXPECT_EQ(taken->basis(), TrustedChain::Basis::accepted_by_user);
    ASSERT_FALSE(taken->problems().empty());
    EXPECT_EQ(taken->problems().front().reason, reason);
    // Another reason is not enough.
    question.settings.verify_fun = listening(events, passing_over(Errc::certificate_web_policy));
    EXPECT_EQ(code_of(question.run()), reason);
  }
};

TEST_F(EachFault, IsToldAndCanBePassedOver) {
  using enum AlertDescription;
  const auto ca = describe_ca("intermediate");
  const auto leaf = describe_leaf();
  expect("bad 0 certificate_expired", Errc::certificate_expired, certificate_expired,
         line(ca, changed(leaf, [](auto& d) { d.not_after = now - test::day, d.not_before = now - 2 * test::day; })));
  expect("bad 1 certificate_not_yet_valid", Errc::certificate_not_yet_valid, certificate_expired,
         line(changed(ca, [](auto& d) { d.not_before = now + test::day; }), leaf));
  expect("bad 1 certificate_not_a_ca", Errc::certificate_not_a_ca, bad_certificate,
         line(changed(ca, [](auto& d) { d.ca = false; }), leaf));
  expect("bad 1 certificate_wrong_usage", Errc::certificate_wrong_usage, unsupported_certificate,
         line(changed(ca, [](auto& d) { d.key_usage = key_usage::digital_signature; }), leaf));
  expect("bad 0 certificate_wrong_extended_usage", Errc::certificate_wrong_extended_usage, unsupported_certificate,
         line(ca, changed(leaf, [](auto& d) { d.extended_key_usage = {"clientAuth"}; })));
  expect("bad 0 certificate_name_constraint", Errc::certificate_name_constraint, bad_certificate,
         line(changed(ca, [](auto& d) { d.excluded = Subtrees{.dns = {"test"}}; }), leaf));
  expect("bad 0 malformed_certificate", Errc::malformed_certificate, bad_certificate,
         line(ca, changed(leaf, [](auto& d) { d.serial = Bytes(1); })));
  expect("bad 0 certificate_name_mismatch", Errc::certificate_name_mismatch, bad_certificate,
         line(ca, describe_leaf("other.test")));
  expect("bad 1 certificate_path_too_long", Errc::certificate_path_too_long, bad_certificate, line(ca, leaf),
         [](auto& question) { question.settings.depth = 0; });
  expect("bad 0 certificate_policy", Errc::certificate_policy, bad_certificate, line(ca, leaf), [](auto& question) {
    static const Made demanding =
        issue(changed(describe_ca("intermediate"),
                      [](auto& d) { d.others = {{.oid = "2.5.29.36", .critical = true, .value = test::hex("3003800100")}}; }),
              key(1), family().root);
    question.chain[1] = demanding;
  });
  expect("bad 0 certificate_self_signed", Errc::certificate_self_signed, bad_certificate,
         {family().intermediate, issue_self(leaf, key(5))});
  expect("bad 1 certificate_unknown_ca", Errc::certificate_unknown_ca, unknown_ca, line(ca, leaf),
         [](auto& question) { question.anchors = test::store_of({issue_self(describe_ca("elsewhere"), key(7))}); });
}

TEST(EventWalk, WhatTlsDemandsIsToldInThePlaceOfValid) {
  Told events;
  auto question = good();
  const PeerName other = PeerName::of("other.test").value();
  question.name = &other;
  question.settings.verify_fun = listening(events, lenient_verdict);
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(events, (Told{"valid 1", "bad 0 certificate_name_mismatch"}));
  events.clear();
  question.name = &test::server_name();
  question.schemes = {SignatureScheme::ed25519};
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(events, (Told{"bad 1 certificate_unsupported_algorithm", "bad 0 certificate_unsupported_algorithm"}));
}

TEST(EventWalk, PassingOverAnAlgorithmDoesNotMakeASignatureOrAnAuthority) {
  Told events;
  auto question = good();
  question.schemes = {SignatureScheme::ed25519};
  question.anchors = test::store_of({issue_self(describe_ca("elsewhere"), key(7))});
  question.settings.verify_fun = listening(events, passing_over(Errc::certificate_unsupported_algorithm));
  EXPECT_EQ(code_of(question.run()), Errc::certificate_unknown_ca);
  Made damaged = family().leaf;
  damaged.der.back() ^= std::byte{1};
  question = good();
  question.chain = {damaged, family().intermediate};
  question.schemes = {SignatureScheme::ed25519};
  events.clear();
  question.settings.verify_fun = listening(events, passing_over(Errc::certificate_unsupported_algorithm));
  EXPECT_EQ(code_of(question.run()), Errc::certificate_bad_signature);
  events.clear();
  question.schemes.clear();
  question.settings.verify_fun = listening(events, passing_over(Errc::certificate_bad_signature));
  EXPECT_EQ(code_of(question.run()), Errc::certificate_unknown_ca) << "a wrong signature leads to nobody";
}

TEST(EventWalk, RefusalsOfTheFunction) {
  Told events;
  auto question = good();
  question.settings.verify_fun = listening(events, [](const VerifyEvent&) { return VerifyVerdict::fail; });
  const auto refused = question.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_refused);
  EXPECT_EQ(refused.error().alert(), AlertDescription::certificate_unknown);
  EXPECT_EQ(test::reason_of(refused), "certificate 1 (CN=intermediate): the program's verify_fun refused it");
  question.settings.verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict> answer) {
    std::move(answer).give(keyway::fail(Errc::certificate_revoked, {.reason = "it is on my list"}));
  };
  EXPECT_EQ(code_of(question.run()), Errc::certificate_revoked);
  question.settings.verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) -> void { throw 7; };
  const auto threw = question.run();
  ASSERT_EQ(code_of(threw), Errc::callback_threw);
  EXPECT_EQ(threw.error().alert(), AlertDescription::internal_error);
  question.settings.verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) {};
  EXPECT_EQ(code_of(question.run()), Errc::answer_dropped);
  question.settings.verify_fun = listening(events, [](const VerifyEvent&) { return static_cast<VerifyVerdict>(9); });
  EXPECT_EQ(code_of(question.run()), Errc::wrong_answer);
}

TEST(EventWalk, NotKnowingWhatIsBadIsNoPermission) {
  Told events;
  auto question = good();
  question.at = now + 31 * test::day;
  question.settings.verify_fun = listening(events, [](const VerifyEvent&) { return unknown; });
  EXPECT_EQ(code_of(question.run()), Errc::certificate_expired);
}

TEST(EventWalk, AnswersComeLaterAndFromAnotherThread) {
  std::optional<Answer<VerifyVerdict>> pending;
  Told events;
  VerifySettings settings{.anchors = test::store_of({family().root})};
  settings.verify_fun = {.function =
                             [&](const VerifyEvent& event, std::any& state, Answer<VerifyVerdict> answer) {
                               state = std::any_cast<int>(state) + 1;
                               events.push_back(told(event) + " #" + std::to_string(std::any_cast<int>(state)));
                               pending = std::move(answer);
                             },
                         .state = 0};
  const auto slot = std::make_shared<AnswerSlot>();
  {
    // Neither the verifier nor what the question points to has to live on.
    const auto verifier = make_verifier(std::move(settings));
    Bytes leaf = family().leaf.der;
    Bytes middle = family().intermediate.der;
    const ByteView chain[] = {leaf, middle};
    const PeerName name = test::server_name();
    VerifyQuestion question;
    question.chain = chain;
    question.name = &name;
    question.now.wall = now;
    question.provider = test::provider().get();
    verifier->verify(question, Answer<TrustedChain>(slot));
    std::ranges::fill(leaf, std::byte{0});
    std::ranges::fill(middle, std::byte{0});
  }
  EXPECT_FALSE(slot->answered());
  ASSERT_TRUE(pending.has_value());
  std::thread([&] { std::move(*std::exchange(pending, std::nullopt)).give(valid); }).join();
  EXPECT_FALSE(slot->answered());
  EXPECT_EQ(events, (Told{"valid 1 #1", "valid_peer 0 #2"})) << "the walk goes on where it is answered";
  ASSERT_TRUE(pending.has_value());
  std::move(*std::exchange(pending, std::nullopt)).give(valid);
  auto trusted = slot->take<TrustedChain>();
  ASSERT_TRUE(trusted.has_value());
  ASSERT_TRUE(trusted->has_value()) << trusted->error().message();
  EXPECT_EQ((*trusted)->basis(), TrustedChain::Basis::validated);
  EXPECT_EQ((*trusted)->chain()->der(0).size(), family().leaf.der.size());
}

TEST(EventWalk, ALateAnswerThatIsDroppedEndsTheWalk) {
  std::optional<Answer<VerifyVerdict>> pending;
  VerifySettings settings{.anchors = test::store_of({family().root})};
  settings.verify_fun.function = [&](const VerifyEvent&, std::any&, Answer<VerifyVerdict> answer) {
    pending = std::move(answer);
  };
  const auto verifier = make_verifier(std::move(settings));
  const ByteView chain[] = {family().leaf, family().intermediate};
  VerifyQuestion question;
  question.chain = chain;
  question.now.wall = now;
  question.provider = test::provider().get();
  const auto slot = std::make_shared<AnswerSlot>();
  verifier->verify(question, Answer<TrustedChain>(slot));
  pending.reset();
  auto answer = slot->take<TrustedChain>();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(code_of(*answer), Errc::answer_dropped);
}

TEST(EventWalk, RevocationFollowsWhatIsValidAndIsToldAsAnEvent) {
  Told events;
  auto question = good();
  Errc status = Errc::certificate_revoked;
  question.settings.revocation = [&](std::span<const WalkCertificate> path, std::size_t at, Answer<void> answer) {
    events.push_back("revocation " + std::to_string(path[at].index) + " of " + std::to_string(path.size()));
    if (path[at].index != 0) return std::move(answer).give({});
    std::move(answer).give(keyway::fail(status, {.reason = "it is on a list"}));
  };
  question.settings.verify_fun = listening(events);
  const auto refused = question.run();
  ASSERT_EQ(code_of(refused), Errc::certificate_revoked);
  EXPECT_EQ(test::reason_of(refused), "certificate 0 (CN=server.test): it is on a list");
  EXPECT_EQ(events, (Told{"valid 1", "revocation 1 of 3", "valid_peer 0", "revocation 0 of 3", "bad 0 certificate_revoked"}));
  status = Errc::certificate_status_unknown;
  question.settings.verify_fun = listening(events, passing_over(Errc::certificate_status_unknown));
  const auto taken = question.run();
  ASSERT_TRUE(taken.has_value());
  EXPECT_EQ(taken->basis(), TrustedChain::Basis::accepted_by_user);
  question.settings.verify_fun = {};
  EXPECT_EQ(code_of(question.run()), Errc::certificate_status_unknown) << "without a function what is bad is refused";
}

TEST(Verdicts, OfTheModes) {
  const VerifyEvent bad{.kind = Kind::bad_certificate, .reason = Errc::certificate_expired};
  const VerifyEvent plain{.kind = Kind::extension};
  const VerifyEvent critical{.kind = Kind::extension, .extension_critical = true};
  EXPECT_EQ(strict_verdict(bad), fail);
  EXPECT_EQ(strict_verdict(plain), unknown);
  EXPECT_EQ(strict_verdict(critical), unknown);
  EXPECT_EQ(strict_verdict({.kind = Kind::valid}), valid);
  EXPECT_EQ(strict_verdict({.kind = Kind::valid_peer}), valid);
  EXPECT_EQ(lenient_verdict(bad), valid);
  EXPECT_EQ(lenient_verdict(plain), unknown);
  EXPECT_EQ(lenient_verdict(critical), valid);
  EXPECT_EQ(lenient_verdict({.kind = Kind::valid_peer}), valid);
}

test::Verification untrusted() {
  return {.chain = {family().leaf, family().intermediate}, .anchors = test::store_of({issue_self(describe_ca("else"), key(7))})};
}

TEST(PartialChain, NamesTheAnchorOfAChainThatLeadsNowhere) {
  auto question = untrusted();
  std::vector<Bytes> seen;
  question.settings.partial_chain = [&](std::span<const ByteView> chain) -> std::optional<std::size_t> {
    for (const ByteView der : chain) seen.push_back(to_bytes(der));
    return 0;
  };
  const auto trusted = question.run();
  ASSERT_TRUE(trusted.has_value()) << trusted.error().message();
  EXPECT_EQ(trusted->basis(), TrustedChain::Basis::validated);
  EXPECT_EQ(seen, (std::vector<Bytes>{family().intermediate.der, family().leaf.der})) << "root side first";
  question.settings.partial_chain = [](auto) { return std::optional<std::size_t>(1); };
  EXPECT_EQ(code_of(question.run()), Errc{}) << "the leaf itself";
}

TEST(PartialChain, WhatIsBelowItsAnchorIsJudged) {
  auto question = untrusted();
  question.settings.partial_chain = [](auto) { return std::optional<std::size_t>(0); };
  const PeerName other = PeerName::of("other.test").value();
  question.name = &other;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_name_mismatch);
  question = untrusted();
  question.settings.partial_chain = [](auto) { return std::optional<std::size_t>(0); };
  question.at = now + 31 * test::day;
  EXPECT_EQ(code_of(question.run()), Errc::certificate_expired);
}

TEST(PartialChain, OtherAnswers) {
  auto question = untrusted();
  question.settings.partial_chain = [](auto) { return std::optional<std::size_t>(); };
  EXPECT_EQ(code_of(question.run()), Errc::certificate_unknown_ca);
  question.settings.partial_chain = [](auto) { return std::optional<std::size_t>(2); };
  EXPECT_EQ(code_of(question.run()), Errc::certificate_unknown_ca) << "not in the chain";
  question.settings.partial_chain = [](auto) -> std::optional<std::size_t> { throw 7; };
  EXPECT_EQ(code_of(question.run()), Errc::callback_threw);
  question = good();
  question.settings.partial_chain = [](auto) -> std::optional<std::size_t> { throw 7; };
  EXPECT_EQ(code_of(question.run()), Errc{}) << "nobody is asked where a path leads to an anchor";
}

TEST(HostNameCheck, FunctionsDecide) {
  const PeerName other = PeerName::of("other.test").value();
  auto question = good();
  question.name = &other;
  std::vector<std::string> presented;
  question.settings.name_check.match_fun = [&](const PeerName& reference, const PresentedName& name) -> std::optional<bool> {
    EXPECT_EQ(reference.text(), "other.test");
    presented.emplace_back(as_text(name.value));
    return name.kind == PresentedName::Kind::dns;
  };
  EXPECT_EQ(code_of(question.run()), Errc{});
  EXPECT_EQ(presented, std::vector<std::string>{"server.test"});
  question.name = &test::server_name();
  question.settings.name_check.match_fun = [](const auto&, const auto&) { return std::optional<bool>(false); };
  EXPECT_EQ(code_of(question.run()), Errc::certificate_name_mismatch) << "a no stands";
  question.settings.name_check.match_fun = [](const auto&, const auto&) { return std::optional<bool>(); };
  EXPECT_EQ(code_of(question.run()), Errc{}) << "as usual";
  question.settings.name_check.match_fun = [](const auto&, const auto&) -> std::optional<bool> { throw 7; };
  EXPECT_EQ(code_of(question.run()), Errc::callback_threw);
}

TEST(HostNameCheck, ALastChanceAndAnotherReference) {
  const PeerName other = PeerName::of("other.test").value();
  auto question = good();
  question.name = &other;
  const auto refused = question.run();
  EXPECT_EQ(test::reason_of(refused), "certificate 0 (CN=server.test): it is for dns:server.test, and other.test was asked for");
  question.settings.name_check.fail_callback = [](const Certificate& leaf) { return leaf.subject() == "CN=server.test"; };
  EXPECT_EQ(code_of(question.run()), Errc{});
  question.settings.name_check.fail_callback = [](const Certificate&) { return false; };
  EXPECT_EQ(code_of(question.run()), Errc::certificate_name_mismatch);
  question.settings.name_check.fqdn_fun = [](const PeerName&) { return std::optional<std::string>("server.test"); };
  EXPECT_EQ(code_of(question.run()), Errc{});
}

}  // namespace
}  // namespace keyway::pki
