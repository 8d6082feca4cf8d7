// SPDX-License-Identifier: Apache-2.0
//
// What a connection of TLS 1.2 or below keeps of its last handshake: the secret of exporters, and what the next handshake
// over it is bound to (RFC 5746 3.1).
#pragma once

#include <array>
#include <optional>

#include "base/inplace_vector.h"
#include "base/recycled.h"
#include "keyway/clock.h"
#include "schedule/master_secret12.h"

namespace keyway::handshake {

/// verify_data of both Finished; 12 bytes each, 36 in SSL 3.0.
struct VerifyDataPair {
  using Value = InplaceVector<std::byte, 36>;
  Value client{};
  Value server{};

  Value& of(Role sender) noexcept { return sender == Role::client ? client : server; }
};

struct Established : Recycled<Established> {
  schedule::MasterSecret12 secret{};
  const crypto::HashMethods* hash = nullptr;  ///< of the PRF
  std::array<std::byte, 32> client_random{};
  std::array<std::byte, 32> server_random{};
  VerifyDataPair finished{};
  Role first_finished = Role::client;   ///< whose Finished came first: the client's unless a session was resumed
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool can_renegotiate = true;          ///< the peer knows RFC 5746, or need not
  bool bound = true;                    ///< it knows it: renegotiations are bound to this handshake
  bool by_key = false;                  ///< the client is who has the pre-shared key or the password
  bool asked = false;                   ///< servers: HelloRequest is out and nothing has answered it
  std::optional<TimePoint> client_may_ask_again{};  ///< servers: when; absent: now
};

}  // namespace keyway::handshake
