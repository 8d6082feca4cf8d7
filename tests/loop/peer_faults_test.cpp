// SPDX-License-Identifier: Apache-2.0
//
// Single faults of a peer, and the code and the alert that answer them: alerts, hellos after a retry, key updates, what a
// session remembers.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "loop/pair.h"
#include "wire/messages/client_hello.h"

namespace keyway::test {
namespace {

Bytes plaintext_record(std::uint8_t type, ByteView content) {
  Bytes record{std::byte{type}, std::byte{3}, std::byte{3}, static_cast<std::byte>(content.size() >> 8),
               static_cast<std::byte>(content.size() & 0xff)};
  record.insert(record.end(), content.begin(), content.end());
  return record;
}

void arrive(End& end, ByteView bytes) {
  end.inbox.insert(end.inbox.end(), bytes.begin(), bytes.end());
  end.work();
}

/// The description of the alert in the clear at the end of what an end sends; nothing without one.
std::optional<AlertDescription> plaintext_alert(End& end) {
  const Bytes out = end.take_output();
  if (out.size() < 7 || out[out.size() - 7] != std::byte{21}) return std::nullopt;
  return static_cast<AlertDescription>(out.back());
}

/// Handshake messages of the records in the clear at the front of a flight.
Bytes messages_in(ByteView flight) {
  Bytes messages;
  while (flight.size() > 5 && flight[0] == std::byte{22}) {
    const std::size_t size = std::to_integer<std::size_t>(flight[3]) << 8 | std::to_integer<std::size_t>(flight[4]);
    messages.insert(messages.end(), flight.begin() + 5, flight.begin() + 5 + static_cast<std::ptrdiff_t>(size));
    flight = flight.subspan(5 + size);
  }
  return messages;
}

//= rfc8446#6-1, 6-2
TEST(Alerts, AnErrorAlertEndsTheConnectionAtEitherLevelAndIsNotAnswered) {
  // By default a server may still turn out to be of TLS 1.2, and then it may warn of the name (RFC 6066 3).
  const std::vector<ProtocolVersion> newest{ProtocolVersion::tls1_3};
  const struct {
    unsigned level, description;
    std::vector<ProtocolVersion> versions;
  } table[] = {{1, 40, newest}, {1, 112, newest}, {1, 199, newest}, {2, 40, newest}, {2, 112, newest}, {2, 199, newest},
               {1, 40, {}},     {1, 199, {}},     {2, 40, {}},      {2, 112, {}},    {2, 199, {}}};
  for (const auto& [level, description, versions] : table) {
    PairOptions options{.client = client_options(), .server = server_options()};
    if (!versions.empty()) options.client.protocol.versions = versions;
    Pair pair(options);
    (void)pair.client.take_output();
    const Bytes alert{static_cast<std::byte>(level), static_cast<std::byte>(description)};
    arrive(pair.client, plaintext_record(21, alert));
    ASSERT_TRUE(pair.client.error) << level << " " << description;
    EXPECT_EQ(pair.client.error->code(), Errc::alert_received);
    EXPECT_EQ(pair.client.error->detail()->received_alert, static_cast<AlertDescription>(description));
    EXPECT_EQ(pair.client.error->detail()->received_level, static_cast<AlertLevel>(level));
    EXPECT_TRUE(pair.client.take_output().empty());
  }
}

TEST(Alerts, AnUnknownLevelIsIllegal) {
  Pair pair({.client = client_options(), .server = server_options()});
  (void)pair.client.take_output();
  arrive(pair.client, plaintext_record(21, Bytes{std::byte{42}, std::byte{40}}));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::wrong_alert_level);
  EXPECT_EQ(plaintext_alert(pair.client), AlertDescription::illegal_parameter);
}

/// A client whose only share the server does not take, with the first hello delivered and the retry on its way.
class Retry : public testing::Test {
 protected:
  static PairOptions options() {
    PairOptions options{.client = client_options(), .server = server_options()};
    options.client.protocol.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
    options.server.protocol.supported_groups = {NamedGroup::secp256r1};
    return options;
  }
};

TEST_F(Retry, NothingMayStandBehindTheFirstHello) {
  Pair pair(options());
  Bytes hello = messages_in(pair.client.take_output());
  hello.push_back(std::byte{1});  // the first byte of a second ClientHello that nobody asked for yet
  arrive(pair.server, plaintext_record(22, hello));
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::excess_handshake_data);
  EXPECT_EQ(plaintext_alert(pair.server), AlertDescription::unexpected_message);
}

