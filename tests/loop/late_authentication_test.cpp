// SPDX-License-Identifier: Apache-2.0
//
// Authentication of clients after the handshake (RFC 8446 4.6.2): who may ask, what an answer must be, what goes on
// meanwhile.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "loop/forge.h"

namespace keyway::test {
namespace {

PairOptions willing() {
  PairOptions options{.client = client_options(), .server = server_options()};
  options.client.certs_keys = {authority().leaf({.names = {"client.test"}})};
  options.client.post_handshake_auth = true;
  options.server.peer = {.verify = VerifyMode::verify_none, .cacerts = {authority().root()}};
  options.server.post_handshake_auth = true;
  return options;
}

struct Late {
  explicit Late(const PairOptions& options = willing()) : pair(options) {
    pair.run();
    if (!pair.connected()) throw std::runtime_error("not connected");
  }
  /// The server's question arrives; the client's answer is taken from it.
  Bytes answer() {
    EXPECT_TRUE(pair.server.connection.request_certificate());
    pair.client.give(pair.server.take_output());
    EXPECT_FALSE(pair.client.error) << pair.client.error->message();
    return pair.client.take_output();
  }
  /// The answer with its messages changed, sealed again as the client's first records.
  Bytes changed_answer(const std::function<void(Messages&)>& change) {
    Secret48 read;
    Secret48 write;
    EXPECT_TRUE(pair.client.connection.export_traffic_secrets(read, write));
    return edit_flight(answer(), *pair.client.connection.info().cipher_suite, write.expose(), change);
  }
  void expect_server_refused(Errc code, AlertDescription alert) {
    ASSERT_TRUE(pair.server.error);
    EXPECT_EQ(pair.server.error->code(), code) << pair.server.error->message();
    EXPECT_EQ(pair.server.error->alert(), alert);
    EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 0u);
    pair.client.give(pair.server.take_output());
    EXPECT_EQ(alert_at(pair.client), alert);
  }
  Errc asking() { return pair.server.connection.request_certificate().error().code(); }
  Pair pair;
};

//= rfc8446#4.2.6-1, 4.2.6-2
TEST(LateRequest, NeedsTheOptionOnBothSides) {
  PairOptions unwilling_client = willing();
  unwilling_client.client.post_handshake_auth = false;
  EXPECT_EQ(Late(unwilling_client).asking(), Errc::not_available);
  PairOptions unwilling_server = willing();
  unwilling_server.server.post_handshake_auth = false;
  EXPECT_EQ(Late(unwilling_server).asking(), Errc::not_available);
}

TEST(LateRequest, IsAServersAndComesAfterTheHandshake) {
  Pair pair(willing());
  EXPECT_EQ(pair.server.connection.request_certificate().error().code(), Errc::handshake_incomplete);
  pair.run();
  EXPECT_EQ(pair.client.connection.request_certificate().error().code(), Errc::not_available);
}

//= rfc8446#4.6.2-1
TEST(LateRequest, IsUnexpectedWhereItWasNotOffered) {
  PairOptions options = willing();
  options.client.post_handshake_auth = false;
  Late late(options);
  late.pair.client.give(Forger::instead_of(late.pair.server.connection)
                            .seal({HandshakeType::certificate_request, hex("01aa 0008 000d 0004 0002 0403")}));
  ASSERT_TRUE(late.pair.client.error);
  EXPECT_EQ(late.pair.client.error->code(), Errc::unexpected_message);
  EXPECT_EQ(late.pair.client.error->alert(), AlertDescription::unexpected_message);
}

//= rfc8446#4.3.2-3
TEST(LateRequest, NeedsSignatureAlgorithms) {
  Late late;
  late.pair.client.give(
      Forger::instead_of(late.pair.server.connection).seal({HandshakeType::certificate_request, hex("01aa 0000")}));
  ASSERT_TRUE(late.pair.client.error);
  EXPECT_EQ(late.pair.client.error->code(), Errc::missing_extension);
  EXPECT_EQ(late.pair.client.error->alert(), AlertDescription::missing_extension);
}

//= rfc8446#4.3.2-2
TEST(LateRequest, EachHasAContextOfItsOwn) {
  Late late;
  Secret48 read;
  Secret48 write;
  ASSERT_TRUE(late.pair.server.connection.export_traffic_secrets(read, write));
  ASSERT_TRUE(late.pair.server.connection.request_certificate());
  const Bytes first = late.pair.server.take_output();
  late.pair.client.give(first);
  late.pair.server.give(late.pair.client.take_output());
  ASSERT_EQ(late.pair.server.count<PeerAuthenticated>(), 1u);
  ASSERT_TRUE(late.pair.server.connection.request_certificate());
  const Bytes both = first + late.pair.server.take_output();
  const Messages requests = open_messages(*late.pair.server.connection.info().cipher_suite, write.expose(), both);
  ASSERT_EQ(requests.size(), 2u);
  ASSERT_EQ(requests[0].body[0], std::byte{16});
  EXPECT_NE(to_bytes(ByteView(requests[0].body).first(17)), to_bytes(ByteView(requests[1].body).first(17)));
}

TEST(LateRequest, OneAtATimeAndNotAfterClosing) {
  Late late;
  ASSERT_TRUE(late.pair.server.connection.request_certificate());
  EXPECT_EQ(late.asking(), Errc::busy);
  late.pair.run();
  ASSERT_TRUE(late.pair.server.connection.close_write());
  EXPECT_EQ(late.asking(), Errc::write_closed);
}

/// What a connected client with a certificate for server and client answers to a request with one filter.
Messages answer_to_filter(std::string_view oid, std::string_view values) {
  Late late;
  const auto vector = [](std::size_t length_size, const Bytes& content) {
    Bytes whole;
    for (std::size_t i = length_size; i-- > 0;) whole.push_back(static_cast<std::byte>(content.size() >> (8 * i)));
    return whole + content;
  };
  const Bytes filters = vector(2, vector(2, vector(1, hex(oid)) + vector(2, hex(values))));
  const Bytes request = hex("01aa") + vector(2, hex("000d 0004 0002 0403 0030") + filters);
  late.pair.client.give(Forger::instead_of(late.pair.server.connection).seal({HandshakeType::certificate_request, request}));
  EXPECT_FALSE(late.pair.client.error) << late.pair.client.error->message();
  Secret48 read;
  Secret48 write;
  EXPECT_TRUE(late.pair.client.connection.export_traffic_secrets(read, write));
  return open_messages(*late.pair.client.connection.info().cipher_suite, write.expose(), late.pair.client.take_output());
}

void expect_certificate(const Messages& answer) {
  ASSERT_EQ(answer.size(), 3u);
  EXPECT_EQ(answer[0].type, HandshakeType::certificate);
  EXPECT_GT(answer[0].body.size(), 100u) << "the certificate, not an empty list";
  EXPECT_EQ(answer[1].type, HandshakeType::certificate_verify);
  EXPECT_EQ(answer[2].type, HandshakeType::finished);
}

constexpr std::string_view extended_key_usage = "0603551d25";

//= rfc8446#4.2.5-2, 4.6.2-2
TEST(LateRequest, AFilterThatTheCertificateMeetsChangesNothing) {
  expect_certificate(answer_to_filter(extended_key_usage, "300a 06082b06010505070302"));  // clientAuth
}

//= rfc8446#4.2.5-2, 4.4.2-2
TEST(LateRequest, AFilterThatNoCertificateMeetsGetsAnEmptyList) {
  const Messages answer = answer_to_filter(extended_key_usage, "300a 06082b06010505070304");  // emailProtection
  ASSERT_EQ(answer.size(), 2u);
  EXPECT_EQ(answer[0].type, HandshakeType::certificate);
  EXPECT_EQ(answer[0].body, hex("01aa 000000"));
  EXPECT_EQ(answer[1].type, HandshakeType::finished);
}

//= rfc8446#4.2.5-1
TEST(LateRequest, FiltersThatNobodyKnowsArePassedOver) {
  expect_certificate(answer_to_filter("06032a0304", "0500"));  // 1.2.3.4
  expect_certificate(answer_to_filter("551d25", "0500"));      // no identifier at all: it has no tag
}

TEST(LateRequest, BrokenFiltersAreRefused) {
  Late late;
  const Bytes request = hex("01aa 0010 000d 0004 0002 0403 0030 0004 0002 0005");
  late.pair.client.give(Forger::instead_of(late.pair.server.connection).seal({HandshakeType::certificate_request, request}));
  ASSERT_TRUE(late.pair.client.error);
  EXPECT_EQ(late.pair.client.error->alert(), AlertDescription::decode_error);
}

// ---- what goes on meanwhile

TEST(LateAuthentication, DataGoesOnMeanwhile) {
  Late late;
  Pair& pair = late.pair;
  ASSERT_TRUE(pair.server.connection.request_certificate());
  ASSERT_TRUE(pair.server.connection.send(as_bytes("question ")));
  const Bytes asked = pair.server.take_output();
  ASSERT_TRUE(pair.client.connection.send(as_bytes("before ")));
  pair.server.give(pair.client.take_output());
  EXPECT_EQ(pair.server.data, "before ");
  ASSERT_TRUE(pair.server.connection.send(as_bytes("and more")));
  pair.client.give(asked + pair.server.take_output());
  EXPECT_EQ(pair.client.data, "question and more");
  ASSERT_TRUE(pair.client.connection.send(as_bytes("after")));
  pair.run();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(pair.server.data, "before after");
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 1u);
  EXPECT_TRUE(pair.server.connection.info().client_authenticated);
}

