// SPDX-License-Identifier: Apache-2.0
//
// New certificates without a restart: a watch over the files of a listener's configuration. The library makes no thread and no
// timer for it; whoever has one calls look() now and then (with Asio: keyway/asio_reload.h).
//
//   keyway::ReloadWatch watch(*listener, [](const keyway::Reloaded& what) {
//     log(what.error ? "certificates are as they were: " + what.error->message() : "certificates are new");
//   });
//   for (;;) {
//     auto pending = listener->transport_accept(std::chrono::seconds(1));
//     watch.look();
//     ...
//   }
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "keyway/error.h"
#include "keyway/listener.h"

namespace keyway {

/// That files changed, and what became of it.
struct Reloaded {
  std::vector<std::string> files{};  ///< that were not as the configuration had read them
  /// Nothing: a new configuration is in use. Otherwise the present one stays, and this says why: path, line and reason are in the
  /// detail. It is tried again when the files change again.
  std::optional<Error> error{};
};

/// Watches by modification time, size and identity of the files. A change is taken when a second look finds the files as the
/// first one did, so that certificate and key may be written one after the other, and nothing is read that is half written.
/// Connections keep the configuration that they began with.
///
/// Any thread; one look at a time, a second one at the same time does nothing. It may outlive the listener.   \since 0.1
class ReloadWatch {
 public:
  /// What it throws is dropped. Called by look(), without a lock.
  using Sink = std::function<void(const Reloaded&)>;

  explicit ReloadWatch(const Listener&, Sink = {});
  ReloadWatch(ReloadWatch&&) noexcept;
  ReloadWatch& operator=(ReloadWatch&&) noexcept;
  ~ReloadWatch();

  /// Looks at the files; true when it has put a new configuration in. Looks also after the configuration's PemCache
  /// (PemCache::clean). Asks the system about each file; reads them when they have changed.
  bool look();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace keyway
