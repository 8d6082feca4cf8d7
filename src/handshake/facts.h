// SPDX-License-Identifier: Apache-2.0
//
// What was negotiated so far. `info` is what users see and stays; the rest lives as long as the connection needs it.
#pragma once

#include <cstdint>

#include "keyway/connection_info.h"
#include "keyway/crypto/primitives.h"
#include "keyway/secret.h"

namespace keyway::handshake {

/// Record sizes that the two sides agreed on (RFC 6066 4, RFC 8449). Both count the plaintext without the type byte.
struct RecordSizes {
  std::uint16_t send = 16384;
  std::uint16_t receive = 16384;

  /// Of a record_size_limit, which is 64 at least.
  static std::uint16_t without_type(std::uint16_t limit) noexcept { return static_cast<std::uint16_t>(limit - 1); }
};

struct Facts {
  ConnectionInfo info{};
  const crypto::HashMethods* hash = nullptr;  ///< of the suite, once it is chosen
  WallTime authenticated_at{};                ///< of the full handshake behind this connection
  WallTime peer_not_after = WallTime::max();
  RecordSizes sizes{};
  Secret48 exporter_master{};                 ///< RFC 8446 7.5, from Finished on
  bool compatibility = false;                 ///< RFC 8446 D.4: the dummy ChangeCipherSpec is sent
  bool post_handshake_auth = false;           ///< both sides can (RFC 8446 4.6.2)
  bool peer_takes_tickets = false;            ///< servers: the client's PSK modes do not forbid it
};

}  // namespace keyway::handshake
