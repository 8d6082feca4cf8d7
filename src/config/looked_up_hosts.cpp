// SPDX-License-Identifier: Apache-2.0
//
// A short list, searched from its front: hosts that are in use are there.
#include "config/looked_up_hosts.h"

#include <iterator>

namespace keyway::config {
namespace {

constexpr std::size_t most = 256;

}  // namespace

LookedUpHosts::Config LookedUpHosts::find(const Host& host) {
  const std::lock_guard lock(mutex_);
  for (auto at = entries_.begin(); at != entries_.end(); ++at) {
    if (at->host != host) continue;
    entries_.splice(entries_.begin(), entries_, at);
    return at->config;
  }
  return nullptr;
}

LookedUpHosts::Config LookedUpHosts::keep(const Host& host, Config config) {
  if (Config first = find(host)) return first;
  std::list<Entry> dropped;
  const std::lock_guard lock(mutex_);
  entries_.push_front({host, config});
  if (entries_.size() > most) dropped.splice(dropped.end(), entries_, std::prev(entries_.end()));
  return config;
}

std::vector<LookedUpHosts::Config> LookedUpHosts::all() {
  const std::lock_guard lock(mutex_);
  std::vector<Config> configs;
  for (const Entry& entry : entries_) configs.push_back(entry.config);
  return configs;
}

}  // namespace keyway::config