TEST(LateAuthentication, DataMayStandBetweenTheMessagesOfTheAnswer) {
  Late late;
  Secret48 read;
  Secret48 write;
  ASSERT_TRUE(late.pair.client.connection.export_traffic_secrets(read, write));
  const CipherSuite suite = *late.pair.client.connection.info().cipher_suite;
  const Messages answer = open_messages(suite, write.expose(), late.answer());
  ASSERT_EQ(answer.size(), 3u);
  Forger client(suite, write.expose());
  for (const HandshakeMessage& message : answer) {
    late.pair.server.give(client.seal(message));
    late.pair.server.give(client.seal(ContentType::application_data, as_bytes("x")));
  }
  EXPECT_FALSE(late.pair.server.error) << late.pair.server.error->message();
  EXPECT_EQ(late.pair.server.data, "xxx");
  EXPECT_EQ(late.pair.server.count<PeerAuthenticated>(), 1u);
}

TEST(LateAuthentication, KeysAreUpdatedMeanwhile) {
  Late late;
  Pair& pair = late.pair;
  ASSERT_TRUE(pair.server.connection.request_certificate());
  ASSERT_TRUE(pair.server.connection.update_keys(KeyUpdateRequest::update_requested));
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  EXPECT_TRUE(!pair.client.error && !pair.server.error);
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 1u);
  pair.send_from_client("up");
  EXPECT_EQ(pair.server.data, "up");
}

