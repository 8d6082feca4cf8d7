// SPDX-License-Identifier: Apache-2.0
//
// From a question to evidence or to one error that names every problem that was met; by way of the program's functions, where
// there are any.
#include "pki/verify_driver.h"

#include <array>
#include <functional>
#include <memory_resource>

#include "base/guarded.h"
#include "pki/chain_builder.h"
#include "pki/chain_pool.h"
#include "pki/der.h"
#include "pki/judge.h"
#include "pki/late_judgement.h"
#include "pki/path_validator.h"
#include "pki/revocation.h"

namespace keyway {

namespace pki {

PathRules rules_of(const VerifySettings& settings, const VerifyQuestion& question) {
  PathRules rules;
  rules.purpose = question.purpose;
  rules.name = settings.check_name ? question.name : nullptr;
  rules.name_check = settings.name_check ? &settings.name_check : nullptr;
  rules.now = question.now.wall;
  rules.schemes = question.certificate_schemes.empty() ? std::span<const SignatureScheme>(settings.signature_schemes)
                                                       : question.certificate_schemes;
  rules.depth = settings.depth;
  rules.min_rsa_bits = settings.min_rsa_bits;
  rules.policies = &settings.policies;
  rules.any_ca_purpose = settings.any_ca_purpose;
  rules.leaf_signs = settings.leaf_signs;
  rules.max_rsa_bits = question.max_rsa_bits;
  rules.strict = settings.strict;
  rules.web_pki = settings.web_pki;
  rules.suffixes = settings.suffixes.get();
  return rules;
}

}  // namespace pki

namespace {

using pki::ChainBuilder;
using pki::Findings;
using pki::ParsedCertificate;
using pki::PathCertificate;
using pki::PathProblem;

/// A search that ends without an anchor: what it ran into last is told, an unknown authority otherwise.
std::string sentence(Errc reason, const ParsedCertificate* certificate) {
  if (certificate == nullptr) return {};
  if (reason == Errc::certificate_unknown_ca)
    return "no trusted authority is called " + pki::name_text(certificate->issuer) + ", its issuer";
  if (reason == Errc::certificate_self_signed) return "it is signed by itself and not among the trust anchors";
  if (reason == Errc::certificate_bad_signature) return "it is not signed by the key of " + pki::name_text(certificate->issuer);
  return {};
}

PathProblem with_sentence(const PathProblem& problem) {
  if (problem.error.detail() != nullptr) return problem;
  const Errc code = problem.error.code();
  return {problem.index, problem.certificate, Error(code).with({.reason = sentence(code, problem.certificate)})};
}

/// A cache for paths that are not valid: its lists by their issuer alone. A path of the peer's own making names any place, and so
/// nothing is looked for there.
class ListsByIssuer final : public CrlCache {
 public:
  explicit ListsByIssuer(std::shared_ptr<CrlCache> cache) : cache_(std::move(cache)) {}
  void lookup(const DistributionPoint&, ByteView, Now, Answer<CrlList> answer) override { std::move(answer).give(CrlList()); }
  void select(ByteView issuer, Now now, Answer<CrlList> answer) override { cache_->select(issuer, now, std::move(answer)); }

 private:
  std::shared_ptr<CrlCache> cache_;
};

/// One judgement. It is over when run() returns, but for a walk that has everything it needs of its own.
class Judgement {
 public:
  Judgement(const VerifySettings& settings, const VerifyQuestion& question, const pki::ChainPool& chains)
      : settings_(settings), question_(question), chains_(chains), rules_(pki::rules_of(settings, question)) {}

  /// All problems at once. While the lookups wait, the result means nothing: judge again when they do not.
  Result<TrustedChain> judge(pki::CrlLookups& lookups) {
    KW_TRY(check_question());
    Room room;
    KW_ASSIGN(auto search, prepare(room));
    pki::Revocation revocation(settings_, question_, rules_, lookups);
    KW_TRY(find_path(search, &revocation));
    if (lookups.waiting()) return fail(Errc::certificate_status_unknown);
    if (problems_.empty() && path_.anchored) return evidence(search);
    return refusal(search);
  }

  /// By way of the program's function.
  void walk(Answer<TrustedChain> answer) {
    if (auto begun = begin_walk(answer); !begun) std::move(answer).give(std::unexpected(std::move(begun).error()));
  }

 private:
  /// For what is parsed of a usual chain; longer ones take more from the heap.
  struct Room {
    std::array<std::byte, 6144> bytes;
    std::pmr::monotonic_buffer_resource memory{bytes.data(), bytes.size()};
  };

  Result<ChainBuilder> prepare(Room& room) const {
    return ChainBuilder::prepare(question_.chain, *settings_.anchors, rules_, *question_.provider, room.memory, memo());
  }

