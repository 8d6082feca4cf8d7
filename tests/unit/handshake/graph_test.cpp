// SPDX-License-Identifier: Apache-2.0
//
// The graph printed from the types equals docs/rfc/rfc8446.edges, which scripts/check_edges.py holds against appendix A
// of RFC 8446, and docs/rfc/rfc5246.edges with rfc5077.edges and nextprotoneg.edges, which it holds against the figures of RFC
// 5246, RFC 5077 and draft-agl-tls-nextprotoneg-04; and every `on` that a header declares is an edge of its figure.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

#include "unit/handshake/graph_lines.h"

namespace keyway::handshake::test {
namespace {

std::string text_of(const std::string& name) {
  std::ifstream file(KEYWAY_SOURCE_DIR "/" + name, std::ios::binary);
  EXPECT_TRUE(file) << name;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// The lines of the file about our machines, blanks made one.
std::set<std::string> written(const std::string& rfc, const std::string& role) {
  std::istringstream file(text_of("docs/rfc/" + rfc + ".edges"));
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string all;
    for (std::string word; words >> word;) all += (all.empty() ? "" : " ") + word;
    for (const char* mark : {"> ", ". ", "* ", "+ "}) {
      if (all.starts_with(mark + role + " ")) lines.insert(all);
    }
  }
  return lines;
}

TEST(Graph, ClientEqualsTheFile) {
  const auto printed = lines_of<ClientFigures>();
  EXPECT_GT(printed.size(), 20u);
  auto lines = written("rfc8446", "client");
  lines.merge(written("rfc8879", "client"));
  EXPECT_THAT(printed, testing::ContainerEq(lines));
}

TEST(Graph, ServerEqualsTheFile) {
  const auto printed = lines_of<ServerFigures>();
  EXPECT_GT(printed.size(), 30u);
  auto lines = written("rfc8446", "server");
  lines.merge(written("rfc8879", "server"));
  EXPECT_THAT(printed, testing::ContainerEq(lines));
}

TEST(Graph, OlderClientEqualsTheFile) {
  auto lines = written("rfc5246", "client");
  lines.merge(written("rfc5077", "client"));
  EXPECT_THAT(lines_of<OlderClientFigures>(), testing::ContainerEq(lines));
}

TEST(Graph, OlderServerEqualsTheFile) {
  auto lines = written("rfc5246", "server");
  lines.merge(written("nextprotoneg", "server"));
  EXPECT_THAT(lines_of<OlderServerFigures>(), testing::ContainerEq(lines));
}

/// "State Message" for each declaration `on(State&&, Message, Flow&)` of a header.
std::multiset<std::string> declared(const std::string& header) {
  const std::string text = text_of(header);
  const std::regex edge(R"(\bon\((\w+)&&,\s+(?:const )?(\w+)&&?,\s+Flow&\);)");
  std::multiset<std::string> pairs;
  for (std::sregex_iterator one(text.begin(), text.end(), edge), end; one != end; ++one)
    pairs.insert((*one)[1].str() + " " + (*one)[2].str());
  return pairs;
}

template <class State, class Message>
constexpr bool forwards = false;
template <class Message, class Then, class Other>
constexpr bool forwards<May<Message, Then>, Other> = !std::same_as<Message, Other>;

template <class F>
std::multiset<std::string> pairs_of() {
  std::multiset<std::string> pairs;
  for_each<typename F::States>([&]<class State>(State*) {
    for_each<typename F::Messages>([&]<class Message>(Message*) {
      // What a May<> takes for the state behind it is written there.
      if (Handles<State, Message> && !forwards<State, Message>)
        pairs.insert(std::string(state_name<State>()) + " " + message_name<Message>());
    });
  });
  return pairs;
}

// A message that is missing in Figure::Messages would make its `on` dead without any complaint of the compiler.
TEST(Graph, EveryDeclaredEdgeIsInItsFigure) {
  EXPECT_THAT(declared("src/handshake/hello/client_machine.h"), testing::ContainerEq(pairs_of<hello::client::Figure>()));
  EXPECT_THAT(declared("src/handshake/hello/server_machine.h"), testing::ContainerEq(pairs_of<hello::server::Figure>()));
  EXPECT_THAT(declared("src/handshake/tls12/client_machine.h"), testing::ContainerEq(pairs_of<tls12::client::Figure>()));
  EXPECT_THAT(declared("src/handshake/tls12/server_machine.h"), testing::ContainerEq(pairs_of<tls12::server::Figure>()));
  EXPECT_THAT(declared("src/handshake/tls13/client_machine.h"), testing::ContainerEq(pairs_of<tls13::client::Figure>()));
  EXPECT_THAT(declared("src/handshake/tls13/server_machine.h"), testing::ContainerEq(pairs_of<tls13::server::Figure>()));
}

TEST(Graph, NoStateOrMessageIsNamedTwice) {
  for_each<List<hello::client::Figure, hello::server::Figure, tls12::client::Figure, tls12::server::Figure, tls13::client::Figure,
                tls13::server::Figure>>([]<class F>(F*) {
    std::set<std::string> states;
    for_each<typename F::States>([&]<class State>(State*) { EXPECT_TRUE(states.emplace(state_name<State>()).second); });
    std::set<std::string> messages;
    for_each<typename F::Messages>(
        [&]<class Message>(Message*) { EXPECT_TRUE(messages.insert(message_name<Message>()).second); });
  });
}

}  // namespace
}  // namespace keyway::handshake::test
