// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2 and below by version and by cipher: every kind of record protection, how versions are chosen, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "connection/impl.h"
#include "loop/forge.h"
#include "loop/older.h"
#include "names/cipher_properties.h"
#include "names/legacy.h"

namespace keyway::test {
namespace {

using enum CipherSuite;
using enum ProtocolVersion;

CipherSuite suite(std::string_view name) {
  const auto found = cipher_suite_from(name);
  return found.value_or(CipherSuite{});
}

struct Meeting {
  ProtocolVersion version;
  std::string suite;      ///< OpenSSL's name, or IANA's
  bool encrypt_then_mac;  ///< both sides want it
};

std::ostream& operator<<(std::ostream& out, const Meeting& meeting) {
  return out << to_string(meeting.version) << ' ' << meeting.suite << (meeting.encrypt_then_mac ? " EtM" : " MtE");
}

bool is_block(std::string_view name) { return properties(find_cipher_suite(suite(name))->cipher).kind == CipherKind::block; }

/// Every version with each kind of cipher and MAC that it has.
std::vector<Meeting> meetings() {
  std::vector<std::string> everywhere{"ECDHE-RSA-AES128-SHA", "ECDHE-ECDSA-AES256-SHA"};
  const std::vector<std::string> of12{"ECDHE-ECDSA-AES128-SHA256",
                                      "ECDHE-RSA-AES256-SHA384",
                                      "ECDHE-RSA-CAMELLIA128-SHA256",
                                      "ECDHE-ECDSA-CAMELLIA256-SHA384",
                                      "TLS_ECDHE_RSA_WITH_ARIA_128_CBC_SHA256",
                                      "TLS_ECDHE_ECDSA_WITH_ARIA_256_CBC_SHA384",
                                      "ECDHE-ECDSA-ARIA128-GCM-SHA256",
                                      "ECDHE-ARIA256-GCM-SHA384",
                                      "ECDHE-ECDSA-AES256-CCM8"};
  std::vector<ProtocolVersion> versions{tls1_2};
  if (legacy_is_built()) {
    versions.insert(versions.end(), {tls1_1, tls1_0});
    everywhere.insert(everywhere.end(), {"ECDHE-RSA-DES-CBC3-SHA", "ECDHE-ECDSA-RC4-SHA"});
  }
  std::vector<Meeting> list;
  const auto add = [&](ProtocolVersion version, const std::string& name) {
    list.push_back({version, name, false});
    if (is_block(name)) list.push_back({version, name, true});
  };
  for (const ProtocolVersion version : versions) {
    for (const std::string& name : everywhere) add(version, name);
  }
  for (const std::string& name : of12) add(tls1_2, name);
  if (legacy_is_built()) {
    for (const char* name : {"AES128-SHA", "DHE-RSA-AES256-SHA", "DES-CBC3-SHA", "DES-CBC-SHA", "RC4-SHA", "RC4-MD5"})
      list.push_back({ssl3, name, false});
  }
  return list;
}

/// An RSA key that may encipher, which the RSA key exchange asks for.
CertKey encipherer() {
  constexpr auto usage = pki::key_usage::digital_signature | pki::key_usage::key_encipherment;
  return authority().leaf({.key = NewKey::rsa_2048, .key_usage = static_cast<std::uint16_t>(usage)});
}

class EachMeeting : public testing::TestWithParam<Meeting> {};

TEST_P(EachMeeting, ConnectsAndCarriesData) {
  OlderPair options(GetParam().version);
  options.use(suite(GetParam().suite));
  if (GetParam().version == ssl3) options.server.certs_keys = {encipherer()};
  options.server.protocol.encrypt_then_mac = GetParam().encrypt_then_mac;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  const std::string much(40000, 'x');
  pair.send_from_client(much);
  EXPECT_EQ(pair.server.data.size(), 10 + much.size());
  for (const End* end : {&pair.client, &pair.server}) {
    EXPECT_EQ(end->connection.info().version, GetParam().version);
    EXPECT_EQ(end->connection.info().cipher_suite, suite(GetParam().suite));
    EXPECT_EQ(end->connection.info().encrypt_then_mac, GetParam().encrypt_then_mac);
  }
}

INSTANTIATE_TEST_SUITE_P(Older, EachMeeting, testing::ValuesIn(meetings()));

// ---- what is negotiated

const CipherSuite cbc = suite("ECDHE-ECDSA-AES128-SHA");
constexpr CipherSuite gcm = TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256;

TEST(EncryptThenMac, IsWantedByBothOrNotDone) {
  for (const bool client : {false, true}) {
    OlderPair options;
    options.use(cbc);
    options.client.protocol.encrypt_then_mac = client;
    Pair pair(options);
    EXPECT_EQ(hello_of(pair.client.connection.output().front()).has(ExtensionType::encrypt_then_mac), client);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.server.connection.info().encrypt_then_mac, client);
  }
}

TEST(EncryptThenMac, IsNotOfferedWhereNothingCouldUseIt) {
  OlderPair options;
  options.use(gcm);
  Pair pair(options);
  EXPECT_FALSE(hello_of(pair.client.connection.output().front()).has(ExtensionType::encrypt_then_mac));
}

//= rfc7366#3-1
TEST(EncryptThenMac, IsNotAnsweredWithAnAead) {
  OlderPair options;
  options.client.protocol.ciphers = {gcm, cbc};
  options.server.protocol.ciphers = {gcm};
  Pair pair(options);
  EXPECT_TRUE(hello_of(pair.client.connection.output().front()).has(ExtensionType::encrypt_then_mac));
  pair.run();
  expect_connected(pair);
  EXPECT_FALSE(pair.client.connection.info().encrypt_then_mac);
  EXPECT_FALSE(pair.server.connection.info().encrypt_then_mac);
}

//= rfc7366#3-2
TEST(EncryptThenMac, IsRefusedWithAnAead) {
  OlderPair options;
  options.set_suites({gcm, cbc});
  Pair pair(options);
  meet_edited_answer(pair, [](Hello& hello) { hello.set(ExtensionType::encrypt_then_mac, {}); });
  expect_refused(pair, pair.client, pair.server, Errc::wrong_encrypt_then_mac, AlertDescription::illegal_parameter);
}

TEST(EncryptThenMac, IsRefusedWhereItWasNotOffered) {
  OlderPair options;
  options.use(cbc);
  options.client.protocol.encrypt_then_mac = false;
  Pair pair(options);
  meet_edited_answer(pair, [](Hello& hello) { hello.set(ExtensionType::encrypt_then_mac, {}); });
  expect_refused(pair, pair.client, pair.server, Errc::unsolicited_extension, AlertDescription::unsupported_extension);
}

TEST(OlderSuites, ASuiteOfAnotherVersionIsRefused) {
  OlderPair options;
  options.set_versions({tls1_3, tls1_2}, {tls1_2});
  Pair pair(options);
  meet_edited_answer(pair, [](Hello& hello) { set_suite(hello, TLS_AES_128_GCM_SHA256); });
  expect_refused(pair, pair.client, pair.server, Errc::cipher_suite_not_for_version, AlertDescription::illegal_parameter);
}

TEST(OlderSuites, ASuiteThatWasNotOfferedIsRefused) {
  OlderPair options;
  options.use(cbc);
  Pair pair(options);
  meet_edited_answer(pair, [](Hello& hello) { set_suite(hello, gcm); });
  expect_refused(pair, pair.client, pair.server, Errc::wrong_cipher_suite, AlertDescription::illegal_parameter);
}

TEST(OlderSuites, TheOrderThatCounts) {
  for (const bool ours : {false, true}) {
    OlderPair options;
    options.client.protocol.ciphers = {cbc, gcm};
    options.server.protocol.ciphers = {gcm, cbc};
    options.server.honor_cipher_order = ours;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().cipher_suite, ours ? gcm : cbc);
  }
}

