// SPDX-License-Identifier: Apache-2.0
//
// What leaves a connection besides data: exporters (RFC 8446 7.5), the PRF of TLS 1.2, the key log in the NSS format, and secrets
// that are kept.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>

#include "base/hex.h"
#include "loop/forge.h"
#include "names/legacy.h"

namespace keyway::test {
namespace {

using Strings = std::vector<std::string>;

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

// ---- the PRF of TLS 1.2 and below

PairOptions older(ProtocolVersion version = ProtocolVersion::tls1_2) {
  PairOptions options = defaults();
  options.client.protocol.versions = options.server.protocol.versions = {version};
  return options;
}

using Seed = std::vector<PrfSeed>;
const Seed randoms{PrfRandom::client_random, PrfRandom::server_random};

Result<Bytes> prf(const End& end, PrfSecret secret, std::string_view label, const Seed& seed, std::size_t size = 40) {
  Bytes out(size);
  KW_TRY(end.connection.prf(secret, label, seed, out));
  return out;
}

TEST(Prf, OfTheMasterSecretAndBothRandomsIsTheExporter) {
  Pair pair(older());
  pair.run();
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_EQ(prf(*end, MasterSecret(), "client EAP encryption", randoms).value(),
              exported(*end, "client EAP encryption", std::nullopt, 40));
  }
  Seed swapped(randoms.rbegin(), randoms.rend());
  EXPECT_NE(prf(pair.client, MasterSecret(), "client EAP encryption", swapped).value(),
            exported(pair.client, "client EAP encryption", std::nullopt, 40));
}

TEST(Prf, TakesBytesAsSecretAndAsSeed) {
  PairOptions options = older();
  options.client.protocol.ciphers = {CipherSuite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  Pair pair(options);
  pair.run();
  // The vector for SHA-256 that was published when TLS 1.2 was new (as in schedule12_test.cpp).
  const Bytes secret = hex("9bbe436ba940f017b17652849a71db35");
  const Bytes seed = hex("a0ba9f936cda311827a6f796ffd5198c");
  const Bytes expected = hex("e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a");
  const ByteView halves[] = {ByteView(seed).first(7), ByteView(seed).subspan(7)};
  EXPECT_EQ(prf(pair.client, ByteView(secret), "test label", {halves[0], halves[1]}, 32).value(), expected);
  const ByteView random(pair.client.connection.info().client_random);
  EXPECT_EQ(prf(pair.client, ByteView(secret), "test label", {random}).value(),
            prf(pair.client, ByteView(secret), "test label", {PrfRandom::client_random}).value());
}

TEST(Prf, DoesNotMakeTheKeysOfTls) {
  Pair pair(older());
  pair.run();
  const std::string own[] = {"client finished", "server finished", "master secret", "extended master secret", "key expansion"};
  for (const std::string& label : own) {
    for (const std::string& tried : {label, label + "x"})
      EXPECT_EQ(prf(pair.client, MasterSecret(), tried, randoms).error().code(), Errc::invalid_option) << tried;
    // The label and the seed are one string to the function.
    const Seed split{as_bytes(std::string_view(label).substr(4)), PrfRandom::server_random, PrfRandom::client_random};
    EXPECT_EQ(prf(pair.client, MasterSecret(), label.substr(0, 4), split).error().code(), Errc::invalid_option) << label;
    EXPECT_TRUE(prf(pair.client, as_bytes(std::string_view("a secret of one's own")), label, randoms));
  }
  // RFC 5705 4
  Bytes out(32);
  for (const std::string& label : own)
    EXPECT_EQ(pair.client.connection.export_key(label, std::nullopt, out).error().code(), Errc::invalid_option) << label;
  EXPECT_TRUE(prf(pair.client, MasterSecret(), "key", randoms));
  EXPECT_TRUE(prf(pair.client, MasterSecret(), "", randoms));
}

TEST(Prf, HasLimitsAndVersions) {
  Pair early(older());
  EXPECT_EQ(prf(early.client, MasterSecret(), "label", randoms).error().code(), Errc::handshake_incomplete);
  early.run();
  EXPECT_TRUE(prf(early.client, MasterSecret(), std::string(249, 'l'), randoms, 65535));
  EXPECT_EQ(prf(early.client, MasterSecret(), "label", randoms, 65536).error().code(), Errc::too_long);
  EXPECT_EQ(prf(early.client, MasterSecret(), std::string(250, 'l'), randoms).error().code(), Errc::too_long);
  // TLS 1.3 has exporters alone.
  Pair newer(defaults());
  newer.run();
  EXPECT_EQ(prf(newer.client, MasterSecret(), "EXPORTER-x", randoms).value(), exported(newer.client, "EXPORTER-x", "", 40));
  EXPECT_EQ(prf(newer.client, MasterSecret(), "EXPORTER-x", {PrfRandom::client_random}).error().code(), Errc::not_available);
  EXPECT_EQ(prf(newer.client, ByteView(), "EXPORTER-x", randoms).error().code(), Errc::not_available);
  newer.client.give(plain_record(ContentType::application_data, Bytes(40)));
  EXPECT_EQ(prf(newer.client, MasterSecret(), "EXPORTER-x", randoms).error().code(), Errc::bad_record_mac);
  if (!legacy_is_built()) return;
  PairOptions ssl3 = older(ProtocolVersion::ssl3);
  ssl3.client.protocol.ciphers = ssl3.server.protocol.ciphers = {CipherSuite(0x002f)};
  ssl3.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048, .key_usage = pki::key_usage::key_encipherment})};
  Pair oldest(ssl3);
  oldest.run();
  ASSERT_TRUE(oldest.connected());
  EXPECT_EQ(prf(oldest.client, MasterSecret(), "label", randoms).error().code(), Errc::not_available);
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

