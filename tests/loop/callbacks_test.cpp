// SPDX-License-Identifier: Apache-2.0
//
// The program's own code: what it throws ends the connection as an error and never leaves the library, and what it answers
// must be possible.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "loop/pair.h"

namespace keyway::test {
namespace {

[[noreturn]] void fail_on_purpose() { throw std::runtime_error("on purpose"); }

void expect_thrown(const Error& error) {
  EXPECT_EQ(to_string(error.code()), "callback_threw");
  ASSERT_NE(error.detail(), nullptr);
  ASSERT_TRUE(error.detail()->exception);
  try {
    std::rethrow_exception(error.detail()->exception);
  } catch (const std::runtime_error& thrown) { EXPECT_STREQ(thrown.what(), "on purpose"); }
}

/// `ours` ended by what its callback threw; the other end is told that it is not its fault.
void expect_end(const End& ours, const End& other) {
  ASSERT_TRUE(ours.error);
  expect_thrown(*ours.error);
  ASSERT_TRUE(other.error);
  ASSERT_NE(other.error->detail(), nullptr);
  EXPECT_EQ(other.error->detail()->received_alert, AlertDescription::internal_error);
}

PairOptions with_alpn_select(std::function<AlpnChoice(const std::vector<std::string>&)> select) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.alpn_advertised_protocols = {"h2", "http/1.1"};
  options.server.alpn_select = std::move(select);
  return options;
}

TEST(AlpnSelect, WhatItThrowsIsAnError) {
  Pair pair(with_alpn_select([](const auto&) -> AlpnChoice { fail_on_purpose(); }));
  pair.run();
  expect_end(pair.server, pair.client);
}

TEST(AlpnSelect, OutOfMemoryIsTheProgramsToHandle) {
  Pair pair(with_alpn_select([](const auto&) -> AlpnChoice { throw std::bad_alloc(); }));
  EXPECT_THROW(pair.run(), std::bad_alloc);
  Connection& server = pair.server.connection;
  ASSERT_NE(server.failure(), nullptr) << "the connection is over";
  EXPECT_EQ(to_string(server.failure()->code()), "internal");
  EXPECT_EQ(to_string(server.receive({}).error().code()), "internal");
  EXPECT_EQ(to_string(server.send(as_bytes("x")).error().code()), "internal");
}

TEST(AlpnSelect, AnswersWithOneOfThoseOffered) {
  Pair pair(with_alpn_select([](const auto& offered) { return AlpnChoice{AlpnChoice::Verdict::select, offered.back()}; }));
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.client.connection.info().alpn, "http/1.1");
}

TEST(AlpnSelect, AnythingElseIsNoAnswer) {
  for (const std::string protocol : {"h3", "", "H2"}) {
    Pair pair(with_alpn_select([&](const auto&) { return AlpnChoice{AlpnChoice::Verdict::select, protocol}; }));
    pair.run();
    ASSERT_TRUE(pair.server.error) << protocol;
    EXPECT_EQ(to_string(pair.server.error->code()), "wrong_answer");
    EXPECT_EQ(pair.server.error->detail()->option, "alpn_select");
    EXPECT_EQ(pair.server.error->detail()->value, protocol);
    EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::internal_error);
  }
}

TEST(VerifyFun, WhatItThrowsIsAnError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.peer.verify_fun.function = [](const VerifyEvent&, std::any&, Answer<VerifyVerdict>) { fail_on_purpose(); };
  Pair pair(options);
  pair.run();
  expect_end(pair.client, pair.server);
}

class ThrowingStore final : public ClientTicketStore {
 public:
  explicit ThrowingStore(bool on_put) : on_put_(on_put) {}
  void put(const TicketTarget&, std::shared_ptr<const SessionTicket>) override {
    if (on_put_) fail_on_purpose();
  }
  std::shared_ptr<const SessionTicket> take(const TicketTarget&, Now) override {
    if (!on_put_) fail_on_purpose();
    return nullptr;
  }

 private:
  bool on_put_;
};

TEST(ClientTicketStores, WhatPutThrowsIsAnError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.tickets.store = std::make_shared<ThrowingStore>(true);
  options.server.tickets.mode = TicketMode::stateful;
  Pair pair(options);
  pair.run();
  expect_end(pair.client, pair.server);
}

TEST(ClientTicketStores, WhatTakeThrowsIsAnError) {
  ClientOptions options = client_options();
  options.tickets.store = std::make_shared<ThrowingStore>(false);
  const auto refused = Connection::client(make_config(options), PeerName::of("server.test").value(), Now{});
  ASSERT_FALSE(refused);
  expect_thrown(refused.error());
}

TEST(KeyLogs, WhatTheyThrowIsAnError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.observe.key_log = [](std::string_view) { fail_on_purpose(); };
  Pair pair(options);
  pair.run();
  expect_end(pair.server, pair.client);
  std::swap(options.client.observe, options.server.observe);
  Pair other(options);
  other.run();
  expect_end(other.client, other.server);
}

