// SPDX-License-Identifier: Apache-2.0
//
// The stock store of a client's sessions of TLS 1.2 and below: newest first, each used as often as its server likes.
#include <algorithm>
#include <mutex>

#include "session/by_target.h"
#include "session/ticket_age.h"

namespace keyway {
namespace {

/// Connections that were opened at once each made a session; later ones need one.
constexpr std::size_t max_sessions_per_target = 4;

bool same(const SessionTicket& a, const SessionTicket& b) noexcept {
  return a.ticket == b.ticket && a.session_id == b.session_id;
}

class MemoryClientSessions final : public ClientSessionStore {
 public:
  explicit MemoryClientSessions(std::size_t capacity) : sessions_(capacity, max_sessions_per_target) {}

  void put(const TicketTarget& target, std::shared_ptr<const SessionTicket> session) override {
    if (!session || !session->session) return;
    const std::lock_guard lock(mutex_);
    sessions_.remove_if(target, [&](const SessionTicket& one) { return same(one, *session); });
    sessions_.put(target, std::move(session));
  }

  std::shared_ptr<const SessionTicket> find(const TicketTarget& target, ByteView id, Now now) override {
    const std::lock_guard lock(mutex_);
    return sessions_.newest(
        target, [&](const SessionTicket& one) { return id.empty() || std::ranges::equal(one.session_id, id); },
        [&](const SessionTicket& one) { return !session::is_live(*one.session, now.wall); });
  }

  void remove(const TicketTarget& target, const SessionTicket& session) override {
    const std::lock_guard lock(mutex_);
    sessions_.remove_if(target, [&](const SessionTicket& one) { return same(one, session); });
  }

 private:
  std::mutex mutex_;
  session::ByTarget sessions_;
};

}  // namespace

std::shared_ptr<ClientSessionStore> memory_client_sessions(std::size_t capacity) {
  return std::make_shared<MemoryClientSessions>(capacity);
}

}  // namespace keyway
