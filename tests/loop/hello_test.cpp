// SPDX-License-Identifier: Apache-2.0
//
// Hellos that are not what they should be: downgrades, retries, cookies, unknown values (RFC 8701), and the disguise for
// middleboxes (RFC 8446 D.4).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

/// TLS 1.3 alone: what both versions make of each other is in older_versions_test.cpp.
PairOptions defaults() {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.versions = options.server.protocol.versions = {ProtocolVersion::tls1_3};
  return options;
}

void expect_error(const End& end, Errc code, AlertDescription alert) {
  ASSERT_TRUE(end.error);
  EXPECT_EQ(end.error->code(), code) << end.error->message();
  EXPECT_EQ(end.error->alert(), alert);
  EXPECT_FALSE(end.done());
}

using Change = std::function<void(Hello&)>;

/// What a client says about a changed ServerHello or HelloRetryRequest.
void expect_client(const Change& change, Errc code, AlertDescription alert, const PairOptions& options = defaults()) {
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  pair.client.give(edit_hello(pair.server.take_output(), change));
  expect_error(pair.client, code, alert);
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(alert_at(pair.server), alert);
}

/// What a server says about a changed ClientHello.
void expect_server(const Change& change, Errc code, AlertDescription alert, const PairOptions& options = defaults()) {
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(), change));
  expect_error(pair.server, code, alert);
  pair.client.give(pair.server.take_output());
  EXPECT_EQ(alert_at(pair.client), alert);
}

// ---- versions

Change of_version_1_2(std::string_view end_of_random) {
  return [=](Hello& hello) {
    hello.extensions.clear();
    const Bytes end = hex(end_of_random);
    std::ranges::copy(end, hello.head.begin() + 2 + 32 - static_cast<std::ptrdiff_t>(end.size()));
  };
}

//= rfc8446#D.5-2
TEST(Versions, AHelloOfTls13ThatBeginsAsOneOfSsl30IsRefused) {
  const auto ssl30 = [](Hello& hello) { hello.head[1] = std::byte{0}; };
  expect_server(ssl30, Errc::no_common_version, AlertDescription::protocol_version);
  expect_client(ssl30, Errc::no_common_version, AlertDescription::protocol_version);
}

//= rfc8446#4.1.3-9
TEST(Downgrade, MarksAreDetected) {
  expect_client(of_version_1_2("444f574e47524401"), Errc::downgrade_detected, AlertDescription::illegal_parameter);
  expect_client(of_version_1_2("444f574e47524400"), Errc::downgrade_detected, AlertDescription::illegal_parameter);
}

//= rfc8446#D.1-1
TEST(Downgrade, WithoutMarkItIsAnOldServer) {
  expect_client(of_version_1_2("444f574e47524402"), Errc::no_common_version, AlertDescription::protocol_version);
  expect_client(of_version_1_2("00"), Errc::no_common_version, AlertDescription::protocol_version);
}

//= rfc8446#4.2.1-7
TEST(Downgrade, SelectedVersionsAreThoseThatWereOffered) {
  for (const char* version : {"0303", "0301", "0305", "7f1c", "1a1a"}) {
    expect_client([&](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex(version); }, Errc::wrong_selected_version,
                  AlertDescription::illegal_parameter);
  }
}

//= rfc8446#D.2-1, 4.2.1-4
TEST(Versions, AClientWithout13IsRefused) {
  expect_server([](Hello& hello) { hello.remove(ExtensionType::supported_versions); }, Errc::no_common_version,
                AlertDescription::protocol_version);
  expect_server([](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex("04 0303 0302"); }, Errc::no_common_version,
                AlertDescription::protocol_version);
}

// ---- ServerHello and HelloRetryRequest

