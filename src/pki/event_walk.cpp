// SPDX-License-Identifier: Apache-2.0
//
// The walk: a queue of steps, asked one by one. A late answer is taken where it is given and goes on from there.
#include "pki/event_walk.h"

#include <algorithm>

#include "base/guarded.h"
#include "pki/judge.h"

namespace keyway {

VerifyVerdict strict_verdict(const VerifyEvent& event) noexcept {
  switch (event.kind) {
    case VerifyEvent::Kind::bad_certificate: return VerifyVerdict::fail;
    case VerifyEvent::Kind::extension: return VerifyVerdict::unknown;
    default: return VerifyVerdict::valid;
  }
}

VerifyVerdict lenient_verdict(const VerifyEvent& event) noexcept {
  const bool plain = event.kind == VerifyEvent::Kind::extension && !event.extension_critical;
  return plain ? VerifyVerdict::unknown : VerifyVerdict::valid;
}

namespace pki {

namespace {

using Kind = VerifyEvent::Kind;

struct Step {
  enum class Of : std::uint8_t { event, revocation };
  Of of = Of::event;
  std::size_t at = 0;  ///< in the path
  Kind kind = Kind::valid;
  std::optional<Error> error{};
  UnknownExtension extension{};
};

std::string text_of(const Error& error) {
  if (error.detail() != nullptr && !error.detail()->reason.empty()) return error.detail()->reason;
  return std::string(description(error.code()));
}

/// What TLS demands of a certificate that has passed: where it is broken, this is told in the place of "valid".
bool replaces_valid(const Error& error) noexcept {
  return error.code() == Errc::certificate_name_mismatch || error.code() == Errc::certificate_no_name ||
         error.code() == Errc::certificate_unsupported_algorithm || error.code() == Errc::certificate_weak_signature;
}

/// What the function is asked about.
std::vector<UnknownExtension> unknown_of(const WalkCertificate& certificate) {
  if (certificate.is_anchor || !certificate.parsed.extensions.any_unknown) return {};
  return unknown_extensions(certificate.parsed.extension_list);
}

class EventWalk : public std::enable_shared_from_this<EventWalk> {
 public:
  EventWalk(WalkPlan plan, Answer<TrustedChain> answer) : plan_(std::move(plan)), answer_(std::move(answer)) {
    for (std::size_t at = 0; at < plan_.path.size(); ++at) add_steps(at);
  }

  void run() {
    while (!steps_.empty()) {
      const bool event = steps_.front().of == Step::Of::event;
      if (auto asked = event ? ask_function() : ask_revocation(); !asked) return give(std::unexpected(std::move(asked).error()));
      if (!slot_->answered()) {
        // Nothing is touched behind this: another thread may be on its way already.
        slot_->set_continuation([self = shared_from_this()] { self->go_on(); });
        return slot_->expect_later();
      }
      if (!take_answer()) return;
    }
    finish();
  }

 private:
  void add_steps(std::size_t at) {
    const WalkCertificate& certificate = plan_.path[at];
    const std::vector<UnknownExtension> unknown = unknown_of(certificate);
    for (const Error& error : certificate.problems) {
      if (told_as_problem(certificate, error)) steps_.push_back({.at = at, .kind = Kind::bad_certificate, .error = error});
    }
    if (certificate.is_anchor) return;
    for (const UnknownExtension& extension : unknown)
      steps_.push_back({.at = at, .kind = Kind::extension, .extension = extension});
    if (std::ranges::none_of(certificate.problems, replaces_valid))
      steps_.push_back({.at = at, .kind = at + 1 == plan_.path.size() ? Kind::valid_peer : Kind::valid});
    if (plan_.revocation) steps_.push_back({.of = Step::Of::revocation, .at = at});
  }

  Result<void> ask_function() {
    const Step& step = steps_.front();
    const WalkCertificate& certificate = plan_.path[step.at];
    VerifyEvent event{.kind = step.kind, .certificate = certificate.parsed.der, .index = certificate.index};
    if (step.error) {
      text_ = text_of(*step.error);
      event.reason = step.error->code();
      event.text = text_;
    }
    event.extension_oid = step.extension.oid;
    event.extension_critical = step.extension.critical;
    event.extension_value = step.extension.value;
    if (step.kind == Kind::valid_peer) {
      event.ocsp_response = plan_.ocsp_response;
      event.signed_certificate_timestamps = plan_.signed_certificate_timestamps;
    }
    return guarded([&] { plan_.fun.function(event, plan_.fun.state, Answer<VerifyVerdict>(slot_)); });
  }

