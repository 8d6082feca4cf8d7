// SPDX-License-Identifier: Apache-2.0
//
// `keyway ciphers`: which cipher suites there are, by set and version, filtered, in order.
#include <fmt/core.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app.h"
#include "keyway/cipher_suites.h"
#include "values.h"

namespace keyway::tool {
namespace {

struct CiphersArguments {
  std::string set = "default";
  std::string version = "1.3";
  std::string format{};
  std::vector<std::string> filters{};
  std::string prepend{};
  std::string append{};
};

/// As Erlang writes it; atoms that begin with a digit stand in quotes.
std::string erlang_text(CipherSuite suite) {
  const auto parts = parts_of(suite);
  if (!parts) return std::string(to_string(suite));
  const std::string_view quote = parts->cipher.starts_with("3des") ? "'" : "";
  return fmt::format("#{{cipher => {}{}{}, key_exchange => {}, mac => {}, prf => {}}}", quote, parts->cipher, quote,
                     parts->key_exchange, parts->mac, parts->prf);
}

Result<SuiteSet> set_of(const std::string& name) {
  static constexpr std::pair<std::string_view, SuiteSet> sets[] = {{"default", SuiteSet::defaults},
                                                                   {"all", SuiteSet::all},
                                                                   {"exclusive", SuiteSet::exclusive},
                                                                   {"anonymous", SuiteSet::anonymous},
                                                                   {"exclusive_anonymous", SuiteSet::exclusive_anonymous}};
  for (const auto& [known, set] : sets) {
    if (known == name) return set;
  }
  return none_of_its_values("--set", name, "use default, all, exclusive, anonymous or exclusive_anonymous");
}

Result<ProtocolVersion> version_of(const std::string& name) {
  if (const auto version = protocol_version_from(name)) return *version;
  return none_of_its_values("--version", name, "use 1.3, 1.2, 1.1, 1.0, ssl3, dtls1.2 or dtls1.0");
}

std::string_view part(CipherSuite suite, std::string_view key) {
  const auto parts = parts_of(suite);
  if (!parts) return {};
  if (key == "cipher") return parts->cipher;
  if (key == "prf") return parts->prf;
  return key == "mac" ? parts->mac : parts->key_exchange;
}

bool has_part(std::string_view key, std::string_view value) {
  for (const ProtocolVersion version : {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2, ProtocolVersion::tls1_0}) {
    for (const SuiteSet set : {SuiteSet::all, SuiteSet::anonymous}) {
      const auto suites = cipher_suites(set, version);
      if (std::ranges::any_of(suites, [&](CipherSuite suite) { return part(suite, key) == value; })) return true;
    }
  }
  return false;
}

Result<void> apply_filter(const std::string& filter, std::vector<CipherSuite>& suites) {
  const auto equals = filter.find('=');
  const std::string key = filter.substr(0, equals);
  const bool known = key == "cipher" || key == "prf" || key == "mac" || key == "key_exchange";
  if (equals == std::string::npos || !known)
    return none_of_its_values("--filter", filter, "write cipher=, prf=, mac= or key_exchange= and a value");
  const std::string value = filter.substr(equals + 1);
  if (!has_part(key, value))
    return wrong_value("--filter", filter, fmt::format("no suite has this {}", key),
                       "see: keyway ciphers --set all --format erlang");
  std::erase_if(suites, [&](CipherSuite suite) { return part(suite, key) != value; });
  return {};
}

Result<std::vector<CipherSuite>> choose(const CiphersArguments& a) {
  KW_ASSIGN(const SuiteSet set, set_of(a.set));
  KW_ASSIGN(const ProtocolVersion version, version_of(a.version));
  auto suites = cipher_suites(set, version);
  for (const std::string& filter : a.filters) KW_TRY(apply_filter(filter, suites));
  if (!a.prepend.empty()) {
    KW_ASSIGN(const auto front, parse_ciphers("--prepend", a.prepend));
    suites = prepend_cipher_suites(front, suites);
  }
  if (!a.append.empty()) {
    KW_ASSIGN(const auto back, parse_ciphers("--append", a.append));
    suites = append_cipher_suites(back, suites);
  }
  return suites;
}

std::string text_of(CipherSuite suite, const std::string& format) {
  if (format == "erlang") return erlang_text(suite);
  return std::string(format == "openssl" ? suite_to_openssl_str(suite) : to_string(suite));
}

int run(const CiphersArguments& a, Output& output) {
  if (!a.format.empty() && a.format != "iana" && a.format != "openssl" && a.format != "erlang" && a.format != "json") {
    return refuse(output, none_of_its_values("--format", a.format, "use iana, openssl, erlang or json").error());
  }
  const auto suites = choose(a);
  if (!suites) return refuse(output, suites.error());
  for (const CipherSuite suite : *suites) {
    const Json event{{"event", "cipher"},
                     {"iana", to_string(suite)},
                     {"openssl", suite_to_openssl_str(suite)},
                     {"erlang", erlang_text(suite)},
                     {"code", fmt::format("{:04x}", static_cast<unsigned>(suite))}};
    if (output.json()) {
      output.event(event);
    } else if (a.format == "json") {
      output.text(event.dump() + "\n");
    } else {
      output.text(text_of(suite, a.format) + "\n");
    }
  }
  return exit_ok;
}

}  // namespace

Command add_ciphers(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("ciphers", "cipher suites, by set and version, filtered, in order");
  const auto a = std::make_shared<CiphersArguments>();
  app->add_option("--set", a->set, "default, all, exclusive, anonymous or exclusive_anonymous [default]")->group("Choice");
  app->add_option("--version", a->version, "1.3, 1.2, 1.1, 1.0, ssl3, dtls1.2 or dtls1.0 [1.3]")->group("Choice");
  app->add_option("--format", a->format, "iana, openssl, erlang or json [iana]")->group("Form");
  app->add_option("--filter", a->filters, "KEY=VALUE with cipher, prf, mac or key_exchange; repeatable [none]")
      ->allow_extra_args(false)
      ->group("Choice");
  app->add_option("--prepend", a->prepend, "suites to move to the front [none]")->group("Choice");
  app->add_option("--append", a->append, "suites to move to the back [none]")->group("Choice");
  return {app, [a](const Globals&, Output& output) { return run(*a, output); }};
}

}  // namespace keyway::tool
