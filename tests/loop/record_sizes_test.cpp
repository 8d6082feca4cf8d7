// SPDX-License-Identifier: Apache-2.0
//
// What the two sides agree on about sizes of records (RFC 8449, RFC 6066 4), padding (RFC 8446 5.4), and who breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

constexpr auto limit_type = ExtensionType::record_size_limit;
constexpr auto fragment_type = ExtensionType::max_fragment_length;

Secret48 write_secret(const Connection& connection) {
  Secret48 read;
  Secret48 write;
  if (!connection.export_traffic_secrets(read, write)) throw std::runtime_error("not connected");
  return write;
}

/// Sizes of the inner plaintexts (content and type; no padding) that `from` makes of this much data.
std::vector<std::size_t> contents_of(End& from, std::size_t size) {
  EXPECT_TRUE(from.connection.send(Bytes(size)));
  const Secret48 secret = write_secret(from.connection);
  std::vector<std::size_t> sizes;
  for (const OpenedRecord& record : open_records(*from.connection.info().cipher_suite, secret.expose(), from.take_output()))
    sizes.push_back(record.content.size());
  return sizes;
}

std::unique_ptr<Pair> connected(const PairOptions& options) {
  auto pair = std::make_unique<Pair>(options);
  pair->run();
  EXPECT_TRUE(pair->connected());
  return pair;
}

PairOptions defaults() { return {.client = client_options(), .server = server_options()}; }

//= rfc8449#4-1, 4-2
//= rfc8446#4.4.4-3, 5.1-8
TEST(RecordSizeLimit, CountsTheTypeByteInBothDirections) {
  PairOptions options = defaults();
  options.client.protocol.record_size_limit = 101;
  options.server.protocol.record_size_limit = 201;
  const auto pair = connected(options);
  EXPECT_THAT(contents_of(pair->server, 250), testing::ElementsAre(100, 100, 50));
  EXPECT_THAT(contents_of(pair->client, 450), testing::ElementsAre(200, 200, 50));
}

TEST(RecordSizeLimit, HoldsForTheHandshakeOfTheServerToo) {
  KeyBook book;
  PairOptions options = defaults();
  options.client.protocol.record_size_limit = 64;
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const auto records = open_records(*pair.server.connection.info().cipher_suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                                    pair.server.take_output());
  ASSERT_GT(records.size(), 10u);
  for (const OpenedRecord& record : records) EXPECT_LE(record.content.size(), 63u);
}

//= rfc8449#5-1
TEST(RecordSizeLimit, WinsOverMaxFragmentLength) {
  PairOptions options = defaults();
  options.client.protocol.record_size_limit = 101;
  options.client.max_fragment_length = 512;
  const auto pair = connected(options);
  EXPECT_FALSE(pair->client.connection.info().max_fragment_length);
  EXPECT_FALSE(pair->server.connection.info().max_fragment_length);
  EXPECT_THAT(contents_of(pair->server, 150), testing::ElementsAre(100, 50));
  EXPECT_THAT(contents_of(pair->client, 700), testing::ElementsAre(700)) << "the server has no limit of its own";
}

/// What our side says about records that the other one must not send.
void expect_overflow(PairOptions options, std::size_t allowed) {
  for (const std::size_t size : {allowed, allowed + 1}) {
    const auto pair = connected(options);
    Forger forger = Forger::instead_of(pair->server.connection);
    pair->client.give(forger.seal(ContentType::application_data, Bytes(size)));
    EXPECT_EQ(pair->client.data.size(), size == allowed ? allowed : 0);
    if (size == allowed) {
      EXPECT_FALSE(pair->client.error);
      continue;
    }
    ASSERT_TRUE(pair->client.error);
    EXPECT_EQ(pair->client.error->code(), Errc::plaintext_overflow);
    EXPECT_EQ(pair->client.error->alert(), AlertDescription::record_overflow);
    pair->server.give(pair->client.take_output());
    EXPECT_EQ(alert_at(pair->server), AlertDescription::record_overflow);
  }
}

