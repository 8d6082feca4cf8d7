// SPDX-License-Identifier: Apache-2.0
//
// From a question to evidence or to one error that names every problem that was met.
#include "pki/verify_driver.h"

#include <array>
#include <functional>
#include <memory_resource>

#include "pki/chain_builder.h"
#include "pki/chain_pool.h"
#include "pki/der.h"
#include "pki/judge.h"
#include "pki/late_judgement.h"
#include "pki/revocation.h"

namespace keyway {

namespace {

using pki::ParsedCertificate;

/// What stood in the way, with the most telling problem first.
class Findings {
 public:
  void add(std::size_t index, const ParsedCertificate* certificate, Errc reason, std::string text) {
    for (const CertificateProblem& known : problems_) {
      if (known.index == index && known.reason == reason) return;
    }
    if (problems_.size() == most) return;
    const std::string subject = certificate != nullptr ? pki::name_text(certificate->subject) : std::string();
    problems_.push_back({index, subject, reason, text.empty() ? std::string(description(reason)) : std::move(text)});
  }

  void add(const pki::PathProblem& problem) {
    const ErrorDetail* detail = problem.error.detail();
    add(problem.index, problem.certificate, problem.error.code(), detail != nullptr ? detail->reason : std::string());
  }

  bool empty() const noexcept { return problems_.empty(); }

  /// The error of the first finding, with all of them and the whole chain in its detail.
  std::unexpected<Error> refuse(const pki::ChainBuilder& search, std::size_t received) && {
    const CertificateProblem& first = problems_.front();
    ErrorDetail detail;
    detail.reason = "certificate " + std::to_string(first.index) +
                    (first.subject.empty() ? std::string() : " (" + first.subject + ")") + ": " + first.text;
    const Errc code = first.reason;
    if (first.index == received && code == Errc::certificate_expired)
      detail.mend = "name the present certificate of this authority as trust anchor; check the clock of this machine";
    detail.chain = search.names(most);
    detail.certificates = std::move(problems_);
    return fail(code, std::move(detail));
  }

 private:
  static constexpr std::size_t most = 32;
  std::vector<CertificateProblem> problems_;
};

pki::PathRules rules_of(const VerifySettings& settings, const VerifyQuestion& question) {
  pki::PathRules rules;
  rules.purpose = question.purpose;
  rules.name = settings.check_name ? question.name : nullptr;
  rules.now = question.now.wall;
  rules.schemes = question.certificate_schemes.empty() ? std::span<const SignatureScheme>(settings.signature_schemes)
                                                       : question.certificate_schemes;
  rules.depth = settings.depth;
  rules.min_rsa_bits = settings.min_rsa_bits;
  rules.leaf_signs = settings.leaf_signs;
  rules.max_rsa_bits = question.max_rsa_bits;
  rules.strict = settings.strict;
  rules.web_pki = settings.web_pki;
  return rules;
}

/// A search that ends without an anchor: what it ran into last is told, an unknown authority otherwise.
std::string sentence(Errc reason, const ParsedCertificate* certificate) {
  if (certificate == nullptr) return {};
  if (reason == Errc::certificate_unknown_ca)
    return "no trusted authority is called " + pki::name_text(certificate->issuer) + ", its issuer";
  if (reason == Errc::certificate_self_signed) return "it is signed by itself and not among the trust anchors";
  if (reason == Errc::certificate_bad_signature) return "it is not signed by the key of " + pki::name_text(certificate->issuer);
  return {};
}

Result<TrustedChain> judge_chain(const VerifySettings&, const VerifyQuestion&, const pki::ChainPool&, pki::CrlLookups&);

class PathVerifier final : public Verifier, public std::enable_shared_from_this<PathVerifier> {
 public:
  explicit PathVerifier(VerifySettings settings) : settings_(std::move(settings)) {}

  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    pki::CrlLookups lookups(settings_.crl_cache, question.now);
    auto verdict = judge_chain(settings_, question, chains_, lookups);
    if (!lookups.waiting()) return std::move(answer).give(std::move(verdict));
    const auto judge = [self = shared_from_this()](const VerifyQuestion& same, pki::CrlLookups& known) {
      return judge_chain(self->settings_, same, self->chains_, known);
    };
    pki::LateJudgement::start(question, settings_.provider, std::move(lookups), judge, std::move(answer));
  }

