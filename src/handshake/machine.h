// SPDX-License-Identifier: Apache-2.0
//
// Typed-state machines. A figure is a list of states, a list of messages and an overload set `on`: the edge exists if and
// only if the overload does, and its return type names where it leads. This is the only metaprogramming of the handshake;
// docs/adr/0001 says why it is done this way, tls13/client_machine.h shows what it buys.
#pragma once

#include <array>
#include <concepts>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "handshake/flow.h"
#include "names/handshake_type.h"
#include "wire/message.h"

namespace keyway::handshake {

template <class...>
struct List {};

template <class T, class... Ts>
concept In = (std::same_as<T, Ts> || ...);

/// The states a handler may lead to. A smaller set converts to a larger one, inside Result as well.
template <class... States>
struct OneOf : std::variant<States...> {
  using Variant = std::variant<States...>;
  using Variant::Variant;
  template <class... Fewer>
    requires(In<Fewer, States...> && ...)
  OneOf(OneOf<Fewer...>&& from) noexcept
      : Variant(std::visit([](auto&& state) { return Variant(std::move(state)); }, std::move(from.base()))) {}
  Variant& base() noexcept { return *this; }
};

template <class S, class M>
concept Handles = requires(S&& s, M&& m, Flow& f) { on(std::move(s), std::move(m), f); };

template <class S, class M>
using Returned = decltype(on(std::declval<S>(), std::declval<M>(), std::declval<Flow&>()));

/// A state with a member `question` is left only by the answer to it.
template <class S>
concept Asks = requires(S& s) { s.question; };

/// A message that may be left out: takes M, or whatever Then takes.
template <class M, class Then>
struct May {
  Then then;
};

template <class M, class Then, class Other>
  requires(!std::same_as<M, Other> && Handles<Then, Other>)
Returned<Then, Other> on(May<M, Then>&& s, const Other& m, Flow& f) {
  return on(std::move(s.then), m, f);
}

template <class S, bool Ok>
struct StateIsEntered {
  static_assert(Ok, "no edge and no entry leads to this state");
};
template <class S, bool Ok>
struct StateIsLeft {
  static_assert(Ok, "no `on` leads out of this state and it is no exit");
};
template <class S, class M, class R>
struct EdgeStaysInFigure {
  static_assert(!sizeof(S), "on(S&&, M, Flow&) must return Result<N> or Result<OneOf<N...>>, each N in Figure::States");
};

/// A set of states of one figure, a bit for each.
using States64 = std::uint64_t;

/// The figure as data: for a message, the set of next states of every state (0: no edge). For checks, tests, pictures.
template <class F, class = typename F::States, class = typename F::Messages, class = typename F::Exits>
struct Graph;

template <class F, class... S, class... M, class... X>
struct Graph<F, List<S...>, List<M...>, List<X...>> {
  static_assert(sizeof...(S) <= 64);

  template <class N>
  static constexpr States64 bit() {
    States64 set = 0;
    States64 next = 1;
    ((set |= std::same_as<N, S> ? next : 0, next <<= 1), ...);
    return set;
  }
  template <class From, class By, class R>
  static constexpr States64 bits(R*) {
    [[maybe_unused]] EdgeStaysInFigure<From, By, R> bad;
    return 0;
  }
  template <class From, class By, In<S...> N>
  static constexpr States64 bits(Result<N>*) {
    return bit<N>();
  }
  template <class From, class By, In<S...>... N>
  static constexpr States64 bits(Result<OneOf<N...>>*) {
    return (bit<N>() | ...);
  }
  template <class From, class By>
  static constexpr States64 targets() {
    if constexpr (Handles<From, By>) {
      return bits<From, By>(static_cast<Returned<From, By>*>(nullptr));
    } else {
      return 0;
    }
  }
  template <class By>
  static constexpr std::array<States64, sizeof...(S)> edges() {
    return {targets<S, By>()...};
  }
  static constexpr States64 entries() { return bits<F, F>(static_cast<Result<typename F::Entries>*>(nullptr)); }
  static constexpr States64 exits() { return (bit<X>() | ... | 0); }

  static constexpr States64 entered() {
    States64 all = entries();
    auto add = [&](const auto& column) {
      for (const States64 next : column) all |= next;
    };
    (add(edges<M>()), ...);
    return all;
  }
  static constexpr States64 left() {
    States64 all = exits();
    auto add = [&](const auto& column) {
      for (std::size_t i = 0; i < column.size(); ++i) all |= column[i] != 0 ? States64(1) << i : 0;
    };
    (add(edges<M>()), ...);
    return all;
  }
};

template <class F, class... S>
constexpr bool sound(List<S...>*) {
  constexpr States64 entered = Graph<F>::entered();
  constexpr States64 left = Graph<F>::left();
  return ((sizeof(StateIsEntered < S, (entered & Graph<F>::template bit<S>()) != 0 >) != 0 &&
           sizeof(StateIsLeft < S, (left & Graph<F>::template bit<S>()) != 0 >) != 0) &&
          ...);
}

/// Where every error leads. Its secrets are gone; the first error stays.
struct Failed {
  Error first;
};

enum class Turn : std::uint8_t { peer, blocked };  ///< whose turn: the peer's, or whoever owes an answer

template <class F, class = typename F::States, class = typename F::Messages, class = typename F::Exits,
          class = typename F::Ignored>
class Machine;

template <class F, class... S, class... M, class... X, class... I>
class Machine<F, List<S...>, List<M...>, List<X...>, List<I...>> {
  static_assert((std::is_nothrow_move_constructible_v<S> && ...), "a state that throws when moved");
  static_assert(sound<F>(static_cast<typename F::States*>(nullptr)));

