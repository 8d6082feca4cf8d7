// SPDX-License-Identifier: Apache-2.0
//
// The stock stores of sessions of TLS 1.2 and below, of both sides, and the keys under which servers seal tickets.
#include <gtest/gtest.h>

#include "session/client_selection.h"
#include "session/session_codec.h"
#include "session/ticket_keys.h"
#include "sessions.h"

namespace keyway {
namespace {

using namespace test;
using namespace std::chrono_literals;

Bytes id(unsigned number) {
  Bytes bytes(32);
  bytes[0] = static_cast<std::byte>(number);
  bytes[31] = static_cast<std::byte>(number >> 8);
  return bytes;
}

std::shared_ptr<const Session> found(SessionStore& store, ByteView id, Now now = at(start)) {
  const auto slot = std::make_shared<AnswerSlot>();
  store.find(id, now, Answer<std::shared_ptr<const Session>>(slot));
  return **slot->take<std::shared_ptr<const Session>>();
}

/// As large as its peer made it.
std::shared_ptr<const Session> large(std::size_t size) {
  auto made = test::session();
  made->policy = Bytes(size);
  return made;
}

TEST(MemorySessionStore, FindsAsOftenAsItIsAsked) {
  const auto store = memory_session_store();
  const auto one = test::session();
  store->put(id(1), one, at(start));
  EXPECT_EQ(found(*store, id(1)), one);
  EXPECT_EQ(found(*store, id(1)), one);
  EXPECT_EQ(found(*store, id(2)), nullptr);
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{31}})
    EXPECT_EQ(found(*store, ByteView(id(1)).first(size)), nullptr) << size;
  EXPECT_EQ(store->size(), 1u);
}

TEST(MemorySessionStore, TheNewestOfAnIdStays) {
  const auto store = memory_session_store();
  const auto newer = test::session();
  store->put(id(1), test::session(), at(start));
  store->put(id(1), newer, at(start));
  EXPECT_EQ(found(*store, id(1)), newer);
  EXPECT_EQ(store->size(), 1u);
}

TEST(MemorySessionStore, ForgetsWhatIsRemovedAndWhatIsOver) {
  const auto store = memory_session_store();
  store->put(id(1), test::session(100), at(start));
  store->put(id(2), test::session(100), at(start));
  store->remove(id(1));
  store->remove(id(9));
  store->remove({});
  EXPECT_EQ(found(*store, id(1)), nullptr);
  EXPECT_NE(found(*store, id(2), at(start + 99s)), nullptr);
  EXPECT_EQ(found(*store, id(2), at(start + 100s)), nullptr);
  EXPECT_EQ(store->size(), 0u);
}

TEST(MemorySessionStore, TakesNoIdsThatItDidNotAskFor) {
  const auto store = memory_session_store();
  store->put(Bytes(31), test::session(), at(start));
  store->put(Bytes(33), test::session(), at(start));
  store->put(id(1), nullptr, at(start));
  EXPECT_EQ(store->size(), 0u);
}

// The growth of caches is an attack: who connects often must not decide how much a server keeps.
TEST(MemorySessionStore, TheOldestGoesWhenItIsFull) {
  const auto store = memory_session_store(3);
  for (unsigned i = 0; i < 100; ++i) store->put(id(i), test::session(), at(start));
  EXPECT_EQ(store->size(), 3u);
  EXPECT_EQ(found(*store, id(96)), nullptr);
  EXPECT_NE(found(*store, id(97)), nullptr);
}