//= rfc8446#4.1.3-3
TEST(ServerHello, EchoesTheSessionId) {
  expect_client([](Hello& hello) { hello.head[2 + 32 + 1] ^= std::byte{1}; }, Errc::wrong_session_id_echo,
                AlertDescription::illegal_parameter);
  expect_client(
      [](Hello& hello) {
        hello.head.erase(hello.head.begin() + 35, hello.head.begin() + 67);
        hello.head[34] = std::byte{0};
      },
      Errc::wrong_session_id_echo, AlertDescription::illegal_parameter);
}

//= rfc8446#4.1.3-5, 4.2.8-6
TEST(ServerHello, SelectsAnOfferedSuiteAndGroup) {
  const auto suite = [](std::byte low) { return [=](Hello& hello) { hello.head[hello.head.size() - 2] = low; }; };
  expect_client(suite(std::byte{4}), Errc::wrong_cipher_suite, AlertDescription::illegal_parameter);
  expect_client([](Hello& hello) { hello.at(ExtensionType::key_share)[1] = std::byte{0x1e}; }, Errc::wrong_group,
                AlertDescription::illegal_parameter);
  expect_client([](Hello& hello) { hello.head.back() = std::byte{1}; }, Errc::decode_error, AlertDescription::decode_error);
}

//= rfc8446#4.2.8.2-3
TEST(ServerHello, HasAValidShare) {
  expect_client([](Hello& hello) { hello.at(ExtensionType::key_share) = hex("001d 001f") + Bytes(31, std::byte{9}); },
                Errc::invalid_key_share, AlertDescription::illegal_parameter);
  expect_client([](Hello& hello) { hello.at(ExtensionType::key_share) = hex("001d 0020") + Bytes(32); }, Errc::invalid_key_share,
                AlertDescription::illegal_parameter);
}

PairOptions asking_again() {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1, NamedGroup::x448};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  return options;
}

//= rfc8446#4.2.8-4
TEST(Retry, AsksForAnOfferedGroupWithoutShare) {
  const auto group = [](const char* number) { return [=](Hello& hello) { hello.at(ExtensionType::key_share) = hex(number); }; };
  expect_client(group("001d"), Errc::wrong_group, AlertDescription::illegal_parameter, asking_again());
  expect_client(group("0018"), Errc::wrong_group, AlertDescription::illegal_parameter, asking_again());
}

//= rfc8446#4.1.4-3
TEST(Retry, ChangesSomething) {
  expect_client(
      [](Hello& hello) {
        hello.remove(ExtensionType::key_share);
        hello.remove(ExtensionType::cookie);
      },
      Errc::useless_hello_retry_request, AlertDescription::illegal_parameter, asking_again());
}

//= rfc8446#4.1.4-6
TEST(Retry, SelectsThe13AndEchoes) {
  expect_client([](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex("0303"); }, Errc::wrong_selected_version,
                AlertDescription::illegal_parameter, asking_again());
  expect_client([](Hello& hello) { hello.remove(ExtensionType::supported_versions); }, Errc::no_common_version,
                AlertDescription::protocol_version, asking_again());
  expect_client([](Hello& hello) { hello.head[40] ^= std::byte{1}; }, Errc::wrong_session_id_echo,
                AlertDescription::illegal_parameter, asking_again());
}

//= rfc8446#4.2-2, 4.2-3
TEST(Retry, HasNoOtherExtension) {
  expect_client([](Hello& hello) { hello.set(ExtensionType::server_name, {}); }, Errc::misplaced_extension,
                AlertDescription::illegal_parameter, asking_again());
  expect_client([](Hello& hello) { hello.set(static_cast<ExtensionType>(0x5555), {}); }, Errc::unsolicited_extension,
                AlertDescription::unsupported_extension, asking_again());
}

/// A client and a server between which a HelloRetryRequest has gone.
struct Retried {
  explicit Retried(const PairOptions& options = asking_again()) : pair(options) {
    pair.server.give(pair.client.take_output());
    retry = pair.server.take_output();
    pair.client.give(retry);
    const auto records = records_of(pair.client.take_output());
    second = records.back();
  }
  Pair pair;
  Bytes retry;
  Bytes second;
};

