// SPDX-License-Identifier: Apache-2.0
//
// Checking a configuration file line by line before CLI11 reads the values: CLI11 passes over what it does not know.
#include "config_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>
#include <sstream>

namespace keyway::tool {
namespace {

std::string_view trimmed(std::string_view text) {
  static constexpr std::string_view blanks = " \t\r";
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

// How many arrays a line opens and does not close; brackets in quotes and behind # do not count.
int open_arrays(std::string_view text) {
  int open = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#') {
      break;
    } else {
      open += c == '[' ? 1 : c == ']' ? -1 : 0;
    }
  }
  return open;
}

class Checker {
 public:
  Checker(const CLI::App& app, std::string file) : app_(app), file_(std::move(file)) {
    for (command_ = &app_; !command_->get_subcommands().empty();) command_ = command_->get_subcommands().front();
  }

  void take(std::string_view line) {
    ++number_;
    const std::string_view text = trimmed(line);
    if (open_ > 0) {
      open_ += open_arrays(text);
      return;
    }
    if (text.empty() || text.front() == '#') return;
    if (text.front() == '[') return table(text);
    const auto equals = text.find('=');
    const std::string key(trimmed(text.substr(0, equals)));
    if (equals == std::string_view::npos || key.empty() || trimmed(text.substr(equals + 1)).empty()) {
      refuse(std::string(text), "it is not of the form KEY = VALUE", "write for example: timeout = \"10s\"");
    }
    const CLI::App* of = table_ != nullptr ? table_ : command_;
    const bool global = table_ == nullptr && app_.get_option_no_throw("--" + key) != nullptr;
    if (key == "config" || key == "help" || (!global && of->get_option_no_throw("--" + key) == nullptr)) {
      const std::string name = of->get_parent() == &app_ ? of->get_name() : of->get_parent()->get_name() + " " + of->get_name();
      refuse(key, fmt::format("keyway {} has no option --{}", name, key), fmt::format("see: keyway {} --help", name));
    }
    open_ = open_arrays(text.substr(equals + 1));
  }

  // An array that is never closed swallows the rest.
  void end() {
    if (open_ > 0) refuse("[", "an array is not closed at the end of the file", "write the closing bracket");
  }

 private:
  void table(std::string_view text) {
    const auto close = text.find(']');
    std::string_view path = close == std::string_view::npos ? std::string_view() : trimmed(text.substr(1, close - 1));
    table_ = &app_;
    while (table_ != nullptr && !path.empty()) {
      const auto dot = std::min(path.find('.'), path.size());
      const CLI::App* const within = table_;
      const auto inner =
          within->get_subcommands([&](const CLI::App* command) { return command->get_name() == path.substr(0, dot); });
      table_ = inner.empty() ? nullptr : inner.front();
      path.remove_prefix(std::min(dot + 1, path.size()));
    }
    if (table_ == nullptr || table_ == &app_)
      refuse(std::string(text), "no command has this name", "name a command, for example [connect] or [certs.demo]");
  }

  [[noreturn]] void refuse(std::string what, std::string reason, std::string mend) const {
    constexpr std::size_t shown = 60;  // a file of another kind may have very long lines
    if (what.size() > shown) what = what.substr(0, shown) + "...";
    throw ConfigFileProblem(Error(Errc::invalid_option)
                                .with({.option = "--config",
                                       .value = file_,
                                       .mend = std::move(mend),
                                       .position = number_,
                                       .reason = fmt::format("line {}, {}: {}", number_, what, reason)}));
  }

  const CLI::App& app_;
  std::string file_;
  const CLI::App* command_ = nullptr;
  const CLI::App* table_ = nullptr;
  std::size_t number_ = 0;
  int open_ = 0;
};

}  // namespace

std::vector<CLI::ConfigItem> ConfigFile::from_config(std::istream& input) const {
  const std::string content{std::istreambuf_iterator<char>(input), std::istreambuf_iterator<char>()};
  Checker checker(app_, app_.get_config_ptr()->as<std::string>());
  std::istringstream lines(content);
  for (std::string line; std::getline(lines, line);) checker.take(line);
  checker.end();

  std::istringstream again(content);
  std::vector<CLI::ConfigItem> found = CLI::ConfigTOML::from_config(again);
  std::vector<std::string> path;
  for (const CLI::App* at = &app_; !at->get_subcommands().empty();) {
    at = at->get_subcommands().front();
    path.push_back(at->get_name());
  }
  for (CLI::ConfigItem& item : found) {
    if (item.parents.empty() && app_.get_option_no_throw("--" + item.name) == nullptr) item.parents = path;
  }
  return found;
}

}  // namespace keyway::tool