  Result<void> ask_revocation() {
    return guarded([&] { plan_.revocation(plan_.path, steps_.front().at, Answer<void>(slot_)); });
  }

  void go_on() {
    if (take_answer()) run();
  }

  /// False: the walk is over.
  bool take_answer() {
    const Step step = std::move(steps_.front());
    steps_.pop_front();
    if (step.of == Step::Of::revocation) {
      auto status = slot_->take<void>();
      if (status && !*status)
        steps_.push_front({.at = step.at, .kind = Kind::bad_certificate, .error = std::move(*status).error()});
      return true;
    }
    auto verdict = slot_->take<VerifyVerdict>();
    if (!verdict) return refuse(Error(Errc::wrong_answer));
    if (!*verdict) return refuse(std::move(*verdict).error());
    switch (**verdict) {
      case VerifyVerdict::valid: return pass_over(step);
      case VerifyVerdict::unknown: return not_understood(step);
      case VerifyVerdict::fail: return refuse_for(step);
    }
    return refuse(Error(Errc::wrong_answer));
  }

  bool pass_over(const Step& step) {
    if (step.kind != Kind::bad_certificate) return true;
    // A tree that was not followed to its end says nothing that could be overruled.
    if (step.error->code() == Errc::certificate_policy_tree) return refuse_for(step);
    const WalkCertificate& certificate = plan_.path[step.at];
    findings_.add({certificate.index, &certificate.parsed, *step.error});
    accepted_ = true;
    return true;
  }

  bool not_understood(const Step& step) {
    if (step.kind == Kind::bad_certificate) return refuse_for(step);
    if (step.kind != Kind::extension || !step.extension.critical) return true;
    Error error =
        Error(Errc::certificate_critical_extension)
            .with({.reason = "it has the critical extension " + oid_text(step.extension.oid) + ", which is not supported"});
    steps_.push_front({.at = step.at, .kind = Kind::bad_certificate, .error = std::move(error)});
    return true;
  }

  /// With what was passed over before behind the reason, so that the first problem is the one that counts.
  bool refuse_for(const Step& step) {
    const WalkCertificate& certificate = plan_.path[step.at];
    Findings all;
    if (step.error) {
      all.add({certificate.index, &certificate.parsed, *step.error});
    } else {
      all.add(certificate.index, &certificate.parsed, Errc::certificate_refused, "the program's verify_fun refused it");
    }
    for (const CertificateProblem& problem : findings_.problems()) all.add(problem);
    return refuse(std::move(all).refuse(std::move(plan_.names), plan_.chain->size()).error());
  }

  bool refuse(Error error) {
    give(std::unexpected(std::move(error)));
    return false;
  }

  void finish() {
    auto leaf = parse_certificate(plan_.chain->der(0));
    if (!leaf) return give(std::unexpected(std::move(leaf).error()));
    if (!accepted_ && plan_.when_validated) plan_.when_validated();
    give(accepted_
             ? Judge::accepted(plan_.chain, std::move(plan_.leaf_key), plan_.not_after, leaf->extensions, findings_.problems())
             : Judge::validated(plan_.chain, std::move(plan_.leaf_key), plan_.not_after, leaf->extensions));
  }

  void give(Result<TrustedChain> result) { std::move(answer_).give(std::move(result)); }

  WalkPlan plan_;
  Answer<TrustedChain> answer_;
  std::shared_ptr<AnswerSlot> slot_ = std::make_shared<AnswerSlot>();
  std::deque<Step> steps_;
  std::string text_;
  Findings findings_;
  bool accepted_ = false;
};

}  // namespace

bool told_as_problem(const WalkCertificate& certificate, const Error& error) {
  if (error.code() != Errc::certificate_critical_extension) return true;
  return std::ranges::none_of(unknown_of(certificate), &UnknownExtension::critical);
}

void walk_events(WalkPlan plan, Answer<TrustedChain> answer) {
  std::make_shared<EventWalk>(std::move(plan), std::move(answer))->run();
}

}  // namespace pki

}  // namespace keyway