//= rfc8449#4-3
TEST(RecordSizeLimit, ARecordOverOursIsRefused) {
  PairOptions options = defaults();
  options.client.protocol.record_size_limit = 101;
  expect_overflow(options, 100);
}

//= rfc6066#4-5
TEST(RecordSizeLimit, ARecordOverTheFragmentLengthIsRefused) {
  PairOptions options = defaults();
  options.client.max_fragment_length = 512;
  expect_overflow(options, 512);
}

//= rfc8446#5.4-3
TEST(RecordSizeLimit, PaddingCounts) {
  PairOptions options = defaults();
  options.client.protocol.record_size_limit = 101;
  for (const std::size_t multiple : {std::size_t{101}, std::size_t{102}}) {
    const auto pair = connected(options);
    const Secret48 secret = write_secret(pair->server.connection);
    const CipherSuite suite = *pair->server.connection.info().cipher_suite;
    // One byte of data, padded to exactly the limit, and by one byte beyond it.
    pair->client.give(Forger(suite, secret.expose()).pad_to(multiple).seal(ContentType::application_data, as_bytes("x")));
    EXPECT_EQ(pair->client.error ? pair->client.error->code() : Errc{}, multiple == 101 ? Errc{} : Errc::plaintext_overflow);
  }
}

// ---- offers and answers

/// What a server says about an extension that the client did not mean to send.
void expect_server(ExtensionType type, std::string_view body, Errc code, AlertDescription alert) {
  Pair pair(defaults());
  pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) { hello.set(type, hex(body)); }));
  EXPECT_EQ(pair.server.error ? pair.server.error->code() : Errc{}, code);
  if (code == Errc{}) return;
  EXPECT_EQ(pair.server.error->alert(), alert);
}

/// What a client says about EncryptedExtensions with these.
void expect_client(const ClientOptions& client, const std::vector<Hello::Extension>& extensions, Errc code,
                   AlertDescription alert) {
  KeyBook book;
  PairOptions options{.client = client, .server = server_options()};
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(edit_flight(
      pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
      [&](Messages& flight) { flight[0].body = edit_extensions(flight[0].body, [&](auto& list) { list = extensions; }); }));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), code) << pair.client.error->message();
  EXPECT_EQ(pair.client.error->alert(), alert);
}

//= rfc8449#4-5
TEST(RecordSizeLimit, BelowSixtyFourIsRefused) {
  expect_server(limit_type, "003f", Errc::wrong_record_size_limit, AlertDescription::illegal_parameter);
  expect_server(limit_type, "0040", Errc{}, {});
  ClientOptions options = client_options();
  options.protocol.record_size_limit = 1000;
  expect_client(options, {{limit_type, hex("003f")}}, Errc::wrong_record_size_limit, AlertDescription::illegal_parameter);
}

//= rfc8449#4-7
TEST(RecordSizeLimit, AServerTakesAnyLargerValue) { expect_server(limit_type, "ffff", Errc{}, {}); }

//= rfc8449#5-2
TEST(RecordSizeLimit, BothFromAServerAreRefused) {
  ClientOptions options = client_options();
  options.protocol.record_size_limit = 1000;
  options.max_fragment_length = 512;
  expect_client(options, {{limit_type, hex("0400")}, {fragment_type, hex("01")}}, Errc::wrong_record_size_limit,
                AlertDescription::illegal_parameter);
}

TEST(RecordSizeLimit, UnaskedIsUnsolicited) {
  expect_client(client_options(), {{limit_type, hex("0400")}}, Errc::unsolicited_extension,
                AlertDescription::unsupported_extension);
}

TEST(RecordSizeLimit, HalfANumberIsNoLimit) {
  expect_server(limit_type, "40", Errc::decode_error, AlertDescription::decode_error);
  expect_server(limit_type, "004000", Errc::trailing_data, AlertDescription::decode_error);
}