  pki::SignatureMemo* memo() const {
    return settings_.memo && settings_.memo->serves(*question_.provider) ? settings_.memo.get() : nullptr;
  }

  Result<void> check_question() const {
    if (question_.provider == nullptr || settings_.anchors == nullptr)
      return fail(Errc::missing_option, {.option = "anchors", .mend = "name trust anchors and a provider"});
    if (rules_.name != nullptr && rules_.name->empty())
      return fail(Errc::missing_option, {.option = "name", .mend = "name the peer, or switch the check of its name off"});
    return {};
  }

  /// Fills path_ and problems_. Errors are those that no function may pass over.
  Result<void> find_path(ChainBuilder& search, pki::Revocation* revocation) {
    const auto judge = [&](std::span<const PathCertificate> path) {
      auto problems = pki::validate_path(path, rules_, budget_);
      add_revocation(problems, path, revocation);
      for (const PathProblem& problem : problems) findings_.add(problem);
      note_misuse(problems);
      if (!problems.empty() && !misuse_) return false;
      keep(path);
      return true;
    };
    const bool found = search.find(std::ref(judge));
    if (misuse_) return std::unexpected(*misuse_);
    if (found) return {};
    if (const auto bound = search.exhausted()) {
      findings_.add(0, &search.leaf(), *bound, {});
      // What no work is left for must not be passed over.
      if (*bound == Errc::too_many_signature_checks) return std::unexpected(refusal(search).error());
    }
    path_ = search.best();
    if (settings_.partial_chain && !path_.anchored) KW_TRY(choose_anchor());
    problems_ = pki::validate_path(path_.certificates.view(), rules_, budget_, path_.anchored);
    if (path_.anchored) add_revocation(problems_, path_.certificates.view(), revocation);
    note_misuse(problems_);
    if (misuse_) return std::unexpected(*misuse_);
    if (!path_.anchored) tell_end(search);
    return {};
  }

  /// Only what is valid otherwise may make us ask for lists: nobody else chooses where they come from.
  static void add_revocation(std::vector<PathProblem>& problems, std::span<const PathCertificate> path,
                             pki::Revocation* revocation) {
    if (revocation == nullptr || !problems.empty()) return;
    if (auto problem = revocation->check(path)) problems.push_back(*std::move(problem));
  }

  void note_misuse(const std::vector<PathProblem>& problems) {
    for (const PathProblem& problem : problems) {
      if (problem.error.group() == ErrorGroup::misuse && !misuse_) misuse_ = problem.error;
    }
  }

  void keep(std::span<const PathCertificate> path) {
    path_.certificates.clear();
    for (const PathCertificate& at : path) (void)path_.certificates.push_back(at);
    path_.anchored = true;
  }

  /// Cuts the path where the program says that its anchor is.
  Result<void> choose_anchor() {
    const auto path = path_.certificates.view();
    const std::size_t received = path.size() - (path_.anchored && path.size() > 1 ? 1 : 0);
    std::vector<ByteView> views;
    for (std::size_t i = received; i-- > 0;) views.push_back(path[i].certificate->der);
    KW_ASSIGN(const std::optional<std::size_t> chosen, guarded([&] { return settings_.partial_chain(views); }));
    if (!chosen || *chosen >= received) return {};
    const std::vector<PathCertificate> all(path.begin(), path.end());
    keep(std::span(all).first(received - *chosen));
    // From here on the search is not the matter: it was for other anchors.
    findings_ = {};
    chosen_ = true;
    return {};
  }

  /// The last certificate of a path that leads nowhere: what the search met there, and that nobody vouches for it.
  void tell_end(const ChainBuilder& search) {
    const PathCertificate top = path_.certificates.view().back();
    std::vector<PathProblem> first;
    bool said = false;
    for (const PathProblem& problem : search.problems()) {
      if (problem.index != top.index || problem.certificate == nullptr) continue;
      first.push_back(with_sentence(problem));
      const Errc code = problem.error.code();
      said = said || code == Errc::certificate_unknown_ca || code == Errc::certificate_self_signed;
    }
    if (!said) first.push_back(with_sentence({top.index, top.certificate, Error(Errc::certificate_unknown_ca)}));
    for (PathProblem& problem : problems_) {
      const auto same = [&](const PathProblem& known) {
        return known.index == problem.index && known.error.code() == problem.error.code();
      };
      if (std::ranges::none_of(first, same)) first.push_back(std::move(problem));
    }
    problems_ = std::move(first);
  }

  WallTime end_of_path() const {
    std::int64_t end = path_.certificates.view().front().certificate->not_after;
    for (const PathCertificate& at : path_.certificates.view()) end = std::min(end, at.certificate->not_after);
    return wall(end);
  }

