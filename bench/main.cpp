// SPDX-License-Identifier: Apache-2.0
//
// keyway_bench: the figures that this project promises, measured against libssl of the same libcrypto.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>

#include "rows.h"

namespace {

using namespace keyway::bench;

struct Arguments {
  int runs = 3;
  bool json = false;
  bool strict = false;
  std::string only;
  Schedule schedule;
};

bool wants(const Arguments& arguments, const char* part) { return arguments.only.empty() || arguments.only == part; }

Report measure(const Arguments& arguments) {
  // Before anything of libcrypto is touched here.
  const Figures memory = wants(arguments, "memory") ? in_child(memory_rows) : Figures{};
  const CertificateFolder folder;
  Report report;
  for (int run = 0; run < arguments.runs; ++run) {
    Figures figures;
    const auto add = [&](Figures rows) { figures.insert(figures.end(), rows.begin(), rows.end()); };
    if (wants(arguments, "handshakes")) add(handshake_rows(folder, arguments.schedule));
    if (wants(arguments, "certificates")) add(certificate_rows(folder, arguments.schedule));
    if (wants(arguments, "records")) add(record_rows(folder, arguments.schedule));
    if (wants(arguments, "older")) add(older_rows(folder, arguments.schedule));
    add(memory);
    report.add_run(std::move(figures));
  }
  return report;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Keyway against libssl over the same libcrypto, in memory and in one thread; fast decile of 20 ms chunks");
  Arguments arguments;
  app.add_option("--runs", arguments.runs, "a target is met when most runs meet it [3]")->check(CLI::Range(1, 99));
  app.add_option("--rounds", arguments.schedule.rounds, "rounds of a run [8]")->check(CLI::Range(1, 1000));
  app.add_option("--only", arguments.only, "handshakes, certificates, records, older (TLS 1.2) or memory")
      ->check(CLI::IsMember({"handshakes", "certificates", "records", "older", "memory"}));
  app.add_flag("--json", arguments.json, "a document instead of a table");
  app.add_flag("--strict", arguments.strict, "exit 1 when a target is missed");
  CLI11_PARSE(app, argc, argv);
  try {
    const Report report = measure(arguments);
    std::cout << (arguments.json ? report.json() : report.table());
    return arguments.strict && !report.missed().empty() ? 1 : 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "keyway_bench: %s\n", error.what());
    return 2;
  }
}
