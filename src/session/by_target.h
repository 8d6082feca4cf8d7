// SPDX-License-Identifier: Apache-2.0
//
// What clients keep of servers, in memory: bounded as a whole, so that the oldest goes, and for each target, so that one server
// cannot push out everybody else's. No lock: the stores have theirs.
#pragma once

#include <iterator>
#include <list>
#include <map>
#include <vector>

#include "keyway/session_store.h"

namespace keyway::session {

class ByTarget {
 public:
  explicit ByTarget(std::size_t capacity, std::size_t per_target)
      : capacity_(capacity == 0 ? 1 : capacity), per_target_(per_target) {}

  void put(const TicketTarget& target, std::shared_ptr<const SessionTicket> ticket) {
    if (const auto known = places_.find(target); known != places_.end() && known->second.size() == per_target_)
      remove(known->second.front());
    while (oldest_first_.size() >= capacity_) remove(oldest_first_.begin());
    const auto place = places_.try_emplace(target).first;
    oldest_first_.push_back({.place = place, .ticket = std::move(ticket)});
    place->second.push_back(std::prev(oldest_first_.end()));
  }

  /// The newest of the target that `fits`, or null. Those that it says are over are dropped.
  template <class Fits, class Over>
  std::shared_ptr<const SessionTicket> newest(const TicketTarget& target, Fits&& fits, Over&& over) {
    remove_if(target, over);
    const auto place = places_.find(target);
    if (place == places_.end()) return nullptr;
    for (auto entry = place->second.rbegin(); entry != place->second.rend(); ++entry) {
      if (fits(*(*entry)->ticket)) return (*entry)->ticket;
    }
    return nullptr;
  }

  template <class Unwanted>
  void remove_if(const TicketTarget& target, Unwanted&& unwanted) {
    const auto place = places_.find(target);
    if (place == places_.end()) return;
    // The last one takes the place with it.
    for (std::size_t left = place->second.size(), i = left; i-- != 0;) {
      const auto entry = place->second[i];
      if (!unwanted(*entry->ticket)) continue;
      remove(entry);
      if (--left == 0) return;
    }
  }

 private:
  struct Entry;
  using Entries = std::list<Entry>;
  using Places = std::map<TicketTarget, std::vector<Entries::iterator>>;
  struct Entry {
    Places::iterator place;
    std::shared_ptr<const SessionTicket> ticket;
  };

  void remove(Entries::iterator entry) {
    const auto place = entry->place;
    std::erase(place->second, entry);
    if (place->second.empty()) places_.erase(place);
    oldest_first_.erase(entry);
  }

  const std::size_t capacity_;
  const std::size_t per_target_;
  Entries oldest_first_;
  Places places_;
};

}  // namespace keyway::session