  static WallTime wall(std::int64_t seconds) { return pki::der::wall_time(pki::der::Seconds(std::chrono::seconds(seconds))); }

  Result<TrustedChain> evidence(const ChainBuilder& search) const {
    KW_ASSIGN(auto key, pki::Judge::leaf_key(search.leaf(), question_));
    if (memo() != nullptr) memo()->enter(search.signatures_of(path_.certificates.view()).view());
    return pki::Judge::validated(chains_.of(question_.chain, wall(search.leaf().not_after)), std::move(key), end_of_path(),
                                 search.leaf().extensions);
  }

  /// Every problem of every path, and what kept certificates out of paths.
  std::unexpected<Error> refusal(const ChainBuilder& search) {
    const auto tell = [&](bool readable) {
      for (const PathProblem& problem : search.problems()) {
        if ((problem.certificate != nullptr) == readable) findings_.add(with_sentence(problem));
      }
    };
    if (!chosen_) tell(true);
    for (const PathProblem& problem : problems_) findings_.add(problem);
    if (!chosen_) tell(false);
    if (findings_.empty()) findings_.add(0, &search.leaf(), Errc::certificate_unknown_ca, {});
    return std::move(findings_).refuse(search.names(Findings::most), question_.chain.size());
  }

  /// The answer is taken where nothing is returned.
  Result<void> begin_walk(Answer<TrustedChain>& answer) {
    KW_TRY(check_question());
    Room room;
    KW_ASSIGN(auto search, prepare(room));
    KW_TRY(find_path(search, nullptr));
    KW_ASSIGN(auto key, pki::Judge::leaf_key(search.leaf(), question_));
    pki::WalkPlan plan;
    plan.chain = chains_.of(question_.chain, wall(search.leaf().not_after));
    plan.anchors = settings_.anchors;
    plan.leaf_key = std::move(key);
    plan.not_after = end_of_path();
    plan.ocsp_response = to_bytes(question_.ocsp_response);
    plan.signed_certificate_timestamps = to_bytes(question_.signed_certificate_timestamps);
    plan.names = search.names(Findings::most);
    if (memo() != nullptr && problems_.empty() && path_.anchored) {
      plan.when_validated = [memo = settings_.memo, signatures = search.signatures_of(path_.certificates.view())] {
        memo->enter(signatures.view());
      };
    }
    plan_path(plan);
    plan.revocation = settings_.revocation ? settings_.revocation : revocation_of_walk(plan.path);
    plan.fun = settings_.verify_fun;
    if (!plan.fun) {
      plan.fun.function = [](const VerifyEvent& event, std::any&, Answer<VerifyVerdict> reply) {
        std::move(reply).give(strict_verdict(event));
      };
    }
    pki::walk_events(std::move(plan), std::move(answer));
    return {};
  }

  /// Lists and staples, which the steps of a walk wait for: also where the function passes over a problem.
  pki::RevocationCheck revocation_of_walk(std::span<const pki::WalkCertificate> walked) const {
    const bool stapled = settings_.require_ocsp_staple || question_.staple_asked || !question_.ocsp_response.empty();
    if (settings_.crl_check == CrlCheck::off && !stapled) return {};
    VerifySettings settings = settings_;
    const auto has_problems = [](const pki::WalkCertificate& at) {
      return std::ranges::any_of(at.problems, [&](const Error& error) { return pki::told_as_problem(at, error); });
    };
    const bool valid = path_.anchored && std::ranges::none_of(walked, has_problems);
    if (!valid && settings.crl_cache) settings.crl_cache = std::make_shared<ListsByIssuer>(std::move(settings.crl_cache));
    const auto state = std::make_shared<pki::LateRevocation>(settings, question_, path_.anchored);
    return [state](std::span<const pki::WalkCertificate> path, std::size_t at, Answer<void> answer) {
      std::vector<PathCertificate> leaf_first;
      for (std::size_t i = path.size(); i-- > 0;) leaf_first.push_back({&path[i].parsed, path[i].index});
      state->check(std::move(leaf_first), path.size() - 1 - at, std::move(answer));
    };
  }

  /// The path from its anchor down, over bytes that the plan holds.
  void plan_path(pki::WalkPlan& plan) const {
    const auto path = path_.certificates.view();
    for (std::size_t i = path.size(); i-- > 0;) {
      pki::WalkCertificate& at = plan.path.emplace_back();
      at.index = path[i].index;
      at.is_anchor = path_.anchored && i > 0 && i + 1 == path.size();
      // What was parsed once is parsed again: only the bytes have moved. Anchors of the store stay where they are.
      at.parsed =
          at.index < plan.chain->size() ? pki::parse_certificate(plan.chain->der(at.index)).value() : *path[i].certificate;
      for (const PathProblem& problem : problems_) {
        if (problem.index == at.index) at.problems.push_back(problem.error);
      }
    }
  }