// ---- secrets that are kept

Strings lines_of(const End& end) {
  Strings lines;
  const auto kept = end.connection.key_log();
  EXPECT_TRUE(kept);
  if (kept) {
    for (const SecretBytes& line : *kept) lines.emplace_back(as_text(line.expose()));
  }
  return lines;
}

TEST(KeptSecrets, AreNoneUnlessAskedFor) {
  for (const PairOptions& options : {defaults(), older()}) {
    KeyBook book;
    PairOptions logged = options;
    logged.client.observe.key_log = book.sink();
    Pair pair(logged);
    pair.run();
    ASSERT_TRUE(pair.connected());
    EXPECT_FALSE(book.lines().empty());
    EXPECT_EQ(pair.client.connection.key_log().error().code(), Errc::not_available);
    EXPECT_EQ(pair.client.connection.master_secret().error().code(), Errc::not_available);
    // The randoms are no secrets.
    const ConnectionInfo& client = pair.client.connection.info();
    const ConnectionInfo& server = pair.server.connection.info();
    EXPECT_EQ(client.client_random, server.client_random);
    EXPECT_EQ(client.server_random, server.server_random);
    EXPECT_NE(client.client_random, client.server_random);
    EXPECT_EQ(to_hex(client.client_random), book.lines().front().substr(book.lines().front().find(' ') + 1, 64));
  }
}

TEST(KeptSecrets, AreTheLinesOfTheKeyLog) {
  for (PairOptions options : {defaults(), older()}) {
    KeyBook book;
    options.client.observe = {.key_log = book.sink(), .keep_secrets = true};
    options.server.observe.keep_secrets = true;
    Pair pair(options);
    EXPECT_EQ(lines_of(pair.client), Strings());
    EXPECT_EQ(pair.client.connection.master_secret().error().code(), Errc::handshake_incomplete);
    pair.run();
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(lines_of(pair.client), book.lines());
    EXPECT_THAT(lines_of(pair.server), testing::UnorderedElementsAreArray(book.lines()));
  }
}

TEST(KeptSecrets, HaveTheMasterSecretOfTheLastHandshake) {
  PairOptions options = older();
  options.client.observe.keep_secrets = options.server.observe.keep_secrets = true;
  options.server.client_renegotiation = true;
  Pair pair(options);
  pair.run();
  Strings before;
  for (int i = 0; i < 2; ++i) {
    const auto client = pair.client.connection.master_secret();
    const auto server = pair.server.connection.master_secret();
    ASSERT_TRUE(client && server);
    EXPECT_EQ(client->size(), 48u);
    EXPECT_EQ(to_hex(client->expose()), to_hex(server->expose()));
    const ConnectionInfo& info = pair.client.connection.info();
    EXPECT_EQ(lines_of(pair.client), Strings{"CLIENT_RANDOM " + to_hex(info.client_random) + " " + to_hex(client->expose())});
    EXPECT_NE(lines_of(pair.client), before);
    before = lines_of(pair.client);
    EXPECT_EQ(info.server_random, pair.server.connection.info().server_random);
    ASSERT_TRUE(pair.client.connection.renegotiate());
    pair.run();
  }
}

// However often keys are updated, what is kept does not grow: the first generation, and the newest.
TEST(KeptSecrets, HaveTheNewestKeysOfTls13) {
  KeyBook book;
  PairOptions options = defaults();
  options.client.observe = {.key_log = book.sink(), .keep_secrets = true};
  Pair pair(options);
  pair.run();
  EXPECT_EQ(pair.client.connection.master_secret().error().code(), Errc::not_available);
  Strings expected = book.lines();
  for (int i = 0; i < 11; ++i) {
    ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_not_requested));
    pair.run();
  }
  expected.push_back(book.lines().back());
  EXPECT_TRUE(expected.back().starts_with("CLIENT_TRAFFIC_SECRET_11 "));
  EXPECT_EQ(lines_of(pair.client), expected);
}

TEST(KeptSecrets, OfAHandshakeThatFailsAreToldToo) {
  PairOptions options = defaults();
  options.host = "other.test";
  options.client.observe.keep_secrets = true;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(lines_of(pair.client).size(), 2u);
}

}  // namespace
}  // namespace keyway::test
