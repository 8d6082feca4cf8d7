// SPDX-License-Identifier: Apache-2.0
//
// bogo_shim: the program that BoringSSL's protocol test runner (BoGo) drives. The runner starts it once for each test
// with flags alone; it connects to the runner, once and -resume-count times more, and exits with 0, 1, or 89 where a
// test needs something that is not there. See config.json for the tests that are off and why.
#include <csignal>

#include <cstdio>
#include <span>

#include "exchange.h"
#include "options.h"

namespace keyway::bogo_shim {
namespace {

constexpr int success = 0;
constexpr int failure = 1;
constexpr int unimplemented = 89;

/// BoGo takes anything after this line as output of a sanitizer.
struct LastLine {
  LastLine() = default;
  LastLine(const LastLine&) = delete;
  LastLine& operator=(const LastLine&) = delete;
  ~LastLine() { std::fputs("--- DONE ---\n", stderr); }
};

struct Process {
  Memory memory;
  Now now;
  std::shared_ptr<Observed> observed{};
  std::shared_ptr<const ServerConfig> server{};  ///< of the connection before this one
  const Flags* server_flags = nullptr;
};

std::expected<std::shared_ptr<const ServerConfig>, std::string> config_of_server(const Flags& flags, Process& process) {
  if (!process.server || !same_configuration(*process.server_flags, flags)) {
    auto config = server_config(flags, process.memory, process.observed);
    if (!config) return config;
    process.server = std::move(*config);
    process.server_flags = &flags;
  }
  return process.server;
}

std::expected<Connection, std::string> open_connection(const Flags& flags, Process& process) {
  if (flags.server) {
    auto config = config_of_server(flags, process);
    if (!config) return std::unexpected(config.error());
    auto connection = Connection::server(std::move(*config), process.now);
    if (!connection) return std::unexpected(connection.error().message());
    return std::move(*connection);
  }
  auto config = client_config(flags, process.memory, process.observed);
  if (!config) return std::unexpected(config.error());
  auto name = peer_name(flags);
  if (!name) return std::unexpected(name.error());
  auto connection = Connection::client(std::move(*config), std::move(*name), process.now);
  if (!connection) return std::unexpected(connection.error().message());
  return std::move(*connection);
}

int run_connection(const Flags& flags, Process& process, bool is_resume) {
  const auto fail_with = [](const std::string& text) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return failure;
  };
  if (is_resume && !flags.server && !process.memory.ticket) return fail_with("there is no session to offer");
  const std::shared_ptr<Observed>& observed = process.observed;
  *observed = Observed(flags);
  auto connection = open_connection(flags, process);
  if (!connection) return fail_with(connection.error());
  auto transport = Transport::open(flags);
  if (!transport) return fail_with(transport.error());
  Driver driver(std::move(*connection), std::move(*transport), flags, observed);
  if (auto done = run_exchange(driver, flags, *observed, is_resume); !done) { return fail_with(done.error()); }
  // A session of TLS 1.2 or below can be resumed again and again.
  const bool stays = process.memory.ticket && process.memory.ticket->session->version < ProtocolVersion::tls1_3;
  if (!observed->tickets.empty()) process.memory.ticket = observed->tickets.back();
  if (observed->tickets.empty() && !stays) process.memory.ticket = nullptr;
  return success;
}

/// Says why on standard error, which the runner shows with -debug.
bool is_implemented(const CommandLine& line) {
  for (const Refusal& refusal : line.refused) {
    std::fprintf(stderr, "%s: %.*s\n", refusal.flag.c_str(), static_cast<int>(refusal.reason.size()), refusal.reason.data());
  }
  for (const Flags* flags : {&line.initial, &line.resume}) {
    if (const auto reason = not_implemented(*flags)) {
      std::fprintf(stderr, "%s\n", reason->c_str());
      return false;
    }
  }
  return line.refused.empty();
}

int run(std::span<char* const> arguments) {
  const auto line = parse(arguments);
  if (!line) {
    std::fprintf(stderr, "%s\n", line.error().c_str());
    return unimplemented;
  }
  if (line->initial.is_handshaker_supported) {
    std::puts("No");
    return success;
  }
  if (!is_implemented(*line)) return unimplemented;
  if (line->initial.wait_for_debugger) std::raise(SIGSTOP);
  // The clock stands still within a connection, and moves by -resumption-delay between two.
  Process process{.memory = {.store = memory_ticket_store(), .sessions = memory_session_store()},
                  .now = {std::chrono::steady_clock::now(), std::chrono::system_clock::now()},
                  .observed = std::make_shared<Observed>(line->initial)};
  for (int i = 0; i <= line->initial.resume_count; ++i) {
    const Flags& flags = i == 0 ? line->initial : line->resume;
    if (const int code = run_connection(flags, process, i > 0); code != success) return code;
    const std::chrono::seconds delay = flags.renew_ticket ? session_lifetime / 2 : std::chrono::seconds(flags.resumption_delay);
    process.now.monotonic += delay;
    process.now.wall += delay;
  }
  return success;
}

}  // namespace
}  // namespace keyway::bogo_shim

int main(int argc, char** argv) {
  const keyway::bogo_shim::LastLine last_line;
  return keyway::bogo_shim::run(std::span<char* const>(argv, static_cast<std::size_t>(argc)).subspan(1));
}
