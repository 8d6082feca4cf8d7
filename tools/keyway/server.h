// SPDX-License-Identifier: Apache-2.0
//
// The server behind `keyway serve`: one thread accepts, worker threads drive many non-blocking sockets each.
#pragma once

#include <atomic>
#include <functional>
#include <optional>

#include "app.h"
#include "duty.h"
#include "keyway/listener.h"

namespace keyway::tool {

/// When files are read again.
enum class Reload : std::uint8_t { never, watch, hup };

struct ServerPlan {
  Endpoint address{};
  std::shared_ptr<const ServerConfig> config{};
  MakeDuty make_duty{};
  std::optional<std::uint64_t> count{};
  Duration handshake_timeout = std::chrono::seconds(10);
  std::optional<Duration> idle_timeout{};  ///< a connection without traffic ends after this
  Duration write_timeout = std::chrono::seconds(30);  ///< at the end: what is left may wait this long for a peer that reads none
  unsigned threads = 1;
  bool show_hello = false;
  Reload reload = Reload::never;
  std::function<void()> after_reload{};  ///< called once other files are taken
};

/// Serves until the count is reached, SIGINT or SIGTERM. Errors: what keeps it from listening.
Result<void> run_server(const ServerPlan&, Output&);

/// Threads on which keys work, as long as what is returned and its copies live.
Executor signing_threads();

}  // namespace keyway::tool
