// SPDX-License-Identifier: Apache-2.0
//
// PemCache (include/keyway/pem_cache.h): look-ups by resolved path, revalidated by stamps, bounded.
#include "keyway/pem_cache.h"

#include <filesystem>
#include <iterator>
#include <system_error>

#include "pki/cached_files.h"

namespace keyway {

PemCache::PemCache(const PemCacheOptions& options) : files_(std::make_unique<pki::CachedFiles>(options)) {}
PemCache::~PemCache() = default;
void PemCache::clear() { files_->clear(); }
void PemCache::clean(Now now) { files_->clean(now.monotonic); }
PemCache::Use PemCache::use() const { return files_->use(); }

namespace pki {
namespace {

/// Links may be pointed elsewhere, and the working directory may change: neither makes one file another.
std::string resolved(const std::string& path) {
  std::error_code problem;
  const auto canonical = std::filesystem::canonical(path, problem);
  return problem ? path : canonical.string();
}

}  // namespace

std::optional<CachedFiles::Value> CachedFiles::find_value(const FileStamp& now, std::size_t form) {
  const Key key(resolved(now.path), form);
  Entries dropped;
  const std::lock_guard lock(mutex_);
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return std::nullopt;
  if (!found->second->stamp.same_as(now)) {
    drop(found->second, dropped);
    return std::nullopt;
  }
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->value;
}

void CachedFiles::keep_value(const FileStamp& stamp, Value value) {
  if (!stamp.settled || stamp.size > options_.max_bytes || options_.max_files == 0) return;
  Entries added;
  added.push_back({{resolved(stamp.path), value.index()}, stamp, std::move(value)});
  added.front().stamp.path = added.front().key.first;
  Entries dropped;
  const std::lock_guard lock(mutex_);
  if (const auto old = by_key_.find(added.front().key); old != by_key_.end()) drop(old->second, dropped);
  while (!entries_.empty() && (entries_.size() >= options_.max_files || bytes_ + stamp.size > options_.max_bytes))
    drop(std::prev(entries_.end()), dropped);
  by_key_.emplace(added.front().key, added.begin());
  bytes_ += stamp.size;
  entries_.splice(entries_.begin(), added);
}

void CachedFiles::drop(Entries::iterator entry, Entries& dropped) {
  by_key_.erase(entry->key);
  bytes_ -= entry->stamp.size;
  dropped.splice(dropped.end(), entries_, entry);
}

void CachedFiles::clear() {
  Entries dropped;
  const std::lock_guard lock(mutex_);
  while (!entries_.empty()) drop(entries_.begin(), dropped);
}

void CachedFiles::clean(TimePoint now) {
  std::vector<FileStamp> kept;
  {
    const std::lock_guard lock(mutex_);
    if (cleaned_ && now - *cleaned_ < options_.clean_interval) return;
    cleaned_ = now;
    for (const Entry& entry : entries_) kept.push_back(entry.stamp);
  }
  // The system is asked without the lock; an entry that was replaced meanwhile has another stamp.
  std::erase_if(kept, [](const FileStamp& stamp) { return stamp_of(stamp.path).same_as(stamp); });
  Entries dropped;
  const std::lock_guard lock(mutex_);
  for (auto at = entries_.begin(); at != entries_.end();) {
    const auto entry = at++;
    for (const FileStamp& stale : kept) {
      if (!entry->stamp.same_as(stale) || entry->stamp.path != stale.path) continue;
      drop(entry, dropped);
      break;
    }
  }
}

PemCache::Use CachedFiles::use() const {
  const std::lock_guard lock(mutex_);
  return {.files = entries_.size(), .bytes = bytes_};
}

}  // namespace pki
}  // namespace keyway
