// SPDX-License-Identifier: Apache-2.0
//
// Virtual hosts that sni_lookup names, each made once: by the object of its options, the newest ones kept. Those that cannot be
// made are kept, too: who says hello again causes no more work, and no more attempts at the PIN of a token.
#pragma once

#include <list>
#include <memory>
#include <mutex>
#include <vector>

#include "keyway/server_options.h"

namespace keyway::config {

class LookedUpHosts {
 public:
  using Host = std::shared_ptr<const SniHost>;
  using Config = std::shared_ptr<const ServerConfig>;
  struct Entry {
    Host host;  ///< held, so that its address stands for it
    Config config;
    bool operator==(const Entry&) const = default;
  };

  /// Null where nobody has tried to make it yet; or the error that it cannot be made with.
  Result<Config> find(const Host&);
  /// What holds for this host from now on: another thread may have been first.
  Config keep(const Host&, Config);
  void keep_failure(const Host&, Error);
  /// The most recently used first.
  std::vector<Entry> all();

 private:
  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the most recently used first
  struct Failure {
    Host host;
    Error error;
  };
  std::list<Failure> failures_;  ///< likewise
};

}  // namespace keyway::config
