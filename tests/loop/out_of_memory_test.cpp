// SPDX-License-Identifier: Apache-2.0
//
// Each allocation of a connection fails once: std::bad_alloc comes out, the connection is failed then, and whatever it is
// asked afterwards says so. Nothing is sent twice and nothing is lost in silence.
#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "base/buffer_pool.h"
#include "loop/pair.h"

namespace {

/// How many more allocations succeed; negative: all.
constinit thread_local int left = -1;
/// Whether there is memory again after the first failure.
constinit thread_local bool once = true;

void* allocate(std::size_t size) {
  if (left == 0) {
    if (once) left = -1;
    throw std::bad_alloc();
  }
  if (left > 0) --left;
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}

}  // namespace

// Both operators are ours: what new takes from malloc, delete gives to free.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"
void* operator new(std::size_t size) { return allocate(size); }
void* operator new[](std::size_t size) { return allocate(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

namespace keyway::test {
namespace {

/// The calls of connections alone meet the failure; true: it was met in this one.
template <class Call>
bool meets_it(int& budget, Call&& call) {
  left = budget;
  try {
    call();
  } catch (const std::bad_alloc&) {
    left = budget = -1;
    return true;
  }
  budget = std::exchange(left, -1);
  return false;
}

void expect_over(Connection& connection, const std::string& where) {
  ASSERT_NE(connection.failure(), nullptr) << where;
  EXPECT_EQ(to_string(connection.failure()->code()), "internal") << where;
  const auto sent = connection.send(as_bytes("more"));
  ASSERT_FALSE(sent) << where;
  EXPECT_EQ(sent.error().code(), Errc::internal) << where;
  // What was found before may still be told; then comes the error, and stays.
  for (int i = 0; i < 8; ++i) {
    if (!connection.receive({})) break;
  }
  const auto received = connection.receive({});
  ASSERT_FALSE(received) << where;
  EXPECT_EQ(received.error().code(), Errc::internal) << where;
  EXPECT_EQ(connection.update_keys(KeyUpdateRequest::update_not_requested).error().code(), Errc::internal) << where;
  EXPECT_TRUE(connection.close()) << where;
}

/// A handshake, data both ways, key updates and an end. Returns false when no allocation was left to fail.
bool run_with(int budget) {
  const std::string where = "allocation " + std::to_string(budget) + (once ? "" : " and all behind it");
  static const PairOptions options = [] {
    PairOptions made{.client = client_options(), .server = server_options()};
    made.server.tickets.mode = TicketMode::stateful;
    return made;
  }();
  static const auto client_config = make_config(options.client);
  static const auto server_config = make_config(options.server);
  drop_pooled_buffers();
  Pair pair(client_config, server_config, options);
  const auto exchange = [&](End& from, End& to) {
    const Bytes bytes = from.take_output();
    to.inbox.insert(to.inbox.end(), bytes.begin(), bytes.end());
    for (std::size_t used = 0;;) {
      Result<Step> step;
      if (meets_it(budget, [&] { step = to.connection.receive(MutableBytes(to.inbox).subspan(used)); })) {
        expect_over(to.connection, where);
        return false;
      }
      EXPECT_TRUE(step) << where << ": " << step.error().message();
      if (!step) return false;
      used += step->consumed;
      if (std::holds_alternative<NeedBytes>(step->progress)) {
        to.inbox.erase(to.inbox.begin(), to.inbox.begin() + static_cast<std::ptrdiff_t>(used));
        return true;
      }
      if (std::holds_alternative<PeerClosed>(step->progress)) return true;
    }
  };
  const auto command = [&](End& end, auto&& call) {
    if (!meets_it(budget, [&] { EXPECT_TRUE(call(end.connection)) << where; })) return true;
    expect_over(end.connection, where);
    return false;
  };
  const Bytes much(100'000, std::byte{7});
  for (int i = 0; i < 3; ++i) {
    if (!exchange(pair.client, pair.server) || !exchange(pair.server, pair.client)) return true;
  }
  EXPECT_TRUE(pair.connected()) << where;
  for (End* end : {&pair.client, &pair.server}) {
    if (!command(*end, [&](Connection& c) { return c.send(much); })) return true;
    if (!command(*end, [](Connection& c) { return c.update_keys(KeyUpdateRequest::update_requested); })) return true;
    if (!exchange(pair.client, pair.server) || !exchange(pair.server, pair.client)) return true;
  }
  for (End* end : {&pair.client, &pair.server}) {
    if (!command(*end, [](Connection& c) { return c.close(); })) return true;
  }
  if (!exchange(pair.client, pair.server) || !exchange(pair.server, pair.client)) return true;
  return budget < 0;
}

TEST(OutOfMemory, EndsTheConnectionWhereverItIsMet) {
  static_cast<void>(run_with(1 << 20));  // what is made once is made
  for (const bool only_once : {true, false}) {
    once = only_once;
    int failed = 0;
    while (run_with(failed)) {
      if (HasFailure()) return;
      ++failed;
      ASSERT_LT(failed, 10'000);
    }
    EXPECT_GT(failed, 20) << "a handshake allocates more than that";
  }
}

}  // namespace
}  // namespace keyway::test
