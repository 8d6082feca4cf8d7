// SPDX-License-Identifier: Apache-2.0
//
// A file is sent as it is; a responder is asked again and again, and a file is then what is served until it has answered. When
// the certificate is replaced, another stapler takes the old one's place.
#include "staple_options.h"

#include <fmt/core.h>
#include <unistd.h>

#include <mutex>

#include "certificate_text.h"
#include "shared_options.h"
#include "values.h"

#ifdef KEYWAY_FETCH
#include "keyway/ocsp_stapler.h"
#include "pki/pem_file.h"
#endif

namespace keyway::tool {
namespace {

std::unexpected<Error> wrong(Errc code, const char* option, const std::string& value, std::string reason, std::string mend) {
  return fail(code, {.option = option, .value = value, .mend = std::move(mend), .reason = std::move(reason)});
}

#ifdef KEYWAY_FETCH
const char* word_for(StapleEvent::Kind kind) {
  switch (kind) {
    case StapleEvent::Kind::renewed: return "renewed";
    case StapleEvent::Kind::failed: return "failed";
    case StapleEvent::Kind::revoked: return "revoked";
    case StapleEvent::Kind::expired: break;
  }
  return "expired";
}

void tell_staple(Output& output, const StapleEvent& event) {
  const std::string until = event.good_until == WallTime() ? std::string() : time_text(event.good_until);
  const std::string reason = !event.error            ? std::string()
                             : event.error->detail() ? event.error->detail()->reason
                                                     : std::string(description(event.error->code()));
  Json json{{"event", "staple"}, {"kind", word_for(event.kind)}, {"source", event.source}};
  json["good_until"] = until.empty() ? Json() : Json(until);
  json["code"] = event.error ? Json(to_string(event.error->code())) : Json();
  json["message"] = event.error ? Json(reason) : Json();
  output.event(json);
  const std::string served = until.empty() ? "none is served" : "served until " + until;
  if (event.kind == StapleEvent::Kind::renewed) return output.line("staple", fmt::format("{}  from {}", served, event.source));
  output.problem("staple", reason.empty() ? fmt::format("{}: {}", word_for(event.kind), served)
                                          : fmt::format("{}: {}; {}", event.source, reason, served));
}

constexpr std::pair<std::string_view, const char*> typed_as[] = {{"file", "--ocsp-staple"},
                                                                 {"responder", "--ocsp-responder"},
                                                                 {"issuer_file", "--ocsp-issuer"},
                                                                 {"allowed_hosts", "--ocsp-allow"},
                                                                 {"certfile", "--cert"}};

std::unexpected<Error> in_our_words(const Error& error) {
  ErrorDetail detail = error.detail() != nullptr ? *error.detail() : ErrorDetail{};
  for (const auto& [of_library, ours] : typed_as) {
    if (detail.option == of_library) detail.option = ours;
  }
  if (detail.option == "--ocsp-issuer" || detail.option == "--ocsp-responder") {
    detail.mend = detail.option == "--ocsp-issuer"
                      ? "add --ocsp-issuer FILE, or put the issuer behind the certificate in --cert"
                      : "name the responder, --ocsp-responder http://HOST/, or its host, --ocsp-allow HOST:PORT";
  }
  return std::unexpected(Error(error.code()).with(std::move(detail)));
}

/// The stapler of the certificate that its file has.
class Following final : public StapleSource {
 public:
  explicit Following(OcspStaplerOptions options) : options_(std::move(options)) {}

  std::shared_ptr<const Bytes> staple(WallTime now) const override {
    const std::lock_guard lock(mutex_);
    return stapler_ ? stapler_->staple(now) : nullptr;
  }

  /// By one thread. Errors of ocsp_stapler(): all is as it was, and the next call tries again.
  Result<void> follow() {
    const auto chain = pki::read_certificates(options_.certfile);
    Bytes leaf = chain && !chain->empty() ? chain->front() : Bytes();
    if (!leaf.empty() && leaf == leaf_) return {};
    KW_ASSIGN(std::shared_ptr<OcspStapler> other, ocsp_stapler(options_));
    leaf_ = std::move(leaf);
    const std::lock_guard lock(mutex_);
    stapler_.swap(other);  // the old one ends outside of the lock
    return {};
  }

 private:
  const OcspStaplerOptions options_;
  Bytes leaf_{};
  mutable std::mutex mutex_{};
  std::shared_ptr<OcspStapler> stapler_{};
};
#endif

}  // namespace

void StapleArguments::add(CLI::App& app, const std::string& group) {
  app.add_option("--ocsp-staple", file, "OCSP response to staple, DER; the first one with --ocsp-responder [none]")->group(group);
#ifdef KEYWAY_FETCH
  app.add_option("--ocsp-responder", responder, "fetch responses: auto (the certificate says where) or http://HOST/... [none]")
      ->group(group);
  app.add_option("--ocsp-issuer", issuer, "who issued the certificate, PEM [the next one in --cert; ca.pem of --demo]")
      ->group(group);
  app.add_option("--ocsp-allow", hosts, "HOST or HOST:PORT that may be asked; repeatable [the public Internet]")
      ->allow_extra_args(false)
      ->group(group);
#endif
}

Result<std::function<void()>> StapleArguments::apply(std::vector<CertKey>& identities, const std::string& demo,
                                                     Output& output) const {
  const char* first = !file.empty() ? "--ocsp-staple" : !responder.empty() ? "--ocsp-responder" : nullptr;
  if (first != nullptr && identities.empty()) {
    return wrong(Errc::invalid_option, first, file.empty() ? responder : file, "there is no certificate it could belong to",
                 "add --cert");
  }
  if (responder.empty() && (!issuer.empty() || !hosts.empty())) {
    return wrong(Errc::missing_option, "--ocsp-responder", "", "nobody is asked for responses",
                 "add --ocsp-responder auto, or leave --ocsp-issuer and --ocsp-allow out");
  }
  if (!responder.empty()) return fetch(identities.front(), demo, output);
  if (!file.empty()) identities.front().ocsp_staple_file = file;
  return std::function<void()>();
}

#ifdef KEYWAY_FETCH
Result<std::function<void()>> StapleArguments::fetch(CertKey& identity, const std::string& demo, Output& output) const {
  OcspStaplerOptions options{.certfile = identity.certfile, .issuer_file = issuer, .file = file, .allowed_hosts = hosts};
  const std::string ca = DemoFiles::anchors(demo);
  if (issuer.empty() && !demo.empty() && ::access(ca.c_str(), R_OK) == 0) options.issuer_file = ca;
  if (responder != "auto") options.responder = responder;
  options.on_event = [&output](const StapleEvent& event) { tell_staple(output, event); };
  const auto stapler = std::make_shared<Following>(std::move(options));
  if (const auto made = stapler->follow(); !made) return in_our_words(made.error());
  identity.ocsp_staple_source = stapler;
  return [stapler, certificate = identity.certfile, &output] {
    const auto made = stapler->follow();
    if (!made)
      tell_staple(output,
                  {.kind = StapleEvent::Kind::failed, .source = certificate, .error = in_our_words(made.error()).error()});
  };
}
#else
Result<std::function<void()>> StapleArguments::fetch(CertKey&, const std::string&, Output&) const {
  return fail(Errc::not_supported);
}
#endif

}  // namespace keyway::tool