TEST(MemorySessionStore, BytesAreBoundedToo) {
  const auto store = memory_session_store(1000, 10'000);
  for (unsigned i = 0; i < 100; ++i) store->put(id(i), large(3'000), at(start));
  EXPECT_EQ(store->size(), 2u) << "two with what they take beside";
  EXPECT_NE(found(*store, id(99)), nullptr);
  store->put(id(100), large(10'000), at(start));
  EXPECT_EQ(found(*store, id(100)), nullptr) << "alone too large";
  EXPECT_NE(found(*store, id(99)), nullptr) << "and nobody goes for it";
  store->remove(id(99));
  store->remove(id(98));
  for (unsigned i = 200; i < 220; ++i) store->put(id(i), test::session(), at(start));
  EXPECT_GT(store->size(), 5u) << "what went counts no more";
}

TEST(MemorySessionStore, WhatIsOverGoesFirst) {
  const auto store = memory_session_store(2);
  store->put(id(1), test::session(10), at(start));
  store->put(id(2), test::session(1000), at(start));
  store->put(id(3), test::session(1000), at(start + 20s));
  EXPECT_EQ(store->size(), 2u);
  EXPECT_NE(found(*store, id(2), at(start + 20s)), nullptr);
}

// ---- clients

TicketTarget target(std::string_view host = "a.example") {
  return session::ticket_target(*PeerName::of(host), 443, as_bytes("v"));
}

std::shared_ptr<const SessionTicket> kept(unsigned number, std::uint32_t lifetime = 7200) {
  auto made = std::make_shared<SessionTicket>();
  made->session = test::session(lifetime);
  made->session_id = id(number);
  return made;
}

TEST(MemoryClientSessions, NewestFirstAndEachAgain) {
  const auto store = memory_client_sessions();
  const auto one = kept(1);
  const auto two = kept(2);
  store->put(target(), one);
  store->put(target(), two);
  EXPECT_EQ(store->find(target(), {}, at(start)), two);
  EXPECT_EQ(store->find(target(), {}, at(start)), two);
  EXPECT_EQ(store->find(target(), id(1), at(start)), one);
  EXPECT_EQ(store->find(target(), id(3), at(start)), nullptr);
  EXPECT_EQ(store->find(target("b.example"), {}, at(start)), nullptr);
  EXPECT_EQ(store->find(target("b.example"), id(1), at(start)), nullptr);
  store->remove(target(), *two);
  EXPECT_EQ(store->find(target(), {}, at(start)), one);
  store->remove(target("b.example"), *one);
  EXPECT_EQ(store->find(target(), {}, at(start)), one);
}

TEST(MemoryClientSessions, TheSameSessionIsKeptOnce) {
  const auto store = memory_client_sessions();
  for (int i = 0; i < 10; ++i) store->put(target(), kept(1));
  store->put(target(), kept(2));
  store->remove(target(), *kept(2));
  store->remove(target(), *kept(1));
  EXPECT_EQ(store->find(target(), {}, at(start)), nullptr);
}

TEST(MemoryClientSessions, BoundedAsAWholeAndForEachTarget) {
  const auto store = memory_client_sessions(6);
  store->put(target("quiet.example"), kept(1));
  for (unsigned i = 0; i < 20; ++i) store->put(target("loud.example"), kept(i));
  EXPECT_NE(store->find(target("quiet.example"), {}, at(start)), nullptr);
  EXPECT_EQ(store->find(target("loud.example"), id(15), at(start)), nullptr);
  EXPECT_NE(store->find(target("loud.example"), id(16), at(start)), nullptr);
  store->put(target("c.example"), kept(1));
  store->put(target("d.example"), kept(1));
  EXPECT_EQ(store->find(target("quiet.example"), {}, at(start)), nullptr) << "the oldest";
}

TEST(MemoryClientSessions, WhatIsOverIsNotOffered) {
  const auto store = memory_client_sessions();
  store->put(target(), kept(1, 1000));
  store->put(target(), kept(2, 10));
  EXPECT_EQ(store->find(target(), {}, at(start + 10s))->session_id, id(1));
  store->put(target(), nullptr);
  store->put(target(), std::make_shared<SessionTicket>());
  EXPECT_EQ(store->find(target(), {}, at(start + 10s))->session_id, id(1));
}

// ---- keys of tickets

Now clock(std::chrono::seconds since) {
  Now now = at(start + since);
  now.monotonic = TimePoint(since);
  return now;
}

std::shared_ptr<session::TicketKeys> keys(std::chrono::seconds lifetime = 1000s) {
  return session::TicketKeys::make(crypto::default_provider(), lifetime).value();
}

std::shared_ptr<Session> older(std::uint32_t lifetime = 1000) {
  auto made = test::session(lifetime);
  made->version = ProtocolVersion::tls1_2;
  made->cipher_suite = CipherSuite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
  made->secret = Secret48(Bytes(48, std::byte{5}));
  made->extended_master_secret = true;
  return made;
}

TEST(TicketKeys, OpenWhatTheySealed) {
  const auto ours = keys();
  const auto sealed = ours->seal(*older(), clock(0s)).value();
  const auto opened = ours->open(sealed, clock(1s));
  ASSERT_TRUE(opened);
  EXPECT_EQ(to_bytes(session::encode(*opened).expose()), to_bytes(session::encode(*older()).expose()));
  auto before_all_time = std::make_shared<Session>(older()->duplicate());
  before_all_time->issued = WallTime(-1s);
  const auto none = ours->seal(*before_all_time, clock(0s));
  ASSERT_TRUE(none);
  EXPECT_TRUE(none->empty()) << "nobody could open it";
  EXPECT_EQ(keys()->open(sealed, clock(1s)), nullptr) << "another's";
  EXPECT_EQ(ours->open(sealed, clock(1000s)), nullptr) << "too old";
}

TEST(TicketKeys, OpenNothingThatWasChangedOrCut) {
  const auto ours = keys();
  const Bytes sealed = ours->seal(*older(), clock(0s)).value();
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes bent = sealed;
    bent[i] ^= std::byte{0x80};
    EXPECT_EQ(ours->open(bent, clock(0s)), nullptr) << i;
    EXPECT_EQ(ours->open(ByteView(sealed).first(i), clock(0s)), nullptr) << i;
  }
  Bytes longer = sealed;
  longer.push_back(std::byte{0});
  EXPECT_EQ(ours->open(longer, clock(0s)), nullptr);
  EXPECT_EQ(ours->open(Bytes(65535), clock(0s)), nullptr);
  EXPECT_NE(ours->open(sealed, clock(0s)), nullptr);
}

TEST(TicketKeys, AreRandomFromTheFirstMoment) {
  const Bytes one = keys()->seal(*older(), clock(0s)).value();
  const Bytes two = keys()->seal(*older(), clock(0s)).value();
  EXPECT_NE(to_bytes(ByteView(one).first(16)), to_bytes(ByteView(two).first(16)));
  const auto ours = keys();
  const Bytes again = ours->seal(*older(), clock(0s)).value();
  const Bytes with_another_nonce = ours->seal(*older(), clock(0s)).value();
  EXPECT_EQ(to_bytes(ByteView(again).first(16)), to_bytes(ByteView(with_another_nonce).first(16)));
  EXPECT_NE(to_bytes(ByteView(again).subspan(16, 12)), to_bytes(ByteView(with_another_nonce).subspan(16, 12)));
}

TEST(TicketKeys, ChangeAfterTheLifetimeOfATicketAndOpenForAsLongAgain) {
  const auto ours = keys(1000s);
  const auto last_of = [&](std::chrono::seconds when) {
    auto session = older();
    session->issued = session->authenticated_at = WallTime(start + when);
    return ours->seal(*session, clock(when)).value();
  };
  const Bytes first = last_of(0s);
  const Bytes last = last_of(999s);
  const Bytes next = last_of(1000s);
  EXPECT_EQ(to_bytes(ByteView(first).first(16)), to_bytes(ByteView(last).first(16)));
  EXPECT_NE(to_bytes(ByteView(first).first(16)), to_bytes(ByteView(next).first(16)));
  EXPECT_NE(ours->open(last, clock(1998s)), nullptr);
  // The wall clock was set back: the key is gone all the same.
  Now back = clock(2000s);
  back.wall = WallTime(start + 999s);
  EXPECT_EQ(ours->open(last, back), nullptr);
}

TEST(TicketKeys, MakeNoTicketThatIsTooLong) {
  auto session = older();
  session->policy = Bytes(session::max_sealed_ticket);
  EXPECT_TRUE(keys()->seal(*session, clock(0s)).value().empty());
}

TEST(SessionDuplicate, HasEverything) {
  auto session = older();
  session->age_add = 1;
  session->max_early_data = 2;
  session->alpn = "h2";
  session->server_name = "a.example";
  session->policy = Bytes(3);
  session->psk_identity = Bytes(4);
  session->peer_not_after = WallTime(start + 1h);
  EXPECT_EQ(to_bytes(session::encode(session->duplicate()).expose()), to_bytes(session::encode(*session).expose()));
}

}  // namespace
}  // namespace keyway