/// Judges when the test lets it.
class Held final : public Verifier {
 public:
  void verify(const VerifyQuestion& question, Answer<TrustedChain> answer) const override {
    verdict = TrustedChain::accepted_by_user(question, "held");
    held.emplace(std::move(answer));
  }
  Bytes fingerprint() const override { return Bytes(1); }
  mutable std::optional<Result<TrustedChain>> verdict;
  mutable std::optional<Answer<TrustedChain>> held;
};

/// Closes the connection that asks, and keeps the answer.
class Closing final : public Verifier {
 public:
  explicit Closing(Connection*& asking) : asking_(asking) {}
  void verify(const VerifyQuestion&, Answer<TrustedChain> answer) const override {
    held_.emplace(std::move(answer));
    EXPECT_TRUE(asking_->close());
  }
  Bytes fingerprint() const override { return Bytes(1); }

 private:
  Connection*& asking_;
  mutable std::optional<Answer<TrustedChain>> held_;
};

TEST(LateAuthentication, DataGoesOutWhileTheVerdictIsOpenAlsoWhenNewKeysAreOwed) {
  PairOptions options = willing();
  const auto verifier = std::make_shared<Held>();
  options.server.peer.verifier = verifier;
  Late late(options);
  Pair& pair = late.pair;
  ASSERT_TRUE(pair.server.connection.request_certificate());
  ASSERT_TRUE(pair.client.connection.update_keys(KeyUpdateRequest::update_requested));
  pair.run();
  ASSERT_TRUE(verifier->held);
  ASSERT_TRUE(pair.server.connection.send(as_bytes("meanwhile")));
  pair.run();
  EXPECT_EQ(pair.client.data, "meanwhile");
  std::move(*verifier->held).give(std::move(*verifier->verdict));
  ASSERT_TRUE(pair.server.connection.resume());
  pair.server.work();
  pair.run();
  EXPECT_FALSE(pair.server.error) << pair.server.error->message();
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 1u);
}