TEST(OlderCurves, TheOrderThatCounts) {
  for (const bool ours : {false, true}) {
    OlderPair options;
    options.client.protocol.eccs = {NamedGroup::secp384r1, NamedGroup::brainpoolP256r1};
    options.server.protocol.eccs = {NamedGroup::brainpoolP256r1, NamedGroup::secp384r1};
    options.server.honor_ecc_order = ours;
    options.server.certs_keys = {authority().leaf({.key = NewKey::ec_p384})};
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().group, ours ? NamedGroup::brainpoolP256r1 : NamedGroup::secp384r1);
  }
}

// RFC 8422 5.1.1, 5.3: the curves of the hello are for keys in certificates, too; a server looks for one, a client insists.
TEST(OlderCurves, CertificatesAreHeldToThem) {
  OlderPair options;
  options.client.protocol.eccs = {NamedGroup::secp256r1};
  options.server.certs_keys = {authority().leaf({.key = NewKey::ec_p384})};
  Pair held(options);
  held.run();
  expect_refused(held, held.server, held.client, Errc::no_usable_identity, AlertDescription::handshake_failure);
  Pair pair(options);
  pair.server.give(edit_hello(pair.client.take_output(),
                              [](Hello& hello) { hello.at(ExtensionType::supported_groups) = hex("0004 0017 0018"); }));
  ASSERT_FALSE(pair.server.error) << pair.server.error->message();
  pair.client.give(pair.server.take_output());
  expect_refused(pair, pair.client, pair.server, Errc::certificate_key_type, AlertDescription::unsupported_certificate);
}