//= rfc8446#4.1.4-2
TEST(Retry, ComesOnce) {
  Retried r;
  r.pair.client.give(r.retry);
  expect_error(r.pair.client, Errc::unexpected_message, AlertDescription::unexpected_message);
}

//= rfc8446#4.1.4-4, 4.1.4-5, 4.2.8-7
TEST(Retry, TheServerHelloKeepsSuiteGroupAndVersion) {
  const auto changed = [](const Change& change, Errc code) {
    Retried r;
    r.pair.server.give(r.second);
    r.pair.client.give(edit_hello(r.pair.server.take_output(), change));
    expect_error(r.pair.client, code, AlertDescription::illegal_parameter);
  };
  changed([](Hello& hello) { hello.head[hello.head.size() - 2] = std::byte{1}; }, Errc::wrong_cipher_suite);
  changed([](Hello& hello) { hello.at(ExtensionType::supported_versions) = hex("0303"); }, Errc::wrong_version_after_retry);
  changed([](Hello& hello) { hello.at(ExtensionType::key_share) = hex("001d 0020") + Bytes(32, std::byte{9}); },
          Errc::wrong_group);
}

//= rfc8446#4.1.2-2
TEST(SecondHello, DiffersOnlyWhereItMay) {
  const auto changed = [](const Change& change, Errc code, AlertDescription alert) {
    Retried r;
    r.pair.server.give(edit_hello(r.second, change));
    expect_error(r.pair.server, code, alert);
  };
  const auto illegal = AlertDescription::illegal_parameter;
  changed([](Hello& hello) { hello.head[1] ^= std::byte{1}; }, Errc::hello_changed, illegal);
  changed([](Hello& hello) { hello.head[5] ^= std::byte{1}; }, Errc::hello_changed, illegal);
  changed([](Hello& hello) { hello.head[40] ^= std::byte{1}; }, Errc::hello_changed, illegal);
  changed([](Hello& hello) { hello.head[hello.head.size() - 3] ^= std::byte{1}; }, Errc::hello_changed, illegal);
  changed([](Hello& hello) { hello.set(ExtensionType::server_name, hex("0007 00 0004 65766965")); }, Errc::hello_changed,
          illegal);
  changed([](Hello& hello) { hello.set(static_cast<ExtensionType>(0x5555), {}); }, Errc::hello_changed, illegal);
  changed([](Hello& hello) { hello.at(ExtensionType::cookie).back() ^= std::byte{1}; }, Errc::wrong_cookie, illegal);
  changed([](Hello& hello) { hello.remove(ExtensionType::cookie); }, Errc::missing_extension,
          AlertDescription::missing_extension);
  changed([](Hello& hello) { hello.at(ExtensionType::key_share) = hex("0024 001d 0020") + Bytes(32, std::byte{9}); },
          Errc::wrong_key_share, illegal);
}

TEST(SecondHello, MayBePadded) {
  Retried r;
  r.pair.server.give(edit_hello(r.second, [](Hello& hello) { hello.set(ExtensionType::padding, Bytes(100)); }));
  EXPECT_FALSE(r.pair.server.error) << r.pair.server.error->message();
}

// encrypted_client_hello, which this server passes over, is another in each hello.
TEST(SecondHello, MayHaveWhatThisServerDoesNotKnowMadeAnew) {
  constexpr auto encrypted_client_hello = static_cast<ExtensionType>(0xfe0d);
  Pair pair(asking_again());
  const auto with = [](std::string_view body) {
    return [body](Hello& hello) { hello.extensions.insert(hello.extensions.begin(), {encrypted_client_hello, hex(body)}); };
  };
  pair.server.give(edit_hello(pair.client.take_output(), with("00 01")));
  pair.client.give(pair.server.take_output());
  pair.server.give(edit_hello(records_of(pair.client.take_output()).back(), with("00 02")));
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
}

