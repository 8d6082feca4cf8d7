// SPDX-License-Identifier: Apache-2.0
//
// The `keyway` command: global options, the commands, and the exit codes of their errors.
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <sstream>
#include <utility>
#include <vector>

#include "app.h"
#include "config_file.h"
#include "keyway/crypto/provider.h"
#include "usage.h"
#include "values.h"

namespace keyway::tool {

int exit_code_of(const Error& error, Phase phase) {
  if (phase == Phase::configuration) return exit_usage;
  if (error.code() == Errc::timeout) return exit_timeout;
  if (phase == Phase::connecting) return exit_transport;
  const bool by_us = error.decided_by() == DecidedBy::us;
  const bool about_chain = error.group() == ErrorGroup::certificate || error.code() == Errc::malformed_ocsp_response;
  if (about_chain && by_us && error.code() != Errc::certificate_key_type) return exit_certificate;
  if (error.code() == Errc::missing_option || error.code() == Errc::invalid_option) return exit_usage;
  return exit_failed;
}

int refuse(Output& output, const Error& error) {
  tell(output, error, "refused");
  return exit_usage;
}

namespace {

// What a script asked for and did not get is a failure, whatever else went well.
int finished(Output& output, int code) {
  if (!output.lossy()) return code;
  output.tell_loss();
  return code == exit_ok || code == exit_findings ? static_cast<int>(exit_failed) : code;
}

int run_guarded(const Command& command, const Globals& globals, Output& output) {
  try {
    return command.run(globals, output);
  } catch (const std::exception& problem) {
    tell(output, Error(Errc::internal).with({.reason = problem.what()}), "failed");
    return exit_failed;
  }
}

void add_globals(CLI::App& app, Globals& globals, std::string& timeout) {
  const std::string group = "Everywhere";
  app.add_flag("--json", globals.json, "one JSON object per line on standard output")->group(group);
  app.add_option("--keylog", globals.keylog, "append the secrets to this file, NSS format, for Wireshark [$SSLKEYLOGFILE]")
      ->group(group);
  app.add_option("--trace", globals.trace, "append records, messages, states, decisions, timers to this file as JSON [none]")
      ->group(group);
  app.add_option("--timeout", timeout, "of each wait for the network; serve bounds idle connections only if given [30s]")
      ->group(group);
  app.add_flag("-q,--quiet", globals.quiet, "nothing but errors and data")->group(group);
  app.add_flag("-v,--verbose", globals.verbose, "more, also in events")->group(group);
  app.add_option("--color", globals.color, "auto, always or never [auto]")->group(group);
}

int report_usage(const CLI::App& app, const CLI::ParseError& problem, bool json) {
  Output output(json, false, "never");
  if (problem.get_exit_code() != 0) return refuse(output, usage_error(app, problem));
  std::ostringstream help;  // through the output, which notices when nothing can be written
  const int code = app.exit(problem, help, help);
  output.text(help.str());
  return finished(output, code);
}

Result<void> check_globals(const CLI::App& app, Globals& globals, const std::string& timeout) {
  KW_TRY(check_not_empty(app));
  const auto colors = {"auto", "always", "never"};
  if (std::ranges::find(colors, globals.color) == colors.end()) {
    return fail(Errc::invalid_option, {.option = "--color",
                                       .value = std::exchange(globals.color, "never"),
                                       .mend = "use auto, always or never",
                                       .reason = "it is none of its values"});
  }
  if (globals.quiet && globals.verbose != 0) {
    return fail(Errc::conflicting_options,
                {.option = "-q, -v", .mend = "leave one of them out", .reason = "one asks for less, the other for more"});
  }
  globals.timeout_given = !timeout.empty();
  if (globals.timeout_given) { KW_ASSIGN(globals.timeout, parse_wait("--timeout", timeout)); }
  if (!globals.keylog.empty()) KW_TRY(check_writable("--keylog", globals.keylog));
  if (!globals.trace.empty()) KW_TRY(check_writable("--trace", globals.trace));
  return {};
}

int run(int argc, char** argv) {
  CLI::App app("TLS for people and scripts", "keyway");
  app.require_subcommand(1);
  app.fallthrough();
  Globals globals;
  std::string timeout;
  add_globals(app, globals, timeout);

  CLI::App* certs = app.add_subcommand("certs", "make, show and verify certificates")->require_subcommand(1)->fallthrough();
  const std::vector<Command> commands = {
      add_serve(app),           add_connect(app), add_certs_demo(*certs), add_certs_show(*certs),
      add_certs_verify(*certs), add_ciphers(app), add_versions(app),      add_verify_chain(app),
  };
  app.get_help_ptr()->group("Everywhere");
  certs->get_help_ptr()->group("Everywhere");
  for (const Command& command : commands) {
    command.app->fallthrough();
    command.app->get_help_ptr()->group("Everywhere");
    command.app->footer(
        "Of every command: --json --keylog --trace --timeout --quiet --verbose --color --config; see keyway --help");
  }
  app.config_formatter(std::make_shared<ConfigFile>(app));
  app.set_config("--config", "", "TOML file: each long option is a key [none]")->group("Everywhere");

  const bool json = std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "--json"; });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& problem) { return report_usage(app, problem, json); }
  const auto checked = check_globals(app, globals, timeout);
  Output output(globals.json, globals.quiet, globals.color);
  if (!checked) return refuse(output, checked.error());
  const auto chosen = std::ranges::find_if(commands, [](const Command& command) { return command.app->parsed(); });
  return finished(output, run_guarded(*chosen, globals, output));
}

}  // namespace
}  // namespace keyway::tool

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // of standard output; sockets never raise it
  try {
    return keyway::tool::run(argc, argv);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "failed     %s\n", problem.what());
    return keyway::tool::exit_failed;
  }
}
