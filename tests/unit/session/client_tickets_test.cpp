// SPDX-License-Identifier: Apache-2.0
//
// The client's stock store and for whom a ticket is good.
#include <gtest/gtest.h>

#include "session/client_selection.h"
#include "sessions.h"

namespace keyway {
namespace {

using namespace test;
using namespace std::chrono_literals;

TicketTarget target(std::string_view host = "a.example", std::uint16_t port = 443, std::string_view verification = "v") {
  return session::ticket_target(*PeerName::of(host), port, as_bytes(verification));
}

std::string name_of(const std::shared_ptr<const SessionTicket>& ticket) {
  return ticket ? std::string(as_text(ticket->ticket)) : "none";
}

//= rfc8446#C.4-1
TEST(MemoryClientTickets, NewestFirstAndEachOnce) {
  const auto store = memory_client_tickets();
  store->put(target(), ticket("one"));
  store->put(target(), ticket("two"));
  EXPECT_EQ(name_of(store->take(target(), at(start))), "two");
  EXPECT_EQ(name_of(store->take(target(), at(start))), "one");
  EXPECT_EQ(name_of(store->take(target(), at(start))), "none");
}

//= rfc8446#4.6.1-5
TEST(MemoryClientTickets, SameHostPortNameAndVerificationOrNothing) {
  const auto store = memory_client_tickets();
  store->put(target(), ticket("one"));
  EXPECT_EQ(name_of(store->take(target("b.example"), at(start))), "none");
  EXPECT_EQ(name_of(store->take(target("a.example", 8443), at(start))), "none");
  EXPECT_EQ(name_of(store->take(target("a.example", 443, "other"), at(start))), "none");
  PeerName other_sni = *PeerName::of("a.example");
  other_sni.sni = "tenant.example";
  EXPECT_EQ(name_of(store->take(session::ticket_target(other_sni, 443, as_bytes("v")), at(start))), "none");
  EXPECT_EQ(name_of(store->take(target("A.Example"), at(start))), "one");
}

TEST(MemoryClientTickets, DeadTicketsAreNotOffered) {
  const auto store = memory_client_tickets();
  store->put(target(), ticket("long", 1000));
  store->put(target(), ticket("short", 10));
  EXPECT_EQ(name_of(store->take(target(), at(start + 10s))), "long");
  store->put(target(), ticket("short", 10));
  EXPECT_EQ(name_of(store->take(target(), at(start + 10s))), "none");
  EXPECT_EQ(name_of(store->take(target(), at(start))), "none");
}

TEST(MemoryClientTickets, BoundedAsAWhole) {
  const auto store = memory_client_tickets(2);
  store->put(target("a.example"), ticket("a"));
  store->put(target("b.example"), ticket("b"));
  store->put(target("c.example"), ticket("c"));
  EXPECT_EQ(name_of(store->take(target("a.example"), at(start))), "none");
  EXPECT_EQ(name_of(store->take(target("b.example"), at(start))), "b");
  EXPECT_EQ(name_of(store->take(target("c.example"), at(start))), "c");
}

TEST(MemoryClientTickets, OneServerCannotPushOutTheOthers) {
  const auto store = memory_client_tickets(100);
  store->put(target("a.example"), ticket("a"));
  for (int i = 0; i < 1000; ++i) store->put(target("greedy.example"), ticket(std::to_string(i)));
  EXPECT_EQ(name_of(store->take(target("a.example"), at(start))), "a");
  int left = 0;
  while (store->take(target("greedy.example"), at(start))) ++left;
  EXPECT_EQ(left, 16);
}

TEST(MemoryClientTickets, IgnoresWhatIsNoTicket) {
  const auto store = memory_client_tickets();
  store->put(target(), nullptr);
  store->put(target(), std::make_shared<SessionTicket>());
  EXPECT_EQ(name_of(store->take(target(), at(start))), "none");
}

TEST(TicketPolicy, EqualIfAndOnlyIfTheTargetsAre) {
  EXPECT_EQ(session::ticket_policy(target()), session::ticket_policy(target()));
  const TicketTarget others[] = {target("b.example"),
                                 target("a.example", 444),
                                 target("a.example", 443, "w"),
                                 {.host = "a.exampl", .port = 443, .sni = "ea.example", .verification = {}},
                                 target("192.0.2.7")};
  for (const TicketTarget& other : others) EXPECT_NE(session::ticket_policy(target()), session::ticket_policy(other));
}

//= rfc6066#3-2
TEST(TicketTarget, AddressesHaveNoSni) {
  EXPECT_EQ(target("192.0.2.7").host, "192.0.2.7");
  EXPECT_TRUE(target("192.0.2.7").sni.empty());
  EXPECT_EQ(target().sni, "a.example");
}

}  // namespace
}  // namespace keyway
