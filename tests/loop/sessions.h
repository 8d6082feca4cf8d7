// SPDX-License-Identifier: Apache-2.0
//
// Getting tickets and using them again: what the tests of resumption share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {

using namespace std::chrono_literals;
using Ticket = std::shared_ptr<const SessionTicket>;

inline ServerOptions server_with_tickets(std::shared_ptr<TicketStore> store = nullptr) {
  ServerOptions options = server_options();
  options.tickets.mode = TicketMode::stateful;
  options.tickets.count = 2;
  options.tickets.store = std::move(store);
  return options;
}

inline ServerOptions asking_for_certificates(ServerOptions options, bool required = true) {
  options.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.fail_if_no_peer_cert = required;
  return options;
}

inline ClientOptions with_certificate(ClientOptions options = client_options()) {
  static const CertKey identity = authority().leaf({.names = {"client.test"}});
  options.certs_keys = {identity};
  return options;
}

inline ClientOptions using_ticket(Ticket ticket, ClientOptions options = client_options()) {
  options.tickets.use_ticket = {std::move(ticket)};
  return options;
}

/// A full handshake from which tickets come.
inline std::vector<Ticket> get_tickets(const ClientOptions& client, const std::shared_ptr<const ServerConfig>& server,
                                       const PairOptions& options = {}) {
  Pair pair(make_config(client), server, options);
  pair.run();
  if (!pair.connected()) throw std::runtime_error("no connection to get a ticket from");
  return tickets_of(pair.client);
}

/// The same ticket as a client keeps it that does not care for the rules.
template <class Change>
Ticket forged(const Ticket& ticket, Change&& change) {
  const Session& from = *ticket->session;
  auto session = std::make_shared<Session>();
  session->cipher_suite = from.cipher_suite;
  session->secret = from.secret.duplicate();
  session->age_add = from.age_add;
  session->lifetime = from.lifetime;
  session->issued = from.issued;
  session->alpn = from.alpn;
  session->server_name = from.server_name;
  session->policy = from.policy;
  session->peer = from.peer;
  session->peer_validated = from.peer_validated;
  session->peer_not_after = from.peer_not_after;
  session->authenticated_at = from.authenticated_at;
  change(*session);
  auto copy = std::make_shared<SessionTicket>();
  copy->session = std::move(session);
  copy->ticket = ticket->ticket;
  return copy;
}

/// How both ends say that the handshake went.
inline void expect_resumption(const Pair& pair, Resumption expected) {
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().resumed, expected);
  EXPECT_EQ(pair.server.connection.info().resumed, expected);
}

/// The client offered no PSK at all.
inline bool offers_psk(Pair& pair) {
  Bytes hello;
  for (const ByteView piece : pair.client.connection.output()) hello.insert(hello.end(), piece.begin(), piece.end());
  return hello_of(hello).has(ExtensionType::pre_shared_key);
}

}  // namespace keyway::test