// RFC 5246 7.4.1.4.1: a scheme is a hash with the kind of key that the suite wants; RFC 8734 4: those for brainpool are none.
TEST(OlderSignatures, EcdsaGoesWithAnyHashOnAnyCurve) {
  using enum SignatureScheme;
  const auto meet = [](NewKey key, SignatureScheme accepted) {
    OlderPair options;
    options.client.protocol.signature_algs = {accepted, rsa_pkcs1_sha256};
    options.client.protocol.signature_algs_cert = {ecdsa_secp256r1_sha256};
    options.client.protocol.eccs =
        options.server.protocol.eccs = {NamedGroup::secp256r1, NamedGroup::secp521r1, NamedGroup::brainpoolP256r1};
    options.server.certs_keys = {authority().leaf({.key = key})};
    auto pair = std::make_unique<Pair>(options);
    pair->run();
    return pair;
  };
  for (const NewKey key : {NewKey::ec_p256, NewKey::ec_p521, NewKey::brainpool_p256}) {
    for (const SignatureScheme accepted : {ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512}) {
      const auto pair = meet(key, accepted);
      expect_connected(*pair);
      EXPECT_EQ(pair->client.connection.info().peer_signature_scheme, accepted);
    }
  }
  const auto pair = meet(NewKey::brainpool_p256, ecdsa_brainpoolP256r1tls13_sha256);
  ASSERT_TRUE(pair->server.error);
  EXPECT_EQ(pair->server.error->code(), Errc::no_common_signature_scheme);
  EXPECT_EQ(alert_at(pair->client), AlertDescription::handshake_failure);
}

TEST(OlderSignatures, TheOwnHashOfACurveIsTakenWhereThePeerLeavesTheChoice) {
  OlderPair options;
  options.server.certs_keys = {authority().leaf({.key = NewKey::ec_p384})};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, SignatureScheme::ecdsa_secp384r1_sha384);
}

TEST(OlderSignatures, ClientsSignWithTheHashThatTheServerAsksFor) {
  OlderPair options;
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.server.peer = {.verify = VerifyMode::verify_peer, .cacerts = {authority().root()}};
  options.server.protocol.signature_algs = {SignatureScheme::ecdsa_secp521r1_sha512};
  options.server.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.server.connection.info().peer_signature_scheme, SignatureScheme::ecdsa_secp521r1_sha512);
}

//= rfc5246#7.4.3-1
TEST(OlderSignatures, Sha1IsForWhoNamesIt) {
  for (const bool named : {false, true}) {
    OlderPair options;
    options.client.protocol.signature_algs = {SignatureScheme::rsa_pkcs1_sha1};
    options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
    if (named) options.server.protocol.signature_algs = {SignatureScheme::rsa_pkcs1_sha1};
    options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
    Pair pair(options);
    pair.run();
    if (named) {
      expect_connected(pair);
      EXPECT_EQ(pair.client.connection.info().peer_signature_scheme, SignatureScheme::rsa_pkcs1_sha1);
    } else {
      ASSERT_TRUE(pair.server.error);
      EXPECT_EQ(pair.server.error->code(), Errc::no_common_signature_scheme);
      EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
    }
  }
}

TEST(OlderSignatures, AKeyThatIsRestrictedSignsWithSha1WhereItsOwnListNamesItToo) {
  OlderPair options;
  options.client.protocol.signature_algs = {SignatureScheme::rsa_pkcs1_sha1};
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  options.server.protocol.signature_algs = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha1};
  options.server.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
  options.server.certs_keys.front().signature_algs = {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pkcs1_sha1};
  Pair named(options);
  named.run();
  expect_connected(named);
  EXPECT_EQ(named.client.connection.info().peer_signature_scheme, SignatureScheme::rsa_pkcs1_sha1);
  options.server.certs_keys.front().signature_algs = {SignatureScheme::rsa_pkcs1_sha256};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_common_signature_scheme);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
}

