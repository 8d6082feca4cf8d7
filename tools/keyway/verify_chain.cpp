// SPDX-License-Identifier: Apache-2.0
//
// `keyway verify-chain --limbo`: one x509-limbo test case per input line, one answer per line.
#include <fmt/core.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "app.h"
#include "limbo.h"

namespace keyway::tool {
namespace {

struct VerifyChainArguments {
  bool limbo = false;
  std::string policy = "web_pki";
};

int run(const VerifyChainArguments& a, Output& output) {
  if (!a.limbo) {
    return refuse(output, Error(Errc::missing_option)
                              .with({.option = "--limbo",
                                     .mend = "add --limbo; it is the only form of input",
                                     .reason = "the form of the input is not named"}));
  }
  if (a.policy != "web_pki" && a.policy != "rfc5280") {
    return refuse(output, Error(Errc::invalid_option)
                              .with({.option = "--policy",
                                     .value = a.policy,
                                     .mend = "use web_pki or rfc5280",
                                     .reason = "it is none of its values"}));
  }
  // Otherwise each character of a case is a call of its own, which takes a fifth of the time.
  std::ios_base::sync_with_stdio(false);
  for (std::string line; std::getline(std::cin, line);) { output.text(limbo_answer(line, a.policy) + "\n"); }
  return exit_ok;
}

}  // namespace

Command add_verify_chain(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("verify-chain", "judge chains as x509-limbo gives them, one JSON object per line");
  const auto a = std::make_shared<VerifyChainArguments>();
  app->add_flag("--limbo", a->limbo, "x509-limbo test cases on standard input")->group("Cases");
  app->add_option("--policy", a->policy, "rules to judge by: web_pki or rfc5280 [web_pki]")->group("Cases");
  return {app, [a](const Globals&, Output& output) { return run(*a, output); }};
}

}  // namespace keyway::tool