TraceSink write_to(std::vector<std::string>& lines) {
  return [&lines](const TraceEvent& event) {
    if (event.kind != TraceKind::message && event.kind != TraceKind::alert) return;
    lines.push_back((event.direction == Direction::in ? "in " : "out ") + std::string(event.name));
  };
}

TEST(TraceSinks, SeeMessagesAndAlertsOfBothDirections) {
  std::vector<std::string> client;
  std::vector<std::string> server;
  PairOptions options{.client = client_options(), .server = server_options(), .host = "other.test"};
  options.client.observe.trace = write_to(client);
  options.server.observe.trace = write_to(server);
  Pair pair(options);
  pair.run();
  EXPECT_THAT(client, testing::IsSupersetOf({"out client_hello", "in server_hello", "in certificate", "out bad_certificate"}));
  EXPECT_THAT(client, testing::Not(testing::Contains("out finished")));
  EXPECT_THAT(server, testing::IsSupersetOf({"in client_hello", "out server_hello", "out finished", "in bad_certificate"}));
}

/// Records, each as "handshake 127 plain".
TraceSink write_records_to(std::vector<std::string>& in, std::vector<std::string>& out) {
  return [&in, &out](const TraceEvent& event) {
    if (event.kind != TraceKind::record) return;
    EXPECT_TRUE(event.body.empty());
    EXPECT_TRUE(event.text.empty() || (event.text == "dropped" && event.name == "change_cipher_spec")) << event.name;
    (event.direction == Direction::in ? in : out)
        .push_back(std::string(event.name) + " " + std::to_string(event.size) + (event.is_protected ? " protected" : " plain"));
  };
}

TEST(TraceSinks, HearOfEachRecord) {
  std::vector<std::string> client_in;
  std::vector<std::string> client_out;
  std::vector<std::string> server_in;
  std::vector<std::string> server_out;
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.observe.trace = write_records_to(client_in, client_out);
  options.server.observe.trace = write_records_to(server_in, server_out);
  Pair pair(options);
  pair.run(7);  // records that come in pieces are told once, whole
  ASSERT_TRUE(pair.connected());
  EXPECT_THAT(client_out, testing::ElementsAre(testing::MatchesRegex("handshake [0-9]+ plain"), "change_cipher_spec 6 plain",
                                               testing::MatchesRegex("handshake [0-9]+ protected")));
  EXPECT_EQ(server_in, client_out);
  EXPECT_EQ(client_in, server_out);
  client_in.clear();
  server_out.clear();
  // Two full records and a short one: 5 bytes of header, the type byte and a tag of 16 bytes for each (RFC 8446 5.2).
  pair.send_from_server(std::string(2 * 16384 + 10, 'x'));
  pair.send_from_server("y");
  const std::vector<std::string> wanted{"application_data 16406 protected", "application_data 16406 protected",
                                        "application_data 32 protected", "application_data 23 protected"};
  EXPECT_EQ(server_out, wanted);
  EXPECT_EQ(client_in, wanted);
}

TEST(TraceSinks, HearOfRecordsBehindOthersThatWait) {
  std::vector<std::string> in;
  std::vector<std::string> out;
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.observe.trace = write_records_to(in, out);
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  out.clear();
  // Nothing leaves meanwhile, and each is told as it is sealed.
  for (const std::string_view text : {"a", "bc", "def"}) ASSERT_TRUE(pair.server.connection.send(as_bytes(text)));
  EXPECT_THAT(out, testing::ElementsAre("application_data 23 protected", "application_data 24 protected",
                                        "application_data 25 protected"));
}

TEST(TraceSinks, WhatTheyThrowIsAnError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.observe.trace = [](const TraceEvent&) { fail_on_purpose(); };
  Pair pair(options);
  pair.run();
  expect_end(pair.server, pair.client);
}

TEST(TraceSinks, WhatTheyThrowAtTheFirstHelloIsAnError) {
  ClientOptions options = client_options();
  options.observe.trace = [](const TraceEvent&) { fail_on_purpose(); };
  const auto refused = Connection::client(make_config(options), PeerName::of("server.test").value(), Now{});
  ASSERT_FALSE(refused);
  expect_thrown(refused.error());
}

TEST(TraceSinks, WhatTheyThrowAfterTheHandshakeIsAnError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  bool connected = false;
  options.client.observe.trace = [&](const TraceEvent&) {
    if (connected) fail_on_purpose();
  };
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  connected = true;
  ASSERT_TRUE(pair.server.connection.update_keys(KeyUpdateRequest::update_not_requested));
  pair.run();
  expect_end(pair.client, pair.server);
}

}  // namespace
}  // namespace keyway::test