TEST_F(Retry, NothingMayStandBehindTheRequestForIt) {
  Pair pair(options());
  arrive(pair.server, pair.client.take_output());
  Bytes request = messages_in(pair.server.take_output());
  ASSERT_FALSE(request.empty());
  request.push_back(std::byte{2});  // the first byte of a ServerHello
  arrive(pair.client, plaintext_record(22, request));
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::excess_handshake_data);
  EXPECT_EQ(plaintext_alert(pair.client), AlertDescription::unexpected_message);
}

/// Rewrites the extensions of the ClientHello in `flight`.
Bytes with_extensions(ByteView flight, const std::function<void(std::vector<wire::RawExtension>&)>& edit) {
  const Bytes message = messages_in(flight);
  const auto hello = wire::ClientHello::decode(ByteView(message).subspan(4));
  std::vector<wire::RawExtension> extensions;
  for (const wire::RawExtension extension : hello->extensions.all()) extensions.push_back(extension);
  edit(extensions);
  ByteBuffer buffer;
  wire::Writer writer(buffer);
  writer.u8(1);
  writer.vec24([&] {
    hello->encode(writer, [&] {
      for (const wire::RawExtension& extension : extensions) wire::RawExtension::write(writer, extension);
    });
  });
  return plaintext_record(22, buffer.view());
}

void drop(std::vector<wire::RawExtension>& extensions, ExtensionType type) {
  std::erase_if(extensions, [&](const wire::RawExtension& extension) { return extension.type == type; });
}

class RetryWithPsk : public Retry {
 protected:
  static Psk key(std::string_view name) { return Psk::make(name, as_bytes("0123456789abcdef0123456789abcdef")); }
  /// The flight with the second ClientHello of a client that offers `offered` to a server that knows "known".
  static Bytes second_hello(Pair& pair) {
    arrive(pair.server, pair.client.take_output());
    arrive(pair.client, pair.server.take_output());
    return pair.client.take_output();
  }
  static PairOptions offering(std::vector<Psk> offered) {
    PairOptions options = Retry::options();
    options.client.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
    options.client.psk.keys = std::move(offered);
    options.server.psk.keys = {key("known")};
    return options;
  }
};

TEST_F(RetryWithPsk, Connects) {
  Pair pair(offering({key("known")}));
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_TRUE(pair.server.connection.info().hello_retry);
  EXPECT_EQ(pair.server.connection.info().resumed, Resumption::external_psk);
}

TEST_F(RetryWithPsk, ThePskMustNotGoWithoutAReason) {
  Pair pair(offering({key("known")}));
  const Bytes flight = second_hello(pair);
  // Behind the dummy change_cipher_spec, which is six bytes long.
  const auto drop_psk = [](auto& list) { drop(list, ExtensionType::pre_shared_key); };
  arrive(pair.server, with_extensions(ByteView(flight).subspan(6), drop_psk));
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::missing_extension);
  EXPECT_EQ(pair.server.error->detail()->reason, "pre_shared_key");
  EXPECT_EQ(plaintext_alert(pair.server), AlertDescription::missing_extension);
}

TEST_F(RetryWithPsk, AnotherPskMustNotTakeItsPlace) {
  Pair pair(offering({key("known")}));
  const Bytes flight = second_hello(pair);
  Bytes body;
  arrive(pair.server, with_extensions(ByteView(flight).subspan(6), [&](auto& list) {
           body = to_bytes(list.back().body);
           body[4] = std::byte{'K'};  // length of identities 2, length of the identity 2, then "known"
           list.back().body = body;
         }));
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::hello_changed);
  EXPECT_EQ(pair.server.error->detail()->reason, "pre_shared_key");
  EXPECT_EQ(plaintext_alert(pair.server), AlertDescription::illegal_parameter);
}

TEST(PreSharedKeys, TheServersOrderDecidesTheHash) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const Bytes secret(48, std::byte{7});
  const Psk small = Psk::make("small", secret, HashAlgorithm::sha256);
  const Psk large = Psk::make("large", secret, HashAlgorithm::sha384);
  options.client.psk.keys = {large, small};
  options.server.psk.keys = {small, large};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.connected());
  EXPECT_EQ(pair.server.connection.info().psk_identity, to_bytes(as_bytes("small")));
}

