// SPDX-License-Identifier: Apache-2.0
//
// What a server takes of an offer: tables of offers with the choice or the error.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "handshake/negotiation/negotiation.h"
#include "handshake/tls12/server_steps.h"
#include "loop/pair.h"
#include "unit/handshake/offers.h"
#include "unit/handshake/quiet_flow.h"

namespace keyway::handshake::negotiation {
namespace {

using test::Hello;
using test::Offer;
using enum CipherSuite;
using enum NamedGroup;

template <class T>
std::optional<Errc> code_of(const Result<T>& result) {
  return result ? std::nullopt : std::optional(result.error().code());
}

//= rfc8446#4.2.1-2, 4.2.1-3, 4.2.1-4, D.2-1
TEST(ChooseVersion, TakesOnlyWhatIsOfferedInTheExtension) {
  const struct {
    std::optional<std::vector<std::uint16_t>> offered;
    std::optional<Errc> error;
  } table[] = {
      {std::vector<std::uint16_t>{0x0304}, std::nullopt},
      {std::vector<std::uint16_t>{0x0303, 0x0304}, std::nullopt},
      {std::vector<std::uint16_t>{0x0a0a, 0x0304, 0x7f1c}, std::nullopt},  // GREASE and a draft
      {std::vector<std::uint16_t>{0x0303}, Errc::no_common_version},
      {std::vector<std::uint16_t>{0x0a0a}, Errc::no_common_version},
      {std::vector<std::uint16_t>{0x0305}, Errc::no_common_version},
      {std::nullopt, Errc::no_common_version},  // legacy_version alone never means 1.3
  };
  for (const auto& row : table) {
    const auto chosen = choose_version(*Hello({.versions = row.offered}), {ProtocolVersion::tls1_3});
    EXPECT_EQ(code_of(chosen), row.error);
    if (chosen) { EXPECT_EQ(*chosen, ProtocolVersion::tls1_3); }
  }
  EXPECT_EQ(Error(Errc::no_common_version).alert(), AlertDescription::protocol_version);
}

//= rfc8446#4.1.1-1, 4.1.2-13, 4.1.3-4
TEST(ChooseCipherSuite, ByTheOrderOfTheOneThatDecides) {
  const std::vector<CipherSuite> ours = {TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256};
  const struct {
    std::vector<std::uint16_t> offered;
    bool server_order;
    std::optional<CipherSuite> chosen;
  } table[] = {
      {{0x1301, 0x1302}, false, TLS_AES_128_GCM_SHA256},
      {{0x1301, 0x1302}, true, TLS_AES_256_GCM_SHA384},
      {{0x1303, 0x1302, 0x1301}, false, TLS_AES_256_GCM_SHA384},
      {{0x1a1a, 0x00ff, 0xc02f, 0x1301}, false, TLS_AES_128_GCM_SHA256},
      {{0x1a1a, 0x00ff, 0xc02f, 0x1301}, true, TLS_AES_128_GCM_SHA256},
      {{0x1303}, false, std::nullopt},
      {{0x1303}, true, std::nullopt},
      {{0xc02f, 0x009c}, false, std::nullopt},
  };
  for (const auto& row : table) {
    const auto chosen =
        choose_cipher_suite(*Hello({.cipher_suites = row.offered}), ours, row.server_order, ProtocolVersion::tls1_3);
    if (row.chosen) {
      ASSERT_TRUE(chosen);
      EXPECT_EQ(*chosen, *row.chosen);
    } else {
      EXPECT_EQ(code_of(chosen), Errc::no_common_cipher_suite);
    }
  }
  EXPECT_EQ(Error(Errc::no_common_cipher_suite).alert(), AlertDescription::handshake_failure);
}

//= rfc8446#4.1.1-4, 9.3-1
TEST(ChooseGroup, AShareFirstThenOurOrder) {
  const std::vector<NamedGroup> ours = {x25519, secp256r1, secp384r1};
  const struct {
    const char* what;
    std::vector<std::uint16_t> groups;
    std::vector<test::Share> shares;
    std::optional<NamedGroup> chosen;
    std::string share;
  } table[] = {
      {"the share of our first", {0x001d, 0x0017}, {{secp256r1, "p256"}, {x25519, "x"}}, x25519, "x"},
      {"a share of a later one spares a round trip", {0x001d, 0x0017}, {{secp256r1, "p256"}}, secp256r1, "p256"},
      {"no share that fits: our first that is offered",
       {0x0018, 0x0017},
       {{static_cast<NamedGroup>(0x0019), "p521"}},
       secp256r1,
       ""},
      {"an empty list of shares asks to be asked", {0x0018}, {}, secp384r1, ""},
      {"GREASE is passed over", {0x2a2a, 0x001d}, {{static_cast<NamedGroup>(0x2a2a), "g"}, {x25519, "x"}}, x25519, "x"},
      {"nothing in common", {0x0100, 0x001e}, {{x448, "x448"}}, std::nullopt, ""},
  };
  for (const auto& row : table) {
    SCOPED_TRACE(row.what);
    const Hello hello({.groups = row.groups, .shares = row.shares});
    const auto choice = choose_group(*hello, ours);
    if (!row.chosen) {
      EXPECT_EQ(code_of(choice), Errc::no_common_group);
      continue;
    }
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->group, *row.chosen);
    EXPECT_EQ(as_text(choice->share), row.share);
  }
  EXPECT_EQ(code_of(choose_group(*Hello({.groups = {{0x001d}}}), ours)), Errc::missing_extension);
  EXPECT_EQ(code_of(choose_group(*Hello({.shares = {{}}}), ours)), Errc::missing_extension);
  EXPECT_EQ(Error(Errc::missing_extension).alert(), AlertDescription::missing_extension);
  EXPECT_EQ(Error(Errc::no_common_group).alert(), AlertDescription::handshake_failure);
}

//= rfc7301#3.2-1, 3.2-2
TEST(ChooseAlpn, ByOurOrder) {
  const struct {
    std::optional<std::vector<std::string>> offered;
    std::vector<std::string> ours;
    std::optional<std::string> chosen;
  } table[] = {
      {{{"h2", "http/1.1"}}, {"http/1.1", "h2"}, "http/1.1"},
      {{{"h2"}}, {"http/1.1", "h2"}, "h2"},
      {{{"h2"}}, {"H2"}, std::nullopt},  // names are bytes
      {{{"h2"}}, {"h"}, std::nullopt},
      {{{"h2"}}, {}, ""},  // no policy: no answer
      {std::nullopt, {"h2"}, ""},
  };
  for (const auto& row : table) {
    const auto chosen = choose_alpn(*Hello({.alpn = row.offered}), {}, row.ours);
    if (row.chosen) {
      ASSERT_TRUE(chosen);
      EXPECT_EQ(*chosen, *row.chosen);
    } else {
      EXPECT_EQ(code_of(chosen), Errc::no_application_protocol);
    }
  }
  EXPECT_EQ(Error(Errc::no_application_protocol).alert(), AlertDescription::no_application_protocol);
}

TEST(ChooseAlpn, TheFunctionDecides) {
  ServerOptions options;
  std::vector<std::string> seen;
  AlpnChoice answer{AlpnChoice::Verdict::select, "two"};
  options.alpn_select = [&](const std::vector<std::string>& offered) {
    seen = offered;
    return answer;
  };
  const Hello hello({.alpn = {{"one", "two"}}});
  EXPECT_EQ(choose_alpn(*hello, options, {"one"}).value(), "two");
  EXPECT_THAT(seen, testing::ElementsAre("one", "two"));
  answer = {.verdict = AlpnChoice::Verdict::decline};
  EXPECT_EQ(choose_alpn(*hello, options, {"one"}).value(), "");
  answer = {.verdict = AlpnChoice::Verdict::refuse};
  EXPECT_EQ(code_of(choose_alpn(*hello, options, {"one"})), Errc::no_application_protocol);
  // RFC 7301 3.2: only what the client offered, whatever our own list says.
  for (const std::string& wrong : {std::string("three"), std::string("One"), std::string(), std::string(256, 'a')}) {
    answer = {AlpnChoice::Verdict::select, wrong};
    EXPECT_EQ(code_of(choose_alpn(*hello, options, {"one", "three"})), Errc::wrong_answer);
  }
  seen.clear();
  EXPECT_EQ(choose_alpn(*Hello({}), options, {"one"}).value(), "");  // not asked without an offer
  EXPECT_TRUE(seen.empty());
}

// ---- lists as long as a hello can carry

constexpr std::size_t many = 16000;

TEST(LongLists, SchemesAndGroupsAreKeptOnceAndOnlyWhereTheyHaveAName) {
  std::vector<std::uint16_t> schemes(many, 0x0403);
  std::vector<std::uint16_t> groups(many, 0x001d);
  for (std::size_t i = 0; i < many; i += 2) schemes[i] = groups[i] = static_cast<std::uint16_t>(0x4000 + i);
  schemes.back() = 0x0804;
  groups.back() = 0x0017;
  const Hello hello({.groups = groups, .schemes = schemes});
  EXPECT_THAT(known_schemes((*hello).extensions.get<wire::SignatureAlgorithms>()->schemes),
              testing::ElementsAre(SignatureScheme::ecdsa_secp256r1_sha256, SignatureScheme::rsa_pss_rsae_sha256));
  EXPECT_THAT(known_groups((*hello).extensions.get<wire::SupportedGroups>()->groups), testing::ElementsAre(x25519, secp256r1));
}

/// What a server of TLS 1.2 comes to, and how often it looked at its configuration on the way.
struct Begun {
  Result<tls12::server::Full> full;
  std::size_t calls;
};
Begun begin_tls12(const Offer& offer) {
  ServerOptions options = keyway::test::server_options();
  options.protocol.versions = {ProtocolVersion::tls1_2};
  options.protocol.ciphers = {TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TLS_DHE_RSA_WITH_AES_128_GCM_SHA256};
  handshake::test::QuietFlow flow(ServerConfig::make(options).value());
  flow.facts().info.version = ProtocolVersion::tls1_2;
  const Hello hello(offer);
  auto all = std::make_unique<tls12::server::Progress>();
  all->hello = std::make_unique<ReceivedHello>();
  all->hello->hello = *hello;
  auto full = tls12::server::begin_full(std::move(all), flow);
  return {std::move(full), flow.calls()};
}

TEST(LongLists, ASuiteThatIsNamedAgainAndAgainIsOneSuite) {
  std::vector<std::uint16_t> suites(many, 0xc02b);
  suites.back() = 0x009e;
  const Begun begun = begin_tls12({.cipher_suites = suites, .groups = {{0x001d, 0x0017}}, .schemes = {{0x0403}}});
  ASSERT_TRUE(begun.full) << begun.full.error().message();
  const auto& asks = std::get<tls12::server::AskIdentity>(*begun.full);
  ASSERT_EQ(asks.all->suites.size(), 2u);
  EXPECT_EQ(asks.all->suites[0]->code, 0xc02b);
  EXPECT_EQ(asks.all->suites[1]->code, 0x009e);
  EXPECT_LT(begun.calls, 100u);
}

TEST(LongLists, GroupsThatNobodyKnowsAreWalkedOnceForAllSuites) {
  std::vector<std::uint16_t> groups(many);
  for (std::size_t i = 0; i < many; ++i) groups[i] = static_cast<std::uint16_t>(0x4000 + i);
  const std::vector<std::uint16_t> suites(many, 0xc02b);
  const Begun begun = begin_tls12({.cipher_suites = suites, .groups = groups, .schemes = {{0x0403}}});
  EXPECT_EQ(code_of(begun.full), Errc::no_common_cipher_suite);
  EXPECT_LT(begun.calls, 100u);
}

TEST(Describe, SaysWhatWasOffered) {
  const Hello hello({.cipher_suites = {0x1301, 0x1a1a},
                     .versions = {{0x0304, 0x0303}},
                     .groups = {{0x001d}},
                     .shares = {{{x25519, "x"}}},
                     .alpn = {{"h2"}},
                     .server_name = "host.test",
                     .schemes = {{0x0403}}});
  const HelloInfo info = describe(*hello, hello.body());
  EXPECT_EQ(info.server_name, "host.test");
  EXPECT_THAT(info.alpn, testing::ElementsAre("h2"));
  EXPECT_THAT(info.versions, testing::ElementsAre(0x0304, 0x0303));
  EXPECT_THAT(info.cipher_suites, testing::ElementsAre(0x1301, 0x1a1a));
  EXPECT_THAT(info.groups, testing::ElementsAre(0x001d));
  EXPECT_THAT(info.signature_schemes, testing::ElementsAre(0x0403));
  EXPECT_THAT(info.extensions, testing::ElementsAre(0, 43, 10, 13, 16, 51));
  EXPECT_EQ(info.random, Bytes(32, std::byte{1}));
  EXPECT_EQ(info.session_id, Bytes(4, std::byte{2}));
  EXPECT_EQ(info.raw, to_bytes(hello.body()));
  EXPECT_THAT(describe(*Hello({}), {}).versions, testing::ElementsAre(0x0303));  // without the extension legacy_version counts
}

}  // namespace
}  // namespace keyway::handshake::negotiation
