// SPDX-License-Identifier: Apache-2.0
//
// Whatever comes, from the file or from a responder, goes the same way: it is checked (RFC 6960 3.2) and taken, or told.
#include "fetch/stapler.h"

#include <algorithm>

#include "pki/der.h"
#include "pki/ocsp.h"
#include "pki/pem_file.h"

namespace keyway::fetch {

namespace {

using std::chrono::seconds;

constexpr seconds longest_nap{60};  ///< between two looks at the file and at the wall clock, which may jump
constexpr std::size_t nonce_size = 32;  // RFC 8954 2.1

std::int64_t seconds_of(WallTime at) noexcept { return std::chrono::floor<seconds>(at).time_since_epoch().count(); }
WallTime wall(std::int64_t at) noexcept { return pki::der::wall_time(pki::der::Seconds(seconds(at))); }

}  // namespace

seconds time_to_renew(seconds left, const OcspStaplerOptions& options) noexcept {
  return std::max(std::min(left / 2, options.max_age), options.retry_after);
}

seconds time_to_retry(unsigned failures, const OcspStaplerOptions& options) noexcept {
  seconds time = options.retry_after;
  while (--failures > 0 && time < options.longest_retry) time *= 2;
  return std::min(time, options.longest_retry);
}

Stapler::Stapler(OcspStaplerOptions options, Stapled about, ClockOf clock)
    : options_(std::move(options)),
      about_(std::move(about)),
      clock_(std::move(clock)),
      certificate_(pki::parse_certificate(about_.certificate).value()),
      issuer_(pki::parse_certificate(about_.issuer).value()),
      fetcher_(about_.limits) {}

Result<void> Stapler::begin() {
  if (!options_.file.empty()) {
    stamp_ = stamp_of_file();
    KW_ASSIGN(Bytes content, pki::read_file(options_.file));
    const auto response = check(std::move(content), {});
    const bool broken = !response && response.error().code() == Errc::malformed_ocsp_response;
    if (!response && (broken || about_.urls.empty())) return std::unexpected(response.error());
    settle(options_.file, response, false);
  }
  const std::lock_guard lock(mutex_);
  due_ = clock_().monotonic;
  plan();
  return {};
}

std::shared_ptr<const Bytes> Stapler::staple(WallTime now) const {
  const std::lock_guard lock(mutex_);
  return served_.der && seconds_of(now) <= served_.good_until ? served_.der : nullptr;
}

void Stapler::refresh() {
  const std::lock_guard lock(mutex_);
  due_ = clock_().monotonic;
  fetcher_.after({}, [self = shared_from_this()] { self->tick(); });
}

void Stapler::tick() {
  look_at_file();
  bool expired = false;
  {
    const std::lock_guard lock(mutex_);
    expired = served_.der && seconds_of(clock_().wall) > served_.good_until;
    if (expired) served_ = {};
  }
  if (expired) tell({.kind = StapleEvent::Kind::expired});
  if (begin_to_ask()) {
    go_on([&] { ask(0); });
  }
  const std::lock_guard lock(mutex_);
  plan();
}

bool Stapler::begin_to_ask() {
  const std::lock_guard lock(mutex_);
  if (about_.urls.empty() || asking_ || clock_().monotonic < due_) return false;
  asking_ = true;
  return true;
}

Result<Stapler::Response> Stapler::check(Bytes der, ByteView nonce) const {
  pki::PathRules rules;
  rules.now = clock_().wall;
  const pki::OcspQuestion question{certificate_, issuer_, rules, *options_.provider, nonce};
  KW_ASSIGN(const std::int64_t good_until, pki::check_ocsp_response(der, question));
  return Response{std::make_shared<const Bytes>(std::move(der)), good_until};
}

std::optional<Stapler::Stamp> Stapler::stamp_of_file() const {
  std::error_code problem;
  Stamp stamp;
  stamp.time = std::filesystem::last_write_time(options_.file, problem);
  if (!problem) stamp.size = std::filesystem::file_size(options_.file, problem);
  return problem ? std::nullopt : std::optional(stamp);
}

void Stapler::look_at_file() {
  if (options_.file.empty()) return;
  Result<Response> response{};
  {
    const std::lock_guard lock(file_mutex_);
    const auto stamp = stamp_of_file();
    if (stamp == stamp_) return;
    stamp_ = stamp;
    auto content = pki::read_file(options_.file);
    response = content ? check(*std::move(content), {}) : std::unexpected(content.error());
  }
  settle(options_.file, response, false);
}

void Stapler::ask(std::size_t which) {
  //= rfc8954#2.1-1
  Bytes nonce(options_.nonce ? nonce_size : 0);
  if (options_.nonce && !options_.provider->random(nonce)) nonce.clear();
  const Bytes request = pki::ocsp_request(certificate_, issuer_, nonce, *options_.provider);
  const auto done = [self = shared_from_this(), which, nonce](const Content& content) { self->answered(which, nonce, content); };
  const std::string body(as_text(request));
  //= rfc6960#A.1-1
  // Where it was stopped, nobody needs an answer any more.
  (void)fetcher_.fetch({.url = about_.urls[which], .body = body, .type = "application/ocsp-request"}, done);
}

void Stapler::answered(std::size_t which, ByteView nonce, const Content& content) {
  go_on([&] {
    const Result<Response> response = content ? check(**content, nonce) : std::unexpected(content.error());
    const bool final = response || response.error().code() == Errc::certificate_revoked;
    if (!final && which + 1 < about_.urls.size()) return ask(which + 1);
    settle(about_.urls[which], response, true);
  });
}

/// An attempt that ends for want of memory is over, too: the next tick asks again.
template <class Step>
void Stapler::go_on(Step&& step) {
  try {
    step();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    asking_ = false;
    throw;
  }
}

void Stapler::settle(const std::string& source, const Result<Response>& response, bool fetched) {
  StapleEvent event{.source = source};
  bool news = true;
  {
    const std::lock_guard lock(mutex_);
    const Now now = clock_();
    if (response) {
      // An older one that is still in force may be a replay: what is served stays.
      news = !served_.der || (response->good_until >= served_.good_until && *response->der != *served_.der);
      if (news) served_ = *response;
    } else {
      const bool revoked = response.error().code() == Errc::certificate_revoked;
      event.kind = revoked ? StapleEvent::Kind::revoked : StapleEvent::Kind::failed;
      event.error = response.error();
      if (revoked) served_ = {};
    }
    event.good_until = served_.der ? wall(served_.good_until) : WallTime();
    if (fetched) {
      asking_ = false;
      failures_ = response ? 0 : failures_ + 1;
      due_ = now.monotonic + (response ? time_to_renew(seconds(response->good_until - seconds_of(now.wall)), options_)
                                       : time_to_retry(failures_, options_));
      plan();
    }
  }
  if (news) tell(event);
}

/// With the lock: whoever plans knows what the others want.
void Stapler::plan() {
  const Now now = clock_();
  std::chrono::nanoseconds nap = longest_nap;
  if (!about_.urls.empty() && !asking_) nap = std::min<std::chrono::nanoseconds>(nap, due_ - now.monotonic);
  if (served_.der) {
    // Compared as seconds: responses may be good until the end of time.
    const auto left = seconds(std::clamp<std::int64_t>(served_.good_until - seconds_of(now.wall), 0, longest_nap.count()));
    nap = std::min<std::chrono::nanoseconds>(nap, left + seconds(1));
  }
  const auto time = std::max(std::chrono::ceil<std::chrono::milliseconds>(nap), std::chrono::milliseconds(0));
  fetcher_.after(time, [self = shared_from_this()] { self->tick(); });
}

void Stapler::tell(const StapleEvent& event) const {
  if (!options_.on_event) return;
  try {
    options_.on_event(event);
  } catch (...) {}
}

}  // namespace keyway::fetch