//= rfc8446#4.2.2-1, 4.1.4-1
TEST(Cookie, IsSentWhereTheOptionSaysSo) {
  Retried with;
  EXPECT_TRUE(hello_of(with.retry).has(ExtensionType::cookie));
  EXPECT_EQ(hello_of(with.second).at(ExtensionType::cookie), hello_of(with.retry).at(ExtensionType::cookie));
  PairOptions options = asking_again();
  options.server.cookie = false;
  Retried without(options);
  EXPECT_FALSE(hello_of(without.retry).has(ExtensionType::cookie));
  EXPECT_FALSE(hello_of(without.second).has(ExtensionType::cookie));
  without.pair.server.give(without.second);
  without.pair.run();
  EXPECT_TRUE(without.pair.connected());
}

TEST(Cookie, NobodyAskedForIsRefused) {
  PairOptions options = asking_again();
  options.server.cookie = false;
  Retried r(options);
  r.pair.server.give(edit_hello(r.second, [](Hello& hello) { hello.set(ExtensionType::cookie, hex("0001 aa")); }));
  expect_error(r.pair.server, Errc::wrong_cookie, AlertDescription::illegal_parameter);
}

//= rfc8446#4.1.2-5
TEST(Cookie, AloneIsAReasonToRetry) {
  Pair pair(asking_again());
  const Bytes first = pair.client.take_output();
  pair.server.give(first);
  pair.client.give(edit_hello(pair.server.take_output(), [](Hello& hello) {
    hello.remove(ExtensionType::key_share);
    hello.at(ExtensionType::cookie) = hex("0003 010203");
  }));
  ASSERT_FALSE(pair.client.error) << pair.client.error->message();
  Hello second = hello_of(records_of(pair.client.take_output()).back());
  EXPECT_EQ(second.at(ExtensionType::cookie), hex("0003 010203"));
  Hello before = hello_of(first);
  EXPECT_EQ(second.at(ExtensionType::key_share), before.at(ExtensionType::key_share));
  EXPECT_EQ(second.head, before.head);
}

// ---- unknown values

Bytes with_front(std::string_view digits, const Bytes& list, std::size_t length_size) {
  Bytes content = hex(digits) + ByteView(list).subspan(length_size);
  Bytes result;
  for (std::size_t i = 0; i < length_size; ++i)
    result.push_back(static_cast<std::byte>(content.size() >> (8 * (length_size - 1 - i))));
  return result + content;
}

//= rfc8446#9.3-1, 9.3-2, 4.1.2-12, 4.1.2-13, 4.2.1-3
TEST(Grease, IsPassedOverByServersInEveryList) {
  PairOptions options = defaults();
  options.client.alpn_advertised_protocols = {"h2"};
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  options.client.certificate_authorities = true;
  options.server.alpn_preferred_protocols = {"h2"};
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(), [](Hello& hello) {
    const std::size_t suites = 2 + 32 + 1 + 32;
    hello.head.insert(hello.head.begin() + suites + 2, {std::byte{0x1a}, std::byte{0x1a}});
    hello.head[suites + 1] = static_cast<std::byte>(std::to_integer<unsigned>(hello.head[suites + 1]) + 2);
    const auto grease = [&](ExtensionType type, std::string_view digits, std::size_t length_size) {
      hello.at(type) = with_front(digits, hello.at(type), length_size);
    };
    grease(ExtensionType::supported_versions, "2a2a", 1);
    grease(ExtensionType::supported_groups, "3a3a", 2);
    grease(ExtensionType::key_share, "3a3a 0001 00", 2);
    grease(ExtensionType::signature_algorithms, "4a4a", 2);
    grease(ExtensionType::signature_algorithms_cert, "5a5a", 2);
    grease(ExtensionType::application_layer_protocol_negotiation, "02 6a6a", 2);
    grease(ExtensionType::psk_key_exchange_modes, "0b", 1);
    grease(ExtensionType::certificate_authorities, "0002 3000", 2);
    hello.extensions.insert(hello.extensions.begin(), {static_cast<ExtensionType>(0x7a7a), {}});
    hello.set(static_cast<ExtensionType>(0x8a8a), hex("00"));
  }));
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(hello_of(pair.server.take_output()).type, HandshakeType::server_hello);
  const ConnectionInfo& info = pair.server.connection.info();
  EXPECT_EQ(info.cipher_suite, CipherSuite::TLS_AES_256_GCM_SHA384);
  EXPECT_EQ(info.group, NamedGroup::x25519);
  EXPECT_EQ(info.alpn, "h2");
}