// ---- records

class EachFault : public testing::TestWithParam<bool> {};

// RFC 5246 6.2.3.2: nobody learns which of the two was wrong.
//= rfc7366#3-3, 3-4
//= rfc5246#7.2.2-2
TEST_P(EachFault, OfMacOrPaddingHasTheSameAlert) {
  const bool encrypt_then_mac = GetParam();
  for (const bool padding : {false, true}) {
    OlderPair options;
    options.use(cbc);
    options.client.protocol.encrypt_then_mac = encrypt_then_mac;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    ASSERT_TRUE(pair.client.connection.send(as_bytes(std::string(100, 'x'))));
    Bytes record = pair.client.take_output();
    // Behind the header and the IV are blocks: the one before the last decides what the last decrypts to.
    const std::size_t mac = encrypt_then_mac ? 20 : 0;
    record[padding ? record.size() - mac - 17 : 5 + 16] ^= std::byte{1};
    pair.server.give(record);
    expect_refused(pair, pair.server, pair.client, Errc::bad_record_mac, AlertDescription::bad_record_mac);
  }
}

INSTANTIATE_TEST_SUITE_P(Older, EachFault, testing::Bool());

TEST(OlderRecords, SayTheVersionThatWasChosen) {
  OlderPair options;
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  ASSERT_TRUE(pair.client.connection.send(as_bytes("x")));
  Bytes record = pair.client.take_output();
  EXPECT_EQ(record[2], std::byte{3});
  record[2] = std::byte{1};
  pair.server.give(record);
  expect_refused(pair, pair.server, pair.client, Errc::wrong_record_version, AlertDescription::protocol_version);
}

// RFC 5246 E.2
TEST(OlderRecords, AHelloOfSsl2IsRefused) {
  Pair pair{OlderPair()};
  (void)pair.client.take_output();
  pair.server.give(hex("802e 01 0303 0015 0000 0010 00002f 000035 00000a 000005 000004 0000ff 00c013"));
  expect_refused(pair, pair.server, pair.client, Errc::sslv2_hello, AlertDescription::protocol_version);
}

// ---- versions

// RFC 8446 4.1.3: somebody on the path takes the newest version out of the hello.
//= rfc8446#4.1.3-8
TEST(OlderVersions, ADowngradeIsSeenByItsMark) {
  struct Row {
    std::vector<ProtocolVersion> both;
    unsigned forced;
  };
  std::vector<Row> table{{{tls1_3, tls1_2}, 0x0303}};
  if (legacy_is_built()) {
    table.push_back({{tls1_3, tls1_2, tls1_1, tls1_0}, 0x0302});
    table.push_back({{tls1_3, tls1_2, tls1_1, tls1_0}, 0x0301});
    table.push_back({{tls1_2, tls1_1}, 0x0302});
    table.push_back({{tls1_2, tls1_1, tls1_0}, 0x0301});
  }
  for (const auto& [versions, forced] : table) {
    SCOPED_TRACE(forced);
    OlderPair options;
    options.set_versions(versions, versions);
    Pair pair(options);
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) {
      hello.remove(ExtensionType::supported_versions);
      set_version(hello, forced);
    }));
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
    pair.client.give(pair.server.take_output());
    expect_refused(pair, pair.client, pair.server, Errc::downgrade_detected, AlertDescription::illegal_parameter);
  }
}

TEST(OlderVersions, TheNewestOfBothWithoutAMarkOfSomebodyElse) {
  if (!legacy_is_built()) return;
  const struct {
    std::vector<ProtocolVersion> client, server;
    ProtocolVersion chosen;
  } table[] = {
      {{tls1_3, tls1_2, tls1_1}, {tls1_1}, tls1_1},
      {{tls1_1, tls1_0}, {tls1_3, tls1_2, tls1_1, tls1_0}, tls1_1},
      {{tls1_0}, {tls1_2, tls1_1, tls1_0}, tls1_0},
      {{tls1_2, tls1_1, tls1_0}, {tls1_0}, tls1_0},
  };
  for (const auto& row : table) {
    OlderPair options;
    options.set_versions(row.client, row.server);
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.client.connection.info().version, row.chosen);
    EXPECT_EQ(pair.server.connection.info().version, row.chosen);
  }
}

