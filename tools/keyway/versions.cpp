// SPDX-License-Identifier: Apache-2.0
//
// `keyway versions`: the library, the crypto library, the protocols.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>

#include "app.h"
#include "keyway/crypto/provider.h"
#include "keyway/option_groups.h"
#include "names/legacy.h"
#include "values.h"

namespace keyway::tool {
namespace {

int run(Output& output) {
  const auto provider = crypto::default_provider();
  std::vector<std::string_view> defaults;
  for (const ProtocolVersion version : ProtocolOptions().versions) defaults.push_back(event_name(version));
  std::vector<std::string_view> supported{event_name(ProtocolVersion::tls1_3), event_name(ProtocolVersion::tls1_2)};
  if (legacy_is_built()) {
    for (const auto version : {ProtocolVersion::tls1_1, ProtocolVersion::tls1_0, ProtocolVersion::ssl3})
      supported.push_back(event_name(version));
  }
  std::vector<std::string_view> groups;
  for (const NamedGroup group : provider->groups()) groups.push_back(to_string(group));
  output.event({{"event", "versions"},
                {"supported", supported},
                {"default", defaults},
                {"compiled", supported},
                {"groups", groups},
                {"keyway", KEYWAY_VERSION},
                {"libcrypto", provider->name()}});
  output.line("keyway", KEYWAY_VERSION);
  output.line("libcrypto", provider->name());
  output.line("supported", fmt::format("{}", fmt::join(supported, " ")));
  output.line("default", fmt::format("{}", fmt::join(defaults, " ")));
  output.line("compiled", fmt::format("{}", fmt::join(supported, " ")));
  output.line("groups", fmt::format("{}", fmt::join(groups, " ")));
  return exit_ok;
}

}  // namespace

Command add_versions(CLI::App& parent) {
  CLI::App* app = parent.add_subcommand("versions", "library, libcrypto, protocols");
  return {app, [](const Globals&, Output& output) { return run(output); }};
}

}  // namespace keyway::tool
