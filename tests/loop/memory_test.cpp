// SPDX-License-Identifier: Apache-2.0
//
// What connections share and what they use again.
#include <gtest/gtest.h>

#include "base/arena.h"
#include "base/byte_buffer.h"
#include "base/output_queue.h"
#include "connection/impl.h"
#include "loop/pair.h"
#include "schedule/key_schedule13.h"

namespace keyway::test {
namespace {

TEST(Memory, ClientsOfOneConfigurationShareTheChainOfTheirServer) {
  const PairOptions options{.client = client_options(), .server = server_options()};
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  Pair first(client, server, options);
  Pair second(client, server, options);
  first.run();
  second.run();
  ASSERT_TRUE(first.connected() && second.connected());
  const auto& chain = first.client.connection.info().peer_chain;
  ASSERT_NE(chain, nullptr);
  EXPECT_EQ(chain, second.client.connection.info().peer_chain);
  Pair other(make_config(options.client), server, options);
  other.run();
  ASSERT_TRUE(other.connected());
  EXPECT_NE(chain, other.client.connection.info().peer_chain);
  EXPECT_EQ(*chain, *other.client.connection.info().peer_chain);
}

TEST(Memory, AChainThatNobodyHoldsIsNotKept) {
  const PairOptions options{.client = client_options(), .server = server_options()};
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  std::weak_ptr<const CertificateChain> chain;
  {
    Pair pair(client, server, options);
    pair.run();
    ASSERT_TRUE(pair.connected());
    chain = pair.client.connection.info().peer_chain;
    EXPECT_FALSE(chain.expired());
  }
  EXPECT_TRUE(chain.expired());
}

/// Everything that waits goes over; returns what was told about it.
std::vector<Progress> carry(ConnectionImpl& from, ConnectionImpl& to) {
  Bytes wire;
  for (const ByteView piece : from.output_.views()) wire.insert(wire.end(), piece.begin(), piece.end());
  from.output_.sent(wire.size());
  std::vector<Progress> told;
  for (MutableBytes rest(wire);;) {
    auto step = to.receive(rest);
    if (!step) throw std::runtime_error(step.error().message());
    rest = rest.subspan(step->consumed);
    if (std::holds_alternative<NeedBytes>(step->progress)) return told;
    told.push_back(std::move(step->progress));
  }
}

TEST(Memory, AfterTheHandshakeOnlyTheTranscriptIsKeptForALateAuthentication) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.client.post_handshake_auth = true;
  options.server.peer = {.verify = VerifyMode::verify_none, .cacerts = {authority().root()}};
  options.server.post_handshake_auth = true;
  ConnectionImpl client(Role::client, options.now);
  client.in_.config = make_config(options.client);
  client.in_.destination = std::make_unique<handshake::Destination>();
  client.in_.destination->name = PeerName::of(options.host).value();
  ConnectionImpl server(Role::server, options.now);
  server.in_.config = make_config(options.server);
  server.handshaker_.start_server();
  ASSERT_TRUE(client.start_client());
  EXPECT_NE(client.scratch_, nullptr);
  carry(client, server);
  carry(server, client);
  carry(client, server);
  ASSERT_TRUE(client.done() && server.done());
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(client.scratch_, nullptr);
    EXPECT_EQ(server.scratch_, nullptr);
    ASSERT_TRUE(server.handshaker_.request_authentication(server));
    ASSERT_TRUE(server.flush_flight());
    EXPECT_NE(server.scratch_, nullptr) << "the answer is hashed in it";
    carry(server, client);
    const auto told = carry(client, server);
    ASSERT_EQ(told.size(), 1u);
    EXPECT_TRUE(std::get<PeerAuthenticated>(told.front()).with_certificate);
  }
  EXPECT_EQ(client.scratch_, nullptr);
  EXPECT_EQ(server.scratch_, nullptr);
}

// 3.2 KiB for an idle client with AES-GCM: 2304 bytes in libcrypto's contexts, 48 in the two objects around them, 88 for the
// destination, and this: with 8 bytes more, the heap would take 16 more for it.
TEST(Memory, AnIdleConnectionIsSmall) { EXPECT_LE(sizeof(ConnectionImpl), 824u); }

TEST(Memory, QueuesOfManyChunksKeepTheirOrder) {
  OutputQueue queue;
  Bytes all;
  for (int i = 0; i < 24; ++i) {
    const Bytes piece(60'000, static_cast<std::byte>(i + 1));
    queue.append(piece);
    all.insert(all.end(), piece.begin(), piece.end());
  }
  EXPECT_GT(queue.views().size(), 8u);
  ASSERT_EQ(queue.size(), all.size());
  std::size_t at = 0;
  while (!queue.empty()) {
    const ByteView piece = queue.views().front();
    const std::size_t part = std::min<std::size_t>(piece.size(), 50'000);
    ASSERT_EQ(as_text(piece.first(part)), as_text(ByteView(all).subspan(at, part)));
    queue.sent(part);
    at += part;
  }
  EXPECT_EQ(at, all.size());
  EXPECT_TRUE(queue.views().empty());
}

TEST(Memory, ABufferThatOutgrowsItsFirstStorageKeepsItsContent) {
  std::array<std::byte, 8> storage;
  ByteBuffer buffer{MutableBytes(storage)};
  buffer.append(as_bytes("12345"));
  EXPECT_EQ(buffer.view().data(), storage.data());
  buffer.append(as_bytes("67890"));
  EXPECT_NE(buffer.view().data(), storage.data());
  EXPECT_EQ(as_text(buffer.view()), "1234567890");
  EXPECT_EQ(storage[0], std::byte{0}) << "what moved away is wiped";
  buffer.release();
  EXPECT_TRUE(buffer.empty());
  buffer.append(as_bytes("again"));
  EXPECT_EQ(as_text(buffer.view()), "again");
}

TEST(Memory, AnArenaGoesOnBehindItsFirstMemory) {
  alignas(16) std::array<std::byte, 32> first;
  Arena arena{MutableBytes(first)};
  const ByteView small = arena.copy(as_bytes("small"));
  EXPECT_EQ(small.data(), first.data());
  EXPECT_EQ(arena.blocks(), 0u);
  const ByteView large = arena.copy(Bytes(100, std::byte{7}));
  EXPECT_EQ(arena.blocks(), 1u);
  EXPECT_EQ(as_text(small), "small");
  EXPECT_EQ(large[99], std::byte{7});
  arena.release();
  EXPECT_EQ(first[0], std::byte{0});
  EXPECT_EQ(arena.copy(as_bytes("x")).data(), first.data());
}

TEST(KeySchedule, WithoutAPskItBeginsAsWithZeros) {
  const auto provider = crypto::default_provider();
  for (const HashAlgorithm algorithm : {HashAlgorithm::sha256, HashAlgorithm::sha384}) {
    const crypto::HashMethods& hash = *provider->hash(algorithm);
    const Bytes zeros(hash.digest_size);
    const Bytes shared(32, std::byte{9});
    schedule::TranscriptHash messages;
    messages.size = hash.digest_size;
    const auto secret = [&](ByteView psk) {
      return schedule::EarlySecret(hash, psk).into_handshake(shared).client_handshake_traffic(messages);
    };
    EXPECT_EQ(as_text(secret({}).value.expose()), as_text(secret(zeros).value.expose()));
  }
}

}  // namespace
}  // namespace keyway::test