//= rfc7507#3-1, 3-2, 4-1
TEST(OlderVersions, AFallbackThatWasNotNeededIsRefused) {
  if (!legacy_is_built()) return;
  for (const bool newer : {false, true}) {
    OlderPair options(tls1_1);
    options.client.fallback = true;
    if (newer) options.server.protocol.versions = {tls1_2, tls1_1};
    Pair pair(options);
    pair.run();
    if (newer) {
      ASSERT_TRUE(pair.server.error);
      EXPECT_EQ(pair.server.error->code(), Errc::inappropriate_fallback);
      EXPECT_EQ(alert_at(pair.client), AlertDescription::inappropriate_fallback);
    } else {
      expect_connected(pair);
    }
  }
}

/// Of each ClientHello that was sent, whether it says that the client fell back.
std::shared_ptr<std::vector<bool>> watch_fallbacks(ClientOptions& options) {
  const auto said = std::make_shared<std::vector<bool>>();
  options.observe.trace = [said](const TraceEvent& event) {
    if (event.kind != TraceKind::message || event.name != "client_hello") return;
    const std::string_view body = as_text(event.body);
    const std::size_t suites = 2 + 32 + 1 + static_cast<unsigned char>(body[34]);
    const std::size_t size = static_cast<unsigned char>(body[suites]) * 256u + static_cast<unsigned char>(body[suites + 1]);
    said->push_back(body.substr(suites + 2, size).find(std::string_view("\x56\0", 2)) != std::string_view::npos);
  };
  return said;
}

/// Two connections with the same options, the second with the session of the first.
void expect_second_by_id(const OlderPair& options) {
  const auto server = make_config(options.server);
  for (const Resumption expected : {Resumption::none, Resumption::session_id}) {
    Pair pair(make_config(options.client), server, options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.server.connection.info().resumed, expected);
  }
}

//= rfc7507#4-3
TEST(OlderVersions, ASessionOfTheSameVersionIsNoFallback) {
  OlderPair options;
  options.client.fallback = true;
  options.client.sessions.store = memory_client_sessions();
  const auto said = watch_fallbacks(options.client);
  expect_second_by_id(options);
  EXPECT_THAT(*said, testing::ElementsAre(true, false));
}

TEST(OlderVersions, ARenegotiationIsNoFallback) {
  OlderPair options;
  options.client.fallback = true;
  options.server.client_renegotiation = true;
  const auto said = watch_fallbacks(options.client);
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.connection.renegotiate());
  pair.run();
  expect_connected(pair);
  EXPECT_THAT(*said, testing::ElementsAre(true, false));
}

/// A listener whose host "server.test", by table or by function, has versions of its own.
enum class By { table, function };
OlderPair with_host(By by, std::vector<ProtocolVersion> of_listener, std::vector<ProtocolVersion> of_host) {
  OlderPair options;
  options.server.protocol.versions = std::move(of_listener);
  const SniHost host{.name = "server.test", .options = {.protocol = ProtocolOptions{.versions = std::move(of_host)}}};
  if (by == By::table) options.server.sni_hosts = {host};
  if (by == By::function) {
    const auto listener = make_config(options.server);
    options.server.sni_fun = [made = listener->host(host).value()](const HelloInfo&, auto answer) {
      std::move(answer).give(made);
    };
  }
  return options;
}

TEST(OlderVersions, OfAHostMayBeOlderThanThoseOfItsListener) {
  if (!legacy_is_built()) return;
  for (const By by : {By::table, By::function}) {
    OlderPair options = with_host(by, {tls1_3, tls1_2}, {tls1_2, tls1_1, tls1_0});
    options.client.protocol.versions = {tls1_1};
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.server.connection.info().version, tls1_1);
    options.client.protocol.versions = {tls1_3};
    Pair newer(options);
    newer.run();
    expect_refused(newer, newer.server, newer.client, Errc::no_common_version, AlertDescription::protocol_version);
  }
}

TEST(OlderVersions, OfAListenerAreForWhoAsksForNoHost) {
  if (!legacy_is_built()) return;
  OlderPair options = with_host(By::table, {tls1_3, tls1_2}, {tls1_2, tls1_1, tls1_0});
  options.client.protocol.versions = {tls1_1};
  options.client.peer.check_host_name = false;
  options.host = "other.test";
  Pair pair(options);
  pair.run();
  expect_refused(pair, pair.server, pair.client, Errc::no_common_version, AlertDescription::protocol_version);
}

