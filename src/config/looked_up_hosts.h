// SPDX-License-Identifier: Apache-2.0
//
// Virtual hosts that sni_lookup names, each made once: by the object of its options, the newest ones kept.
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

  /// Null where it was not made yet.
  Config find(const Host&);
  /// What holds for this host from now on: another thread may have been first.
  Config keep(const Host&, Config);
  std::vector<Config> all();

 private:
  struct Entry {
    Host host;  ///< held, so that its address stands for it
    Config config;
  };

  std::mutex mutex_;
  std::list<Entry> entries_;  ///< the most recently used first
};

}  // namespace keyway::config