TEST(LateAuthentication, AnAnswerThatComesLaterWakesAsInTheHandshake) {
  PairOptions options = willing();
  std::optional<Answer<std::optional<std::size_t>>> held;
  options.client.identity_select = [&](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    held.emplace(std::move(answer));
  };
  Pair pair(options);
  int woken = 0;
  pair.client.connection.set_waker([&] { ++woken; });
  pair.run();
  ASSERT_TRUE(pair.connected());
  ASSERT_TRUE(pair.server.connection.request_certificate());
  pair.run();
  ASSERT_TRUE(held);
  std::move(*held).give(std::optional<std::size_t>(0));
  EXPECT_EQ(woken, 1);
}

// Whoever is asked may close the connection instead of answering; the peer's data and its end are read all the same.
TEST(LateAuthentication, IsGivenUpByAPortThatCloses) {
  PairOptions options = willing();
  std::optional<Answer<std::optional<std::size_t>>> held;
  Connection* asking = nullptr;
  options.client.identity_select = [&](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    held.emplace(std::move(answer));
    EXPECT_TRUE(asking->close());
  };
  Pair pair(options);
  asking = &pair.client.connection;
  pair.run();
  ASSERT_TRUE(pair.connected());
  ASSERT_TRUE(pair.server.connection.request_certificate());
  pair.run();
  ASSERT_TRUE(held);
  EXPECT_FALSE(pair.client.connection.blocked());
  std::move(*held).give(std::optional<std::size_t>(0));
  EXPECT_TRUE(pair.client.connection.resume());
  EXPECT_EQ(pair.server.count<PeerClosed>(), 1u);
  EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 0u);
  ASSERT_TRUE(pair.server.connection.send(as_bytes("last words")));
  ASSERT_TRUE(pair.server.connection.close());
  pair.run();
  EXPECT_FALSE(pair.client.error) << pair.client.error->message();
  EXPECT_EQ(pair.client.data, "last words");
  EXPECT_EQ(pair.client.count<PeerClosed>(), 1u);
}

