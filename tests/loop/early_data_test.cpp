// SPDX-License-Identifier: Apache-2.0
//
// Servers skip the early data of an offer that they refuse, up to a limit (RFC 8446 4.2.10). The client is made by hand:
// this library never sends early data.
#include "loop/sessions.h"
#include "schedule/binder.h"

namespace keyway::test {
namespace {

/// A record that no key opens.
Bytes early_record(std::size_t size) { return plain_record(ContentType::application_data, Bytes(size, std::byte{0xe0})); }

void offer_early_data(Hello& hello) { hello.extensions.insert(hello.extensions.begin(), {ExtensionType::early_data, {}}); }

/// A client's side of a connection by hand, behind the real one's hello.
class EarlyClient {
 public:
  explicit EarlyClient(ServerOptions options = server_options(), const ClientOptions& client = client_options())
      : EarlyClient(configured(std::move(options)), client) {}
  EarlyClient(const std::shared_ptr<const ServerConfig>& server, const ClientOptions& client)
      : pair(make_config(client), server, {}) {}

  void hello(const std::function<void(Hello&)>& change = offer_early_data) {
    sent = edit_hello(pair.client.take_output(), change);
    pair.server.give(sent);
  }
  /// The server's flight is there: answers it, and sends a little data.
  void finish() {
    const Bytes flight = pair.server.take_output();
    const CipherSuite suite = *pair.server.connection.info().cipher_suite;
    Bytes transcript = to_bytes(ByteView(sent).subspan(5));
    transcript = transcript + encode(Hello::of(hello_of(flight).message()).message());
    transcript = transcript + encode(open_messages(suite, book().at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), flight));
    const Bytes& base = book().at("CLIENT_HANDSHAKE_TRAFFIC_SECRET");
    pair.server.give(Forger(suite, base).seal(finished_over(suite, base, transcript)));
    if (pair.server.error) return;
    pair.server.give(Forger(suite, book().at("CLIENT_TRAFFIC_SECRET_0")).seal(ContentType::application_data, as_bytes("late")));
  }
  void expect_refused(Errc code, AlertDescription alert) const {
    ASSERT_TRUE(pair.server.error);
    EXPECT_EQ(pair.server.error->code(), code) << pair.server.error->message();
    EXPECT_EQ(pair.server.error->alert(), alert);
    EXPECT_FALSE(pair.server.done());
  }

  static KeyBook& book() {
    static KeyBook one;
    return one;
  }
  static std::shared_ptr<const ServerConfig> configured(ServerOptions options) {
    options.observe.key_log = book().sink();
    return make_config(std::move(options));
  }

