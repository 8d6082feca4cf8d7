// SPDX-License-Identifier: Apache-2.0
//
// Tickets in files: one per line, base64 of SessionTicket::save. The files hold secrets and are made with mode 0600.
// And where they wait before.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "keyway/session_store.h"

namespace keyway::tool {

/// A client's store in memory that knows what it has given out: each ticket is for one connection (RFC 8446 C.4). Any thread.
class SpendingTickets final : public ClientTicketStore {
 public:
  void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) override;
  std::shared_ptr<const SessionTicket> take(const TicketTarget&, Now) override;
  /// Takes from `kept` those that were given out since the last call.
  void drop_spent(std::vector<std::shared_ptr<const SessionTicket>>& kept);

 private:
  const std::shared_ptr<ClientTicketStore> store_ = memory_client_tickets();
  std::mutex mutex_;
  std::vector<std::shared_ptr<const SessionTicket>> spent_;
};

Result<std::vector<std::shared_ptr<const SessionTicket>>> load_tickets(std::string_view option, const std::string& path);
Result<void> save_tickets(std::string_view option, const std::string& path,
                          const std::vector<std::shared_ptr<const SessionTicket>>&);

}  // namespace keyway::tool
