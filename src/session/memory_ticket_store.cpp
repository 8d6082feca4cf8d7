// SPDX-License-Identifier: Apache-2.0
//
// The stock store of stateful tickets: bounded by entries and bytes, single use, in memory. A ticket is 32 random bytes; the
// first half finds the entry, the second is compared in constant time, so that a look-up tells nothing about tickets that exist.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/ct.h"
#include "keyway/crypto/provider.h"
#include "keyway/session_store.h"
#include "session/session_cost.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

constexpr std::size_t half = 16;

/// Clients choose how long their certificates are: the average of a full store, and room for the longest where it is small.
constexpr std::size_t bytes_of_entry = 8192;
constexpr std::size_t least_bytes = std::size_t{256} << 10;

constexpr std::size_t bytes_for(std::size_t capacity) noexcept {
  return capacity > SIZE_MAX / bytes_of_entry ? SIZE_MAX : std::max(capacity * bytes_of_entry, least_bytes);
}

struct Index {
  std::array<std::byte, half> bytes;
  friend bool operator==(const Index&, const Index&) = default;
};

struct IndexHash {
  // The bytes are random and ours; whoever sends others only looks up.
  std::size_t operator()(const Index& index) const noexcept {
    std::size_t hash;
    std::memcpy(&hash, index.bytes.data(), sizeof(hash));
    return hash;
  }
};

class MemoryTicketStore final : public TicketStore {
 public:
  MemoryTicketStore(std::size_t capacity, std::shared_ptr<const crypto::Provider> provider)
      : capacity_(capacity == 0 ? 1 : capacity), max_bytes_(bytes_for(capacity_)), provider_(std::move(provider)) {}

  void issue(std::shared_ptr<const Session> session, Now now, Answer<Bytes> answer) override {
    Bytes ticket(2 * half);
    if (auto drawn = provider_->random(ticket); !drawn) {
      return std::move(answer).give(std::unexpected(std::move(drawn).error()));
    }
    if (!remember(ticket, std::move(session), now)) ticket.clear();
    std::move(answer).give(std::move(ticket));
  }

  void redeem(ByteView ticket, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    // Answered outside of the lock: the answer may run the caller's code.
    std::move(answer).give(take(ticket, now));
  }

 private:
  struct Entry {
    Index index;
    std::array<std::byte, half> proof;
    std::shared_ptr<const Session> session;
    std::size_t bytes;
  };

  /// False where it is alone too large.
  bool remember(ByteView ticket, std::shared_ptr<const Session> session, Now now) {
    const std::size_t bytes = session::cost(*session);
    if (bytes > max_bytes_) return false;
    Entry entry{.index = {}, .proof = {}, .session = std::move(session), .bytes = bytes};
    std::memcpy(entry.index.bytes.data(), ticket.data(), half);
    std::memcpy(entry.proof.data(), ticket.data() + half, half);
    const std::lock_guard lock(mutex_);
    while (!oldest_first_.empty() && (oldest_first_.size() >= capacity_ || bytes_ > max_bytes_ - bytes ||
                                      !session::is_live(*oldest_first_.front().session, now.wall))) {
      erase(oldest_first_.begin());
    }
    bytes_ += bytes;
    oldest_first_.push_back(std::move(entry));
    entries_[oldest_first_.back().index] = std::prev(oldest_first_.end());
    return true;
  }

  void erase(std::list<Entry>::iterator entry) {
    bytes_ -= entry->bytes;
    entries_.erase(entry->index);
    oldest_first_.erase(entry);
  }

  std::shared_ptr<const Session> take(ByteView ticket, Now now) {
    if (ticket.size() != 2 * half) return nullptr;
    Index index;
    std::memcpy(index.bytes.data(), ticket.data(), half);
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(index);
    if (found == entries_.end() || !ct::equal(found->second->proof, ticket.subspan(half))) return nullptr;
    //= rfc8446#8.1-1
    std::shared_ptr<const Session> session = std::move(found->second->session);
    erase(found->second);
    return session::is_live(*session, now.wall) ? session : nullptr;
  }

  const std::size_t capacity_;
  const std::size_t max_bytes_;
  const std::shared_ptr<const crypto::Provider> provider_;
  std::mutex mutex_;
  std::size_t bytes_ = 0;
  std::list<Entry> oldest_first_;
  std::unordered_map<Index, std::list<Entry>::iterator, IndexHash> entries_;
};

}  // namespace

std::shared_ptr<TicketStore> memory_ticket_store(std::size_t capacity, std::shared_ptr<const crypto::Provider> provider) {
  if (!provider) provider = crypto::default_provider();
  return std::make_shared<MemoryTicketStore>(capacity, std::move(provider));
}

}  // namespace keyway