  Pair pair;
  Bytes sent;
};

//= rfc8446#4.2.10-3, 4.2.10-4
TEST(SkippedEarlyData, IsDroppedAndTheHandshakeGoesOn) {
  EarlyClient client;
  client.hello();
  ASSERT_FALSE(client.pair.server.error);
  client.pair.server.give(early_record(100) + early_record(1000));
  client.pair.server.give(hex("140303000101"));
  client.pair.server.give(early_record(22));
  client.finish();
  EXPECT_FALSE(client.pair.server.error) << client.pair.server.error->message();
  EXPECT_TRUE(client.pair.server.done());
  EXPECT_EQ(client.pair.server.data, "late");
  EXPECT_EQ(client.pair.server.connection.info().early_data, EarlyData::rejected);
}

TEST(SkippedEarlyData, UpToTheLimit) {
  EarlyClient client;
  client.hello();
  client.pair.server.give(early_record(16384) + early_record(256));
  ASSERT_FALSE(client.pair.server.error);
  client.finish();
  EXPECT_TRUE(client.pair.server.done());
}

//= rfc8446#4.2.10-4
TEST(SkippedEarlyData, NotBeyondTheLimit) {
  EarlyClient client;
  client.hello();
  client.pair.server.give(early_record(16384) + early_record(257));
  client.expect_refused(Errc::too_much_skipped_early_data, AlertDescription::unexpected_message);
}

TEST(SkippedEarlyData, TheLimitIsAnOption) {
  ServerOptions options = server_options();
  options.tickets.max_skipped_early_data = 99;
  EarlyClient within(options);
  within.hello();
  within.pair.server.give(early_record(99));
  EXPECT_FALSE(within.pair.server.error);
  EarlyClient beyond(options);
  beyond.hello();
  beyond.pair.server.give(early_record(100));
  beyond.expect_refused(Errc::too_much_skipped_early_data, AlertDescription::unexpected_message);
}

TEST(SkippedEarlyData, OnlyWhereItWasOffered) {
  EarlyClient client;
  client.hello([](Hello&) {});
  client.pair.server.give(early_record(100));
  client.expect_refused(Errc::bad_record_mac, AlertDescription::bad_record_mac);
}

TEST(SkippedEarlyData, NothingIsSkippedOnceARecordOpens) {
  EarlyClient client;
  client.hello();
  client.pair.server.give(early_record(100));
  client.finish();
  ASSERT_TRUE(client.pair.server.done());
  client.pair.server.give(early_record(100));
  ASSERT_TRUE(client.pair.server.error);
  EXPECT_EQ(client.pair.server.error->code(), Errc::bad_record_mac);
}

TEST(SkippedEarlyData, BehindAnAcceptedTicket) {
  ServerOptions options = server_with_tickets();
  const auto server = EarlyClient::configured(options);
  const Ticket ticket = get_tickets(client_options(), server).front();
  EarlyClient client(server, using_ticket(ticket));
  client.hello([&](Hello& hello) {
    offer_early_data(hello);
    bind_again(hello, HashAlgorithm::sha384, ticket->session->secret.expose(), schedule::BinderKind::resumption);
  });
  ASSERT_FALSE(client.pair.server.error) << client.pair.server.error->message();
  client.pair.server.give(early_record(500));
  client.finish();
  EXPECT_TRUE(client.pair.server.done());
  EXPECT_EQ(client.pair.server.connection.info().resumed, Resumption::ticket);
  EXPECT_EQ(client.pair.server.connection.info().early_data, EarlyData::rejected);
}

ServerOptions asking_again() {
  ServerOptions options = server_options();
  options.protocol.supported_groups = {NamedGroup::secp256r1};
  return options;
}

//= rfc8446#4.2.10-4
TEST(SkippedEarlyData, AfterARetryUntilTheSecondHello) {
  EarlyClient client(asking_again());
  client.hello();
  ASSERT_TRUE(client.pair.server.connection.info().hello_retry);
  client.pair.server.give(early_record(16384) + early_record(256));
  ASSERT_FALSE(client.pair.server.error);
  client.pair.client.give(client.pair.server.take_output());
  client.pair.server.give(client.pair.client.take_output());
  EXPECT_FALSE(client.pair.server.error) << client.pair.server.error->message();
  EXPECT_EQ(client.pair.server.connection.info().group, NamedGroup::secp256r1);
  EXPECT_EQ(client.pair.server.connection.info().early_data, EarlyData::rejected);
  // The second flight has no early data any more.
  client.pair.server.give(early_record(10));
  client.expect_refused(Errc::bad_record_mac, AlertDescription::bad_record_mac);
}

TEST(SkippedEarlyData, AfterARetryNotBeyondTheLimit) {
  EarlyClient client(asking_again());
  client.hello();
  client.pair.server.give(early_record(16384) + early_record(257));
  client.expect_refused(Errc::too_much_skipped_early_data, AlertDescription::unexpected_message);
}

TEST(SkippedEarlyData, AfterARetryOnlyWhereItWasOffered) {
  EarlyClient client(asking_again());
  client.hello([](Hello&) {});
  client.pair.server.give(early_record(10));
  client.expect_refused(Errc::unexpected_record, AlertDescription::unexpected_message);
}

TEST(SkippedEarlyData, ASecondHelloDoesNotOfferIt) {
  EarlyClient client(asking_again());
  client.hello();
  client.pair.client.give(client.pair.server.take_output());
  const auto records = records_of(client.pair.client.take_output());
  client.pair.server.give(records[0] + edit_hello(records[1], offer_early_data));
  client.expect_refused(Errc::wrong_early_data, AlertDescription::illegal_parameter);
}

}  // namespace
}  // namespace keyway::test
