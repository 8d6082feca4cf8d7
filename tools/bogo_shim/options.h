// SPDX-License-Identifier: Apache-2.0
//
// Flags to the library's options.
#pragma once

#include <chrono>
#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "flags.h"
#include "keyway/config.h"
#include "keyway/peer_name.h"
#include "observed.h"

namespace keyway::bogo_shim {

/// What lives as long as the process: the server's tickets and sessions, and the client's newest session.
struct Memory {
  std::shared_ptr<TicketStore> store;
  std::shared_ptr<SessionStore> sessions;
  std::shared_ptr<const SessionTicket> ticket;
};

/// Lifetime of what servers issue; in its second half a ticket of TLS 1.2 is renewed, which is what -renew-ticket asks for.
inline constexpr std::chrono::seconds session_lifetime{7200};

/// Why these flags cannot be served although each of them is known; nothing where they can.
std::optional<std::string> not_implemented(const Flags&);

/// Errors: a text for standard error.
std::expected<std::shared_ptr<const ClientConfig>, std::string> client_config(const Flags&, const Memory&,
                                                                              std::shared_ptr<Observed>);
std::expected<std::shared_ptr<const ServerConfig>, std::string> server_config(const Flags&, const Memory&,
                                                                              std::shared_ptr<Observed>);
std::expected<PeerName, std::string> peer_name(const Flags&);

/// Whether a server can go on with the configuration of an earlier connection, which alone opens its tickets of TLS 1.2: the
/// flags differ in nothing but what ports and checks look at.
bool same_configuration(Flags, Flags);

/// The runner's number of the credential that the connection used: -1 for the default one.
int selected_credential(const Flags&, const ConnectionInfo&);

/// True where the flags allow a version below TLS 1.3.
bool allows_older_versions(const Flags&);

}  // namespace keyway::bogo_shim
