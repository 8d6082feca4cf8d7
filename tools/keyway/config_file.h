// SPDX-License-Identifier: Apache-2.0
//
// --config FILE: each long option is a key. Keys without a table belong to the command that was called, unless they are
// global options. What no option takes is refused with its line.
#pragma once

#include <CLI/App.hpp>
#include <CLI/Config.hpp>

#include "keyway/result.h"

namespace keyway::tool {

/// Thrown out of CLI11's parser; the error says which file, line and key.
struct ConfigFileProblem : CLI::ConfigError {
  explicit ConfigFileProblem(keyway::Error found) : CLI::ConfigError(std::string("--config")), error(std::move(found)) {}
  keyway::Error error;
};

class ConfigFile final : public CLI::ConfigTOML {
 public:
  explicit ConfigFile(const CLI::App& app) : app_(app) {}

  std::vector<CLI::ConfigItem> from_config(std::istream&) const override;

 private:
  const CLI::App& app_;
};

}  // namespace keyway::tool
