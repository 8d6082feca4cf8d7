// SPDX-License-Identifier: Apache-2.0
//
// The stock store of a server's sessions of TLS 1.2 and below, by their ids. Who connects often makes many of them, and the
// largest part of each is of the client's choice: entries and bytes are bounded. Ids go over the wire in the clear, so that
// looking one up has no secret to keep.
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

#include "keyway/session_store.h"
#include "session/session_cost.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

constexpr std::size_t id_size = 32;
using Id = std::array<std::byte, id_size>;

struct IdHash {
  // The bytes are random and ours; whoever sends others only looks up.
  std::size_t operator()(const Id& id) const noexcept {
    std::size_t hash;
    std::memcpy(&hash, id.data(), sizeof(hash));
    return hash;
  }
};

class MemorySessionStore final : public SessionStore {
 public:
  MemorySessionStore(std::size_t capacity, std::size_t bytes) : capacity_(capacity == 0 ? 1 : capacity), max_bytes_(bytes) {}

  void put(ByteView id, std::shared_ptr<const Session> session, Now now) override {
    if (id.size() != id_size || !session) return;
    Entry entry{.id = key_of(id), .session = std::move(session), .bytes = 0};
    entry.bytes = session::cost(*entry.session);
    const std::lock_guard lock(mutex_);
    if (const auto known = entries_.find(entry.id); known != entries_.end()) erase(known->second);
    if (entry.bytes > max_bytes_) return;
    while (!oldest_first_.empty() && (oldest_first_.size() >= capacity_ || bytes_ > max_bytes_ - entry.bytes ||
                                      !session::is_live(*oldest_first_.front().session, now.wall))) {
      erase(oldest_first_.begin());
    }
    bytes_ += entry.bytes;
    oldest_first_.push_back(std::move(entry));
    entries_[oldest_first_.back().id] = std::prev(oldest_first_.end());
  }

  void find(ByteView id, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    // Answered outside of the lock: the answer may run the caller's code.
    std::move(answer).give(found(id, now));
  }

  void remove(ByteView id) override {
    if (id.size() != id_size) return;
    const std::lock_guard lock(mutex_);
    if (const auto known = entries_.find(key_of(id)); known != entries_.end()) erase(known->second);
  }

  std::size_t size() const override {
    const std::lock_guard lock(mutex_);
    return oldest_first_.size();
  }

 private:
  struct Entry {
    Id id;
    std::shared_ptr<const Session> session;
    std::size_t bytes;
  };

  static Id key_of(ByteView id) {
    Id key;
    std::memcpy(key.data(), id.data(), id_size);
    return key;
  }

  std::shared_ptr<const Session> found(ByteView id, Now now) {
    if (id.size() != id_size) return nullptr;
    const std::lock_guard lock(mutex_);
    const auto known = entries_.find(key_of(id));
    if (known == entries_.end()) return nullptr;
    if (session::is_live(*known->second->session, now.wall)) return known->second->session;
    erase(known->second);
    return nullptr;
  }

  void erase(std::list<Entry>::iterator entry) {
    bytes_ -= entry->bytes;
    entries_.erase(entry->id);
    oldest_first_.erase(entry);
  }

  const std::size_t capacity_;
  const std::size_t max_bytes_;
  mutable std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> oldest_first_;
  std::unordered_map<Id, std::list<Entry>::iterator, IdHash> entries_;
};

}  // namespace

std::shared_ptr<SessionStore> memory_session_store(std::size_t capacity, std::size_t bytes) {
  return std::make_shared<MemorySessionStore>(capacity, bytes);
}

}  // namespace keyway
