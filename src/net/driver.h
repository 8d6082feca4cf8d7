// SPDX-License-Identifier: Apache-2.0
//
// The loop around Connection::receive that every socket shares: feeds the inbox, keeps events, says what to do next.
// Reading, writing and waiting are the caller's.
#pragma once

#include <vector>

#include "keyway/socket.h"
#include "net/inbox.h"

namespace keyway::net {

/// Why the driver stopped.
enum class Turn : std::uint8_t { need_bytes, plaintext, handshake_done, false_started, hello, event, blocked, peer_closed };

class Driver {
 public:
  Driver(Connection from, std::size_t inbox_capacity) : connection(std::move(from)), inbox(inbox_capacity) {}

  /// Steps until something is to be done. Plaintext in the inbox must be used up before.
  Result<Turn> advance();
  /// The transport ended.
  Result<Turn> end_of_input();
  std::vector<SocketEvent> take_events() { return std::exchange(events_, {}); }
  bool has_events() const noexcept { return !events_.empty(); }
  /// What became of a renegotiation of ours since expect_renegotiation(), whoever takes events meanwhile.
  enum class Renegotiation : std::uint8_t { open, made, declined };
  void expect_renegotiation() noexcept { renegotiation_ = Renegotiation::open; }
  Renegotiation renegotiation() const noexcept { return renegotiation_; }

  Connection connection;
  Inbox inbox;

 private:
  Turn note(SocketEvent);
  Result<Turn> take(const Step&);

  std::vector<SocketEvent> events_;
  Renegotiation renegotiation_ = Renegotiation::open;
};

}  // namespace keyway::net
