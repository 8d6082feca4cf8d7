// SPDX-License-Identifier: Apache-2.0
//
// When files have changed, and when they are quiet: two looks that find the same.
#include "keyway/reload.h"

#include <algorithm>
#include <atomic>

#include "base/guarded.h"
#include "config/settings.h"
#include "net/config_slot.h"
#include "net/system_error.h"
#include "pki/file_stamp.h"

namespace keyway {
namespace {

using Stamps = std::vector<pki::FileStamp>;

/// Those that are not as they were read, as they are now.
Stamps changed_of(const Stamps& files) {
  Stamps changed;
  for (const pki::FileStamp& file : files) {
    pki::FileStamp now = pki::stamp_of(file.path);
    if (!now.same_as(file)) changed.push_back(std::move(now));
  }
  return changed;
}

bool same(const Stamps& a, const Stamps& b) {
  return std::ranges::equal(
      a, b, [](const pki::FileStamp& one, const pki::FileStamp& other) { return one.path == other.path && one.same_as(other); });
}

}  // namespace

struct ReloadWatch::State {
  std::shared_ptr<net::ConfigSlot> slot;
  Sink sink;
  std::atomic_flag looking{};
  Stamps seen{};   ///< by the look before
  Stamps tried{};  ///< those that no configuration could be made from

  bool look() {
    const auto present = slot->get();
    if (const auto& cache = present->options().pem_cache) cache->clean(net::now());
    Stamps changed = changed_of(config::files_of(present->settings()));
    const bool quiet = same(changed, seen);
    seen = std::move(changed);
    if (seen.empty()) tried.clear();
    if (seen.empty() || !quiet || same(seen, tried)) return false;
    Reloaded told;
    for (const pki::FileStamp& file : seen) told.files.push_back(file.path);
    const auto done = slot->reload();
    if (done) {
      tried.clear();
    } else {
      tried = seen;
      told.error = done.error();
    }
    if (sink) static_cast<void>(guarded([&] { sink(told); }));
    return done.has_value();
  }
};

ReloadWatch::ReloadWatch(const Listener& listener, Sink sink) : state_(std::make_unique<State>()) {
  state_->slot = listener.slot();
  state_->sink = std::move(sink);
}
ReloadWatch::ReloadWatch(ReloadWatch&&) noexcept = default;
ReloadWatch& ReloadWatch::operator=(ReloadWatch&&) noexcept = default;
ReloadWatch::~ReloadWatch() = default;

bool ReloadWatch::look() {
  if (state_->looking.test_and_set()) return false;
  bool done = false;
  try {
    done = state_->look();
  } catch (...) {
    state_->looking.clear();
    throw;
  }
  state_->looking.clear();
  return done;
}

}  // namespace keyway
