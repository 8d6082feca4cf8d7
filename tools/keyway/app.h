// SPDX-License-Identifier: Apache-2.0
//
// What every command has: global options, output, exit codes. One file per command implements `Command`.
#pragma once

#include <CLI/App.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "keyway/clock.h"
#include "output.h"

namespace keyway::tool {

/// The exit codes of the tool; scripts depend on them.
enum ExitCode : int {
  exit_ok = 0,
  exit_failed = 1,        ///< the handshake or the protocol failed, whoever decided
  exit_usage = 2,         ///< usage or configuration
  exit_certificate = 3,   ///< we refused the certificate, its name or its revocation state
  exit_transport = 4,     ///< could not connect or bind
  exit_findings = 5,      ///< finished, with findings
  exit_timeout = 124,
};

struct Globals {
  bool json = false;
  bool quiet = false;
  int verbose = 0;
  std::string color = "auto";
  std::string keylog{};
  std::string trace{};
  Duration timeout = std::chrono::seconds(30);
  bool timeout_given = false;
};

/// When an error happened decides what exit code it means.
enum class Phase : std::uint8_t { configuration, connecting, handshake, connected };
int exit_code_of(const Error&, Phase);

/// A command: adds its options to `parent` and returns what runs it when it was chosen.
using Run = std::function<int(const Globals&, Output&)>;
struct Command {
  CLI::App* app;
  Run run;
};

Command add_serve(CLI::App& parent);
Command add_connect(CLI::App& parent);
Command add_ciphers(CLI::App& parent);
Command add_versions(CLI::App& parent);
Command add_verify_chain(CLI::App& parent);
Command add_certs_demo(CLI::App& parent);
Command add_certs_show(CLI::App& parent);
Command add_certs_verify(CLI::App& parent);

/// Tells a configuration error the way all commands do; returns exit_usage.
int refuse(Output&, const Error&);

}  // namespace keyway::tool
