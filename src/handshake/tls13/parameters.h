// SPDX-License-Identifier: Apache-2.0
//
// What a server chose for one connection before it answers, and which PSK it is looking at.
#pragma once

#include <memory>
#include <optional>

#include "keyway/psk.h"
#include "keyway/session_store.h"
#include "wire/messages/client_hello.h"

namespace keyway::handshake::tls13::server {

struct Parameters {
  CipherSuite cipher_suite{};
  std::optional<NamedGroup> group;  ///< of the share that is used; none: only psk_ke is left
  bool psk_dhe_ke = false;          ///< which PSK modes both sides have
  bool psk_ke = false;
  Secret48 cookie;                 ///< what a HelloRetryRequest carried
};

/// The identity of a ClientHello that is being looked up.
struct Candidate {
  std::size_t index = 0;
  wire::PskIdentity identity{};  ///< views into the kept hello
};

/// A PSK whose binder was checked.
struct AcceptedPsk {
  std::size_t index = 0;
  std::shared_ptr<const Session> session;  ///< null: external
  std::shared_ptr<const Psk> external;
  SecretBytes key;                         ///< external: as used (imported ones are derived)
  ByteView secret() const noexcept { return session ? session->secret.expose() : key.expose(); }
};

}  // namespace keyway::handshake::tls13::server