TEST(PreSharedKeys, AServerThatHasNothingElseSaysWhatIsMissing) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.certs_keys.clear();
  options.server.psk.keys = {Psk::make("known", Bytes(32, std::byte{1}))};
  options.client.psk.keys = {Psk::make("other", Bytes(32, std::byte{2}))};
  Pair stranger(options);
  stranger.run();
  ASSERT_TRUE(stranger.server.error);
  EXPECT_EQ(stranger.server.error->code(), Errc::no_common_psk);
  EXPECT_EQ(stranger.client.error->detail()->received_alert, AlertDescription::handshake_failure);

  options.client.psk.keys = options.server.psk.keys;
  options.client.protocol.psk_modes = {PskKeyExchangeMode::psk_ke};
  Pair other_mode(options);
  other_mode.run();
  ASSERT_TRUE(other_mode.server.error);
  EXPECT_EQ(other_mode.server.error->code(), Errc::no_common_psk_mode);
  EXPECT_EQ(other_mode.client.error->detail()->received_alert, AlertDescription::handshake_failure);
}

TEST(PreSharedKeys, AClientThatRequiresOneSaysThatItIsMissing) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.psk = {.keys = {Psk::make("other", Bytes(32, std::byte{2}))}, .required = true};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::missing_extension);
  EXPECT_EQ(pair.client.error->detail()->reason, "pre_shared_key");
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::missing_extension);
}

TEST(Identities, AServerWithoutASchemeForThePeerSaysSo) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.protocol.signature_algs = {SignatureScheme::ed25519};
  options.client.protocol.signature_algs_cert = {SignatureScheme::ecdsa_secp256r1_sha256};
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.server.error);
  EXPECT_EQ(pair.server.error->code(), Errc::no_common_signature_scheme);
  EXPECT_EQ(pair.client.error->detail()->received_alert, AlertDescription::handshake_failure);
}

TEST(Callbacks, AnImpossibleAnswerIsOurError) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.alpn_advertised_protocols = {"h2"};
  options.server.alpn_select = [](const std::vector<std::string>&) -> AlpnChoice {
    return {.verdict = AlpnChoice::Verdict::select, .protocol = ""};
  };
  Pair protocol(options);
  protocol.run();
  ASSERT_TRUE(protocol.server.error);
  EXPECT_EQ(protocol.server.error->code(), Errc::wrong_answer);
  EXPECT_EQ(protocol.client.error->detail()->received_alert, AlertDescription::internal_error);

  options = {.client = client_options(), .server = server_options()};
  options.server.identity_select = [](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(std::optional<std::size_t>(7));
  };
  Pair identity(options);
  identity.run();
  ASSERT_TRUE(identity.server.error);
  EXPECT_EQ(identity.server.error->code(), Errc::wrong_answer);
  EXPECT_EQ(identity.client.error->detail()->received_alert, AlertDescription::internal_error);
}

/// Says yes to every chain.
class YesMan final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    std::move(answer).give(TrustedChain::accepted_by_user(question, "for the test"));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("yes")); }
};

/// Says no without a reason.
class NaySayer final : public Verifier {
 public:
  void verify(const VerifyQuestion&, Answer<TrustedChain> answer) const override {
    std::move(answer).give(fail(Errc::certificate_refused));
  }
  Bytes fingerprint() const override { return to_bytes(as_bytes("no")); }
};

//= rfc8446#4.4.2.2-3
TEST(Certificates, AKeyThatMayNotSignIsRefusedWhoeverVouchesForIt) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.certs_keys = {authority().leaf({.key_usage = pki::key_usage::key_encipherment})};
  options.client.peer.verifier = std::make_shared<const YesMan>();
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_wrong_usage);
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::unsupported_certificate);

  options.server.certs_keys = server_options().certs_keys;
  Pair signing(options);
  signing.run();
  EXPECT_TRUE(signing.connected());
}

