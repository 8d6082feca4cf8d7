// SPDX-License-Identifier: Apache-2.0
//
// Runs that can be repeated: a connection with the seeded provider, an Ed25519 identity and the test's time. What it is
// given and what it gives and tells is all that there is to a run.
#pragma once

#include <string>
#include <vector>

#include "keyway/connection.h"

namespace keyway::test {

/// What one side sent and told.
struct Record {
  Bytes output;
  std::vector<std::string> events;  ///< in order; application data joined
  std::string data;
  std::optional<Errc> error;
  friend bool operator==(const Record&, const Record&) = default;
};

/// One connection whose input comes in pieces of the test's choice.
class Side {
 public:
  Side(Role role, std::string_view seed);

  void feed(ByteView bytes);
  void end_of_input();
  /// Bytes that were not taken before.
  Bytes take_output();
  const Record& record() const noexcept { return record_; }
  Connection& connection() noexcept { return connection_; }
  bool failed() const noexcept { return record_.error.has_value(); }

 private:
  void note(const Progress&);
  void note(const Error&);

  Connection connection_;
  Bytes inbox_;
  Record record_;
};

/// What the application of a side does once the bytes of a turn have arrived.
using Act = void (*)(Side&);

/// Bytes of the peer and what is done behind them.
struct Turn {
  Bytes bytes;
  Act act;
};

/// A whole conversation: handshake, data both ways, KeyUpdates both ways, close_notify both ways; the turns of both
/// roles and their records.
struct Conversation {
  std::vector<Turn> to_client;
  std::vector<Turn> to_server;
  Record client;
  Record server;
};
Conversation converse(std::string_view client_seed, std::string_view server_seed);

/// The same side once more, its input in the pieces that `feed` makes of each turn.
template <class Feed>
Record replay(Role role, std::string_view seed, const std::vector<Turn>& turns, Feed feed) {
  Side side(role, seed);
  for (std::size_t i = 0; i < turns.size(); ++i) {
    feed(side, i);
    if (turns[i].act != nullptr && !side.failed()) turns[i].act(side);
    (void)side.take_output();
  }
  return side.record();
}

}  // namespace keyway::test