//= rfc8446#4.3.2-4
TEST(Grease, OfServersIsPassedOverWhereTheyMaySendIt) {
  KeyBook book;
  PairOptions options = defaults();
  options.client.certs_keys = options.server.certs_keys;
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const CipherSuite suite = *pair.server.connection.info().cipher_suite;
  pair.client.give(
      edit_flight(pair.server.take_output(), suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"), [](Messages& flight) {
        flight[0].body = edit_extensions(
            flight[0].body, [](auto& list) { list.push_back({ExtensionType::supported_groups, hex("0006 1a1a 001d 0017")}); });
        ASSERT_EQ(flight[1].type, HandshakeType::certificate_request);
        const Bytes block = edit_extensions(ByteView(flight[1].body).subspan(1), [](auto& list) {
          list.push_back({static_cast<ExtensionType>(0x2a2a), hex("aabb")});
          for (Hello::Extension& extension : list) {
            if (extension.type == ExtensionType::signature_algorithms) extension.body = with_front("3a3a", extension.body, 2);
          }
        });
        flight[1].body = Bytes(1) + block;
      }));
  // All of it was taken: the transcript is the first that differs.
  expect_error(pair.client, Errc::wrong_signature, AlertDescription::decrypt_error);
}

TEST(Grease, OfServersIsRefusedInAnswers) {
  expect_client([](Hello& hello) { hello.set(static_cast<ExtensionType>(0x2a2a), {}); }, Errc::unsolicited_extension,
                AlertDescription::unsupported_extension);
  expect_client(
      [](Hello& hello) { hello.at(ExtensionType::key_share)[0] = hello.at(ExtensionType::key_share)[1] = std::byte{0x1a}; },
      Errc::wrong_group, AlertDescription::illegal_parameter);
}

// ---- what a ClientHello must be

//= rfc8446#9.2-2, 4.2.3-2
TEST(ClientHello, HasTheExtensionsThatCertificatesNeed) {
  for (const ExtensionType type :
       {ExtensionType::signature_algorithms, ExtensionType::supported_groups, ExtensionType::key_share}) {
    expect_server([=](Hello& hello) { hello.remove(type); }, Errc::missing_extension, AlertDescription::missing_extension);
  }
}

// That none of them is known here is another thing than silence.
TEST(ClientHello, MayNameSignaturesThatNobodyKnows) {
  expect_server(
      [](Hello& hello) {
        hello.set(ExtensionType::signature_algorithms, {std::byte{0}, std::byte{2}, std::byte{0xfe}, std::byte{0xfe}});
      },
      Errc::no_common_signature_scheme, AlertDescription::handshake_failure);
}

//= rfc8446#4.1.2-11
TEST(ClientHello, OffersNoCompression) {
  expect_server([](Hello& hello) { hello.head.back() = std::byte{1}; }, Errc::wrong_compression,
                AlertDescription::illegal_parameter);
}

//= rfc8446#4.2.8-3
TEST(ClientHello, HasSharesOfOfferedGroupsOnceEach) {
  const Bytes share = hex("001d 0020") + Bytes(32, std::byte{9});
  expect_server([&](Hello& hello) { hello.at(ExtensionType::key_share) = hex("0048") + share + share; },
                Errc::duplicate_key_share, AlertDescription::illegal_parameter);
  expect_server([&](Hello& hello) { hello.at(ExtensionType::supported_groups) = hex("0002 0017"); }, Errc::wrong_key_share,
                AlertDescription::illegal_parameter);
}

