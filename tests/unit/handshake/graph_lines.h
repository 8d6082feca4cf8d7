// SPDX-License-Identifier: Apache-2.0
//
// The graph of a role printed from the types of its two figures, hello and a family, in the words of docs/rfc/*.edges.
#pragma once

#include <deque>
#include <map>
#include <set>
#include <string>

#include "handshake/hello/client_machine.h"
#include "handshake/hello/server_machine.h"
#include "handshake/state_name.h"
#include "handshake/tls12/client_machine.h"
#include "handshake/tls12/server_machine.h"
#include "handshake/tls13/client_machine.h"
#include "handshake/tls13/server_machine.h"

namespace keyway::handshake::test {

template <class Message>
concept FromPeer = requires { Message::type; };  // a local message has no wire type

/// The RFC's name: structs of wire/ whose form depends on the version end in its number.
template <class Message>
std::string message_name() {
  std::string name(state_name<Message>());
  if (FromPeer<Message> && (name.ends_with("13") || name.ends_with("12"))) name.resize(name.size() - 2);
  return name;
}

/// From the peer, though it is a record and no message.
template <class Message>
concept FromPeerAsRecord = std::same_as<Message, tls12::ChangeCipherSpec>;

struct Edge {
  std::string from;
  std::string message;
  std::string to;
  bool from_peer;
  auto operator<=>(const Edge&) const = default;
};

/// Calls `visit` with a null pointer to each type of a list.
template <class... T, class Visitor>
void for_each(List<T...>*, Visitor visit) {
  (visit(static_cast<T*>(nullptr)), ...);
}
template <class L, class Visitor>
void for_each(Visitor visit) {
  for_each(static_cast<L*>(nullptr), visit);
}

/// Names of the states in a set of a figure.
template <class F>
std::set<std::string> names_of(States64 set) {
  std::set<std::string> names;
  for_each<typename F::States>([&]<class State>(State*) {
    if ((set & Graph<F>::template bit<State>()) != 0) names.emplace(state_name<State>());
  });
  return names;
}

template <class F>
void add_figure(std::set<Edge>& edges) {
  for_each<typename F::Messages>([&]<class Message>(Message*) {
    for_each<typename F::States>([&]<class State>(State*) {
      for (const std::string& to : names_of<F>(Graph<F>::template targets<State, Message>()))
        edges.insert(
            {std::string(state_name<State>()), message_name<Message>(), to, FromPeer<Message> || FromPeerAsRecord<Message>});
    });
  });
}

/// The two figures of a role in one family, and what entering the second with an exit of the first gives.
struct ClientFigures {
  static constexpr const char* role = "client";
  using Hello = hello::client::Figure;
  using Family = tls13::client::Figure;
  template <class Exit>
  static auto entered(Exit&& exit, Flow& flow) -> decltype(tls13::client::enter(std::move(exit), flow));
};
struct ServerFigures {
  static constexpr const char* role = "server";
  using Hello = hello::server::Figure;
  using Family = tls13::server::Figure;
  template <class Exit>
  static auto entered(Exit&& exit, Flow& flow) -> decltype(tls13::server::enter(std::move(exit), flow));
};
struct OlderClientFigures {
  static constexpr const char* role = "client";
  using Hello = hello::client::Figure;
  using Family = tls12::client::Figure;
  template <class Exit>
  static auto entered(Exit&& exit, Flow& flow) -> decltype(tls12::client::enter(std::move(exit), flow));
};
struct OlderServerFigures {
  static constexpr const char* role = "server";
  using Hello = hello::server::Figure;
  using Family = tls12::server::Figure;
  template <class Exit>
  static auto entered(Exit&& exit, Flow& flow) -> decltype(tls12::server::enter(std::move(exit), flow));
};

/// Whether this exit of hello leads into the family.
template <class Figures, class Exit>
concept Enters = requires(Exit&& exit, Flow& flow) { Figures::entered(std::move(exit), flow); };

template <class Figures>
std::set<Edge> edges_of() {
  using To = typename Figures::Family;
  std::set<Edge> edges;
  add_figure<typename Figures::Hello>(edges);
  add_figure<To>(edges);
  for_each<typename Figures::Hello::Exits>([&]<class Exit>(Exit*) {
    if constexpr (Enters<Figures, Exit>) {
      using Entered = decltype(Figures::entered(std::declval<Exit>(), std::declval<Flow&>()));
      constexpr States64 targets = Graph<To>::template bits<Exit, To>(static_cast<Entered*>(nullptr));
      for (const std::string& to : names_of<To>(targets)) edges.insert({std::string(state_name<Exit>()), "enter", to, false});
    } else {
      // The other family's file has this one.
      std::erase_if(edges, [](const Edge& edge) { return edge.to == state_name<Exit>(); });
    }
  });
  return edges;
}

inline std::set<std::string> reached_from(const std::string& start, const std::set<Edge>& edges) {
  std::set<std::string> reached;
  std::deque<std::string> open{start};
  for (; !open.empty(); open.pop_front()) {
    if (!reached.insert(open.front()).second) continue;
    for (const Edge& edge : edges) {
      if (edge.from == open.front()) open.push_back(edge.to);
    }
  }
  return reached;
}

/// Lines of docs/rfc/rfc8446.edges: what lies behind Connected is post-handshake.
template <class Figures>
std::set<std::string> lines_of() {
  using Hello = typename Figures::Hello;
  const std::set<Edge> edges = edges_of<Figures>();
  const std::set<std::string> late = reached_from("Connected", edges);
  const std::string role = std::string(Figures::role) + " ";
  std::set<std::string> lines;
  for (const std::string& state : names_of<Hello>(Graph<Hello>::entries())) lines.insert("> " + role + state);
  for (const Edge& edge : edges) {
    const char* mark = late.contains(edge.from) ? "+ " : edge.from_peer ? ". " : "* ";
    lines.insert(mark + role + edge.from + " " + edge.message + " " + edge.to);
  }
  return lines;
}

}  // namespace keyway::handshake::test