//= rfc6066#4-3
TEST(MaxFragmentLength, AnotherThanTheOfferedIsRefused) {
  ClientOptions options = client_options();
  options.max_fragment_length = 512;
  expect_client(options, {{fragment_type, hex("02")}}, Errc::wrong_max_fragment_length, AlertDescription::illegal_parameter);
}

TEST(MaxFragmentLength, UnaskedIsUnsolicited) {
  expect_client(client_options(), {{fragment_type, hex("01")}}, Errc::unsolicited_extension,
                AlertDescription::unsupported_extension);
}

//= rfc6066#4-2
TEST(MaxFragmentLength, UnknownValuesAreRefused) {
  expect_server(fragment_type, "05", Errc::wrong_max_fragment_length, AlertDescription::illegal_parameter);
  expect_server(fragment_type, "00", Errc::wrong_max_fragment_length, AlertDescription::illegal_parameter);
  expect_server(fragment_type, "04", Errc{}, {});
}

class EachFragmentLength : public testing::TestWithParam<std::uint16_t> {};
//= rfc6066#4-1, 4-4
TEST_P(EachFragmentLength, HoldsBothWays) {
  PairOptions options = defaults();
  options.client.max_fragment_length = GetParam();
  const auto pair = connected(options);
  EXPECT_EQ(pair->server.connection.info().max_fragment_length, GetParam());
  for (End* end : {&pair->client, &pair->server})
    EXPECT_THAT(contents_of(*end, GetParam() + std::size_t{1}), testing::ElementsAre(GetParam(), 1));
}
INSTANTIATE_TEST_SUITE_P(All, EachFragmentLength, testing::Values(512, 1024, 2048, 4096));

TEST(MaxSendFragment, IsOursAlone) {
  PairOptions options = defaults();
  options.client.protocol.max_send_fragment = 64;
  const auto pair = connected(options);
  EXPECT_THAT(contents_of(pair->client, 100), testing::ElementsAre(64, 36));
  EXPECT_THAT(contents_of(pair->server, 100), testing::ElementsAre(100));
}

// ---- padding

std::vector<std::size_t> record_sizes(End& from, std::size_t size) {
  EXPECT_TRUE(from.connection.send(Bytes(size)));
  std::vector<std::size_t> sizes;
  for (const Bytes& record : records_of(from.take_output())) sizes.push_back(record.size() - 5 - 16);
  return sizes;
}

TEST(Padding, HidesSizesUpToTheMultiple) {
  PairOptions options = defaults();
  options.client.protocol.pad_records_to = 256;
  const auto pair = connected(options);
  EXPECT_THAT(record_sizes(pair->client, 1), testing::ElementsAre(256));
  EXPECT_THAT(record_sizes(pair->client, 255), testing::ElementsAre(256));
  EXPECT_THAT(record_sizes(pair->client, 256), testing::ElementsAre(512));
  EXPECT_THAT(record_sizes(pair->server, 1), testing::ElementsAre(2)) << "the other side's policy is its own";
}

TEST(Padding, StaysWithinTheLimitOfThePeer) {
  PairOptions options = defaults();
  options.client.protocol.pad_records_to = 256;
  options.client.protocol.record_size_limit = 16385;  // else the server must not answer with its own
  options.server.protocol.record_size_limit = 100;
  const auto pair = connected(options);
  EXPECT_THAT(record_sizes(pair->client, 120), testing::ElementsAre(100, 100));
}

//= rfc8446#5.4-1
TEST(Padding, IsRemovedOnArrival) {
  PairOptions options = defaults();
  options.client.protocol.pad_records_to = 1000;
  options.server.protocol.pad_records_to = 16384;
  const auto pair = connected(options);
  pair->send_from_client("padded");
  pair->send_from_server(std::string(20'000, 's'));
  EXPECT_EQ(pair->server.data, "padded");
  EXPECT_EQ(pair->client.data.size(), 20'000u);
}

}  // namespace
}  // namespace keyway::test