// RFC 7507 3, RFC 8446 4.1.3: what the host has counts, both for who says that it fell back and for the mark of a downgrade.
TEST(OlderVersions, AFallbackToTheNewestOfAHostIsNone) {
  for (const By by : {By::table, By::function}) {
    OlderPair options = with_host(by, {tls1_3, tls1_2}, {tls1_2});
    options.client.fallback = true;
    Pair fallen(options);
    fallen.run();
    expect_connected(fallen);
    options.client.fallback = false;
    options.client.protocol.versions = {tls1_3, tls1_2};
    Pair unmarked(options);
    unmarked.run();
    expect_connected(unmarked);
    EXPECT_EQ(unmarked.client.connection.info().version, tls1_2);
  }
}

TEST(OlderVersions, AFallbackFromWhatOnlyTheHostHasIsRefused) {
  OlderPair options = with_host(By::table, {tls1_2}, {tls1_3, tls1_2});
  options.client.fallback = true;
  Pair pair(options);
  pair.run();
  expect_refused(pair, pair.server, pair.client, Errc::inappropriate_fallback, AlertDescription::inappropriate_fallback);
}

TEST(OlderVersions, AHostUnderAListenerOfTls13HasSessionsToo) {
  for (const By by : {By::table, By::function}) {
    OlderPair options = with_host(by, {tls1_3}, {tls1_2});
    options.client.sessions.store = memory_client_sessions();
    expect_second_by_id(options);
  }
}

TEST(OlderVersions, AFallbackFromTls13) {
  OlderPair options;
  options.client.fallback = true;
  options.server.protocol.versions = {tls1_3, tls1_2};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::inappropriate_fallback);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::inappropriate_fallback);
}

// RFC 5246 E.1: whatever a newer client says, a server answers with its own newest version.
//= rfc5246#E.1-2
TEST(OlderVersions, AHelloOfAVersionThatIsStillUnknownIsAnswered) {
  for (const unsigned version : {0x0304u, 0x03ffu, 0x0500u}) {
    OlderPair options;
    Pair pair(options);
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) { set_version(hello, version); }));
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
    EXPECT_EQ(pair.server.connection.info().version, tls1_2);
  }
}

//= rfc5246#E.1-1, E.1-3
TEST(OlderVersions, OlderOnesThanAreNamedAreRefused) {
  for (const unsigned version : {0x0300u, 0x0301u, 0x0302u}) {
    OlderPair options;
    Pair pair(options);
    pair.server.give(edit_hello(pair.client.take_output(), [&](Hello& hello) { set_version(hello, version); }));
    expect_refused(pair, pair.server, pair.client, Errc::no_common_version, AlertDescription::protocol_version);
  }
  for (const unsigned version : {0x0300u, 0x0301u, 0x0302u, 0x0304u, 0x7f12u}) {
    Pair pair{OlderPair()};
    meet_edited_answer(pair, [&](Hello& hello) { set_version(hello, version); });
    expect_refused(pair, pair.client, pair.server, Errc::no_common_version, AlertDescription::protocol_version);
  }
}

//= rfc5246#7.4.1.2-3
TEST(OlderVersions, NullCompressionIsOfferedAndInsistedOn) {
  Pair pair{OlderPair()};
  const Bytes offer = pair.client.take_output();
  EXPECT_EQ(to_bytes(ByteView(hello_of(offer).head).last(2)), hex("0100"));
  pair.server.give(edit_hello(offer, [](Hello& hello) { hello.head.back() = std::byte{1}; }));
  expect_refused(pair, pair.server, pair.client, Errc::wrong_compression, AlertDescription::illegal_parameter);
  Pair also{OlderPair()};
  also.server.give(edit_hello(also.client.take_output(), [](Hello& hello) {
    hello.head.back() = std::byte{1};
    hello.head[hello.head.size() - 2] = std::byte{2};
    hello.head.push_back(std::byte{0});
  }));
  EXPECT_FALSE(also.server.error) << "others beside it are passed over";
}