  Bytes fingerprint() const override {
    Bytes print = settings_.anchors ? settings_.anchors->fingerprint() : Bytes();
    const auto add = [&](std::uint64_t value) {
      for (unsigned shift = 0; shift < 64; shift += 8) print.push_back(static_cast<std::byte>(value >> shift & 0xff));
    };
    add(settings_.depth);
    add(settings_.min_rsa_bits);
    add((settings_.check_name ? 1u : 0u) | (settings_.web_pki ? 2u : 0u) | (settings_.strict ? 4u : 0u) |
        (settings_.leaf_signs ? 0u : 8u) | (settings_.require_ocsp_staple ? 16u : 0u));
    add(static_cast<std::uint64_t>(settings_.crl_check));
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

namespace {

/// While `lookups` is waiting the result means nothing: judge again when it is not.
Result<TrustedChain> judge_chain(const VerifySettings& settings, const VerifyQuestion& question, const pki::ChainPool& chains,
                                 pki::CrlLookups& lookups) {
  if (question.provider == nullptr || settings.anchors == nullptr)
    return fail(Errc::missing_option, {.option = "anchors", .mend = "name trust anchors and a provider"});
  const pki::PathRules rules = rules_of(settings, question);
  if (rules.name != nullptr && rules.name->empty())
    return fail(Errc::missing_option, {.option = "name", .mend = "name the peer, or switch the check of its name off"});
  // Room for what is parsed of a usual chain; longer ones take more from the heap.
  std::array<std::byte, 6144> room;
  std::pmr::monotonic_buffer_resource memory(room.data(), room.size());
  KW_ASSIGN(auto search, pki::ChainBuilder::prepare(question.chain, *settings.anchors, rules, *question.provider, memory));
  Findings findings;
  std::int64_t end = 0;
  pki::Revocation revocation(settings, question, rules, lookups);
  const auto judge = [&](std::span<const pki::PathCertificate> path) {
    end = path.front().certificate->not_after;
    for (const pki::PathCertificate& at : path) end = std::min(end, at.certificate->not_after);
    auto problem = pki::validate_path(path, rules);
    // Only what is valid otherwise may make us ask for lists: nobody else chooses where they come from.
    if (!problem) problem = revocation.check(path);
    if (problem) findings.add(*problem);
    return !problem;
  };
  if (search.find(std::ref(judge))) {
    if (revocation.waiting()) return fail(Errc::certificate_status_unknown);
    KW_ASSIGN(auto key, pki::Judge::leaf_key(search.leaf(), question));
    const auto wall = [](std::int64_t seconds) { return pki::der::wall_time(pki::der::Seconds(std::chrono::seconds(seconds))); };
    return pki::Judge::validated(chains.of(question.chain, wall(search.leaf().not_after)), std::move(key), wall(end),
                                 search.leaf().extensions);
  }
  if (const auto bound = search.exhausted()) findings.add(0, &search.leaf(), *bound, {});
  const auto tell = [&](bool readable) {
    for (const pki::PathProblem& problem : search.problems()) {
      if ((problem.certificate != nullptr) != readable) continue;
      const ErrorDetail* detail = problem.error.detail();
      findings.add(problem.index, problem.certificate, problem.error.code(),
                   detail != nullptr ? detail->reason : sentence(problem.error.code(), problem.certificate));
    }
  };
  tell(true);
  tell(false);
  if (findings.empty()) findings.add(0, &search.leaf(), Errc::certificate_unknown_ca, {});
  return std::move(findings).refuse(search, question.chain.size());
}

}  // namespace

Result<TrustedChain> verify_chain(const VerifySettings& settings, const VerifyQuestion& question) {
  pki::CrlLookups lookups(settings.crl_cache, question.now);
  for (;;) {
    auto verdict = judge_chain(settings, question, pki::ChainPool(), lookups);
    if (!lookups.waiting()) return verdict;
    lookups.give_up();
  }
}

std::shared_ptr<const Verifier> make_verifier(VerifySettings settings) {
  return std::make_shared<const PathVerifier>(std::move(settings));
}

std::shared_ptr<const Verifier> make_unchecked_verifier() { return std::make_shared<const UncheckedVerifier>(); }

}  // namespace keyway
