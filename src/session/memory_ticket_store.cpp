// SPDX-License-Identifier: Apache-2.0
//
// The stock store of stateful tickets: bounded, single use, in memory. A ticket is 32 random bytes; the first half
// finds the entry, the second is compared in constant time, so that a look-up tells nothing about tickets that exist.
#include <array>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

#include "base/ct.h"
#include "keyway/crypto/provider.h"
#include "keyway/session_store.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

constexpr std::size_t half = 16;

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
      : capacity_(capacity == 0 ? 1 : capacity), provider_(std::move(provider)) {}

  void issue(std::shared_ptr<const Session> session, Now now, Answer<Bytes> answer) override {
    Bytes ticket(2 * half);
    if (auto drawn = provider_->random(ticket); !drawn) {
      return std::move(answer).give(std::unexpected(std::move(drawn).error()));
    }
    remember(ticket, std::move(session), now);
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
  };

  void remember(ByteView ticket, std::shared_ptr<const Session> session, Now now) {
    Entry entry{.index = {}, .proof = {}, .session = std::move(session)};
    std::memcpy(entry.index.bytes.data(), ticket.data(), half);
    std::memcpy(entry.proof.data(), ticket.data() + half, half);
    const std::lock_guard lock(mutex_);
    while (!oldest_first_.empty() &&
           (oldest_first_.size() >= capacity_ || !session::is_live(*oldest_first_.front().session, now.wall))) {
      entries_.erase(oldest_first_.front().index);
      oldest_first_.pop_front();
    }
    oldest_first_.push_back(std::move(entry));
    entries_[oldest_first_.back().index] = std::prev(oldest_first_.end());
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
    oldest_first_.erase(found->second);
    entries_.erase(found);
    return session::is_live(*session, now.wall) ? session : nullptr;
  }

  const std::size_t capacity_;
  const std::shared_ptr<const crypto::Provider> provider_;
  std::mutex mutex_;
  std::list<Entry> oldest_first_;
  std::unordered_map<Index, std::list<Entry>::iterator, IndexHash> entries_;
};

}  // namespace

std::shared_ptr<TicketStore> memory_ticket_store(std::size_t capacity, std::shared_ptr<const crypto::Provider> provider) {
  if (!provider) provider = crypto::default_provider();
  return std::make_shared<MemoryTicketStore>(capacity, std::move(provider));
}

}  // namespace keyway
