// SPDX-License-Identifier: Apache-2.0
//
// Tickets in files: one per line, base64 of SessionTicket::save. The files hold secrets and are made with mode 0600.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "keyway/session_store.h"

namespace keyway::tool {

Result<std::vector<std::shared_ptr<const SessionTicket>>> load_tickets(std::string_view option, const std::string& path);
Result<void> save_tickets(std::string_view option, const std::string& path,
                          const std::vector<std::shared_ptr<const SessionTicket>>&);

}  // namespace keyway::tool
