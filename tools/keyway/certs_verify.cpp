// SPDX-License-Identifier: Apache-2.0
//
// `keyway certs verify`: would this chain be trusted, and if not, why?
#include <fmt/core.h>

#include <ctime>

#include "app.h"
#include "certificate_text.h"
#include "keyway/verify.h"
#include "pki/verify_driver.h"
#include "revocation_options.h"
#include "values.h"

namespace keyway::tool {
namespace {

struct VerifyArguments {
  std::vector<std::string> files{};
  std::string ca = "system";
  std::string name{};
  std::string purpose = "server";
  std::string at{};
  std::string depth = "10";
  RevocationArguments revocation{};
};

Result<WallTime> parse_time(const std::string& text) {
  if (text.empty()) return std::chrono::system_clock::now();
  std::tm parts{};
  for (const char* format : {"%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d"}) {
    parts = {};
    const char* end = ::strptime(text.c_str(), format, &parts);
    if (end == nullptr || *end != '\0') continue;
    const int day = parts.tm_mday;
    const std::time_t time = ::timegm(&parts);
    if (parts.tm_mday == day) return std::chrono::system_clock::from_time_t(time);
    return wrong_value("--at", text, "there is no such day", "write a date of the calendar");
  }
  return wrong_value("--at", text, "it is not a time", "write 2026-11-24 or 2026-11-24T04:00:00Z");
}

Result<std::shared_ptr<const pki::TrustStore>> anchors_of(const std::string& ca, WallTime at, Output& output) {
  const auto provider = crypto::default_provider();
  if (ca == "system") return pki::TrustStore::system(provider);
  std::vector<std::string> warnings;
  auto store = pki::TrustStore::from_pem_file(ca, provider, warnings);
  for (const std::string& warning : warnings) output.warning(warning);
  if (store) {
    for (const std::string& warning : (*store)->warnings(at)) output.warning(warning);
    return store;
  }
  ErrorDetail detail = store.error().detail() != nullptr ? *store.error().detail() : ErrorDetail{};
  detail.option = "--ca";
  detail.value = ca;
  return fail(store.error().code(), std::move(detail));
}

Result<std::vector<Certificate>> certificates_of(const std::vector<std::string>& files) {
  std::vector<Certificate> all;
  for (const std::string& file : files) {
    KW_ASSIGN(const std::string content, read_file("FILE", file));
    const auto some = Certificate::from_pem(content);
    if (!some || some->empty()) {
      return fail(some ? Errc::malformed_pem : some.error().code(), {.option = "FILE",
                                                                     .value = file,
                                                                     .mend = "name PEM files, the leaf in the first one",
                                                                     .reason = "there is no certificate in it that can be read"});
    }
    all.insert(all.end(), some->begin(), some->end());
  }
  return all;
}

struct Prepared {
  std::vector<Certificate> certificates;
  VerifySettings settings;
  std::optional<PeerName> name;
  Purpose purpose = Purpose::server_authentication;
  WallTime at;
};

Result<Prepared> prepare(const VerifyArguments& a, Output& output) {
  Prepared prepared;
  if (a.purpose != "server" && a.purpose != "client") return none_of_its_values("--purpose", a.purpose, "use server or client");
  if (a.purpose == "client") prepared.purpose = Purpose::client_authentication;
  KW_ASSIGN(prepared.at, parse_time(a.at));
  if (!a.name.empty()) { KW_ASSIGN(prepared.name, parse_name("--name", a.name, a.name)); }
  KW_ASSIGN(prepared.certificates, certificates_of(a.files));
  KW_ASSIGN(prepared.settings.anchors, anchors_of(a.ca, prepared.at, output));
  KW_ASSIGN(prepared.settings.depth, parse_number("--depth", a.depth, 0, 255));
  KW_ASSIGN(auto revocation, a.revocation.choice());
  prepared.settings.crl_check = revocation.check;
  prepared.settings.crl_cache = std::move(revocation.cache);
  prepared.settings.check_name = prepared.name.has_value();
  return prepared;
}

int tell_verdict(const Result<TrustedChain>& verdict, const Prepared& prepared, Output& output) {
  Json reasons = Json::array();
  if (!verdict) {
    const ErrorDetail* detail = verdict.error().detail();
    if (detail != nullptr) {
      for (const auto& problem : detail->certificates) reasons.push_back(to_string(problem.reason));
    }
    if (reasons.empty()) reasons.push_back(to_string(verdict.error().code()));
  }
  output.event({{"event", "verdict"}, {"result", verdict ? "ok" : "refused"}, {"reasons", reasons}});
  for (std::size_t i = 0; i < prepared.certificates.size(); ++i) {
    output.line(fmt::format("{}", i), certificate_text(prepared.certificates[i]));
  }
  if (verdict) {
    output.line("trusted", fmt::format("until {}", time_text(verdict->not_after())), Tone::good);
    return exit_ok;
  }
  if (!output.json()) tell(output, verdict.error(), "refused");
  return exit_certificate;
}

int run(const VerifyArguments& a, Output& output) {
  const auto prepared = prepare(a, output);
  if (!prepared) return refuse(output, prepared.error());
  for (const Certificate& certificate : prepared->certificates) {
    Json event{{"event", "certificate"}};
    event.update(certificate_json(certificate));
    output.event(event);
  }
  std::vector<ByteView> chain;
  for (const Certificate& certificate : prepared->certificates) chain.push_back(certificate.der());
  const auto provider = crypto::default_provider();
  const VerifyQuestion question{.chain = chain,
                                .purpose = prepared->purpose,
                                .name = prepared->name ? &*prepared->name : nullptr,
                                .now = {.monotonic = {}, .wall = prepared->at},
                                .provider = provider.get()};
  return tell_verdict(verify_chain(prepared->settings, question), *prepared, output);
}

}  // namespace

Command add_certs_verify(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("verify", "would this chain be trusted?");
  const auto a = std::make_shared<VerifyArguments>();
  app->add_option("files", a->files, "PEM files: leaf first, intermediates in any order")->required();
  app->add_option("--ca", a->ca, "anchors: a PEM file, or system [system]")->group("Judgement");
  app->add_option("--name", a->name, "host name or address the leaf must say [not checked]")->group("Judgement");
  app->add_option("--purpose", a->purpose, "server or client [server]")->group("Judgement");
  app->add_option("--at", a->at, "judge at this time, 2026-11-24 or 2026-11-24T04:00:00Z [now]")->group("Judgement");
  app->add_option("--depth", a->depth, "most intermediates [10]")->group("Judgement");
  a->revocation.add(*app, "Judgement");
  return {app, [a](const Globals&, Output& output) { return run(*a, output); }};
}

}  // namespace keyway::tool