// RFC 4346 7.4.3, RFC 8422 5.4: no message says how it is signed.
//= rfc5246#7.4.1.4.1-1
TEST(OlderVersions, SignWithWhatTheKeyImplies) {
  if (!legacy_is_built()) return;
  const struct {
    NewKey key;
    SignatureScheme scheme;
  } table[] = {{NewKey::rsa_2048, SignatureScheme::rsa_pkcs1_md5_sha1},
               {NewKey::ec_p256, SignatureScheme::ecdsa_sha1},
               {NewKey::ec_p384, SignatureScheme::ecdsa_sha1}};
  for (const ProtocolVersion version : {tls1_1, tls1_0}) {
    for (const auto& [key, scheme] : table) {
      OlderPair options(version);
      options.server.certs_keys = {authority().leaf({.key = key})};
      options.client.certs_keys = {authority().leaf({.key = key})};
      options.server.peer = options.client.peer;
      Pair pair(options);
      EXPECT_FALSE(hello_of(pair.client.connection.output().front()).has(ExtensionType::signature_algorithms));
      pair.run();
      expect_connected(pair);
      for (const End* end : {&pair.client, &pair.server}) {
        EXPECT_EQ(end->connection.info().own_signature_scheme, scheme);
        EXPECT_EQ(end->connection.info().peer_signature_scheme, scheme);
        EXPECT_TRUE(end->connection.info().client_authenticated);
      }
    }
  }
}

TEST(OlderVersions, KeysWithoutAnImpliedSchemeAreOfNoUse) {
  if (!legacy_is_built()) return;
  OlderPair options(tls1_1);
  options.server.certs_keys = {authority().leaf({.key = NewKey::ed25519})};
  const auto refused = ServerConfig::make(options.server);
  ASSERT_FALSE(refused) << "no handshake could succeed";
  EXPECT_EQ(refused.error().code(), Errc::conflicting_options);
  EXPECT_EQ(refused.error().detail()->option, "certs_keys");
  EXPECT_EQ(refused.error().detail()->value, to_string(tls1_1));
}

TEST(OlderVersions, DataOfTls10IsCutAsTheOptionSays) {
  if (!legacy_is_built()) return;
  const struct {
    BeastMitigation option;
    std::vector<std::size_t> sizes;  ///< of payloads: content, 20 bytes of MAC and padding
  } table[] = {
      {BeastMitigation::one_n_minus_one, {32, 32}}, {BeastMitigation::zero_n, {32, 32}}, {BeastMitigation::disabled, {32}}};
  for (const auto& [option, sizes] : table) {
    OlderPair options(tls1_0);
    options.use(cbc);
    options.client.protocol.encrypt_then_mac = false;
    options.client.protocol.beast_mitigation = option;
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    ASSERT_TRUE(pair.client.connection.send(as_bytes("ten bytes!")));
    const Bytes wire = pair.client.take_output();
    std::vector<std::size_t> found;
    for (const Bytes& record : records_of(wire)) found.push_back(record.size() - 5);
    EXPECT_EQ(found, sizes);
    pair.server.give(wire);
    EXPECT_EQ(pair.server.data, "a questionten bytes!");
  }
}

// RFC 6101 5.6.8, 5.6.9: all of SSL 3.0 is hashed in its own way.
TEST(Ssl3, ClientsProveThemselvesOrSayThatTheyCannot) {
  if (!legacy_is_built()) return;
  for (const bool has_certificate : {true, false}) {
    OlderPair options(ssl3);
    options.use(suite("AES128-SHA"));
    options.server.certs_keys = {encipherer()};
    if (has_certificate) options.client.certs_keys = {authority().leaf({.key = NewKey::rsa_2048})};
    options.server.peer = options.client.peer;
    options.server.fail_if_no_peer_cert = false;
    std::vector<std::string> alerts;
    options.client.observe.trace = [&](const TraceEvent& event) {
      if (event.kind == TraceKind::alert) alerts.emplace_back(event.name);
    };
    Pair pair(options);
    pair.run();
    expect_connected(pair);
    EXPECT_EQ(pair.server.connection.info().client_authenticated, has_certificate);
    EXPECT_EQ(alerts, has_certificate ? std::vector<std::string>{} : std::vector<std::string>{"no_certificate"});
  }
}

TEST(Ssl3, ACertificateThatIsRequiredIsRequired) {
  if (!legacy_is_built()) return;
  OlderPair options(ssl3);
  options.use(suite("AES128-SHA"));
  options.server.certs_keys = {encipherer()};
  options.server.peer = options.client.peer;
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::client_certificate_missing);
  EXPECT_EQ(alert_at(pair.client), AlertDescription::handshake_failure);
}