//= rfc8446#4.1.2-7
TEST(ClientHello, IsTheFirstAndOnlyOne) {
  Pair pair(defaults());
  Bytes hello = pair.client.take_output();
  pair.server.give(hello);
  pair.server.take_output();
  hello[2] = std::byte{3};  // the version of every record but the first
  pair.server.give(hello);
  expect_error(pair.server, Errc::unexpected_record, AlertDescription::unexpected_message);
  Pair other(defaults());
  other.server.give(plain_record({HandshakeType::finished, Bytes(32)}));
  expect_error(other.server, Errc::unexpected_message, AlertDescription::unexpected_message);
}

// ---- EncryptedExtensions

/// The body of supported_groups that a server sends; empty: it sends none.
Bytes supported_groups_of(std::vector<NamedGroup> of_client, std::vector<NamedGroup> of_server) {
  KeyBook book;
  PairOptions options = defaults();
  options.client.protocol.supported_groups = std::move(of_client);
  options.server.protocol.supported_groups = std::move(of_server);
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  const Messages flight = open_messages(*pair.server.connection.info().cipher_suite, book.at("SERVER_HANDSHAKE_TRAFFIC_SECRET"),
                                        pair.server.take_output());
  Bytes groups;
  (void)edit_extensions(flight.at(0).body, [&](auto& list) {
    for (const Hello::Extension& extension : list) {
      if (extension.type == ExtensionType::supported_groups) groups = extension.body;
    }
  });
  return groups;
}

TEST(EncryptedExtensions, TellWhichGroupTheServerWouldHavePreferred) {
  EXPECT_EQ(supported_groups_of({NamedGroup::x25519}, {NamedGroup::secp256r1, NamedGroup::x25519}), hex("0004 0017 001d"));
  EXPECT_EQ(supported_groups_of({NamedGroup::x25519}, {NamedGroup::x25519, NamedGroup::secp256r1}), Bytes());
}

//= rfc8446#4.2.7-2
TEST(EncryptedExtensions, GroupsThatTheServerPrefersChangeNothing) {
  PairOptions options = defaults();
  options.client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  options.server.protocol.supported_groups = {NamedGroup::secp256r1, NamedGroup::x25519};
  options.client.key_shares = std::vector<NamedGroup>{NamedGroup::x25519};
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  for (int connections = 0; connections < 2; ++connections) {
    Pair pair(client, server, options);
    const Bytes offer = pair.client.take_output();
    Hello hello = hello_of(offer);
    EXPECT_EQ(hello.at(ExtensionType::supported_groups), hex("0004 001d 0017"));
    EXPECT_EQ(to_bytes(ByteView(hello.at(ExtensionType::key_share)).subspan(2, 2)), hex("001d"));
    pair.server.give(offer);
    pair.run();
    ASSERT_TRUE(pair.connected());
    EXPECT_EQ(pair.client.connection.info().group, NamedGroup::x25519);
    EXPECT_EQ(pair.server.connection.info().group, NamedGroup::x25519);
  }
}

// ---- the disguise

std::vector<unsigned> types_of(const Bytes& flight) {
  std::vector<unsigned> types;
  for (const Bytes& record : records_of(flight)) types.push_back(std::to_integer<unsigned>(record[0]));
  return types;
}