// Half of the answer is in our hands then: it does not leave.
TEST(LateAuthentication, IsGivenUpByAVerdictOrASignatureThatCloses) {
  for (const bool client : {true, false}) {
    PairOptions options = willing();
    Connection* asking = nullptr;
    const auto verifier = std::make_shared<Closing>(asking);
    if (client) {
      CertKey& identity = options.client.certs_keys.front();
      identity.sign_on = [&](std::move_only_function<void()>) { EXPECT_TRUE(asking->close()); };
    } else {
      options.server.peer.verifier = verifier;
    }
    Pair pair(options);
    End& closing = client ? pair.client : pair.server;
    End& other = client ? pair.server : pair.client;
    asking = &closing.connection;
    pair.run();
    ASSERT_TRUE(pair.connected());
    ASSERT_TRUE(pair.server.connection.request_certificate());
    pair.run();
    EXPECT_TRUE(closing.connection.write_closed()) << "it was asked";
    EXPECT_FALSE(closing.connection.blocked());
    EXPECT_EQ(other.count<PeerClosed>(), 1u);
    EXPECT_FALSE(other.error) << other.error->message();
    EXPECT_EQ(pair.server.count<PeerAuthenticated>(), 0u);
    ASSERT_TRUE(other.connection.close());
    pair.run();
    // Of the client's answer something lay behind, which nobody can take any more.
    if (client) {
      EXPECT_EQ(closing.count<PeerClosed>(), 1u);
    } else {
      ASSERT_TRUE(closing.error);
      EXPECT_EQ(closing.error->code(), Errc::canceled);
    }
  }
}

TEST(LateAuthentication, WorksOnAResumedConnectionAndInOneWithAnAuthenticatedClient) {
  PairOptions options = willing();
  options.server.peer.verify = VerifyMode::verify_peer;
  options.server.tickets.mode = TicketMode::stateful;
  const auto server = make_config(options.server);
  Pair first(make_config(options.client), server, options);
  first.run();
  ASSERT_TRUE(first.connected());
  ASSERT_TRUE(first.server.connection.request_certificate());
  first.run();
  EXPECT_EQ(first.server.count<PeerAuthenticated>(), 1u);
  options.client.tickets.use_ticket = {tickets_of(first.client).front()};
  Pair second(make_config(options.client), server, options);
  second.run();
  ASSERT_EQ(second.server.connection.info().resumed, Resumption::ticket);
  ASSERT_TRUE(second.server.connection.request_certificate());
  second.run();
  EXPECT_FALSE(second.server.error) << second.server.error->message();
  EXPECT_EQ(second.server.count<PeerAuthenticated>(), 1u);
}

TEST(LateAuthentication, SurvivesARetry) {
  PairOptions options = willing();
  options.server.protocol.supported_groups = {NamedGroup::secp256r1};
  Late late(options);
  late.pair.server.give(late.answer());
  EXPECT_EQ(late.pair.server.count<PeerAuthenticated>(), 1u);
}

// ---- declining

bool last_answer_had_certificate(const End& server) { return std::get<PeerAuthenticated>(server.events.back()).with_certificate; }

//= rfc8446#4.4.2-2
TEST(LateAuthentication, AClientWithoutCertificateDeclines) {
  PairOptions options = willing();
  options.client.certs_keys.clear();
  Late late(options);
  late.pair.server.give(late.answer());
  EXPECT_FALSE(late.pair.server.error);
  ASSERT_EQ(late.pair.server.count<PeerAuthenticated>(), 1u);
  EXPECT_FALSE(last_answer_had_certificate(late.pair.server));
  EXPECT_FALSE(late.pair.server.connection.info().client_authenticated);
  late.pair.send_from_client("anonymous");
  EXPECT_EQ(late.pair.server.data, "anonymous");
}

TEST(LateAuthentication, DecliningChangesNothingAboutAnEarlierIdentity) {
  int asked = 0;
  PairOptions options = willing();
  options.server.peer.verify = VerifyMode::verify_peer;
  options.server.fail_if_no_peer_cert = false;
  options.client.identity_select = [&](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(asked++ == 0 ? std::optional<std::size_t>(0) : std::nullopt);
  };
  Late late(options);
  ASSERT_TRUE(late.pair.server.connection.info().client_authenticated);
  late.pair.server.give(late.answer());
  ASSERT_EQ(late.pair.server.count<PeerAuthenticated>(), 1u);
  EXPECT_FALSE(last_answer_had_certificate(late.pair.server));
  EXPECT_TRUE(late.pair.server.connection.info().client_authenticated);
  EXPECT_TRUE(late.pair.server.connection.info().peer_chain);
}

