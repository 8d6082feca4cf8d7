// SPDX-License-Identifier: Apache-2.0
//
// The server's stock store: unpredictable, single use, bounded, forgetful after the lifetime.
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <thread>

#include "keyway/crypto/provider.h"
#include "sessions.h"

namespace keyway {
namespace {

using namespace test;
using namespace std::chrono_literals;

Result<Bytes> issue(TicketStore& store, std::shared_ptr<const Session> session, Now now = at(start)) {
  const auto slot = std::make_shared<AnswerSlot>();
  store.issue(std::move(session), now, Answer<Bytes>(slot));
  return slot->take<Bytes>().value();
}

std::shared_ptr<const Session> redeem(TicketStore& store, ByteView ticket, Now now = at(start)) {
  const auto slot = std::make_shared<AnswerSlot>();
  store.redeem(ticket, now, Answer<std::shared_ptr<const Session>>(slot));
  return slot->take<std::shared_ptr<const Session>>().value().value();
}

//= rfc8446#8.1-1
TEST(MemoryTicketStore, GivesBackOnce) {
  const auto store = memory_ticket_store();
  const auto kept = test::session();
  const auto ticket = issue(*store, kept);
  ASSERT_TRUE(ticket);
  EXPECT_EQ(redeem(*store, *ticket), kept);
  EXPECT_EQ(redeem(*store, *ticket), nullptr);
}

TEST(MemoryTicketStore, TicketsAreLongAndNeverTheSame) {
  const auto store = memory_ticket_store(200);
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) {
    const auto ticket = issue(*store, test::session());
    ASSERT_TRUE(ticket);
    EXPECT_GE(ticket->size(), 32u);
    EXPECT_TRUE(seen.insert(*ticket).second);
  }
}

TEST(MemoryTicketStore, UnknownTicketsAreNullAndHarmNothing) {
  const auto store = memory_ticket_store();
  const auto kept = test::session();
  const Bytes ticket = issue(*store, kept).value();
  EXPECT_EQ(redeem(*store, {}), nullptr);
  EXPECT_EQ(redeem(*store, Bytes(32)), nullptr);
  EXPECT_EQ(redeem(*store, ByteView(ticket).first(31)), nullptr);
  for (std::size_t i = 0; i < ticket.size(); ++i) {
    Bytes bent = ticket;
    bent[i] ^= std::byte{0x80};
    EXPECT_EQ(redeem(*store, bent), nullptr) << i;
  }
  EXPECT_EQ(redeem(*store, ticket), kept);
}

TEST(MemoryTicketStore, ForgetsAfterTheLifetime) {
  const auto store = memory_ticket_store();
  const Bytes ticket = issue(*store, test::session(100)).value();
  EXPECT_EQ(redeem(*store, ticket, at(start + 100s)), nullptr);
  const Bytes another = issue(*store, test::session(100)).value();
  EXPECT_NE(redeem(*store, another, at(start + 99s)), nullptr);
}

TEST(MemoryTicketStore, TheOldestGoesWhenItIsFull) {
  const auto store = memory_ticket_store(3);
  std::vector<Bytes> tickets;
  for (int i = 0; i < 4; ++i) tickets.push_back(issue(*store, test::session()).value());
  EXPECT_EQ(redeem(*store, tickets[0]), nullptr);
  for (std::size_t i = 1; i < 4; ++i) EXPECT_NE(redeem(*store, tickets[i]), nullptr) << i;
}

std::shared_ptr<Session> session_with(std::size_t shown) {
  auto session = test::session();
  session->ocsp_response = std::make_shared<const Bytes>(shown);
  return session;
}

// What a peer shows is of its choice.
TEST(MemoryTicketStore, TheOldestGoesWhenTheBytesAreUsedUp) {
  const auto store = memory_ticket_store(4);
  std::vector<Bytes> tickets;
  for (int i = 0; i < 3; ++i) tickets.push_back(issue(*store, session_with(100'000)).value());
  EXPECT_EQ(redeem(*store, tickets[0]), nullptr);
  for (std::size_t i = 1; i < 3; ++i) EXPECT_NE(redeem(*store, tickets[i]), nullptr) << i;
  // What was redeemed makes room.
  for (std::size_t i = 0; i < 2; ++i) tickets[i] = issue(*store, session_with(100'000)).value();
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NE(redeem(*store, tickets[i]), nullptr) << i;
}

TEST(MemoryTicketStore, GivesNoTicketForWhatIsAloneTooLarge) {
  const auto store = memory_ticket_store(4);
  const Bytes small = issue(*store, test::session()).value();
  const auto ticket = issue(*store, session_with(std::size_t{256} << 10));
  ASSERT_TRUE(ticket);
  EXPECT_TRUE(ticket->empty());
  EXPECT_NE(redeem(*store, small), nullptr) << "and nothing had to go for it";
}

TEST(MemoryTicketStore, GrowsWithItsEntries) {
  const auto store = memory_ticket_store(1000);
  std::vector<Bytes> tickets;
  for (int i = 0; i < 50; ++i) tickets.push_back(issue(*store, session_with(100'000)).value());
  for (const Bytes& ticket : tickets) EXPECT_NE(redeem(*store, ticket), nullptr);
  EXPECT_FALSE(issue(*memory_ticket_store(SIZE_MAX), test::session())->empty());
}

TEST(MemoryTicketStore, OneOfManyThreadsRedeems) {
  const auto store = memory_ticket_store();
  for (int round = 0; round < 50; ++round) {
    const Bytes ticket = issue(*store, test::session()).value();
    std::atomic<int> redeemed{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) threads.emplace_back([&] { redeemed += redeem(*store, ticket) != nullptr; });
    threads.clear();
    EXPECT_EQ(redeemed, 1);
  }
}

}  // namespace
}  // namespace keyway
