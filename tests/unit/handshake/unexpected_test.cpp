// SPDX-License-Identifier: Apache-2.0
//
// Every pair of a state and a message that is no edge gives unexpected_message: all states of all figures, all 256 types
// that a peer can send, all local messages, generated from the types. Bodies are memory that cannot be read, so that
// decoding one byte of them would end the program.
#include <gtest/gtest.h>
#include <sys/mman.h>

#include "handshake/state_name.h"
#include "unit/handshake/graph_lines.h"
#include "unit/handshake/made_states.h"

namespace keyway::handshake::test {
namespace {

/// Bytes whose first one already faults.
class Unreadable {
 public:
  Unreadable() : memory_(mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) {}
  Unreadable(const Unreadable&) = delete;
  Unreadable& operator=(const Unreadable&) = delete;
  ~Unreadable() { munmap(memory_, size); }
  ByteView view() const { return {static_cast<const std::byte*>(memory_), size}; }

 private:
  static constexpr std::size_t size = 4096;
  void* memory_;
};

/// Whether an edge leads from `State` on a message of this wire type.
template <class F, class State>
bool expected(HandshakeType type) {
  bool found = false;
  for_each<typename F::Messages>([&]<class Message>(Message*) {
    if constexpr (FromPeer<Message> && Handles<State, Message>) found = found || Message::type == type;
  });
  // Heard and passed over (RFC 5246 7.4.1.1).
  if constexpr (!std::same_as<typename F::Ignored, List<>>)
    for_each<typename F::Ignored>([&]<class Message>(Message*) { found = found || Message::type == type; });
  return found;
}

template <class F>
void expect_refused(const Result<void>& done, const Machine<F>& machine, const QuietFlow& flow) {
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code(), Errc::unexpected_message);
  EXPECT_EQ(done.error().alert(), AlertDescription::unexpected_message);
  ASSERT_NE(machine.template in<Failed>(), nullptr) << "the machine goes on";
  EXPECT_EQ(machine.template in<Failed>()->first.code(), Errc::unexpected_message);
  EXPECT_EQ(flow.calls(), 0u) << "something was done about it";
}

// What does not need both types of a pair stands apart from them: there are thousands of pairs to compile.
template <class F, class State>
Machine<F> machine_in() {
  return Machine<F>(made<State>());
}

template <class F, class Message>
void expect_delivery_refused(Machine<F> machine, std::string_view state) {
  SCOPED_TRACE(std::string(state) + ", " + message_name<Message>());
  QuietFlow flow;
  expect_refused(machine.deliver(made<Message>(), flow), machine, flow);
}

void expect_same(bool expects, bool is_edge, std::string_view state, std::string_view message) {
  EXPECT_EQ(expects, is_edge) << state << ", " << message;
}

template <class F>
class EveryPair : public testing::Test {};
using Figures = testing::Types<hello::client::Figure, hello::server::Figure, tls12::client::Figure, tls12::server::Figure,
                               tls13::client::Figure, tls13::server::Figure>;
TYPED_TEST_SUITE(EveryPair, Figures);

//= rfc8446#4.1.2-7, 4.5-2, 4.6.3-2, 4.6.2-3
TYPED_TEST(EveryPair, FromThePeerIsRefusedUnreadUnlessItIsAnEdge) {
  using F = TypeParam;
  const Unreadable body;
  std::size_t refused = 0;
  for_each<typename F::States>([&]<class State>(State*) {
    for (unsigned number = 0; number < 256; ++number) {
      const auto type = static_cast<HandshakeType>(number);
      if (expected<F, State>(type)) continue;
      SCOPED_TRACE(std::string(state_name<State>()) + ", handshake type " + std::to_string(number));
      QuietFlow flow;
      Machine<F> machine(made<State>());
      expect_refused(machine.receive(type, body.view(), flow), machine, flow);
      // The first error stays, whatever comes afterwards.
      expect_refused(machine.receive(type, body.view(), flow), machine, flow);
      ++refused;
    }
  });
  std::size_t states = 0;
  for_each<typename F::States>([&]<class State>(State*) { ++states; });
  EXPECT_GT(refused, states * 250);
}

TYPED_TEST(EveryPair, LocalMessagesAreRefusedUnlessTheyAreAnEdge) {
  using F = TypeParam;
  for_each<typename F::States>([&]<class State>(State*) {
    for_each<typename F::Messages>([&]<class Message>(Message*) {
      if constexpr (!FromPeer<Message> && !Handles<State, Message>)
        expect_delivery_refused<F, Message>(machine_in<F, State>(), state_name<State>());
    });
  });
}

// What the table of expected messages says must be what the overloads say.
TYPED_TEST(EveryPair, ExpectsEqualsTheGraph) {
  using F = TypeParam;
  for_each<typename F::States>([&]<class State>(State*) {
    const Machine<F> machine(made<State>());
    EXPECT_NE(machine.template in<State>(), nullptr);
    for_each<typename F::Messages>([&]<class Message>(Message*) {
      expect_same(machine.template expects<Message>(), Graph<F>::template targets<State, Message>() != 0, state_name<State>(),
                  message_name<Message>());
    });
  });
}

TYPED_TEST(EveryPair, NothingIsExpectedAfterAFailure) {
  using F = TypeParam;
  const Unreadable body;
  using First = std::remove_pointer_t<decltype([]<class S, class... More>(List<S, More...>*) -> S* {
    return nullptr;
  }(static_cast<typename F::States*>(nullptr)))>;
  for (unsigned number = 0; number < 256; ++number) {
    QuietFlow flow;
    Machine<F> machine(made<First>());
    (void)machine.refuse(Error(Errc::finished_mismatch));
    const auto done = machine.receive(static_cast<HandshakeType>(number), body.view(), flow);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().code(), Errc::finished_mismatch) << number;
    EXPECT_EQ(flow.calls(), 0u);
  }
}

// RFC 8446 4.1.4: the type is expected, the message is not.
//= rfc8446#4.1.4-2
TEST(EveryPairButOne, SecondHelloRetryRequestIsRefused) {
  Bytes body(2, std::byte{3});
  body.insert(body.end(), wire::hello_retry_request_random.begin(), wire::hello_retry_request_random.end());
  QuietFlow flow;
  Machine<tls13::client::Figure> machine(made<tls13::client::WaitSecondServerHello>());
  expect_refused(machine.receive(HandshakeType::server_hello, body, flow), machine, flow);
}

// The bodies above are a trap: a message that is expected falls into it.
TEST(EveryPairDeathTest, AnExpectedMessageIsRead) {
  const Unreadable body;
  QuietFlow flow;
  Machine<hello::server::Figure> machine(hello::server::WaitClientHello{});
  EXPECT_DEATH((void)machine.receive(HandshakeType::client_hello, body.view(), flow), "");
}

}  // namespace
}  // namespace keyway::handshake::test
