// SPDX-License-Identifier: Apache-2.0
//
// --config FILE: keys without a section belong to the command that was called, unless they are global options.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>

namespace keyway::tool {

class FlatConfig final : public CLI::ConfigTOML {
 public:
  explicit FlatConfig(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream& input) const override {
    std::vector<CLI::ConfigItem> found = CLI::ConfigTOML::from_config(input);
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

 private:
  const CLI::App& app_;
};

}  // namespace keyway::tool
