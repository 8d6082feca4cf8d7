// SPDX-License-Identifier: Apache-2.0
//
// The stock store of a client's tickets: bounded as a whole and per target, newest first, each taken once.
#include <iterator>
#include <list>
#include <map>
#include <mutex>
#include <vector>

#include "keyway/session_store.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

/// One server cannot push out everybody else's tickets.
constexpr std::size_t max_per_target = 16;

class MemoryClientTickets final : public ClientTicketStore {
 public:
  explicit MemoryClientTickets(std::size_t capacity) : capacity_(capacity == 0 ? 1 : capacity) {}

  void put(const TicketTarget& target, std::shared_ptr<const SessionTicket> ticket) override {
    if (!ticket || !ticket->session) return;
    const std::lock_guard lock(mutex_);
    if (const auto known = by_target_.find(target); known != by_target_.end() && known->second.size() == max_per_target) {
      remove(known->second.front());
    }
    while (oldest_first_.size() >= capacity_) remove(oldest_first_.begin());
    const auto place = by_target_.try_emplace(target).first;
    oldest_first_.push_back({.place = place, .ticket = std::move(ticket)});
    place->second.push_back(std::prev(oldest_first_.end()));
  }

  std::shared_ptr<const SessionTicket> take(const TicketTarget& target, Now now) override {
    const std::lock_guard lock(mutex_);
    for (auto found = by_target_.find(target); found != by_target_.end(); found = by_target_.find(target)) {
      auto ticket = found->second.back()->ticket;
      //= rfc8446#C.4-1
      remove(found->second.back());
      if (session::is_live(*ticket->session, now.wall)) return ticket;
    }
    return nullptr;
  }

 private:
  struct Entry;
  using Order = std::list<Entry>;
  using Places = std::map<TicketTarget, std::vector<Order::iterator>>;
  struct Entry {
    Places::iterator place;
    std::shared_ptr<const SessionTicket> ticket;
  };

  void remove(Order::iterator entry) {
    const auto place = entry->place;
    std::erase(place->second, entry);
    if (place->second.empty()) by_target_.erase(place);
    oldest_first_.erase(entry);
  }

  const std::size_t capacity_;
  std::mutex mutex_;
  Order oldest_first_;
  Places by_target_;
};

}  // namespace

std::shared_ptr<ClientTicketStore> memory_client_tickets(std::size_t capacity) {
  return std::make_shared<MemoryClientTickets>(capacity);
}

}  // namespace keyway
