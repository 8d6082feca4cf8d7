// SPDX-License-Identifier: Apache-2.0
//
// Translating CLI11's exceptions.
#include "usage.h"

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "config_file.h"

namespace keyway::tool {
namespace {

struct Called {
  const CLI::App* app;
  std::string name;  ///< keyway certs demo
};

Called called(const CLI::App& app) {
  Called found{.app = &app, .name = "keyway"};
  while (!found.app->get_subcommands().empty()) {
    found.app = found.app->get_subcommands().front();
    found.name += " " + found.app->get_name();
  }
  return found;
}

Error wrong(Errc code, std::string option, std::string value, std::string reason, std::string mend) {
  return Error(code).with(
      {.option = std::move(option), .value = std::move(value), .mend = std::move(mend), .reason = std::move(reason)});
}

Error command_error(const Called& at, const std::vector<std::string>& left) {
  std::vector<std::string> names;
  for (const CLI::App* command : at.app->get_subcommands([](const CLI::App*) { return true; }))
    names.push_back(command->get_name());
  const std::string mend = fmt::format("use one of {}; see: {} --help", fmt::join(names, ", "), at.name);
  if (left.empty()) return wrong(Errc::missing_option, at.name, "", "no command is named", mend);
  return wrong(Errc::invalid_option, at.name, left.front(), fmt::format("there is no command {}", left.front()), mend);
}

// CLI11 begins these sentences with the option: "--depth: 1 required TEXT missing".
Error count_error(const Called& at, const std::string& sentence) {
  const std::string option = sentence.substr(0, sentence.find(": "));
  if (sentence.find("missing") != std::string::npos)
    return wrong(Errc::missing_option, option, "", "it needs a value",
                 fmt::format("write the value behind it; see: {} --help", at.name));
  if (sentence.ends_with(" 0"))
    return wrong(Errc::invalid_option, option, "[]", "the list is empty", "put a value into it, or leave the option out");
  return wrong(Errc::invalid_option, option, "", "it is given more than once", "give it once");
}

}  // namespace

Error usage_error(const CLI::App& app, const CLI::ParseError& problem) {
  if (const auto* config = dynamic_cast<const ConfigFileProblem*>(&problem)) return config->error;
  const Called at = called(app);
  const std::string help = fmt::format("see: {} --help", at.name);
  if (dynamic_cast<const CLI::FileError*>(&problem) != nullptr) {
    return wrong(Errc::file_unreadable, "--config", app.get_config_ptr()->as<std::string>(), "it is no file that can be read",
                 "name a TOML file with long options as keys");
  }
  const std::vector<std::string> left = app.remaining(true);
  const bool needs_command = !at.app->get_subcommands([](const CLI::App*) { return true; }).empty();
  const bool stray_option = !left.empty() && left.front().starts_with('-');
  if (stray_option) {
    const auto equals = left.front().find('=');
    return wrong(Errc::invalid_option, left.front().substr(0, equals), "", fmt::format("{} has no such option", at.name), help);
  }
  if (needs_command) return command_error(at, left);
  if (!left.empty()) {
    return wrong(Errc::invalid_option, "argument", left.front(), fmt::format("{} takes no further argument", at.name), help);
  }
  const std::string sentence = problem.what();
  if (dynamic_cast<const CLI::RequiredError*>(&problem) != nullptr) {
    const std::string option = sentence.substr(0, sentence.find(' '));
    return wrong(Errc::missing_option, option, "", "it is required", fmt::format("add it: {} {}; {}", at.name, option, help));
  }
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&problem) != nullptr) return count_error(at, sentence);
  return wrong(Errc::invalid_option, at.name, "", sentence, help);
}

Result<void> check_not_empty(const CLI::App& app) {
  for (const CLI::App* at = &app;;) {
    for (const CLI::Option* option : at->get_options()) {
      const std::string name = option->get_name();
      if (name == "--send" || option->get_items_expected_max() == 0) continue;
      for (const std::string& value : option->results()) {
        if (value.empty()) {
          return std::unexpected(
              wrong(Errc::invalid_option, name, "''", "the value is empty", "give it a value, or leave the option out"));
        }
      }
    }
    if (at->get_subcommands().empty()) return {};
    at = at->get_subcommands().front();
  }
}

}  // namespace keyway::tool