 public:
  template <class Entry>
  explicit Machine(Entry&& entry) : state_(Failed{Error(Errc::internal)}) {
    go(std::forward<Entry>(entry));
  }

  template <class State>
  State* in() {
    return std::get_if<State>(&state_);
  }
  template <class State>
  const State* in() const {
    return std::get_if<State>(&state_);
  }
  /// Calls `visitor` with the present state.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) {
    return std::visit(std::forward<Visitor>(visitor), state_);
  }
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return std::visit(std::forward<Visitor>(visitor), state_);
  }
  std::size_t index() const noexcept { return state_.index(); }
  bool blocked() const noexcept { return asked_; }

  template <class Message>
  bool expects() const {
    static constexpr bool table[] = {Handles<S, Message>..., false};
    return table[state_.index()];
  }

  /// From the peer. What is expected is decided by type alone: no byte of an unexpected message is decoded.
  Result<void> receive(HandshakeType type, ByteView body, Flow& flow) {
    if (asked_) return fail(Errc::blocked);
    Result<void> done;
    const bool known = ((matches<M>(type, body) && (done = receive_as<M>(body, flow), true)) || ...);
    //= rfc5246#7.4-1
    return known ? done : refuse(Error(Errc::unexpected_message));
  }

  /// From the connection: commands and late answers.
  template <In<M...> Message>
  Result<void> deliver(Message message, Flow& flow) {
    asked_ = false;
    return std::visit(
        [&]<class State>(State& state) -> Result<void> {
          if constexpr (Handles<State, Message>) {
            FailUnless done{*this};  // a handler that throws leaves Failed behind
            auto next = on(std::move(state), std::move(message), flow);
            if (!next) return refuse(std::move(next).error());
            done.ok = true;
            go(*std::move(next));
            return {};
          } else {
            return refuse(Error(Errc::unexpected_message));
          }
        },
        state_);
  }

  /// Asks what the state asks; answers given at once are taken in this loop, later ones come through deliver().
  template <class Oracle>
  Result<Turn> settle(Flow& flow, Oracle& oracle) {
    for (;;) {
      if (asked_) return Turn::blocked;
      KW_ASSIGN(const bool moved, std::visit(
                                      [&]<class State>(State& state) -> Result<bool> {
                                        if constexpr (Asks<State>) {
                                          return settle_question(state, flow, oracle);
                                        } else {
                                          return false;
                                        }
                                      },
                                      state_));
      if (!moved && !asked_) return Turn::peer;
    }
  }

  /// Every secret is gone; the first error stays.
  Result<void> refuse(Error error) {
    asked_ = false;
    if (!in<Failed>()) state_.template emplace<Failed>(std::move(error));
    return std::unexpected(in<Failed>()->first);
  }

 private:
  struct FailUnless {
    Machine& machine;
    bool ok = false;
    ~FailUnless() {
      if (!ok && !machine.template in<Failed>()) (void)machine.refuse(Error(Errc::internal));
    }
  };

  template <class State, class Oracle>
  Result<bool> settle_question(State& state, Flow& flow, Oracle& oracle) {
    auto answer = oracle.ask(state.question);
    if (!answer) {
      KW_TRY(refuse(std::move(answer).error()));
      return false;
    }
    asked_ = !answer->has_value();
    if (asked_) return false;
    KW_TRY(deliver(**std::move(answer), flow));
    return true;
  }

  template <class Message>
  bool matches(HandshakeType type, ByteView body) const {
    if constexpr (requires { Message::matches(body); }) {
      return type == Message::type && expects<Message>() && Message::matches(body);  // unexpected: not even looked at
    } else if constexpr (requires { Message::type; }) {
      return type == Message::type;
    } else {
      return false;  // a local message has no wire type
    }
  }

  template <class Message>
  Result<void> receive_as(ByteView body, Flow& flow) {
    if constexpr (requires { Message::type; }) {
      if (!expects<Message>()) {
        //= rfc8446#4.1.2-7, 4.1.4-2, 4.5-2, 4.6.3-2
        return In<Message, I...> && !in<Failed>() ? Result<void>() : refuse(Error(Errc::unexpected_message));
      }
      auto decoded = Message::decode(body);
      if (!decoded) return refuse(std::move(decoded).error());
      if (Message::hashed == wire::Hashed::before) flow.hash_received();
      KW_TRY(deliver(*std::move(decoded), flow));
      if (Message::hashed == wire::Hashed::after) flow.hash_received();
    }
    return {};
  }

  template <class State>
  void go(State&& next) {
    if constexpr (In<std::remove_cvref_t<State>, S...>) {
      state_.template emplace<std::remove_cvref_t<State>>(std::move(next));
    } else {
      std::visit([this](auto&& one) { this->go(std::move(one)); }, std::move(next.base()));
    }
  }

  [[no_unique_address]] std::variant<S..., Failed> state_;  // the padding behind its index takes what follows
  bool asked_ = false;
};

}  // namespace keyway::handshake