//= rfc8446#4.4.2.4-2
TEST(LateAuthentication, DecliningIsRefusedWhereACertificateIsRequired) {
  int asked = 0;
  PairOptions options = willing();
  options.server.peer.verify = VerifyMode::verify_peer;
  options.client.identity_select = [&](const IdentityQuestion&, Answer<std::optional<std::size_t>> answer) {
    std::move(answer).give(asked++ == 0 ? std::optional<std::size_t>(0) : std::nullopt);
  };
  Late late(options);
  late.pair.server.give(late.answer());
  late.expect_server_refused(Errc::client_certificate_required, AlertDescription::certificate_required);
}

// ---- wrong answers

//= rfc8446#4.6.2-3, 4.4.2-6
TEST(LateAnswer, WithAnotherContextIsRefused) {
  Late late;
  late.pair.server.give(late.changed_answer([](Messages& answer) { answer[0].body[1] ^= std::byte{1}; }));
  late.expect_server_refused(Errc::wrong_request_context, AlertDescription::illegal_parameter);
}

TEST(LateAnswer, WithoutAContextIsRefused) {
  Late late;
  late.pair.server.give(late.changed_answer([](Messages& answer) {
    answer[0].body.erase(answer[0].body.begin(), answer[0].body.begin() + 17);
    answer[0].body.insert(answer[0].body.begin(), std::byte{0});
  }));
  late.expect_server_refused(Errc::wrong_request_context, AlertDescription::illegal_parameter);
}

//= rfc8879#4-3
TEST(LateAnswer, ThatIsCompressedWithoutAnOfferIsUnexpected) {
  Late late;
  late.pair.server.give(late.changed_answer(
      [](Messages& answer) { answer[0] = {HandshakeType::compressed_certificate, hex("0001 000001 000002 5a00")}; }));
  late.expect_server_refused(Errc::unexpected_message, AlertDescription::unexpected_message);
}

//= rfc8446#4.4.3-6
TEST(LateAnswer, WithAWrongSignatureIsRefused) {
  Late late;
  late.pair.server.give(late.changed_answer([](Messages& answer) { answer[1].body.back() ^= std::byte{1}; }));
  late.expect_server_refused(Errc::wrong_signature, AlertDescription::decrypt_error);
  EXPECT_FALSE(late.pair.server.connection.info().client_authenticated);
}

//= rfc8446#4.4.4-1
TEST(LateAnswer, WithAWrongFinishedIsRefused) {
  Late late;
  late.pair.server.give(late.changed_answer([](Messages& answer) { answer[2].body.back() ^= std::byte{1}; }));
  late.expect_server_refused(Errc::finished_mismatch, AlertDescription::decrypt_error);
}

//= rfc8446#4.4.3-1
TEST(LateAnswer, WithoutFinishedOrCertificateIsUnexpected) {
  Late one;
  one.pair.server.give(one.changed_answer([](Messages& answer) { answer.erase(answer.begin() + 1); }));
  one.expect_server_refused(Errc::unexpected_message, AlertDescription::unexpected_message);
  Late other;
  other.pair.server.give(other.changed_answer([](Messages& answer) { answer.erase(answer.begin()); }));
  other.expect_server_refused(Errc::unexpected_message, AlertDescription::unexpected_message);
}

TEST(LateAnswer, OfAnotherAuthorityIsRefused) {
  static const Authority other("other");
  PairOptions options = willing();
  options.client.certs_keys = {other.leaf()};
  Late late(options);
  late.pair.server.give(late.answer());
  late.expect_server_refused(Errc::certificate_unknown_ca, AlertDescription::unknown_ca);
}

//= rfc8446#4.6.2-3
TEST(LateAnswer, NobodyAskedForIsUnexpected) {
  Late late;
  late.pair.server.give(Forger::instead_of(late.pair.client.connection).seal({HandshakeType::certificate, hex("00000000")}));
  late.expect_server_refused(Errc::unexpected_message, AlertDescription::unexpected_message);
}

}  // namespace
}  // namespace keyway::test
