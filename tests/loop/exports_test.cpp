// SPDX-License-Identifier: Apache-2.0
//
// What leaves a connection besides data: exporters (RFC 8446 7.5) and the key log in the NSS format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/hex.h"
#include "loop/forge.h"

namespace keyway::test {
namespace {

PairOptions defaults() { return {.client = client_options(), .server = server_options()}; }

Bytes exported(const End& end, std::string_view label, std::optional<std::string_view> context, std::size_t size = 32) {
  Bytes out(size);
  const auto done = end.connection.export_key(label, context ? std::optional<ByteView>(as_bytes(*context)) : std::nullopt, out);
  EXPECT_TRUE(done);
  return out;
}

TEST(Exporter, IsEqualOnBothSidesAndDifferentOtherwise) {
  Pair pair(defaults());
  pair.run();
  Pair other(defaults());
  other.run();
  std::set<Bytes> all;
  for (const char* label : {"EXPORTER-one", "EXPORTER-two", "EXPORTER-on"}) {
    for (const char* context : {"", "a", "b"}) {
      EXPECT_EQ(exported(pair.client, label, context), exported(pair.server, label, context));
      all.insert(exported(pair.client, label, context));
      all.insert(exported(other.client, label, context));
    }
  }
  EXPECT_EQ(all.size(), 18u);
}

//= rfc8446#7.5-1
TEST(Exporter, AbsentAndEmptyContextAreTheSame) {
  Pair pair(defaults());
  pair.run();
  EXPECT_EQ(exported(pair.client, "EXPORTER-x", std::nullopt), exported(pair.server, "EXPORTER-x", ""));
}

TEST(Exporter, ALongerKeyDoesNotBeginWithAShorterOne) {
  Pair pair(defaults());
  pair.run();
  Bytes longer = exported(pair.client, "EXPORTER-x", "", 64);
  longer.resize(32);
  EXPECT_NE(longer, exported(pair.client, "EXPORTER-x", "", 32));
}

TEST(Exporter, StaysWhatItIsAfterKeyUpdatesAndDiffersAfterResumption) {
  PairOptions options = defaults();
  options.server.tickets.mode = TicketMode::stateful;
  const auto server = make_config(options.server);
  Pair pair(make_config(options.client), server, options);
  pair.run();
  const Bytes before = exported(pair.client, "EXPORTER-x", "");
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  EXPECT_EQ(exported(pair.server, "EXPORTER-x", ""), before);
  options.client.tickets.use_ticket = {tickets_of(pair.client).front()};
  Pair resumed(make_config(options.client), server, options);
  resumed.run();
  ASSERT_EQ(resumed.client.connection.info().resumed, Resumption::ticket);
  EXPECT_NE(exported(resumed.client, "EXPORTER-x", ""), before);
  EXPECT_EQ(exported(resumed.client, "EXPORTER-x", ""), exported(resumed.server, "EXPORTER-x", ""));
}

TEST(Exporter, NeedsACompleteHandshake) {
  Pair pair(defaults());
  Bytes out(32);
  EXPECT_EQ(pair.client.connection.export_key("EXPORTER-x", std::nullopt, out).error().code(), Errc::handshake_incomplete);
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(pair.server.connection.export_key("EXPORTER-x", std::nullopt, out).error().code(), Errc::handshake_incomplete)
      << "its own Finished is out, the client's is not in";
}

TEST(Exporter, HasLimits) {
  Pair pair(defaults());
  pair.run();
  Bytes most(255 * 48);
  EXPECT_TRUE(pair.client.connection.export_key("EXPORTER-x", std::nullopt, most));
  most.push_back({});
  EXPECT_EQ(pair.client.connection.export_key("EXPORTER-x", std::nullopt, most).error().code(), Errc::too_long);
  Bytes out(32);
  EXPECT_TRUE(pair.client.connection.export_key(std::string(249, 'l'), std::nullopt, out));
  EXPECT_EQ(pair.client.connection.export_key(std::string(250, 'l'), std::nullopt, out).error().code(), Errc::too_long);
  EXPECT_FALSE(pair.client.connection.export_key("", std::nullopt, out));
}

TEST(Exporter, OfAFailedConnectionIsItsError) {
  Pair pair(defaults());
  pair.run();
  pair.client.give(plain_record(ContentType::application_data, Bytes(40)));
  Bytes out(32);
  EXPECT_EQ(pair.client.connection.export_key("EXPORTER-x", std::nullopt, out).error().code(), Errc::bad_record_mac);
}

// ---- the key log

TEST(KeyLog, HasTheLinesOfTheNssFormatOnBothSides) {
  KeyBook client;
  KeyBook server;
  PairOptions options = defaults();
  options.client.observe.key_log = client.sink();
  options.server.observe.key_log = server.sink();
  Pair pair(options);
  const Bytes hello = pair.client.take_output();
  pair.server.give(hello);
  pair.run();
  ASSERT_TRUE(pair.connected());
  const std::regex line("[A-Z0-9_]+ [0-9a-f]{64} [0-9a-f]{96}");
  const std::string random = to_hex(ByteView(hello_of(hello).head).subspan(2, 32));
  for (const KeyBook* book : {&client, &server}) {
    std::vector<std::string> labels;
    for (const std::string& text : book->lines()) {
      EXPECT_TRUE(std::regex_match(text, line)) << text;
      EXPECT_EQ(text.substr(text.find(' ') + 1, 64), random);
      labels.push_back(text.substr(0, text.find(' ')));
    }
    EXPECT_THAT(labels, testing::UnorderedElementsAre("CLIENT_HANDSHAKE_TRAFFIC_SECRET", "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                                                      "CLIENT_TRAFFIC_SECRET_0", "SERVER_TRAFFIC_SECRET_0", "EXPORTER_SECRET"));
  }
  EXPECT_THAT(client.lines(), testing::UnorderedElementsAreArray(server.lines()));
}

TEST(KeyLog, HasThoseOfAHandshakeThatFails) {
  KeyBook book;
  PairOptions options = defaults();
  options.host = "other.test";
  options.client.observe.key_log = book.sink();
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(book.lines().size(), 2u);
  EXPECT_EQ(book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET").size(), 48u);
}

TEST(KeyLog, HasTheSecretsThatAreInUse) {
  KeyBook book;
  PairOptions options = defaults();
  options.client.observe.key_log = book.sink();
  Pair pair(options);
  pair.run();
  Secret48 read;
  Secret48 write;
  ASSERT_TRUE(pair.client.connection.export_traffic_secrets(read, write));
  EXPECT_EQ(to_bytes(write.expose()), book.at("CLIENT_TRAFFIC_SECRET_0"));
  EXPECT_EQ(to_bytes(read.expose()), book.at("SERVER_TRAFFIC_SECRET_0"));
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  pair.send_from_server("the answer leaves before the next data");
  ASSERT_TRUE(pair.client.connection.export_traffic_secrets(read, write));
  EXPECT_EQ(to_bytes(write.expose()), book.at("CLIENT_TRAFFIC_SECRET_1"));
  EXPECT_EQ(to_bytes(read.expose()), book.at("SERVER_TRAFFIC_SECRET_1"));
}

}  // namespace
}  // namespace keyway::test
