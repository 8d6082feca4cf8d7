// SPDX-License-Identifier: Apache-2.0
//
// A short list, searched from its front: hosts that are in use are there.
#include "config/looked_up_hosts.h"

#include <iterator>

namespace keyway::config {
namespace {

constexpr std::size_t most = 256;

/// Moved to the front; null where it is not there.
template <class List>
const typename List::value_type* search(List& list, const LookedUpHosts::Host& host) {
  for (auto at = list.begin(); at != list.end(); ++at) {
    if (at->host != host) continue;
    list.splice(list.begin(), list, at);
    return &*at;
  }
  return nullptr;
}

/// What is too much is handed back, to be let go of without the lock.
template <class List>
List shortened(List& list) {
  List dropped;
  if (list.size() > most) dropped.splice(dropped.end(), list, std::prev(list.end()));
  return dropped;
}

}  // namespace

Result<LookedUpHosts::Config> LookedUpHosts::find(const Host& host) {
  const std::lock_guard lock(mutex_);
  if (const Entry* known = search(entries_, host)) return known->config;
  if (const Failure* known = search(failures_, host)) return std::unexpected(known->error);
  return nullptr;
}

LookedUpHosts::Config LookedUpHosts::keep(const Host& host, Config config) {
  std::list<Entry> dropped;
  const std::lock_guard lock(mutex_);
  if (const Entry* first = search(entries_, host)) return first->config;
  entries_.push_front({host, config});
  dropped = shortened(entries_);
  return config;
}

void LookedUpHosts::keep_failure(const Host& host, Error error) {
  std::list<Failure> dropped;
  const std::lock_guard lock(mutex_);
  if (search(failures_, host) != nullptr) return;
  failures_.push_front({host, std::move(error)});
  dropped = shortened(failures_);
}

std::vector<LookedUpHosts::Entry> LookedUpHosts::all() {
  const std::lock_guard lock(mutex_);
  return {entries_.begin(), entries_.end()};
}

}  // namespace keyway::config