TEST(Ssl3, HasNoExtensionsAndNoExporters) {
  if (!legacy_is_built()) return;
  OlderPair options(ssl3);
  options.use(suite("AES128-SHA"));
  options.server.certs_keys = {encipherer()};
  Pair pair(options);
  const Bytes hello = to_bytes(pair.client.connection.output().front());
  EXPECT_EQ(hello[2], std::byte{0}) << "the version of the record";
  EXPECT_EQ(hello.size(), 5u + 4 + 2 + 32 + 1 + 2 + 2 * 2 + 2) << "one suite and the signal of RFC 5746 3.3";
  pair.run();
  expect_connected(pair);
  EXPECT_FALSE(pair.client.connection.info().extended_master_secret);
  Bytes out(16);
  const auto exported = pair.client.connection.export_key("EXPORTER-test", std::nullopt, out);
  ASSERT_FALSE(exported);
  EXPECT_EQ(exported.error().code(), Errc::not_available);
}

// A hello of newer versions, too, has extensions; a server that chooses SSL 3.0 answers none but renegotiation_info.
TEST(Ssl3, IsChosenWhereItIsAllThatTheServerHas) {
  if (!legacy_is_built()) return;
  OlderPair options;
  options.set_versions({tls1_1, tls1_0, ssl3}, {ssl3});
  options.client.protocol.ciphers = {suite("AES128-SHA")};
  options.server.protocol.ciphers = {suite("AES128-SHA")};
  options.server.certs_keys = {encipherer()};
  Pair pair(options);
  pair.run();
  expect_connected(pair);
  EXPECT_EQ(pair.client.connection.info().version, ssl3);
}

TEST(Ssl3, AnotherExtensionIsRefused) {
  if (!legacy_is_built()) return;
  OlderPair options;
  options.set_versions({tls1_0, ssl3}, {ssl3});
  options.client.protocol.ciphers = {suite("AES128-SHA")};
  options.server.protocol.ciphers = {suite("AES128-SHA")};
  options.server.certs_keys = {encipherer()};
  Pair pair(options);
  meet_edited_answer(pair, [](Hello& hello) { hello.set(ExtensionType::extended_master_secret, {}); });
  // RFC 6101 5.4.2 has no unsupported_extension.
  expect_refused(pair, pair.client, pair.server, Errc::unsolicited_extension, AlertDescription::illegal_parameter);
}

// RFC 5746 4.5: there is no warning to say it by. What the end says about it is in one record in the clear.
TEST(Ssl3, ARenegotiationThatIsDeclinedEndsTheConnection) {
  if (!legacy_is_built()) return;
  OlderPair options(ssl3);
  options.set_suites({suite("AES128-SHA")});
  ConnectionImpl end(Role::client, Now{});
  end.in_.config = make_config(options.client);
  end.facts_.info.version = ssl3;
  end.older_ = true;
  const auto declined = end.decline_renegotiation();
  ASSERT_FALSE(declined);
  EXPECT_EQ(end.fail_with(declined.error()).error().code(), Errc::renegotiation_forbidden);
  Bytes alert;
  for (const ByteView piece : end.output_.views()) alert.insert(alert.end(), piece.begin(), piece.end());
  EXPECT_EQ(to_bytes(ByteView(alert).last(2)), hex("02 28"));
}

// RFC 6101 5.4.2: a handshake that is given up is closed, without the word of later versions for it.
TEST(Ssl3, AHandshakeThatIsGivenUpIsClosed) {
  if (!legacy_is_built()) return;
  for (const ProtocolVersion version : {ssl3, tls1_0}) {
    OlderPair options(version);
    options.use(suite("AES128-SHA"));
    std::vector<std::string> alerts;
    options.client.observe.trace = [&](const TraceEvent& event) {
      if (event.kind == TraceKind::alert) alerts.emplace_back(event.name);
    };
    Pair pair(options);
    ASSERT_TRUE(pair.client.connection.close());
    EXPECT_EQ(alerts, version == ssl3 ? std::vector<std::string>{"close_notify"}
                                      : (std::vector<std::string>{"user_canceled", "close_notify"}));
  }
}

TEST(OlderVersions, ExportersOfTls11Agree) {
  if (!legacy_is_built()) return;
  Pair pair{OlderPair(tls1_1)};
  pair.run();
  expect_connected(pair);
  Bytes ours(40), theirs(40);
  ASSERT_TRUE(pair.client.connection.export_key("EXPORTER-test", std::nullopt, ours));
  ASSERT_TRUE(pair.server.connection.export_key("EXPORTER-test", std::nullopt, theirs));
  EXPECT_EQ(ours, theirs);
}

}  // namespace
}  // namespace keyway::test
