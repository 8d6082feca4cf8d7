// SPDX-License-Identifier: Apache-2.0
//
// The stock store of a client's tickets of TLS 1.3: newest first, each taken once.
#include <mutex>

#include "session/by_target.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

constexpr std::size_t max_tickets_per_target = 16;

class MemoryClientTickets final : public ClientTicketStore {
 public:
  explicit MemoryClientTickets(std::size_t capacity) : tickets_(capacity, max_tickets_per_target) {}

  void put(const TicketTarget& target, std::shared_ptr<const SessionTicket> ticket) override {
    if (!ticket || !ticket->session) return;
    const std::lock_guard lock(mutex_);
    tickets_.put(target, std::move(ticket));
  }

  std::shared_ptr<const SessionTicket> take(const TicketTarget& target, Now now) override {
    const std::lock_guard lock(mutex_);
    auto ticket = tickets_.newest(
        target, [](const SessionTicket&) { return true; },
        [&](const SessionTicket& one) { return !session::is_live(*one.session, now.wall); });
    //= rfc8446#C.4-1
    if (ticket) tickets_.remove_if(target, [&](const SessionTicket& one) { return &one == ticket.get(); });
    return ticket;
  }

 private:
  std::mutex mutex_;
  session::ByTarget tickets_;
};

}  // namespace

std::shared_ptr<ClientTicketStore> memory_client_tickets(std::size_t capacity) {
  return std::make_shared<MemoryClientTickets>(capacity);
}

}  // namespace keyway