  const VerifySettings& settings_;
  const VerifyQuestion& question_;
  const pki::ChainPool& chains_;
  pki::PathRules rules_;
  pki::PathBudget budget_;
  ChainBuilder::Path path_;
  std::vector<PathProblem> problems_;  ///< of path_
  Findings findings_;
  bool chosen_ = false;  ///< the program chose the anchor of path_
  std::optional<Error> misuse_;  ///< a function of the program threw
};

class PathVerifier final : public Verifier, public std::enable_shared_from_this<PathVerifier> {
 public:
  explicit PathVerifier(VerifySettings settings) : settings_(std::move(settings)) {}

  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    if (settings_.verify_fun || settings_.revocation) return Judgement(settings_, question, chains_).walk(std::move(answer));
    pki::CrlLookups lookups(settings_.crl_cache, question.now);
    auto verdict = Judgement(settings_, question, chains_).judge(lookups);
    if (!lookups.waiting()) return std::move(answer).give(std::move(verdict));
    const auto judge = [self = shared_from_this()](const VerifyQuestion& same, pki::CrlLookups& known) {
      return Judgement(self->settings_, same, self->chains_).judge(known);
    };
    pki::LateJudgement::start(question, settings_.provider, std::move(lookups), judge, std::move(answer));
  }

  const VerifySettings& settings() const noexcept { return settings_; }

  Bytes fingerprint() const override {
    Bytes print = settings_.anchors ? settings_.anchors->fingerprint() : Bytes();
    const auto add = [&](std::uint64_t value) {
      for (unsigned shift = 0; shift < 64; shift += 8) print.push_back(static_cast<std::byte>(value >> shift & 0xff));
    };
    add(settings_.depth);
    add(settings_.min_rsa_bits);
    add((settings_.check_name ? 1u : 0u) | (settings_.web_pki ? 2u : 0u) | (settings_.strict ? 4u : 0u) |
        (settings_.leaf_signs ? 0u : 8u) | (settings_.any_ca_purpose ? 16u : 0u) |
        (settings_.policies.explicit_policy ? 32u : 0u) | (settings_.policies.inhibit_policy_mapping ? 64u : 0u) |
        (settings_.policies.inhibit_any_policy ? 128u : 0u) | (settings_.suffixes ? 256u : 0u) |
        (settings_.require_ocsp_staple ? 512u : 0u));
    add(static_cast<std::uint64_t>(settings_.crl_check));
    const auto add_bytes = [&](ByteView bytes) {
      add(bytes.size());
      print.insert(print.end(), bytes.begin(), bytes.end());
    };
    add(settings_.policies.policy_set.size());
    for (const Bytes& policy : settings_.policies.policy_set) add_bytes(policy);
    add_bytes(settings_.functions);
    for (const SignatureScheme scheme : settings_.signature_schemes) add(static_cast<std::uint64_t>(scheme));
    return print;
  }

 private:
  VerifySettings settings_;
  pki::ChainPool chains_;
};

class UncheckedVerifier final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(pki::Judge::unjudged(question, TrustedChain::Basis::unchecked, {}));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("unchecked")); }
};

}  // namespace

Result<TrustedChain> verify_chain(const VerifySettings& settings, const VerifyQuestion& question) {
  const pki::ChainPool chains;
  if (settings.verify_fun || settings.revocation) {
    const auto slot = std::make_shared<AnswerSlot>();
    VerifySettings at_once = settings;
    at_once.wait_for_lists = false;
    Judgement(at_once, question, chains).walk(Answer<TrustedChain>(slot));
    auto answer = slot->take<TrustedChain>();
    if (!answer) return fail(Errc::answer_dropped);
    return *std::move(answer);
  }
  pki::CrlLookups lookups(settings.crl_cache, question.now);
  for (;;) {
    auto verdict = Judgement(settings, question, chains).judge(lookups);
    if (!lookups.waiting()) return verdict;
    lookups.give_up();
  }
}

std::shared_ptr<const Verifier> make_verifier(VerifySettings settings) {
  return std::make_shared<const PathVerifier>(std::move(settings));
}

Result<std::shared_ptr<const Verifier>> verifier_of_its_own(std::shared_ptr<const Verifier> verifier) {
  const auto* stock = dynamic_cast<const PathVerifier*>(verifier.get());
  if (stock == nullptr || !stock->settings().memo) return verifier;
  VerifySettings settings = stock->settings();
  KW_ASSIGN(settings.memo, pki::SignatureMemo::make(settings.memo->provider()));
  return make_verifier(std::move(settings));
}

std::shared_ptr<const Verifier> make_unchecked_verifier() { return std::make_shared<const UncheckedVerifier>(); }

}  // namespace keyway