class Middlebox : public testing::TestWithParam<bool> {};
//= rfc8446#D.4-1, D.4-2
TEST_P(Middlebox, ChangeCipherSpecIsWhereTls12HadItOrNowhere) {
  PairOptions options = defaults();
  options.client.middlebox_comp_mode = GetParam();
  Pair pair(options);
  const Bytes hello = pair.client.take_output();
  EXPECT_EQ(std::to_integer<int>(hello_of(hello).head[34]), GetParam() ? 32 : 0);
  pair.server.give(hello);
  const Bytes flight = pair.server.take_output();
  pair.client.give(flight);
  const Bytes answer = pair.client.take_output();
  if (GetParam()) {
    EXPECT_THAT(types_of(flight), testing::ElementsAre(22, 20, 23));
    EXPECT_THAT(types_of(answer), testing::ElementsAre(20, 23));
  } else {
    EXPECT_THAT(types_of(flight), testing::Not(testing::Contains(20u)));
    EXPECT_THAT(types_of(answer), testing::ElementsAre(23));
  }
  pair.server.give(answer);
  EXPECT_TRUE(pair.connected());
}
INSTANTIATE_TEST_SUITE_P(Modes, Middlebox, testing::Bool());

TEST(Middlebox, ARetryHasOneOfEachSideOnly) {
  Pair pair(asking_again());
  pair.server.give(pair.client.take_output());
  const Bytes retry = pair.server.take_output();
  EXPECT_THAT(types_of(retry), testing::ElementsAre(22, 20));
  pair.client.give(retry);
  const Bytes second = pair.client.take_output();
  EXPECT_THAT(types_of(second), testing::ElementsAre(20, 22));
  pair.server.give(second);
  const Bytes flight = pair.server.take_output();
  EXPECT_THAT(types_of(flight), testing::Not(testing::Contains(20u)));
  pair.client.give(flight);
  EXPECT_THAT(types_of(pair.client.take_output()), testing::ElementsAre(23));
}

const Bytes& change_cipher_spec() {
  static const Bytes record = hex("140303000101");
  return record;
}

//= rfc8446#5-2
TEST(ChangeCipherSpec, IsDroppedAnywhereInTheHandshakeEvenWithoutTheDisguise) {
  PairOptions options = defaults();
  options.client.middlebox_comp_mode = false;
  Pair pair(options);
  const Bytes& extra = change_cipher_spec();
  pair.server.give(pair.client.take_output() + extra + extra);
  Bytes flight;
  for (const Bytes& record : records_of(pair.server.take_output())) flight = flight + extra + record;
  pair.client.give(flight);
  pair.server.give(extra + pair.client.take_output());
  EXPECT_TRUE(pair.connected());
}

TEST(ChangeCipherSpec, BeforeTheHelloIsUnexpected) {
  Pair pair(defaults());
  pair.server.give(change_cipher_spec());
  expect_error(pair.server, Errc::unexpected_record, AlertDescription::unexpected_message);
}

//= rfc8446#5-3
TEST(ChangeCipherSpec, AfterTheHandshakeIsUnexpected) {
  for (const Role role : {Role::client, Role::server}) {
    Pair pair(defaults());
    pair.run();
    End& end = role == Role::client ? pair.client : pair.server;
    end.give(change_cipher_spec());
    ASSERT_TRUE(end.error);
    EXPECT_EQ(end.error->code(), Errc::unexpected_record);
    EXPECT_EQ(end.error->alert(), AlertDescription::unexpected_message);
  }
}

//= rfc8446#5-3, 5-4
TEST(ChangeCipherSpec, IsOneByteOneInTheClear) {
  for (const char* record : {"140303000102", "140303000100", "14030300020101", "1403030000"}) {
    Pair pair(defaults());
    pair.server.give(pair.client.take_output());
    pair.server.give(hex(record));
    expect_error(pair.server, Errc::bad_change_cipher_spec, AlertDescription::unexpected_message);
  }
  KeyBook book;
  PairOptions options = defaults();
  options.server.observe.key_log = book.sink();
  Pair pair(options);
  pair.server.give(pair.client.take_output());
  Forger client(*pair.server.connection.info().cipher_suite, book.at("CLIENT_HANDSHAKE_TRAFFIC_SECRET"));
  pair.server.give(client.seal(ContentType::change_cipher_spec, hex("01")));
  expect_error(pair.server, Errc::unexpected_record, AlertDescription::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
