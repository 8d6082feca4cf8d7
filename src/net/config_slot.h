// SPDX-License-Identifier: Apache-2.0
//
// The configuration that a listener gives to what it accepts next; changed as a whole, by any thread.
#pragma once

#include <memory>
#include <mutex>

#include "keyway/config.h"

namespace keyway::net {

struct ConfigSlot {
  explicit ConfigSlot(std::shared_ptr<const ServerConfig> first) : config(std::move(first)) {}

  std::shared_ptr<const ServerConfig> get() const {
    const std::lock_guard lock(mutex);
    return config;
  }
  void set(std::shared_ptr<const ServerConfig> other) {
    const std::lock_guard lock(mutex);
    config.swap(other);  // what is dropped may be the last of it: that is outside of the lock
  }
  /// False where the present one is not `before`.
  bool replace(const std::shared_ptr<const ServerConfig>& before, std::shared_ptr<const ServerConfig> after) {
    const std::lock_guard lock(mutex);
    if (config != before) return false;
    config = std::move(after);
    return true;
  }
  /// Files are read without the lock. Who sets another configuration meanwhile has the last word, from its files as they are.
  Result<void> reload() {
    for (;;) {
      const auto present = get();
      KW_ASSIGN(auto made, present->reload());
      if (replace(present, std::move(made))) return {};
    }
  }

  mutable std::mutex mutex;
  std::shared_ptr<const ServerConfig> config;
};

}  // namespace keyway::net
