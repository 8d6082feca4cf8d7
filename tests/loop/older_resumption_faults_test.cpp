// SPDX-License-Identifier: Apache-2.0
//
// TLS 1.2: messages of a resumption as no honest peer sends them, each refused with its code and alert; and extended master
// secrets that come and go (RFC 7627 5.2, 5.3).
#include "loop/older_sessions.h"
#include "names/legacy.h"

namespace keyway::test {
namespace {

using enum CipherSuite;
using enum Resumption;

void expect_refused(const End& end, Errc code, AlertDescription alert, const std::string& what = "") {
  ASSERT_TRUE(end.error) << what;
  EXPECT_EQ(end.error->code(), code) << what << ": " << end.error->message();
  EXPECT_EQ(end.error->alert(), alert) << what;
  EXPECT_FALSE(end.done()) << what;
}

/// A second connection whose client gets the server's first flight changed.
void refuse_flight(Visits& visits, const std::function<Bytes(Bytes)>& change, Errc code, AlertDescription alert,
                   const std::string& what = "") {
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  ASSERT_FALSE(pair.server.error) << what;
  pair.client.give(change(pair.server.take_output()));
  expect_refused(pair.client, code, alert, what);
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(alert_at(pair.server), alert) << what;
}

std::function<Bytes(Bytes)> with_hello(std::function<void(Hello&)> change) {
  return [change = std::move(change)](const Bytes& flight) { return edit_hello(flight, change); };
}

void set_suite(Hello& hello, CipherSuite suite) {
  hello.head[hello.head.size() - 3] = static_cast<std::byte>(static_cast<unsigned>(suite) >> 8);
  hello.head[hello.head.size() - 2] = static_cast<std::byte>(suite);
}

class ResumedHello : public testing::TestWithParam<Resumption> {};

// RFC 5246 7.4.1.3
TEST_P(ResumedHello, WithAnotherSuiteIsRefused) {
  Visits visits(GetParam());
  visits.options.server.protocol.ciphers = {TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
  visits.meet(none);
  refuse_flight(visits, with_hello([](Hello& hello) { set_suite(hello, TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256); }),
                Errc::session_cipher_suite_changed, AlertDescription::illegal_parameter);
}

// RFC 5246 7.4.1.3: a suite that both versions have would hide it.
TEST_P(ResumedHello, WithAnotherVersionIsRefused) {
  if (!legacy_is_built()) return;
  Visits visits(GetParam());
  visits.options.client.protocol.versions = {ProtocolVersion::tls1_2, ProtocolVersion::tls1_1};
  visits.options.client.protocol.ciphers =
      visits.options.server.protocol.ciphers = {cipher_suite_from("ECDHE-ECDSA-AES128-SHA").value()};
  visits.meet(none);
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  pair.client.give(edit_hello(pair.server.take_output(), [](Hello& hello) { hello.head[1] = std::byte{2}; }));
  expect_refused(pair.client, Errc::session_version_changed, AlertDescription::illegal_parameter);
  // In a record of the version that it had to believe.
  EXPECT_EQ(pair.client.take_output(), hex("15 0302 0002 02 2f"));
}

//= rfc7627#5.3-6
TEST_P(ResumedHello, WithoutTheExtensionOfItsMasterSecretIsRefused) {
  Visits visits(GetParam());
  visits.meet(none);
  refuse_flight(visits, with_hello([](Hello& hello) { hello.remove(ExtensionType::extended_master_secret); }),
                Errc::extended_master_secret_changed, AlertDescription::handshake_failure);
}

//= rfc7627#5.3-5
TEST_P(ResumedHello, WithTheExtensionThatItsSessionDidNotHaveIsRefused) {
  Visits visits(GetParam());
  const Ticket told = tickets_of(visits.meet(none).client).at(0);
  auto session = std::make_shared<Session>(told->session->duplicate());
  session->extended_master_secret = false;
  auto without = std::make_shared<SessionTicket>();
  without->session = session;
  without->ticket = told->ticket;
  without->session_id = told->session_id;
  visits.options.client.sessions.reuse_session = Ticket(without);
  refuse_flight(
      visits, [](Bytes flight) { return flight; }, Errc::extended_master_secret_changed, AlertDescription::handshake_failure);
  // Where such sessions are not wanted it is not even offered.
  visits.options.client.protocol.require_extended_master_secret = true;
  EXPECT_EQ(session_id_of(visits.begin()), Bytes());
}

TEST_P(ResumedHello, WithWhatWasNotOfferedIsRefused) {
  Visits visits(GetParam());
  visits.meet(none);
  refuse_flight(visits, with_hello([](Hello& hello) { hello.set(ExtensionType::encrypt_then_mac, {}); }),
                Errc::unsolicited_extension, AlertDescription::unsupported_extension);
}

TEST_P(ResumedHello, MustBeFollowedByTheServersFinishedUnderItsKeys) {
  Visits visits(GetParam());
  visits.meet(none);
  const auto finished = plain_record(HandshakeMessage{HandshakeType::finished, Bytes(12)});
  refuse_flight(
      visits, [&](const Bytes& flight) { return records_of(flight).at(0) + finished; }, Errc::unexpected_message,
      AlertDescription::unexpected_message, "before ChangeCipherSpec");
  visits.meet(none);
  refuse_flight(
      visits,
      [](const Bytes& flight) {
        const auto records = records_of(flight);
        Bytes bad = records.at(2);
        bad.back() ^= std::byte{1};
        return records.at(0) + records.at(1) + bad;
      },
      Errc::bad_record_mac, AlertDescription::bad_record_mac, "changed");
}

TEST_P(ResumedHello, MustNotBeFollowedByAFullFlight) {
  Visits visits(GetParam());
  visits.meet(none);
  const auto certificate = plain_record(HandshakeMessage{HandshakeType::certificate, hex("000000")});
  refuse_flight(
      visits, [&](const Bytes& flight) { return records_of(flight).at(0) + certificate; }, Errc::unexpected_message,
      AlertDescription::unexpected_message);
}

TEST_P(ResumedHello, IsFollowedByAFinishedOfTheClientUnderItsKeys) {
  Visits visits(GetParam());
  visits.meet(none);
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  const auto records = records_of(pair.client.take_output());
  ASSERT_EQ(records.size(), 2u);
  pair.server.give(plain_record(HandshakeMessage{HandshakeType::finished, Bytes(12)}));
  expect_refused(pair.server, Errc::unexpected_message, AlertDescription::unexpected_message);
  EXPECT_EQ(visits.sessions->size(), 0u) << "RFC 5246 7.2.2";
}

INSTANTIATE_TEST_SUITE_P(Tls12, ResumedHello, testing::Values(session_id, ticket),
                         [](const auto& tested) { return tested.param == ticket ? "ByTicket" : "ById"; });

//= rfc7627#5.3-7
/// With another master secret behind the same id nobody's Finished can be right.
TEST(OlderResumptionFaults, AnotherMasterSecretOpensNothing) {
  Visits visits(session_id);
  const Ticket told = tickets_of(visits.meet(none).client).at(0);
  auto session = std::make_shared<Session>(told->session->duplicate());
  session->secret = Secret48(Bytes(48, std::byte{7}));
  auto stolen = std::make_shared<SessionTicket>();
  stolen->session = session;
  stolen->session_id = told->session_id;
  visits.options.client.sessions.reuse_session = Ticket(stolen);
  refuse_flight(visits, [](Bytes flight) { return flight; }, Errc::bad_record_mac, AlertDescription::bad_record_mac);
}

// RFC 8446 4.1.3, RFC 5246 7.4.1.3
TEST(OlderResumptionFaults, AnEchoOfAnIdThatNamesNoSessionIsRefused) {
  Visits visits(session_id);
  visits.options.client.protocol.versions = {ProtocolVersion::tls1_3, ProtocolVersion::tls1_2};
  visits.options.server.sessions = {.reuse_sessions = false};
  const Bytes made_up = session_id_of(visits.begin());
  EXPECT_EQ(made_up.size(), 32u);
  Pair pair = visits.begin();
  const Bytes offer = pair.client.take_output();
  pair.server.give(offer);
  pair.client.give(edit_hello(pair.server.take_output(), [&](Hello& hello) {
    hello.head[34] = std::byte{32};
    const Bytes id = session_id_of(hello_of(offer));
    hello.head.insert(hello.head.begin() + 35, id.begin(), id.end());
  }));
  expect_refused(pair.client, Errc::wrong_session_id_echo, AlertDescription::illegal_parameter);
}

// Ticketbleed: beside a ticket an id of any length comes back as it was, and not a byte more (RFC 5077 3.4).
TEST(OlderResumptionFaults, AnIdBesideATicketIsEchoedWithItsOwnLength) {
  Visits visits(ticket);
  visits.meet(Resumption::none);
  for (const std::size_t size : {1u, 16u, 31u, 32u}) {
    Pair pair = visits.begin();
    const Bytes id(size, std::byte{0x61});
    pair.server.give(edit_hello(pair.client.take_output(), [&id](Hello& hello) {
      const auto old = std::to_integer<std::ptrdiff_t>(hello.head[34]);
      hello.head[34] = static_cast<std::byte>(id.size());
      hello.head.erase(hello.head.begin() + 35, hello.head.begin() + 35 + old);
      hello.head.insert(hello.head.begin() + 35, id.begin(), id.end());
    }));
    ASSERT_FALSE(pair.server.error) << pair.server.error->message();
    EXPECT_EQ(session_id_of(hello_of(pair.server.take_output())), id);
  }
}

// ---- NewSessionTicket

HandshakeMessage ticket_message(std::size_t size) {
  HandshakeMessage message{HandshakeType::new_session_ticket, hex("00000e10")};
  message.body.push_back(static_cast<std::byte>(size >> 8));
  message.body.push_back(static_cast<std::byte>(size));
  message.body.insert(message.body.end(), size, std::byte{9});
  return message;
}

/// The server's last flight of a full handshake, changed.
void refuse_last_flight(Visits& visits, const std::function<Bytes(std::vector<Bytes>)>& change, Errc code,
                        AlertDescription alert) {
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  pair.server.give(pair.client.take_output());
  ASSERT_TRUE(pair.server.done());
  pair.client.give(change(records_of(pair.server.take_output())));
  expect_refused(pair.client, code, alert);
}

TEST(NewSessionTicket, ThatWasNotAnnouncedIsUnexpected) {
  Visits visits(session_id);
  refuse_last_flight(
      visits, [](const auto& records) { return plain_record(ticket_message(20)) + records.at(0); }, Errc::unexpected_message,
      AlertDescription::unexpected_message);
}

TEST(NewSessionTicket, ThatWasAnnouncedMustCome) {
  Visits visits(ticket);
  refuse_last_flight(
      visits, [](const auto& records) { return records.at(1) + records.at(2); }, Errc::unexpected_message,
      AlertDescription::unexpected_message);
}

//= rfc5077#3.3-2, 3.3-4
//= rfc5246#7.4.9-1
TEST(NewSessionTicket, ThatIsChangedDoesNotFitTheFinished) {
  Visits visits(ticket);
  refuse_last_flight(
      visits, [](const auto& records) { return plain_record(ticket_message(20)) + records.at(1) + records.at(2); },
      Errc::finished_mismatch, AlertDescription::decrypt_error);
}

TEST(NewSessionTicket, ThatIsLongerThanAMessageMayBeIsRefused) {
  Visits visits(ticket);
  visits.options.client.protocol.max_handshake_size = 5000;
  refuse_last_flight(
      visits, [](const auto&) { return plain_record(ticket_message(6000)); }, Errc::handshake_message_too_long,
      AlertDescription::illegal_parameter);
}

TEST(NewSessionTicket, WithBytesBehindItsEndIsRefused) {
  Visits visits(ticket);
  refuse_last_flight(
      visits,
      [](const auto&) {
        HandshakeMessage message = ticket_message(20);
        message.body.push_back(std::byte{0});
        return plain_record(message);
      },
      Errc::trailing_data, AlertDescription::decode_error);
}

//= rfc5077#3.3-1
//= rfc5246#7.4.1.4-1
TEST(NewSessionTicket, IsAnnouncedToNobodyWhoDidNotAsk) {
  Visits visits(ticket);
  visits.options.client.sessions.tickets = false;
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  EXPECT_FALSE(hello_of(pair.server.take_output()).has(ExtensionType::session_ticket));
}

TEST(NewSessionTicket, IsNotAskedForUnlessTheOptionSaysSo) {
  for (const Resumption way : {session_id, ticket}) {
    Visits visits(way);
    Pair pair = visits.begin();
    EXPECT_EQ(hello_of(pair.client.take_output()).has(ExtensionType::session_ticket), way == ticket);
  }
}

TEST(NewSessionTicket, AnAnnouncementThatWasNotAskedForIsRefused) {
  Visits visits(session_id);
  refuse_flight(visits, with_hello([](Hello& hello) { hello.set(ExtensionType::session_ticket, {}); }),
                Errc::unsolicited_extension, AlertDescription::unsupported_extension);
}

//= rfc5077#3.3-3
TEST(NewSessionTicket, IsMadeBehindTheFinishedOfTheClient) {
  Visits visits(ticket);
  Pair pair = visits.begin();
  pair.server.give(pair.client.take_output());
  pair.client.give(pair.server.take_output());
  Bytes flight = pair.client.take_output();
  flight.back() ^= std::byte{1};
  pair.server.give(flight);
  expect_refused(pair.server, Errc::bad_record_mac, AlertDescription::bad_record_mac);
  EXPECT_EQ(records_of(pair.server.take_output()).size(), 1u) << "the alert alone";
}

// ---- extended master secret

//= rfc7627#5.2-1, 5.2-2, 5.3-1, 5.3-4
TEST(ExtendedMasterSecret, IsInEveryHelloOfBothSides) {
  for (const Resumption way : {session_id, ticket}) {
    Visits visits(way);
    for (int i = 0; i < 2; ++i) {
      Pair pair = visits.begin();
      const Bytes offer = pair.client.take_output();
      EXPECT_TRUE(hello_of(offer).has(ExtensionType::extended_master_secret));
      pair.server.give(offer);
      EXPECT_TRUE(hello_of(pair.server.take_output()).has(ExtensionType::extended_master_secret));
      visits.meet(i == 0 ? none : way);
    }
  }
}

void take_extension_out(Pair& pair) {
  pair.server.give(
      edit_hello(pair.client.take_output(), [](Hello& hello) { hello.remove(ExtensionType::extended_master_secret); }));
}

//= rfc7627#5.3-3
TEST(ExtendedMasterSecret, OfASessionIsNotGivenUpByTheServer) {
  for (const Resumption way : {session_id, ticket}) {
    Visits visits(way);
    visits.meet(none);
    Pair pair = visits.begin();
    take_extension_out(pair);
    expect_refused(pair.server, Errc::extended_master_secret_changed, AlertDescription::handshake_failure);
  }
}

// RFC 7627 5.2
TEST(ExtendedMasterSecret, IsRequiredByAServerWhoseOptionSaysSo) {
  Visits visits(session_id);
  visits.options.server.protocol.require_extended_master_secret = true;
  visits.meet(none);
  Pair pair = visits.begin();
  take_extension_out(pair);
  expect_refused(pair.server, Errc::extended_master_secret_missing, AlertDescription::handshake_failure);
}

// RFC 7627 5.2
TEST(ExtendedMasterSecret, IsRequiredByAClientWhoseOptionSaysSo) {
  Visits visits(session_id);
  visits.options.client.protocol.require_extended_master_secret = true;
  refuse_flight(visits, with_hello([](Hello& hello) { hello.remove(ExtensionType::extended_master_secret); }),
                Errc::extended_master_secret_missing, AlertDescription::handshake_failure);
  visits.meet(none);
  visits.meet(session_id);
}

/// Sessions as a server without the extension would have kept them.
class WithoutExtension final : public SessionStore {
 public:
  void put(ByteView id, std::shared_ptr<const Session> session, Now now) override {
    auto changed = std::make_shared<Session>(session->duplicate());
    changed->extended_master_secret = false;
    inner_->put(id, std::move(changed), now);
  }
  void find(ByteView id, Now now, Answer<std::shared_ptr<const Session>> answer) override {
    inner_->find(id, now, std::move(answer));
  }
  void remove(ByteView id) override { inner_->remove(id); }
  std::size_t size() const override { return inner_->size(); }

 private:
  std::shared_ptr<SessionStore> inner_ = memory_session_store();
};

/// Whether a server resumes a session without the extension for a client that does not have it either.
bool resumes_without(Visits& visits) {
  visits.options.server.sessions.store = std::make_shared<WithoutExtension>();
  const Bytes id = id_of(visits.meet(none).client);
  Pair pair = visits.begin();
  take_extension_out(pair);
  EXPECT_FALSE(pair.server.error);
  return session_id_of(hello_of(pair.server.take_output())) == id;
}

// RFC 7627 5.3, 5.4
TEST(ExtendedMasterSecret, IsNeededToResumeWhereClientsAreAskedForCertificates) {
  Visits plain(session_id);
  EXPECT_TRUE(resumes_without(plain));
  Visits asking(session_id);
  asking.options.server = asking_for_certificates(asking.options.server, false);
  EXPECT_FALSE(resumes_without(asking));
}

TEST(ExtendedMasterSecret, WithoutItAServerThatAsksForCertificatesNamesNoSession) {
  for (const bool asks : {false, true}) {
    for (const Resumption way : {session_id, ticket}) {
      Visits visits(way);
      if (asks) visits.options.server = asking_for_certificates(visits.options.server, false);
      Pair pair = visits.begin();
      take_extension_out(pair);
      const Hello hello = hello_of(pair.server.take_output());
      EXPECT_EQ(session_id_of(hello).empty(), asks || way == ticket);
      EXPECT_EQ(hello.has(ExtensionType::session_ticket), !asks && way == ticket);
    }
  }
}

}  // namespace
}  // namespace keyway::test
