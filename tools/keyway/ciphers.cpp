// SPDX-License-Identifier: Apache-2.0
//
// `keyway ciphers`: which cipher suites there are, by set, filtered, in order.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "app.h"
#include "config/settings.h"
#include "keyway/config.h"
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

// The parts of a TLS 1.3 suite in Erlang's words: TLS_AES_128_CCM_8_SHA256 is aes_128_ccm_8 and sha256.
struct Parts {
  std::string cipher;
  std::string prf;
};

Parts parts_of(CipherSuite suite) {
  std::string name(to_string(suite));
  std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  const auto last = name.rfind('_');
  return {.cipher = name.substr(4, last - 4), .prf = name.substr(last + 1)};
}

std::string part(CipherSuite suite, const std::string& key) {
  if (key == "cipher") return parts_of(suite).cipher;
  if (key == "prf") return parts_of(suite).prf;
  return key == "mac" ? "aead" : "any";
}

std::string erlang_text(CipherSuite suite) {
  const Parts parts = parts_of(suite);
  return fmt::format("#{{cipher => {}, key_exchange => any, mac => aead, prf => {}}}", parts.cipher, parts.prf);
}

std::unexpected<Error> wrong(const char* option, const std::string& value, const char* mend) {
  return fail(Errc::invalid_option, {.option = option, .value = value, .mend = mend, .reason = "it is none of its values"});
}

Result<std::vector<CipherSuite>> suites_of(const std::string& set) {
  if (set == "anonymous" || set == "exclusive_anonymous") return std::vector<CipherSuite>();  // TLS 1.3 has none
  if (set == "default") {
    KW_ASSIGN(const auto config, ClientConfig::make({.peer = {.verify = VerifyMode::verify_none}}));
    return config->settings().common.cipher_suites;
  }
  if (set != "all" && set != "exclusive")
    return wrong("--set", set, "use default, all, exclusive, anonymous or exclusive_anonymous");
  return std::vector{CipherSuite::TLS_AES_256_GCM_SHA384, CipherSuite::TLS_AES_128_GCM_SHA256,
                     CipherSuite::TLS_CHACHA20_POLY1305_SHA256, CipherSuite::TLS_AES_128_CCM_SHA256,
                     CipherSuite::TLS_AES_128_CCM_8_SHA256};
}

Result<void> apply_filter(const std::string& filter, std::vector<CipherSuite>& suites) {
  const auto equals = filter.find('=');
  const std::string key = filter.substr(0, equals);
  const bool known = key == "cipher" || key == "prf" || key == "mac" || key == "key_exchange";
  if (equals == std::string::npos || !known)
    return wrong("--filter", filter, "write cipher=, prf=, mac= or key_exchange= and a value");
  std::erase_if(suites, [&](CipherSuite suite) { return part(suite, key) != filter.substr(equals + 1); });
  return {};
}

void without(std::vector<CipherSuite>& suites, const std::vector<CipherSuite>& moved) {
  std::erase_if(suites, [&](CipherSuite suite) { return std::ranges::find(moved, suite) != moved.end(); });
}

Result<std::vector<CipherSuite>> choose(const CiphersArguments& a) {
  KW_ASSIGN(const auto versions, parse_versions("--version", a.version));
  if (versions != std::vector{ProtocolVersion::tls1_3}) return wrong("--version", a.version, "use 1.3");
  KW_ASSIGN(auto suites, suites_of(a.set));
  for (const std::string& filter : a.filters) KW_TRY(apply_filter(filter, suites));
  KW_ASSIGN(const auto front, parse_ciphers("--prepend", a.prepend));
  without(suites, front);
  suites.insert(suites.begin(), front.begin(), front.end());
  KW_ASSIGN(const auto back, parse_ciphers("--append", a.append));
  without(suites, back);
  suites.insert(suites.end(), back.begin(), back.end());
  return suites;
}

int run(const CiphersArguments& a, Output& output) {
  if (!a.format.empty() && a.format != "iana" && a.format != "openssl" && a.format != "erlang" && a.format != "json") {
    return refuse(output, wrong("--format", a.format, "use iana, openssl, erlang or json").error());
  }
  const auto suites = choose(a);
  if (!suites) return refuse(output, suites.error());
  for (const CipherSuite suite : *suites) {
    const Json event{{"event", "cipher"},
                     {"iana", to_string(suite)},
                     {"openssl", to_string(suite)},  // OpenSSL uses IANA's names for TLS 1.3
                     {"erlang", erlang_text(suite)},
                     {"code", fmt::format("{:04x}", static_cast<unsigned>(suite))}};
    if (output.json()) {
      output.event(event);
    } else if (a.format == "json") {
      output.text(event.dump() + "\n");
    } else {
      output.text((a.format == "erlang" ? erlang_text(suite) : std::string(to_string(suite))) + "\n");
    }
  }
  return exit_ok;
}

}  // namespace

Command add_ciphers(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("ciphers", "cipher suites, by set, filtered, in order");
  const auto a = std::make_shared<CiphersArguments>();
  app->add_option("--set", a->set, "default, all, exclusive, anonymous or exclusive_anonymous [default]")->group("Choice");
  app->add_option("--version", a->version, "protocol version [1.3]")->group("Choice");
  app->add_option("--format", a->format, "iana, openssl, erlang or json [iana]")->group("Form");
  app->add_option("--filter", a->filters, "KEY=VALUE with cipher, prf, mac or key_exchange; repeatable [none]")
      ->allow_extra_args(false)
      ->group("Choice");
  app->add_option("--prepend", a->prepend, "suites to move to the front [none]")->group("Choice");
  app->add_option("--append", a->append, "suites to move to the back [none]")->group("Choice");
  return {app, [a](const Globals&, Output& output) { return run(*a, output); }};
}

}  // namespace keyway::tool
