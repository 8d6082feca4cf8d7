// SPDX-License-Identifier: Apache-2.0
//
// What `keyway connect` was asked to do, checked.
#pragma once

#include <optional>

#include "app.h"
#include "expectation.h"
#include "keyway/config.h"
#include "keyway/connection.h"
#include "keyway/peer_name.h"
#include "keyway/transport.h"
#include "report.h"
#include "ticket_file.h"

namespace keyway::tool {

struct ConnectPlan {
  Endpoint address{};
  std::shared_ptr<const ClientConfig> config{};
  PeerName name{};
  std::optional<std::string> send{};
  Pattern expect{};  ///< null: nothing is expected
  std::string expect_text{};
  std::string output_file{};
  std::optional<Duration> hold{};
  std::optional<KeyUpdateRequest> key_update{};
  bool renegotiate = false;
  std::string export_label{};
  std::size_t export_length = 0;
  unsigned connections = 1;
  std::string ticket_file{};
  std::shared_ptr<SpendingTickets> tickets{};
  std::shared_ptr<SentAlert> sent_alert = std::make_shared<SentAlert>();  ///< of the present connection
};

/// Connects as often as planned; returns the exit code.
int run_connections(const ConnectPlan&, const Globals&, Output&);

}  // namespace keyway::tool