TEST(Certificates, ARefusalWithoutAReasonIsCertificateUnknown) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.peer.verifier = std::make_shared<const NaySayer>();
  Pair pair(options);
  pair.run();
  ASSERT_TRUE(pair.client.error);
  EXPECT_EQ(pair.client.error->code(), Errc::certificate_refused);
  EXPECT_EQ(pair.server.error->detail()->received_alert, AlertDescription::certificate_unknown);
}

//= rfc8446#4.6.3-4
TEST(KeyUpdate, RequestsInARowAreOneDebtThatTheNextRecordPays) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  EXPECT_EQ(pair.server.connection.info().key_updates_received, 5u);
  EXPECT_EQ(pair.server.connection.info().key_updates_sent, 0u) << "a silent side owes, but does not pay yet";
  pair.send_from_server("first");
  EXPECT_EQ(pair.server.connection.info().key_updates_sent, 1u);
  EXPECT_EQ(pair.client.connection.info().key_updates_received, 1u);
  pair.send_from_server(" second");
  EXPECT_EQ(pair.server.connection.info().key_updates_sent, 1u);
  EXPECT_EQ(pair.client.data, "first second");
}

TEST(KeyUpdate, OursPaysTheDebt) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  ASSERT_TRUE(pair.server.connection.update_keys(KeyUpdateRequest::update_not_requested));
  pair.send_from_server("data");
  EXPECT_EQ(pair.server.connection.info().key_updates_sent, 1u);
  EXPECT_EQ(pair.client.data, "data");
}

TEST(Exporter, RefusesAnEmptyLabel) {
  Pair pair({.client = client_options(), .server = server_options()});
  pair.run();
  Bytes out(32);
  const auto refused = pair.client.connection.export_key("", std::nullopt, out);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Errc::invalid_option);
  EXPECT_TRUE(pair.client.connection.export_key("x", std::nullopt, out));
}

TEST(Resumption, TellsHowThePeerProvedItselfAtFirst) {
  PairOptions options{.client = client_options(), .server = server_options()};
  const Bytes staple(40, std::byte{5});
  const Bytes timestamps{std::byte{0}, std::byte{3}, std::byte{0}, std::byte{1}, std::byte{9}};
  CertKey identity = authority().leaf();
  identity.ocsp_staple = staple;
  identity.signed_certificate_timestamps = timestamps;
  options.server.certs_keys = {identity};
  options.server.tickets = {.mode = TicketMode::stateful, .store = memory_ticket_store()};
  options.client.stapling = true;
  options.client.signed_certificate_timestamps = true;
  options.client.peer.verifier = std::make_shared<const YesMan>();
  options.client.tickets.store = memory_client_tickets();
  const auto client = make_config(options.client);
  const auto server = make_config(options.server);
  Pair first(client, server, options);
  first.run();
  ASSERT_TRUE(first.connected());
  ASSERT_TRUE(first.client.connection.info().ocsp_response);
  ASSERT_EQ(*first.client.connection.info().ocsp_response, staple);

  Pair second(client, server, options);
  second.run();
  ASSERT_TRUE(second.connected());
  const ConnectionInfo& info = second.client.connection.info();
  EXPECT_EQ(info.resumed, Resumption::ticket);
  EXPECT_EQ(info.peer_signature_scheme, SignatureScheme::ecdsa_secp256r1_sha256);
  ASSERT_TRUE(info.ocsp_response && info.signed_certificate_timestamps);
  EXPECT_EQ(*info.ocsp_response, staple);
  EXPECT_EQ(*info.signed_certificate_timestamps, timestamps);
}

TEST(Resumption, EndsWhenTheClientDoesNotOfferTheSuiteAnyMore) {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.server.tickets = {.mode = TicketMode::stateful, .store = memory_ticket_store()};
  options.client.tickets.store = memory_client_tickets();
  options.client.protocol.ciphers = {CipherSuite::TLS_CHACHA20_POLY1305_SHA256};
  const auto server = make_config(options.server);
  Pair first(make_config(options.client), server, options);
  first.run();
  ASSERT_TRUE(first.connected());
  options.client.protocol.ciphers = {CipherSuite::TLS_AES_128_GCM_SHA256};
  Pair second(make_config(options.client), server, options);
  second.run();
  ASSERT_TRUE(second.connected());
  EXPECT_EQ(second.server.connection.info().resumed, Resumption::none);
}

}  // namespace
}  // namespace keyway::test
